"""Rows of the audit log."""

from django.db import models


class AuditEvent(models.Model):
    """One thing that a person did or was refused here; the database refuses to change or delete the row."""

    happened_at = models.DateTimeField(db_index=True)
    account = models.CharField(max_length=150, blank=True)
    event = models.CharField(max_length=64)
    subject = models.CharField(max_length=128, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="audit_by_account"),
            models.Index(fields=["event", "-id"], name="audit_by_event"),
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M:%S} UTC {self.account or '-'} {self.event} {self.subject}"

"""Rows of notices: what a person should know of, and how far this portal has followed the ledger for it."""

from django.db import models

from portal.models.accounts import Account


class Notice(models.Model):
    """One thing that one person is told once; the sentence is made when it is shown (portal.shown.notices)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=250)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["account", "kind", "subject"], name="told_once")]
        indexes = [
            models.Index(fields=["account", "-id"], name="notice_by_account"),
            models.Index(fields=["account"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["id"], name="notice_unmailed", condition=models.Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Followed(models.Model):
    """The height up to which notices were made, and the day on which claims were looked through; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    height = models.BigIntegerField()
    claims_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="followed_is_one")]

    def __str__(self) -> str:
        return str(self.height)

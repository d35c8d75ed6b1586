"""Rows of the portal: who may sign in on this node, and what they looked at."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(AbstractBaseUser):
    """A person of the institution whose node this is; no account signs for a wallet, none is a superuser."""

    class Role(models.TextChoices):
        VIEWER = "viewer", _("Viewer")
        OPERATOR = "operator", _("Operator")

    username = models.CharField(_("name"), max_length=150, unique=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.username

    @property
    def is_operator(self) -> bool:
        """Operators may look up the registers that this node's institution is entitled to see."""
        return self.is_active and self.role == self.Role.OPERATOR


class AuditEvent(models.Model):
    """One thing that a person did or was refused here; the database refuses to change or delete the row."""

    happened_at = models.DateTimeField(db_index=True)
    account = models.CharField(max_length=150, blank=True)
    event = models.CharField(max_length=64)
    subject = models.CharField(max_length=128, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M:%S} UTC {self.account or '-'} {self.event} {self.subject}"

"""Rows of requests for identity claims. What a claim issuer checks about a person is kept by it, not here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.accounts import Account, Organisation


class ClaimRequest(models.Model):
    """A wallet's owner asks a claim issuer to attest it, with the card that he has proved to hold."""

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for the claim issuer")
        DRAFTED = "drafted", _("Ready to be signed")
        DECLINED = "declined", _("Declined")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claim_requests")
    wallet = models.CharField(max_length=64)
    card = models.JSONField()
    issuer = models.CharField(max_length=64)
    investor_class = models.CharField(max_length=4)
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    draft = models.CharField(max_length=64, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["issuer", "status", "made_at"], name="claim_request_by_issuer"),
            models.Index(fields=["organisation", "made_at"], name="claim_request_by_asker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["wallet", "issuer"],
                condition=models.Q(status="open"),
                name="one_open_claim_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wallet} asks {self.issuer}"

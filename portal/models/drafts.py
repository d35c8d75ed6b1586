"""Rows of drafts: transactions that wait for several people's signatures. No row here holds a key."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.accounts import Account, Organisation


class Draft(models.Model):
    """A transaction with what its signers are told about it; its id is the ledger's."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("draft", "Open")
        SUBMITTED = "submitted", _("Submitted")
        WITHDRAWN = "withdrawn", pgettext_lazy("draft", "Withdrawn")

    txid = models.CharField(max_length=64, primary_key=True)
    transaction = models.TextField()  # canonical
    notes = models.JSONField(default=list)
    comment = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=16)
    act = models.CharField(max_length=16, blank=True)
    expires = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    refusal = models.CharField(max_length=1_000, blank=True)  # what the node said to the last attempt
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="drafts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="drafts")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["organisation", "status"], name="draft_of_organisation"),
            models.Index(fields=["-made_at"], name="draft_by_time"),
            models.Index(fields=["expires"], name="draft_open", condition=models.Q(status="open")),
        ]

    def __str__(self) -> str:
        return self.txid


class DraftSigner(models.Model):
    """A wallet, or a person's card, whose signature the draft needs or may take: whoever has it sees the draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="signers")
    address = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "address"], name="one_signer_a_draft")]

    def __str__(self) -> str:
        return self.address


class DraftSignature(models.Model):
    """One person's signature over the transaction's id, verified before it was kept."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="signatures")
    card_address = models.CharField(max_length=64)
    card = models.JSONField()
    signature = models.CharField(max_length=128)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "card_address"], name="one_signature_a_card")]

    def __str__(self) -> str:
        return self.card_address


class Application(models.Model):
    """An organisation that asks to be admitted, with the cards that its people made in their own browsers."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="application")
    name = models.CharField(max_length=120)
    lei = models.CharField(max_length=20, blank=True)
    roles = models.JSONField(default=list)
    needed = models.IntegerField(default=1)  # how many of its people sign
    cards = models.JSONField(default=list)  # [{"account", "address", "card"}]
    made_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["made_at"], name="open_applications", condition=models.Q(is_open=True))
        ]

    def __str__(self) -> str:
        return self.name

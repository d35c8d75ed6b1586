"""Rows of address books."""

from django.db import models

from portal.models.accounts import Account, Organisation


class Contact(models.Model):
    """An organisation's own label for an address; nothing but this organisation stands behind it."""

    LABEL_MAX = 80

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    address = models.CharField(max_length=64)
    label = models.CharField(max_length=LABEL_MAX)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["label", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "address"], name="one_label_an_address")
        ]
        indexes = [models.Index(fields=["organisation", "label", "id"], name="contact_by_label")]

    def __str__(self) -> str:
        return self.label

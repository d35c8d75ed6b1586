"""Rows that say which wallets are whose: made by a proof of possession only, and holding no key."""

from django.db import models

from portal.models.accounts import Account, Organisation


class WalletLink(models.Model):
    """This account has proved to hold this wallet; a member of an institution's m-of-n card is one, too."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="wallets")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="wallets")
    address = models.CharField(max_length=64, db_index=True)
    label = models.CharField(max_length=80, blank=True)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "address"], name="one_link_a_wallet")]

    def __str__(self) -> str:
        return self.label or self.address

"""Rows of invitations to a portal."""

from django.db import models

from portal.models.accounts import Account, Organisation


class Invitation(models.Model):
    """A place in an organisation, for whoever has the link; the link's token is kept as its digest only.

    Without an organisation it is an investor's, who asked for it and will be an organisation of one.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    email = models.EmailField()
    mandate = models.CharField(max_length=8, choices=Account.Mandate, default=Account.Mandate.VIEW)
    is_administrator = models.BooleanField(default=False)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.OneToOneField(
        Account, on_delete=models.PROTECT, null=True, related_name="invitation"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.email

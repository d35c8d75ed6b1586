"""Rows of those who sign in: organisations and their people. No row here can sign for a wallet."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Organisation(models.Model):
    """Whom people act for: this node's own institution, another participant, or one investor alone."""

    name = models.CharField(max_length=200)
    # The participant's wallet; of the node's own institution `portal.wallets.address_of` knows it.
    address = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_home = models.BooleanField(default=False)
    is_person = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_home"], condition=models.Q(is_home=True), name="one_home_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Accounts come with their organisation: every page asks for it."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        return super().get_queryset().select_related("organisation")


class Account(AbstractBaseUser):
    """A person of one organisation; what moves securities is signed by wallets, never by an account."""

    class Mandate(models.TextChoices):
        VIEW = "view", pgettext_lazy("mandate", "View")
        PREPARE = "prepare", pgettext_lazy("mandate", "Prepare")
        SIGN = "sign", pgettext_lazy("mandate", "Sign")

    username = models.CharField(_("name"), max_length=150, unique=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="members")
    mandate = models.CharField(max_length=8, choices=Mandate, default=Mandate.VIEW)
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    wants_mail = models.BooleanField(
        default=True
    )  # of what awaits this person, beside the notices on the page
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="one_account_an_email_address"
            )
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_operator(self) -> bool:
        """Administrators of this node's own institution: they admit organisations and read the audit log."""
        return self.is_active and self.is_administrator and self.organisation.is_home

    @property
    def may_look_up(self) -> bool:
        """People of this node's own institution who work on it may look up what it is entitled to see."""
        return self.is_active and self.organisation.is_home and (self.is_administrator or self.may_prepare)

    @property
    def may_prepare(self) -> bool:
        """Whether this person may prepare acts for others to sign; whoever signs may prepare too."""
        return self.is_active and self.mandate in {self.Mandate.PREPARE, self.Mandate.SIGN}

    @property
    def may_sign(self) -> bool:
        """Whether this person may add a wallet's signature for the organisation."""
        return self.is_active and self.mandate == self.Mandate.SIGN

"""How this house uses allauth: what is written down, how secrets rest, and who needs a second factor."""

import base64
import logging
from hashlib import sha256
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import attempts, audit
from portal.models import Account

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-ins are written down; nobody opens an account by allauth's own form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation and by portal.views.joining."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, at the door or when it is asked for again."""
        name = credentials.get("username") or credentials.get("email", "")
        attempts.failed(request, name)
        audit.record(event=audit.Event.SIGN_IN_FAILED, account=name)

    def post_login(self, request: HttpRequest, user: Account, **details: Any) -> HttpResponse:
        """The account is signed in, with its second factor if it has one; its e-mails follow the page's language."""
        attempts.succeeded(request, user.username)
        audit.record(event=audit.Event.SIGNED_IN, account=user.username)
        Account.objects.filter(pk=user.pk).update(language=get_language())
        return super().post_login(request, user, **details)

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        """Whoever shows the password of a closed account is told so, and is not let in."""
        messages.error(request, _("This account is closed. Ask an administrator of your organisation."))
        return redirect("account_login")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """What was changed about the account, to its own address."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that does not answer holds up nobody's work; the log says what was not sent."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.error("%s was not sent: %s", template_prefix, error)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes are no use to whoever has only the database."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it was."""
        return _box().decrypt(encrypted_text.encode()).decode()


def lacks_second_factor(account: Account) -> bool:
    """Whether this account signs or administrates, and on a real network has no second factor yet."""
    if not (settings.SECOND_FACTOR_REQUIRED and (account.may_sign or account.is_administrator)):
        return False
    return not is_mfa_enabled(account)


def listen() -> None:
    """Write down what happens to passwords and second factors."""
    authenticator_added.connect(_factor_added)
    authenticator_reset.connect(_factor_added)
    authenticator_removed.connect(_factor_removed)
    password_changed.connect(_password_changed)
    password_reset.connect(_password_changed)


def _factor_added(sender: object, user: Account, authenticator: Any, **_: object) -> None:
    audit.record(event=audit.Event.FACTOR_ADDED, account=user.username, kind=authenticator.type)


def _factor_removed(sender: object, user: Account, authenticator: Any, **_: object) -> None:
    audit.record(event=audit.Event.FACTOR_REMOVED, account=user.username, kind=authenticator.type)


def _password_changed(sender: object, user: Account, **_: object) -> None:
    audit.record(event=audit.Event.PASSWORD_CHANGED, account=user.username)


def _box() -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(sha256(b"tallystick/second-factor " + settings.SECRET_KEY.encode()).digest())
    )

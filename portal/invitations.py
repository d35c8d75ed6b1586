"""Invitations: a link with a one-time token, for one e-mail address, that makes one account within a week."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db.transaction import atomic
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from portal import audit, mail
from portal.models import Account, Invitation, Organisation

LASTS: Final = timedelta(days=7)


def invite(
    *, by: Account, organisation: Organisation, email: str, mandate: str, is_administrator: bool
) -> tuple[str, bool]:
    """The link for this person, and whether the mail server took it; earlier links for the address end."""
    place = {"organisation": organisation, "mandate": mandate, "is_administrator": is_administrator}
    with atomic():
        link = _make(email=email, made_by=by, **place)
        audit.record(
            event=audit.Event.INVITED,
            account=by.username,
            subject=email,
            organisation=organisation.name,
            mandate=mandate,
        )
    facts = {"link": link, "by": by.username, "organisation": organisation.name}
    return link, mail.send(to=email, language=get_language(), about="invitation", **facts)


def ask(*, email: str) -> str:
    """The link for an investor who asks for an account; where there is one, the mail says that and no link works."""
    if Account.objects.filter(email__iexact=email).exists():
        mail.send(to=email, language=get_language(), about="account_exists")
        return _link(secrets.token_urlsafe(24))
    link = _make(email=email, mandate=Account.Mandate.SIGN)
    mail.send(to=email, language=get_language(), about="joining", link=link)
    return link


def find(token: str) -> Invitation | None:
    """The invitation that this link opens now."""
    open_ones = Invitation.objects.filter(accepted_by=None, expires_at__gt=timezone.now())
    return open_ones.select_related("organisation").filter(digest=_digest(token)).first()


def accept(*, invitation: Invitation, username: str, password: str) -> Account:
    """The new account, at its place; an investor's organisation is made with it."""
    with atomic():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk, accepted_by=None)
        place = row.organisation or Organisation.objects.create(name=username, is_person=True)
        account = Account(
            username=username,
            email=row.email,
            organisation=place,
            mandate=row.mandate,
            is_administrator=row.is_administrator,
            language=get_language(),
        )
        account.set_password(password)
        account.save()
        Invitation.objects.filter(pk=row.pk).update(accepted_by=account)
        audit.record(event=audit.Event.JOINED, account=username, organisation=place.name, mandate=row.mandate)
    return account


def _make(*, email: str, **place: object) -> str:
    token, now = secrets.token_urlsafe(24), timezone.now()
    Invitation.objects.filter(
        email__iexact=email, accepted_by=None, organisation=place.get("organisation")
    ).delete()
    Invitation.objects.create(
        email=email, digest=_digest(token), made_at=now, expires_at=now + LASTS, **place
    )
    return _link(token)


def _link(token: str) -> str:
    return settings.ORIGIN + reverse("invitation", kwargs={"token": token})


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()

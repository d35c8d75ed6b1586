"""`manage.py create_people < people.json`: a demonstration's accounts, each with a wallet's proof of possession."""

import sys

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.db.transaction import atomic

from ledger.api.callers import Possession
from ledger.protocol.reasons import Rejected
from portal import audit, wallets
from portal.models import Account, Organisation
from portal.node import this_node
from portal.organisations import home_organisation


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another organisation than the node's own; without an address, an investor's."""

    name: str
    address: str


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account."""

    name: str
    password: str
    mandate: str
    is_administrator: bool
    organisation: Place | None
    label: str
    proof: Possession


class Command(BaseCommand):
    """Repeatable: who is there already keeps the account."""

    help = "Create the accounts described by JSON on standard input; only on a chain whose label begins with demo-."

    def handle(self, *_args: str, **_options: object) -> None:
        if not this_node().is_demonstration:
            raise CommandError("Accounts are made by invitation here: this is no demonstration.")
        for wanted in msgspec.json.decode(sys.stdin.buffer.read(), type=list[Wanted]):
            try:
                with atomic():
                    wallets.link(account=_account(wanted), proof=wanted.proof, label=wanted.label)
            except Rejected as refusal:
                raise CommandError(f"{wanted.name}: {refusal.detail}") from None
        self.stdout.write(f"{Account.objects.count()} accounts on this portal.")


def _account(wanted: Wanted) -> Account:
    account = Account.objects.filter(username=wanted.name).first()
    if account is not None and account.check_password(wanted.password):
        return account
    account = account or Account(username=wanted.name, email=f"{wanted.name}@{this_node().name}.example")
    account.organisation = _organisation(wanted.organisation)
    account.mandate, account.is_administrator = wanted.mandate, wanted.is_administrator
    account.set_password(wanted.password)
    account.save()
    audit.record(event=audit.Event.CREATED, account=account.username, mandate=account.mandate)
    return account


def _organisation(place: Place | None) -> Organisation:
    if place is None:
        return home_organisation()
    known = {"address": place.address or None, "is_person": not place.address}
    return Organisation.objects.get_or_create(name=place.name, defaults=known)[0]

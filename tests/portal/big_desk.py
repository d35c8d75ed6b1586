"""Portal rows in bulk, of each kind that a list shows: accounts, organisations, notices, contacts, drafts, requests."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.models import (
    Account,
    ClaimRequest,
    Contact,
    Draft,
    DraftSigner,
    Invitation,
    Notice,
    Organisation,
    WalletLink,
)
from tests.ledger.world import NodeTown
from tests.portal.big import wallet
from tests.portal.conftest import organisation, signed_in
from tests.portal.desk import desk_places, institution_of

FEW: Final = 1
MANY: Final = 3_000
INVESTOR: Final = "inga"


def move_in(town: NodeTown) -> dict[str, Client]:
    """People of the issuer, the claim issuer, the regulator, and an investor; one thing of each kind is there."""
    desk_places(town)
    own = organisation("Inga", is_person=True)
    people = {INVESTOR: signed_in(INVESTOR, "sign", own)}
    WalletLink.objects.create(
        account=Account.objects.get(username=INVESTOR),
        organisation=own,
        address=wallet(77),
        linked_at=timezone.now(),
    )
    for name in ("issuer", "house", "regulator"):
        people[name] = signed_in(f"{name} of the big ledger", "sign", institution_of(town, name))
    fill(town, "first", FEW)
    return people


def fill(town: NodeTown, batch: str, count: int) -> None:
    """So many more of each kind, for everybody who has an account by now."""
    people = list(Account.objects.all())
    for each in people:
        _things_of(each, batch, count)
    home = Account.objects.get(username="olga")
    _members(home, batch, count)
    _drafts(Account.objects.get(username="ida"), batch, count)
    _claim_requests(town, Account.objects.get(username=INVESTOR), batch, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _things_of(account: Account, batch: str, count: int) -> None:
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            account=account,
            kind="units-received",
            subject=f"{batch} {number}",
            facts={"about": "X"},
            made_at=now,
        )
        for number in range(count)
    )
    Contact.objects.bulk_create(
        (
            Contact(
                organisation=account.organisation, address=f"{batch}{number}", label=f"{batch} {number}",
                made_by=account, made_at=now,
            )
            for number in range(count)
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _members(home: Account, batch: str, count: int) -> None:
    now = timezone.now()
    Account.objects.bulk_create(
        Account(username=f"{batch} {number}", organisation=home.organisation) for number in range(count)
    )
    Organisation.objects.bulk_create(Organisation(name=f"{batch} {number}") for number in range(count))
    Invitation.objects.bulk_create(
        Invitation(
            organisation=home.organisation, email=f"{batch}{number}@people.example", made_by=home,
            digest=f"{batch} {number}".encode(), made_at=now, expires_at=now + timedelta(days=7),
        )
        for number in range(count)
    )  # fmt: skip


def _drafts(author: Account, batch: str, count: int) -> None:
    """Copies of the one that is there, most of them submitted long ago."""
    known = Draft.objects.prefetch_related("signers").filter(made_by=author).first()
    assert known is not None
    signers = [each.address for each in known.signers.all()]
    made = [
        Draft(
            txid=sha256(f"{batch} {number}".encode()).hexdigest(), transaction=known.transaction,
            kind=known.kind, act=known.act, expires=known.expires, made_by=author,
            organisation=known.organisation, made_at=timezone.now(),
            status=Draft.Status.OPEN if number < 100 else Draft.Status.SUBMITTED,
        )
        for number in range(count)
    ]  # fmt: skip
    Draft.objects.bulk_create(made)
    DraftSigner.objects.bulk_create(
        DraftSigner(draft=each, address=address) for each in made for address in signers
    )


def _claim_requests(town: NodeTown, asker: Account, batch: str, count: int) -> None:
    now = timezone.now()
    ClaimRequest.objects.bulk_create(
        ClaimRequest(
            account=asker, organisation=asker.organisation, wallet=f"{batch} {number}", card={},
            issuer=town.house.address, investor_class="RETL", country="DE", made_at=now,
        )
        for number in range(count)
    )  # fmt: skip

"""Applications for admission: an organisation names itself, its people hand in the cards that they made themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from django.db.transaction import atomic
from django.utils import timezone
from msgspec import Meta

from ledger.protocol.encoding import check_text
from ledger.protocol.identifiers import check_lei
from ledger.protocol.keys import Card, MultiCard, SingleCard, address, check_card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Strict
from ledger.selectors.records import records_with
from portal import audit, parties
from portal.models import Account, Application, Organisation
from portal.wallets import address_of

OPEN_TO: Final = ("bank", "broker", "ccp", "claim_issuer", "exchange", "issuer", "notary", "observer")
PEOPLE_MOST: Final = 16


class Candidature(Strict):
    """The body of POST participants/application/: who it is, and one person's card."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    roles: Annotated[tuple[str, ...], Meta(min_length=1, max_length=8)]
    needed: Annotated[int, Meta(ge=1, le=PEOPLE_MOST)]
    card: SingleCard
    lei: Annotated[str, Meta(pattern=r"^(?:[A-Z0-9]{18}[0-9]{2})?\Z")] = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom the depository is about to admit: for the first time, or again after a suspension."""

    act: dict[str, Any]  # the fields of the act; a newcomer's holder number the page draws
    people: list[dict[str, str]]  # their accounts, where this portal knows them, and their cards' addresses
    applied_by: str
    is_ready: bool
    is_back: bool = False


def hand_in(*, account: Account, asked: Candidature) -> Application:
    """Keep what the organisation says of itself, and this person's card among its people's."""
    _check(account, asked)
    mine = {
        "account": account.username,
        "address": address(asked.card),
        "card": msgspec.to_builtins(asked.card),
    }
    with atomic():
        row, _made = Application.objects.select_for_update().get_or_create(
            organisation=account.organisation, defaults={"name": asked.name, "made_at": timezone.now()}
        )
        others = [each for each in row.cards if each["account"] != mine["account"]]
        others = [each for each in others if each["address"] != mine["address"]]
        if len(others) >= PEOPLE_MOST:
            raise Rejected(Reason.OVERSIZED, "card", f"A wallet has at most {PEOPLE_MOST} people.")
        row.cards = [*others, mine]
        row.name, row.lei, row.roles = asked.name, asked.lei, sorted(set(asked.roles))
        row.needed = asked.needed
        row.save()
        audit.record(event=audit.Event.APPLIED, account=account.username, subject=mine["address"])
    return row


def card_of(row: Application) -> Card:
    """The card that the organisation would sign by: one person's, or the joint one of its people."""
    cards = [msgspec.convert(each["card"], SingleCard) for each in row.cards]
    if len(cards) == 1:
        return cards[0]
    return MultiCard(m=min(row.needed, len(cards)), cards=tuple(sorted(cards, key=address)))


def is_ready(row: Application) -> bool:
    """Whether as many people have handed in their card as have to sign."""
    return len(row.cards) >= max(1, row.needed)


def act_of(row: Application) -> dict[str, Any]:
    """The fields of the act by which it would be admitted, but for the holder number, which the CSD's page draws."""
    card = card_of(row)
    said: dict[str, Any] = {
        "card": msgspec.to_builtins(card),
        "name": row.name,
        "roles": row.roles,
        "wallet": address(card),
    }
    return said | ({"lei": row.lei} if row.lei else {})


def newcomer(row: Application) -> Candidate:
    """As the application has it."""
    return Candidate(act_of(row), row.cards, str(row.organisation), is_ready(row))


def suspended(wallet: str) -> Candidate | None:
    """A participant whose roles rest, as it was admitted before; None if there is none such. Two queries."""
    party = parties.party(wallet)
    if party is None or party.status != "suspended":
        return None
    found = records_with([f"participant/{wallet}", f"wallet/{wallet}"])
    said, holder = found[f"participant/{wallet}"].value, found[f"wallet/{wallet}"].value["holder"]
    act = {"card": party.card, "holder": holder, "name": party.name, "roles": said["roles"], "wallet": wallet}
    act |= {"lei": said["lei"]} if said.get("lei") else {}
    return Candidate(act, [{"address": each} for each in party.people], "", is_ready=True, is_back=True)


def settle(rows: Iterable[Application]) -> None:
    """Close the applications of those who were admitted since, and note the wallet of each."""
    wallets = {address(card_of(row)): row for row in rows if row.cards}
    admitted = records_with([f"participant/{wallet}" for wallet in wallets])
    for key in admitted:
        wallet = key.partition("/")[2]
        row = wallets[wallet]
        with atomic():
            Organisation.objects.filter(pk=row.organisation_id, address=None).update(address=wallet)
            Application.objects.filter(pk=row.pk).update(is_open=False)


def _check(account: Account, asked: Candidature) -> None:
    if address_of(account.organisation) is not None:
        raise Rejected(
            Reason.ALREADY_COMMITTED, "organisation", "Your organisation is a participant already."
        )
    if not account.may_sign:
        raise Rejected(Reason.WRONG_ROLE, "account", "Only people with the mandate to sign hand in a card.")
    check_card(asked.card)
    check_text(asked.name, "name")
    if asked.lei:
        check_lei(asked.lei)
    if wrong := sorted(set(asked.roles) - set(OPEN_TO)):
        raise Rejected(
            Reason.WRONG_ROLE, "roles", f"Nobody applies for the role {wrong[0]}: choose another one."
        )

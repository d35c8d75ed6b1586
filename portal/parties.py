"""Institutions of the ledger as the desk needs them: who they are, their cards, whom documents are sealed for."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import Http404, HttpRequest

from ledger import selectors
from ledger.protocol.keys import Card, MultiCard, address
from ledger.selectors.proposals import ProposalView
from ledger.selectors.records import records, records_with
from portal import audit
from portal.models import Account
from portal.purposes import purpose_of
from portal.supervision import Look, is_supervisor, own_work
from portal.wallets import address_of, addresses_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """A participant with its card in force."""

    address: str
    name: str
    roles: tuple[str, ...]
    status: str
    card: Json

    @property
    def people(self) -> list[str]:
        """The addresses of the single cards that sign for it."""
        card = msgspec.convert(self.card, Card)  # type: ignore[arg-type]
        return [address(each) for each in card.cards] if isinstance(card, MultiCard) else [address(card)]

    def sealed_for(self) -> Json:
        """What the page needs to seal a document for it."""
        seals = [view.value for view in records(f"seal/{self.address}/", limit=100)]
        return {"address": self.address, "name": self.name, "card": self.card, "seals": seals}


def party(wallet: str) -> Party | None:
    """The participant with this wallet; one query."""
    return parties([wallet]).get(wallet)


def parties(wallets: list[str]) -> dict[str, Party]:
    """Those of these wallets that are participants'; one query."""
    found = records_with([f"{family}/{each}" for each in wallets for family in ("participant", "wallet")])
    return {
        each: _party(each, found[f"participant/{each}"].value, found[f"wallet/{each}"].value)
        for each in wallets
        if f"participant/{each}" in found and f"wallet/{each}" in found
    }


def with_role(role: str) -> list[Party]:
    """The active participants with this role, by name; two queries."""
    views = selectors.participants(limit=1_000)
    wanted = [view.key.partition("/")[2] for view in views if role in view.value["roles"]]
    found = [each for each in parties(wanted).values() if each.status == "active"]
    return sorted(found, key=lambda each: each.name)


def own_party(account: Account, role: str = "") -> Party | None:
    """The account's organisation as a participant, active and with this role if one is asked for."""
    own = address_of(account.organisation)
    found = party(own) if own else None
    if found is None or (role and (role not in found.roles or found.status != "active")):
        return None
    return found


def look_at(request: HttpRequest, view: ProposalView, page: int = 1) -> Look | None:
    """The supervisor's look that this is, written down with its purpose; None for the other parties to the proposal.

    404 for whoever is neither; PurposeNeeded where the supervisor is not named in it and has not said why.
    The page's live part asks again every few seconds: that goes on with the look, and is not written down again.
    """
    look = _look(request, view)
    if look and not request.htmx:
        audit.record(
            event=audit.Event.REQUEST_VIEWED,
            account=request.user.username,
            subject=view.id,
            page=page,
            purpose=look.purpose,
        )
    return look


def _look(request: HttpRequest, view: ProposalView) -> Look | None:
    account, act = request.user, view.value["act"]
    involved = {view.value["proposer"], *view.value["approvers"].values(), act.get("wallet")}
    if involved & addresses_of(account):
        own = address_of(account.organisation)
        return own_work(view, own) if own and is_supervisor(own) else None
    if not (account.may_look_up and is_supervisor()):
        raise Http404
    purpose = purpose_of(request, view.id)
    return Look(purpose, purpose)


def _party(wallet: str, participant: Json, record: Json) -> Party:
    roles = tuple(participant["roles"])
    return Party(wallet, participant["name"], roles, participant["status"], record["card"])

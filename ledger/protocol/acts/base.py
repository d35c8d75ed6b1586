"""What every act has in common: who proposes it, who approves it, what it does in the end."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import Struct

from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import Card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    ApproverRole,
    Instrument,
    Participant,
    Role,
    instrument_key,
    participant_key,
)
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.values import Strict


class Act(Strict, tag_field="act"):
    """An act that needs several institutions' signatures; carried by a proposal."""

    proposer_role: ClassVar[Role] = "issuer"
    first_version: ClassVar[int] = 1
    approver_roles: ClassVar[tuple[ApproverRole, ...]] = ("notary", "regulator")

    def check_in_force(self, version: int) -> None:
        """Refuse the act, or what it may hold, in protocol versions that do not have it."""
        if version < self.first_version:
            raise Rejected(Reason.MALFORMED, "body.act", f"There is no such act in version {version}.")

    def check_form(self) -> None:
        """Refuse what no state could make right."""

    def signers(self, state: State) -> set[str]:
        """Wallets that sign the proposal besides its proposer."""
        return set()

    def new_cards(self) -> tuple[Card, ...]:
        """Cards that sign the proposal to show that their owner has the keys."""
        return ()

    def needs(self, state: State) -> Needs:
        """What `execute` is going to look at, as far as that is known by now."""
        return Needs()

    def execute(self, turn: Turn, proposal: "Case") -> Delta:
        """What the act changes; refused where the state does not allow it."""
        raise AssertionError(f"{type(self).__name__} does nothing")


class Case(Struct, frozen=True):
    """Who is behind an act: what it may rely on when it is judged or executed."""

    id: str
    proposer: str
    approvers: dict[str, str]


def basis_of(act: Any) -> str:
    """What an approval names as judged: the digest of the act."""
    return digest("tallystick/act/1", canonical(act)).hex()


def active(state: State, address: str, role: Role) -> Participant | None:
    """The participant with this role, if it is admitted and not suspended."""
    participant = state.find(participant_key(address), Participant)
    ok = participant is not None and participant.status == "active" and role in participant.roles
    return participant if ok else None


def check_active(state: State, address: str, role: Role, field: str) -> None:
    """Refuse an address that is no active participant with this role."""
    if active(state, address, role) is None:
        raise Rejected(
            Reason.NOT_A_PARTICIPANT, field, f"{address} is no active participant with role {role}."
        )


def own_instrument(turn: Turn, isin: str, version: int, issuer: str) -> Instrument:
    """The issuer's own instrument at the version that was judged, open for acts."""
    instrument = turn.state.get(instrument_key(isin), Instrument, field="body.act.isin")
    record = turn.state.record(instrument_key(isin))
    if instrument.issuer != issuer:
        raise Rejected(
            Reason.NOT_A_PARTICIPANT, "body.proposer", f"{isin} belongs to {instrument.issuer}, its issuer."
        )
    if record is None or record.version != version:
        raise Rejected(Reason.STALE_BASIS, "body.act.version")
    if instrument.status != "active":
        raise Rejected(Reason.INSTRUMENT_CLOSED, "body.act.isin")
    return instrument


def check_sorted(items: Sequence[str], field: str) -> None:
    """Refuse a list that is not in byte order or has an item twice."""
    if sorted(set(items)) != list(items):
        raise Rejected(Reason.MALFORMED, field, "The items must be sorted and distinct.")

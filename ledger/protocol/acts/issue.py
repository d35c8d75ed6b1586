"""What registration and increase share: first holders, listed in the act or committed to as a long list."""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol.acts.base import Case
from ledger.protocol.encoding import INT_MAX, Hex32, Positive
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Allotment
from ledger.protocol.rules import move
from ledger.protocol.state import Delta, Turn
from ledger.protocol.values import OUTPUTS_MAX, Address, Output, Strict, Time

CHUNK_OUTPUTS: Final = 500
CHUNKS_MAX: Final = 2_000  # a list of a million rows


class FirstHolder(Strict):
    """One line of a register: what this wallet gets."""

    owner: Address
    quantity: Positive
    locked_until: Time | None = None


class HolderList(Strict):
    """A register too long for one transaction: the Merkle root over its chunks of 500 outputs."""

    chunks: Annotated[int, Meta(ge=1, le=CHUNKS_MAX)]
    root: Hex32


Holders = Annotated[tuple[FirstHolder, ...], Meta(min_length=1, max_length=OUTPUTS_MAX)]


def check_holders(quantity: int, holders: Sequence[FirstHolder] | None, list: HolderList | None) -> None:
    """Refuse both or neither of holders and list, and holders whose sum is not the quantity."""
    if (holders is None) == (list is None):
        raise Rejected(Reason.MALFORMED, "body.act.holders", "Give either holders or list.")
    if holders is not None and (total := sum(line.quantity for line in holders)) != quantity:
        raise Rejected(
            Reason.HOLDERS_DO_NOT_ADD_UP,
            "body.act.holders",
            f"The holders have {total} units together; the act says {quantity}.",
        )
    if list is not None and not (list.chunks - 1) * CHUNK_OUTPUTS < quantity:
        raise Rejected(Reason.MALFORMED, "body.act.list.chunks", "More chunks than units.")


def outputs_of(asset: str, holders: Sequence[FirstHolder]) -> list[Output]:
    """The outputs that these holders get, in order."""
    return [
        Output(asset=asset, owner=line.owner, quantity=line.quantity, locked_until=line.locked_until)
        for line in holders
    ]


def check_room(turn: Turn, asset: str, quantity: int, authorised: int) -> None:
    """Refuse to issue more than is authorised, what is still being allotted included."""
    pending = turn.state.counter(f"promised/{asset}")
    issued = turn.state.counter(f"issued/{asset}")
    if issued + pending + quantity > authorised or authorised > INT_MAX:
        raise Rejected(
            Reason.OVER_ISSUE,
            "body.act.quantity",
            f"{issued + pending} issued and {quantity} more exceed the {authorised} authorised.",
        )


def issue(
    turn: Turn,
    case: Case,
    asset: str,
    quantity: int,
    delta: Delta,
    *,
    holders: Sequence[FirstHolder] | None,
    list: HolderList | None,
    initial: bool,
) -> None:
    """Enter the holders at once, or open the allotment that will."""
    if holders is not None:
        move(turn, {}, outputs_of(asset, holders), delta)
        return
    assert list is not None
    delta.written[f"allotment/{case.id}"] = Allotment(
        allotted=0,
        asset=asset,
        chunks=list.chunks,
        initial=initial,
        issuer=case.proposer,
        next=0,
        quantity=quantity,
        root=list.root,
    )
    delta.count(f"promised/{asset}", quantity)

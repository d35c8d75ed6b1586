"""FRONT DOOR of consensus: `apply(state, event)` gives the next state and what to send, and does no more."""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from ledger.protocol.consensus.events import (
    Begun,
    BlockChecked,
    CertificateReceived,
    Event,
    HeightStarted,
    PolkaReceived,
    ProposalReceived,
    Send,
    TimeoutFired,
    ValueBuilt,
    VoteReceived,
)
from ledger.protocol.consensus.messages import NIL, NO_ROUND
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.consensus.rules import RULES, precommit, prevote, propose, start_round
from ledger.protocol.consensus.state import CheckedBlock, State
from ledger.protocol.consensus.votes import Moved, keep_certificate, keep_proposal, keep_vote, mentioned


def apply(state: State, event: Event) -> Moved:
    """What one event leads to. An event that does not fit (stale, repeated) gives back `state` itself."""
    if state.step in ("decided", "halted") and not isinstance(event, HeightStarted):
        return state, ()
    moved, sends = _HANDLERS[type(event)](state, event)
    if moved is state:
        return state, ()
    return _settle(moved, sends)


def wanted(state: State) -> tuple[str, ...]:
    """The blocks that somebody named and that are not checked here, sorted: give BlockChecked for each."""
    if state.step in ("decided", "halted"):
        return ()
    return tuple(block for block in mentioned(state) if block not in state.blocks)


def _settle(state: State, sends: tuple[Send, ...]) -> Moved:
    """Apply the first rule that fits until none does: a new step may fit what was said long ago."""
    while state.step not in ("decided", "halted"):
        moved = next((moved for rule in RULES if (moved := rule(state)) is not None), None)
        if moved is None:
            break
        state, sends = moved[0], sends + moved[1]
    return state, sends


def _on_height_started(state: State, event: HeightStarted) -> Moved:
    if event.height <= state.height:
        return state, ()
    return State(state.chain, state.me, event.height, event.validators, event.timeouts), ()


def _on_begun(state: State, event: Begun) -> Moved:
    """L10."""
    if event.height != state.height or state.step != "new":
        return state, ()
    return start_round(state, 0)


def _on_proposal(state: State, event: ProposalReceived) -> Moved:
    return keep_proposal(state, event.signed)


def _on_vote(state: State, event: VoteReceived) -> Moved:
    return keep_vote(state, event.signed)


def _on_certificate(state: State, event: PolkaReceived | CertificateReceived) -> Moved:
    return keep_certificate(state, event.certificate)


def _on_block(state: State, event: BlockChecked) -> Moved:
    if event.block not in wanted(state):
        return state, ()
    return _with_block(state, event.block, CheckedBlock(event.fresh_from, event.valid)), ()


def _on_value(state: State, event: ValueBuilt) -> Moved:
    """L18-L19."""
    current = (event.height, event.round) == (state.height, state.round) and state.step == "propose"
    mine = current and proposer(state.validators, state.height, state.round) == state.me
    if not mine or 19 in state.done:
        return state, ()
    return propose(_with_block(state, event.block, CheckedBlock(state.me, True)), event.block, NO_ROUND)


def _on_timeout(state: State, event: TimeoutFired) -> Moved:
    """L57-L67. A timer of another height, round or step is stale."""
    if (event.height, event.round) != (state.height, state.round):
        return state, ()
    if event.kind == "propose" and state.step == "propose":
        return prevote(state, NIL)
    if event.kind == "prevote" and state.step == "prevote":
        return precommit(state, NIL)
    if event.kind == "precommit":
        return start_round(state, state.round + 1)
    return state, ()


def _with_block(state: State, block: str, checked: CheckedBlock) -> State:
    if block in state.blocks:
        return state
    return replace(state, blocks={**state.blocks, block: checked})


_HANDLERS: Final[dict[type[Event], Callable[[State, Any], Moved]]] = {
    HeightStarted: _on_height_started,
    Begun: _on_begun,
    ProposalReceived: _on_proposal,
    VoteReceived: _on_vote,
    PolkaReceived: _on_certificate,
    CertificateReceived: _on_certificate,
    BlockChecked: _on_block,
    ValueBuilt: _on_value,
    TimeoutFired: _on_timeout,
}

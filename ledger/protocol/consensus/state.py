"""What one validator knows of the height in progress: a frozen value with one canonical JSON form."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.protocol.consensus.events import Timeouts
from ledger.protocol.consensus.messages import (
    Certificate,
    Name,
    PolRound,
    SignedProposal,
)
from ledger.protocol.encoding import Count

# new: the height has not begun. decided, halted: nothing moves before the next height starts.
Step = Literal["new", "propose", "prevote", "precommit", "decided", "halted"]

# block ("" is nil) -> validator -> signature. An equivocator stands under each value that it voted for.
Tally = dict[str, dict[str, str]]


class Polka(Struct, frozen=True, forbid_unknown_fields=True):
    """A block and the round in which a quorum prevoted it."""

    block: str
    round: Count


class CheckedBlock(Struct, frozen=True, forbid_unknown_fields=True):
    """Our verdict on a block, and who may propose it as new."""

    fresh_from: str
    valid: bool


class Round(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that was said in one round."""

    round: Count
    proposals: tuple[SignedProposal, ...] = ()
    prevotes: Tally = {}
    precommits: Tally = {}


class State(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One validator (or observer: `me` is then not among the validators) at one height."""

    chain: str
    me: str
    height: Count = 0
    validators: tuple[Name, ...] = ()
    timeouts: Timeouts = Timeouts()
    round: PolRound = -1
    step: Step = "new"
    locked: Polka | None = None
    valid: Polka | None = None
    rounds: tuple[Round, ...] = ()  # ascending
    blocks: dict[str, CheckedBlock] = {}
    done: tuple[Count, ...] = ()  # the paper's lines that already ran in this round and may run only once
    decision: Certificate | None = None


def find_round(state: State, number: int) -> Round:
    """What was said in this round; empty when nothing was."""
    for round_ in state.rounds:
        if round_.round == number:
            return round_
    return Round(number)


def with_round(state: State, changed: Round) -> State:
    """The state with this round put in its place."""
    before = tuple(round_ for round_ in state.rounds if round_.round < changed.round)
    after = tuple(round_ for round_ in state.rounds if round_.round > changed.round)
    return replace(state, rounds=(*before, changed, *after))

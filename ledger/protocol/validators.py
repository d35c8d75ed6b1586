"""Which validators vote at which height: the network's newest set, and a record for every set that ever was."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Validator, ValidatorSet
from ledger.protocol.state import Delta, State, Turn

FEWEST: Final = 4  # one of them may fail
MOST: Final = 64  # as many as can sign one transaction
AHEAD: Final = 2  # heights: the header between names the new set, by the certificate of the old one


def set_key(since: int) -> str:
    """The record of the set that votes from this height on."""
    return f"validators/{since}"


def validators_at(state: State, height: int) -> tuple[Validator, ...]:
    """Who votes at this height, which may be any up to the one after the state's next block."""
    network = state.network
    validators, since = network.validators, network.validators_from or 1
    while since > height:
        now = state.find(set_key(since), ValidatorSet)
        assert now is not None and now.previous is not None, f"no set before {since}"
        before = state.find(set_key(now.previous), ValidatorSet)
        assert before is not None, f"no {set_key(now.previous)}"
        since, validators = now.previous, before.validators
    return validators


def check_settled(turn: Turn) -> None:
    """Refuse a change while another has not come into force."""
    if (turn.state.network.validators_from or 1) > turn.height:
        raise Rejected(Reason.BAD_CHANGE, "body.act", "Another change of validators is on its way.")


def check_set(validators: Sequence[Validator]) -> None:
    """Refuse a set in which two share a name or a key, or that is too small or too large."""
    for values in ([each.name for each in validators], [each.node_key for each in validators]):
        if len(set(values)) != len(values):
            raise Rejected(Reason.BAD_CHANGE, "body.act", "Another validator has that name or node key.")
    if not FEWEST <= len(validators) <= MOST:
        sentence = f"There would be {len(validators)} validators; {FEWEST} to {MOST} are allowed."
        raise Rejected(Reason.BAD_CHANGE, "body.act", sentence)


def change(turn: Turn, validators: tuple[Validator, ...]) -> Delta:
    """The set that votes from the height after the next; the records keep what was before it."""
    network, since = turn.state.network, turn.height + AHEAD
    delta = Delta()
    delta.written["network"] = replace(network, validators=validators, validators_from=since)
    if network.validators_from is None:  # the set of genesis gets its record when it has a successor
        delta.written[set_key(1)] = ValidatorSet(validators=network.validators)
    delta.written[set_key(since)] = ValidatorSet(validators=validators, previous=network.validators_from or 1)
    return delta

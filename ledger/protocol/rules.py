"""Instrument rules and counters: what every movement of units must respect (protocol.md sections 4 and 8)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    Claim,
    ClaimRule,
    Instrument,
    Wallet,
    claim_key,
    instrument_key,
    wallet_key,
)
from ledger.protocol.state import Delta, Entry, Needs, State, Turn
from ledger.protocol.values import Output, isin_of


def needs_of(state: State, spent: Iterable[Entry | None], created: Iterable[Output]) -> Needs:
    """What `move` is going to look at, as far as that is known by now."""
    needs = Needs()
    outputs = [entry.output for entry in spent if entry is not None]
    for output in [*outputs, *created]:
        needs.records |= {instrument_key(isin_of(output.asset)), wallet_key(output.owner)}
        needs.counters |= {f"holders/{output.asset}", f"issued/{output.asset}"}
        if wallet := state.known(wallet_key(output.owner), Wallet):
            needs.counters.add(f"position/{output.asset}/{wallet.holder}")
        instrument = state.known(instrument_key(isin_of(output.asset)), Instrument)
        if instrument and instrument.rules.claims:
            needs.records |= {claim_key(issuer, output.owner) for issuer in instrument.rules.claims.issuers}
    return needs


def move(turn: Turn, spent: dict[str, Output], created: Sequence[Output], delta: Delta) -> None:
    """Enter the movement in `delta` and refuse it where a rule binds a receiver.

    Receivers get more of an asset than they gave: a unit of one's own among the inputs opens no door.
    """
    changes = enter(turn, spent, created, delta)
    gained: Counter[tuple[str, str]] = Counter()
    for output in created:
        gained[output.asset, output.owner] += output.quantity
    for output in spent.values():
        gained[output.asset, output.owner] -= output.quantity
    for index, output in enumerate(created):
        if gained[output.asset, output.owner] > 0:
            field = f"outputs[{index}].owner"
            check_receiver(turn, output, field)
            _check_limits(turn, output, changes, delta, field)


def enter(
    turn: Turn, spent: dict[str, Output], created: Sequence[Output], delta: Delta
) -> Counter[tuple[str, str]]:
    """Enter the movement and its counters, no rule asked; returns the change per (asset, holder)."""
    for index, output in enumerate(created):
        if turn.state.record(wallet_key(output.owner)) is None:
            raise Rejected(Reason.WALLET_UNKNOWN, f"outputs[{index}].owner")
    changes = _count(turn.state, spent.values(), created, delta)
    delta.spent += spent
    delta.created += created
    return changes


def check_receiver(turn: Turn, output: Output, field: str) -> None:
    """Refuse an owner who may not receive: no wallet record, or no claim that the instrument accepts."""
    if turn.state.record(wallet_key(output.owner)) is None:
        raise Rejected(Reason.WALLET_UNKNOWN, field)
    instrument = instrument_of(turn.state, output.asset)
    rule = instrument.rules.claims
    if rule and output.owner != instrument.issuer and not _has_claim(turn, output.owner, rule):
        raise Rejected(Reason.NOT_ELIGIBLE, field)


def instrument_of(state: State, asset: str) -> Instrument:
    """The instrument of an asset; refused if there is none."""
    instrument = state.find(instrument_key(isin_of(asset)), Instrument)
    if instrument is None:
        raise Rejected(Reason.UNKNOWN_RECORD, "outputs.asset", f"There is no instrument for {asset}.")
    return instrument


def _has_claim(turn: Turn, wallet: str, rule: ClaimRule) -> bool:
    claims = (turn.state.find(claim_key(issuer, wallet), Claim) for issuer in rule.issuers)
    return any(claim is not None and _fits(claim, rule, turn.time) for claim in claims)


def _fits(claim: Claim, rule: ClaimRule, time: int) -> bool:
    return (
        claim.status == "valid"
        and claim.until > time
        and (rule.countries is None or claim.country in rule.countries)
        and (rule.classes is None or claim.investor_class in rule.classes)
    )


def _count(
    state: State, spent: Iterable[Output], created: Iterable[Output], delta: Delta
) -> Counter[tuple[str, str]]:
    """Enter the change of every counter; returns the change per (asset, holder)."""
    changes: Counter[tuple[str, str]] = Counter()
    for output in spent:
        changes[output.asset, state.holder_of(output.owner)] -= output.quantity
    for output in created:
        changes[output.asset, state.holder_of(output.owner)] += output.quantity
    for (asset, holder), change in changes.items():
        if change:
            before = state.counter(f"position/{asset}/{holder}")
            delta.count(f"position/{asset}/{holder}", change)
            delta.count(f"issued/{asset}", change)
            delta.count(f"holders/{asset}", (before + change > 0) - (before > 0))
    delta.counted = {name: change for name, change in delta.counted.items() if change}
    return changes


def _check_limits(
    turn: Turn, output: Output, changes: Counter[tuple[str, str]], delta: Delta, field: str
) -> None:
    instrument = instrument_of(turn.state, output.asset)
    if output.owner == instrument.issuer:
        return
    holder = turn.state.holder_of(output.owner)
    position = turn.state.counter(f"position/{output.asset}/{holder}") + changes[output.asset, holder]
    limit = instrument.rules.max_per_holder
    if limit is not None and position > limit and changes[output.asset, holder] > 0:
        raise Rejected(Reason.OVER_HOLDER_LIMIT, field)
    added = delta.counted.get(f"holders/{output.asset}", 0)
    most = instrument.rules.max_holders
    if most is not None and added > 0 and turn.state.counter(f"holders/{output.asset}") + added > most:
        raise Rejected(Reason.TOO_MANY_HOLDERS, field)

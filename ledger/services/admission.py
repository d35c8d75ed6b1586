"""Admission: what a node accepts as pending, one answer for each signed transaction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.transaction import atomic

from ledger import gossip
from ledger.failpoints import reached
from ledger.protocol.reasons import SENTENCES, Reason, Rejected
from ledger.protocol.signed import Submission, check_form, check_notes, check_signatures, read
from ledger.protocol.state import State
from ledger.protocol.transition import check_time, check_transaction, known_version, prefetch, version_at
from ledger.services.cancelling import cancels
from ledger.store import chain, pool
from ledger.store.consensus import Rows
from ledger.store.source import state_at


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one transaction: pending, committed, or refused with a reason."""

    id: str
    status: str
    height: int | None = None
    reason: str | None = None
    iso: str | None = None
    field: str | None = None
    detail: str | None = None


@dataclass(slots=True)
class _Case:
    """One of the transactions of a request on its way through admission."""

    submitted: Submission | None = None
    refusal: Rejected | None = None
    committed_at: int | None = None

    def answer(self) -> Answer:
        id = self.submitted.id if self.submitted else ""
        if self.committed_at is not None:
            return Answer(id, "committed", height=self.committed_at)
        if self.refusal is None or self.refusal.reason is Reason.ALREADY_PENDING:
            return Answer(id, "pending")
        why = self.refusal
        return Answer(id, "refused", None, why.reason, SENTENCES[why.reason][0], why.field, why.detail)


def submit(*, raws: Sequence[bytes]) -> list[Answer]:
    """Admit signed transactions; one answer each, in order. What is answered pending is durable here."""
    return _admit(raws, announce=True)


def admit_from_peer(*, raws: Sequence[bytes]) -> list[Answer]:
    """The same for what a peer passed on; it is not announced again."""
    return _admit(raws, announce=False)


def dry_run(*, raws: Sequence[bytes], caller: str) -> list[Answer]:
    """What would become of these transactions now; nothing is stored.

    Without witnesses, who signs is not judged, and the answer is for `caller` as one who would have to sign: what
    stands in somebody's outputs is told to nobody else.
    """
    here = _Here(caller)
    cases = [_read(raw, here, sealed=False) for raw in raws]
    for case in _open(cases):
        _check(case, check_signatures)  # of the witnesses that there are
    _judge(_open(cases), here, rehearsal=True)
    return [_acceptable(case) for case in cases]


class _Here:
    """The committed state and the moment against which one request is judged."""

    def __init__(self, caller: str = "") -> None:
        self.caller = caller
        self.tip = chain.tip()
        self.state: State = state_at(self.tip.state_size)
        self.time = max(int(time.time()), self.tip.time)
        self.version = version_at(self.state, self.tip.height + 1)


def _admit(raws: Sequence[bytes], *, announce: bool) -> list[Answer]:
    here = _Here()
    cases = [_read(raw, here) for raw in raws]
    _refuse_repeated(cases)
    _note_known(_open(cases))
    for case in _open(cases):
        _check(case, check_signatures)  # before the rules: a forged one must not stand in a true one's way
    _judge(_open(cases), here)
    with atomic():
        pool.lock()
        _note_known(_open(cases))
        _meet_rivals(_open(cases), here.state)
        admitted = [case.submitted for case in _open(cases) if case.submitted]
        if admitted:
            pool.add(admitted)
            reached("pool.added")
            gossip.admitted(Rows(), admitted, announce=announce)
    reached("pool.committed")
    return [case.answer() for case in cases]


def _read(raw: bytes, here: _Here, *, sealed: bool = True) -> _Case:
    case = _Case()
    try:
        case.submitted = read(raw)
        if not known_version(here.version):
            sentence = (
                f"This node's software is too old for protocol version {here.version}: ask another node."
            )
            raise Rejected(Reason.UNKNOWN_KIND, "kind", sentence)
        check_form(case.submitted, chain=here.tip.chain, version=here.version)
        if case.submitted.transaction.rule_built:
            raise Rejected(
                Reason.UNKNOWN_KIND, "kind", "Proposers build this kind by rule; nobody submits it."
            )
        check_time(case.submitted, here.time)
        if sealed:
            check_notes(case.submitted)
    except Rejected as refusal:
        case.refusal = refusal
    return case


def _open(cases: Sequence[_Case]) -> list[_Case]:
    return [case for case in cases if case.refusal is None and case.committed_at is None]


def _refuse_repeated(cases: Sequence[_Case]) -> None:
    seen: set[str] = set()
    for case in _open(cases):
        assert case.submitted is not None
        if case.submitted.id in seen:
            case.refusal = Rejected(Reason.CONFLICTS_WITH_PENDING, "", "It stands twice in this request.")
        seen.add(case.submitted.id)


def _note_known(cases: Sequence[_Case]) -> None:
    """A transaction already here is answered by what it is; its body under other witnesses is refused."""
    submitted = [case.submitted for case in cases if case.submitted]
    ids = [one.id for one in submitted]
    digests, pending, committed = pool.known([one.digest for one in submitted], ids)
    for case in cases:
        assert case.submitted is not None
        if case.submitted.id in committed:
            height, digest = committed[case.submitted.id]
            if digest == case.submitted.digest:
                case.committed_at = height
            else:
                detail = "The same transaction is committed with other witnesses."
                case.refusal = Rejected(Reason.ALREADY_COMMITTED, "witnesses", detail)
        elif case.submitted.digest in digests:
            case.refusal = Rejected(Reason.ALREADY_PENDING)
        elif case.submitted.id in pending:
            detail = "The same transaction is pending with other witnesses."
            case.refusal = Rejected(Reason.CONFLICTS_WITH_PENDING, "witnesses", detail)


def _judge(cases: Sequence[_Case], here: _Here, *, rehearsal: bool = False) -> None:
    """Judge each against the committed state and those before it in the request."""
    listed = [case for case in cases if case.submitted]
    prefetch([case.submitted for case in listed if case.submitted], here.state)
    for case in listed:
        _check(case, lambda submitted: _try(submitted, here, rehearsal))


def _try(submitted: Submission, here: _Here, rehearsal: bool) -> None:
    witnessed = not rehearsal or bool(submitted.signed.witnesses)
    if not witnessed:
        _check_caller(submitted, here)
    height = here.tip.height + 1
    delta = check_transaction(submitted, here.state, time=here.time, height=height, witnessed=witnessed)
    here.state.apply(submitted.id, delta)


def _check_caller(submitted: Submission, here: _Here) -> None:
    """Units of others beside one's own would be told too: whoever rehearses a transfer owns all that it spends."""
    signers = submitted.transaction.signers(here.state)
    alone = signers <= {here.caller} or not submitted.transaction.spends
    if here.caller not in signers or not alone:
        detail = "Without witnesses only who would sign may ask: prove your wallet at POST /api/tokens."
        raise Rejected(Reason.WRONG_WITNESSES, "witnesses", detail)


def _meet_rivals(cases: Sequence[_Case], state: State) -> None:
    """What is pending stands in the way of what consumes the same, unless its owner cancels it by that."""
    listed = [case.submitted for case in cases if case.submitted]
    wanted = {one.id: one.transaction.consumed(one.id) for one in listed}
    found = pool.claimants(item for items in wanted.values() for item in items)
    for case in cases:
        assert case.submitted is not None
        rivals = {item: found[item] for item in wanted[case.submitted.id] if item in found}
        blocking = [item for item, rival in rivals.items() if not cancels(case.submitted, rival, state)]
        if blocking:
            detail = f"A pending transaction consumes {blocking[0]}. Wait for its end."
            case.refusal = Rejected(Reason.CONFLICTS_WITH_PENDING, "inputs", detail)
        elif rivals:
            pool.set_aside([rival.id for rival in rivals.values()], by=case.submitted.id)


def _check(case: _Case, check: Callable[[Submission], None]) -> None:
    assert case.submitted is not None
    try:
        check(case.submitted)
    except Rejected as refusal:
        case.refusal = refusal


def _acceptable(case: _Case) -> Answer:
    answer = case.answer()
    return Answer(answer.id, "acceptable") if answer.status == "pending" else answer

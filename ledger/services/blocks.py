"""Blocks: built by a proposer from its pool, checked in full before a prevote, committed with their certificate."""

from collections import OrderedDict
from collections.abc import Iterable

from django.db.transaction import atomic

from ledger.desk import UnknownVersion
from ledger.failpoints import reached
from ledger.protocol.acts.issue import CHUNK_OUTPUTS
from ledger.protocol.block import (
    BLOCK_BYTES,
    Block,
)
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Allotment
from ledger.protocol.signed import Signed, Submission, check_form, check_signatures, submission
from ledger.protocol.state import Applied, State
from ledger.protocol.tip import check_follows, next_header
from ledger.protocol.transactions import KINDS
from ledger.protocol.transactions.allot import Allot, AllotBody
from ledger.protocol.transactions.evidence import BLOCK_EVIDENCE, Evidence
from ledger.protocol.transition import apply_block, check_transaction, known_version, prefetch, version_at
from ledger.protocol.values import DAY
from ledger.store import chain, pool, rows
from ledger.store.evidence import unrecorded
from ledger.store.source import record_value, state_at

ALLOT_CHUNKS = 2  # a block: transfers go on beside a long list
BUILD_TRANSACTIONS = (
    1_000  # of a block of ours; fuller ones take slow machines longer to check than a round lasts
)
_KEPT = 4  # applied blocks of the height in progress: checked before the prevote, entered at the decision

# By block hash, which fixes the parent and so the state: what a check has computed, its commit need not repeat.
_applied: OrderedDict[str, tuple[State, list[Applied]]] = OrderedDict()


def build_block(*, time: int, proposer: str, certificate: Certificate | None) -> Block:
    """The next block, from what is pending here; transactions that do not apply any more leave the pool."""
    tip = chain.tip()
    state = state_at(tip.state_size)
    version = _known_version(state, tip.height + 1)
    time = max(time, tip.time)
    chosen: list[Submission] = []
    candidates = pool.oldest(BUILD_TRANSACTIONS)
    prefetch(candidates, state)
    room = BLOCK_BYTES
    # Evidence comes first: there is little of it, and a full pool must not keep it out.
    for submitted in (*_evidence(version, tip.chain), *candidates, *_next_chunks(state, tip.chain)):
        if len(submitted.raw) <= room and _applies(submitted, state, time, tip.height + 1):
            chosen.append(submitted)
            room -= len(submitted.raw)
    digests = [submitted.digest for submitted in chosen]
    header = next_header(tip, state, version, time, proposer, certificate, digests)
    return Block(header, certificate, tuple(chosen))


def check_block(*, block: Block) -> Rejected | None:
    """Why this block cannot follow our tip; None if every transaction in it holds. Our clock is not asked."""
    try:
        _apply(block)
    except Rejected as refusal:
        return refusal
    return None


def commit_block(*, block: Block, certificate: Certificate) -> None:
    """Enter a decided block; the caller has verified the certificate. Rejected here means: this node is wrong."""
    with atomic():
        tip = chain.tip()
        state, applied = _applied.get(block.hash) or _apply(block)
        chain.save_block(block, certificate, state, applied, tip)
        reached("block.saved")
        pool.save_notes(block.transactions)
        pool.settle(block.transactions, block.header.time, block.header.height)
        reached("pool.settled")


def _known_version(state: State, height: int) -> int:
    version = version_at(state, height)
    if not known_version(version):
        raise UnknownVersion(height, version)
    return version


def _applies(submitted: Submission, state: State, time: int, height: int) -> bool:
    try:
        state.apply(submitted.id, check_transaction(submitted, state, time=time, height=height))
    except Rejected as refusal:
        if refusal.reason is not Reason.NOT_YET_VALID and not submitted.transaction.rule_built:
            status = "void" if refusal.reason in (Reason.SPENT, Reason.STALE, Reason.EXPIRED) else "refused"
            pool.end([submitted.id], status, refusal.reason, refusal.detail, height)
        return False
    return True


def _evidence(version: int, chain_id: str) -> Iterable[Submission]:
    """What this node saw validators sign twice and what nobody has put on the ledger."""
    if "evidence" not in KINDS[version]:
        return
    for proof in unrecorded(BLOCK_EVIDENCE):
        yield submission(Signed(transaction=Evidence.of(proof, chain_id), witnesses=()))


def _next_chunks(state: State, chain_id: str) -> Iterable[Submission]:
    """The next chunks of the oldest open allotments whose list is lodged here, as their rule has them."""
    found = rows.fetch(
        "SELECT key, value, version FROM ledger_record WHERE key >= 'allotment/' AND key < 'allotment0' "
        " ORDER BY position"
    )
    for key, value, version in found:
        allotment = record_value(key, value)
        assert isinstance(allotment, Allotment)
        last = min(allotment.next + ALLOT_CHUNKS, allotment.chunks)
        for offset, number in enumerate(range(allotment.next, last)):
            chunk = pool.list_chunk(allotment.root, number)
            if chunk is None:
                break
            outputs, path = chunk
            yield _allot(chain_id, key, version + offset, outputs, path)


def _allot(chain_id: str, key: str, version: int, outputs: object, path: tuple[str, ...]) -> Submission:
    assert isinstance(outputs, tuple) and len(outputs) <= CHUNK_OUTPUTS
    transaction = Allot(
        body=AllotBody(path=path, proposal=key.partition("/")[2]),
        chain=chain_id,
        expires=DAY,
        since=0,
        inputs=(f"{key}@{version}",),
        outputs=outputs,
    )
    return submission(Signed(transaction=transaction, witnesses=()))


def _apply(block: Block) -> tuple[State, list[Applied]]:
    tip = chain.tip()
    state = state_at(tip.state_size)
    version = _known_version(state, tip.height + 1)
    check_follows(block, tip)
    verified = pool.by_digests([submitted.digest for submitted in block.transactions])
    for submitted in block.transactions:
        check_form(submitted, chain=tip.chain, version=version)
        if submitted.digest not in verified:
            check_signatures(submitted)
    applied = apply_block(state, block.header, block.transactions)
    _applied[block.hash] = state, applied
    while len(_applied) > _KEPT:
        _applied.popitem(last=False)
    return state, applied

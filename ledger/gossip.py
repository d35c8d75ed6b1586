"""Hands what this node has accepted to the other validators, so that whoever proposes next has it."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ledger.desk import Desk
from ledger.documents import Sealed
from ledger.envelopes import (
    BATCH_BYTES,
    BATCH_TRANSACTIONS,
    DocumentEnvelope,
    ListChunk,
    ListEnvelope,
    Transactions,
    TransactionsEnvelope,
    seal,
)
from ledger.protocol.encoding import canonical
from ledger.protocol.signed import Submission
from ledger.protocol.values import Output


def admitted(desk: Desk, submissions: Sequence[Submission], *, announce: bool) -> None:
    """Tell the pacemaker that something is pending, and the validators too, if the caller's atomic() commits."""
    if announce:
        signed = (canonical(one.signed) for one in submissions)
        sealed = [seal(desk.me, TransactionsEnvelope, body) for body in batches(signed)]
        desk.put(_validators(desk), sealed)
    desk.wake()


def lodged(desk: Desk, entries: Sequence[tuple[bytes, int, int, bytes, str]]) -> None:
    """Hand the chunks of a list (root, number, chunks, outputs, path) to the validators."""
    for root, number, chunks, outputs, path in entries:
        chunk = ListChunk(
            chunks=chunks,
            number=number,
            outputs=msgspec.json.decode(outputs, type=tuple[Output, ...]),
            path=tuple(msgspec.json.decode(path, type=list[str])),
            root=root.hex(),
        )
        desk.put(_validators(desk), [seal(desk.me, ListEnvelope, chunk)])


def sealed(desk: Desk, document: Sealed) -> None:
    """Tell every other node of a sealed document: a reader's may be one that does not vote."""
    desk.put(sorted(desk.me.peer_keys), [seal(desk.me, DocumentEnvelope, document)])


def batches(signed: Iterable[bytes]) -> Iterator[Transactions]:
    """The transactions in as few envelopes as the caps allow."""
    batch: list[str] = []
    size = 0
    for raw in signed:
        if batch and (len(batch) == BATCH_TRANSACTIONS or size + len(raw) > BATCH_BYTES):
            yield Transactions(signed=tuple(batch))
            batch, size = [], 0
        batch.append(raw.decode())
        size += len(raw)
    if batch:
        yield Transactions(signed=tuple(batch))


def _validators(desk: Desk) -> list[str]:
    """The other nodes that vote at the height in progress, sorted."""
    progress = desk.progress()
    return sorted(progress.validators.keys() & desk.me.peer_keys.keys()) if progress else []

"""Hands what this node has accepted to the other validators, so that whoever proposes next has it."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ledger import outbox
from ledger.envelopes import (
    BATCH_BYTES,
    BATCH_TRANSACTIONS,
    ListChunk,
    ListEnvelope,
    Transactions,
    TransactionsEnvelope,
    seal,
)
from ledger.local import local
from ledger.models import NodeState
from ledger.protocol.encoding import canonical
from ledger.protocol.signed import Submission
from ledger.protocol.values import Output


def admitted(submissions: Sequence[Submission], *, announce: bool) -> None:
    """Tell the pacemaker that something is pending, and the validators too, if the caller's atomic() commits."""
    if announce:
        me = local()
        signed = (canonical(one.signed) for one in submissions)
        outbox.put(validators(), [seal(me, TransactionsEnvelope, body) for body in batches(signed)])
    outbox.wake()


def lodged(entries: Sequence[tuple[bytes, int, int, bytes, str]]) -> None:
    """Hand the chunks of a list (root, number, chunks, outputs, path) to the validators."""
    me = local()
    for root, number, chunks, outputs, path in entries:
        chunk = ListChunk(
            chunks=chunks,
            number=number,
            outputs=msgspec.json.decode(outputs, type=tuple[Output, ...]),
            path=tuple(msgspec.json.decode(path, type=list[str])),
            root=root.hex(),
        )
        outbox.put(validators(), [seal(me, ListEnvelope, chunk)])


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


def validators() -> list[str]:
    """The other nodes that vote at the height in progress, sorted."""
    names: dict[str, str] = NodeState.objects.values_list("validators", flat=True).first() or {}
    return sorted(names.keys() & local().peer_keys.keys())


def observers() -> list[str]:
    """The other nodes that do not vote, sorted."""
    return sorted(local().peer_keys.keys() - set(validators()))

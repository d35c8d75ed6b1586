"""Blocks and the transactions in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.store import rows

_BLOCK = "height, encode(hash, 'hex'), header, certificate, time, proposer, transaction_count"


@dataclass(frozen=True, slots=True)
class BlockView:
    """A committed block: its header and certificate as signed."""

    height: int
    hash: str
    header: dict[str, Any]
    certificate: dict[str, Any]
    time: int
    proposer: str
    transaction_count: int


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """A committed transaction in a list: no addresses, no quantities."""

    id: str
    digest: str
    kind: str
    height: int
    index: int
    time: int


@dataclass(frozen=True, slots=True)
class Headline:
    """Where this node's chain stands: zeros before its first block."""

    height: int
    time: int


def blocks(*, before: int | None = None, limit: int = 50, only_full: bool = False) -> list[BlockView]:
    """Committed blocks, newest first, below a height; `only_full` leaves empty ones out."""
    found = rows.fetch(
        f"SELECT {_BLOCK} FROM ledger_block WHERE (%s::bigint IS NULL OR height < %s)"  # noqa: S608 - constants
        " AND (NOT %s OR transaction_count > 0) ORDER BY height DESC LIMIT %s",
        (before, before, only_full, limit),
    )
    return [_block(row) for row in found]


def block_at(height: int) -> BlockView | None:
    """The committed block at a height."""
    found = rows.fetch(f"SELECT {_BLOCK} FROM ledger_block WHERE height = %s", (height,))  # noqa: S608
    return _block(found[0]) if found else None


def block_as_of(time: int) -> BlockView | None:
    """The last block that is not later than this time."""
    found = rows.fetch(
        f"SELECT {_BLOCK} FROM ledger_block WHERE time <= %s ORDER BY time DESC, height DESC LIMIT 1",  # noqa: S608
        (time,),
    )
    return _block(found[0]) if found else None


def block_with_hash(hash: str) -> BlockView | None:
    """The committed block with this hash (hex)."""
    found = rows.fetch(
        f"SELECT {_BLOCK} FROM ledger_block WHERE hash = %s",  # noqa: S608
        (bytes.fromhex(hash),),
    )
    return _block(found[0]) if found else None


def transactions_of(height: int, *, after: int = -1, limit: int = 200) -> list[TransactionLine]:
    """A block's transactions in order, after an index."""
    return _lines(
        "WHERE t.height = %s AND t.index > %s ORDER BY t.sequence LIMIT %s",
        (height, after, limit),
    )


def latest_transactions(*, limit: int = 20) -> list[TransactionLine]:
    """The newest committed transactions."""
    return _lines("ORDER BY t.sequence DESC LIMIT %s", (limit,))


def headline() -> Headline:
    """The last block's height and time: one row of an index, for every poll of every open page."""
    row = rows.fetch("SELECT height, time FROM ledger_block ORDER BY height DESC LIMIT 1")
    return Headline(*row[0]) if row else Headline(0, 0)


def _lines(rest: str, parameters: Sequence[Any]) -> list[TransactionLine]:
    found = rows.fetch(
        "SELECT encode(t.txid, 'hex'), encode(t.digest, 'hex'), t.kind, t.height, t.index, b.time"  # noqa: S608
        f" FROM ledger_transaction t JOIN ledger_block b ON b.height = t.height {rest}",
        parameters,
    )
    return [TransactionLine(*row) for row in found]


def _block(row: tuple[Any, ...]) -> BlockView:
    height, hash_, header, certificate, time, proposer, count = row
    return BlockView(
        height,
        hash_,
        msgspec.json.decode(header),
        msgspec.json.decode(certificate),
        time,
        proposer,
        count,
    )

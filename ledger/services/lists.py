"""Long lists of first holders: lodged beside the ledger, checked before anybody signs, allotted chunk by chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from django.db.transaction import atomic

from ledger import gossip
from ledger.models import HolderListChunk
from ledger.protocol import merkle
from ledger.protocol.acts.issue import CHUNK_OUTPUTS, CHUNKS_MAX
from ledger.protocol.encoding import INT_MAX, canonical
from ledger.protocol.keys import address_bytes
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.transactions.allot import chunk_digest
from ledger.protocol.values import Output
from ledger.store import rows
from ledger.store.consensus import Rows

LIST_ROWS: Final = 1_000_000
# What may wait here until an act names it: four of the longest lists of an issuer, or of what a peer hands on.
CHUNKS_WAITING: Final = 4 * CHUNKS_MAX
DAYS_WAITING: Final = 30

_INSERT: Final = """
    INSERT INTO ledger_holderlistchunk (lodger, lodged_at, root, number, chunks, outputs, path)
    SELECT %s, now(), root, number, chunks, outputs, path::jsonb
    FROM unnest(%s::bytea[], %s::int[], %s::int[], %s::bytea[], %s::text[])
         AS given (root, number, chunks, outputs, path)
    ON CONFLICT DO NOTHING
"""
_UNNAMED: Final = """
    lodger = %s AND NOT EXISTS (
        SELECT FROM ledger_record
        WHERE key >= 'proposal/' AND key < 'proposal0'
          AND convert_from(value, 'UTF8')::jsonb -> 'act' -> 'list' ->> 'root' = encode(root, 'hex'))
"""
_WAITING: Final = f"SELECT count(*) FROM ledger_holderlistchunk WHERE {_UNNAMED}"  # noqa: S608 - our own text
_DROP: Final = (
    f"DELETE FROM ledger_holderlistchunk WHERE {_UNNAMED} AND lodged_at < now() - %s * interval '1 day'"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class LodgedList:
    """What an act says of the list (`root`, `chunks`), and what a person checks (`rows`, `total`)."""

    root: str
    chunks: int
    rows: int
    total: int


def lodge_list(*, outputs: Sequence[Output], issuer: str) -> LodgedList:
    """Store a list by its root, here and at the validators; lodged twice it is one list, and sent to them again.

    Rejected (OVERSIZED) where the issuer has too many lists waiting that no act names; those of 30 days are dropped.
    """
    total = _check(outputs)
    chunks = [tuple(outputs[at : at + CHUNK_OUTPUTS]) for at in range(0, len(outputs), CHUNK_OUTPUTS)]
    hashes = [merkle.leaf_hash(chunk_digest(chunk)) for chunk in chunks]
    root = merkle.root_of_hashes(hashes)
    entries = [
        (root, number, len(chunks), canonical(chunk), _path(hashes, number))
        for number, chunk in enumerate(chunks)
    ]
    with atomic():
        save_chunks(entries, lodger=issuer)
        gossip.lodged(Rows(), entries)
    return LodgedList(root.hex(), len(chunks), len(outputs), total)


def save_chunks(entries: Sequence[tuple[bytes, int, int, bytes, str]], *, lodger: str) -> None:
    """Store chunks (root, number, chunks, outputs, path); what is here already stays.

    Rejected (OVERSIZED) where more than CHUNKS_WAITING of this lodger's would wait for an act that names them.
    """
    with atomic():
        # One request of a lodger at a time: two must not pass the cap together.
        rows.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lists of {lodger}"])
        columns = [[entry[at] for entry in entries] for at in range(5)]
        if rows.execute(_INSERT, [lodger, *columns]) and _too_many(lodger):
            raise Rejected(
                Reason.OVERSIZED,
                "rows",
                f"More than {CHUNKS_WAITING} chunks of lists would wait here for an act that names them; propose "
                f"what they are for, or wait: they are dropped {DAYS_WAITING} days after they came.",
            )


def _too_many(lodger: str) -> bool:
    if HolderListChunk.objects.filter(lodger=lodger).count() <= CHUNKS_WAITING:
        return False
    rows.execute(_DROP, [lodger, DAYS_WAITING])
    return int(rows.fetch(_WAITING, [lodger])[0][0]) > CHUNKS_WAITING


def _path(hashes: Sequence[bytes], number: int) -> str:
    return msgspec.json.encode([item.hex() for item in merkle.path(hashes, number)]).decode()


def _check(outputs: Sequence[Output]) -> int:
    if not 1 <= len(outputs) <= LIST_ROWS:
        raise Rejected(
            Reason.OVERSIZED, "rows", f"A list has 1 to {LIST_ROWS} rows; this one {len(outputs)}."
        )
    if len({output.asset for output in outputs}) != 1:
        raise Rejected(Reason.NOT_CONSERVED, "rows.asset", "A list is of one asset.")
    if any(output.hold is not None for output in outputs):
        raise Rejected(Reason.HELD, "rows.hold", "A list has no holds.")
    for owner in dict.fromkeys(output.owner for output in outputs):  # each is judged once
        address_bytes(owner, f"rows.owner {owner}")
    total = sum(output.quantity for output in outputs)
    if total > INT_MAX:
        raise Rejected(
            Reason.OVER_ISSUE, "rows.quantity", "The quantities add up to more than can be issued."
        )
    return total

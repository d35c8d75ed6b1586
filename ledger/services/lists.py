"""Long lists of first holders: lodged beside the ledger, checked before anybody signs, allotted chunk by chunk."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db.transaction import atomic

from ledger import gossip
from ledger.protocol import merkle
from ledger.protocol.acts.issue import CHUNK_OUTPUTS
from ledger.protocol.encoding import INT_MAX, canonical
from ledger.protocol.keys import address_bytes
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.transactions.allot import chunk_digest
from ledger.protocol.values import Output
from ledger.store import rows
from ledger.store.consensus import Rows

LIST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class LodgedList:
    """What an act says of the list (`root`, `chunks`), and what a person checks (`rows`, `total`)."""

    root: str
    chunks: int
    rows: int
    total: int


def lodge_list(*, outputs: Sequence[Output]) -> LodgedList:
    """Store a list by its root, here and at the validators; lodged twice it is one list, and sent to them again."""
    total = _check(outputs)
    chunks = [tuple(outputs[at : at + CHUNK_OUTPUTS]) for at in range(0, len(outputs), CHUNK_OUTPUTS)]
    hashes = [merkle.leaf_hash(chunk_digest(chunk)) for chunk in chunks]
    root = merkle.root_of_hashes(hashes)
    entries = [
        (root, number, len(chunks), canonical(chunk), _path(hashes, number))
        for number, chunk in enumerate(chunks)
    ]
    with atomic():
        save_chunks(entries)
        gossip.lodged(Rows(), entries)
    return LodgedList(root.hex(), len(chunks), len(outputs), total)


def save_chunks(entries: Sequence[tuple[bytes, int, int, bytes, str]]) -> None:
    """Store chunks (root, number, chunks, outputs, path); what is here already stays."""
    rows.execute(
        """
        INSERT INTO ledger_holderlistchunk (root, number, chunks, outputs, path)
        SELECT root, number, chunks, outputs, path::jsonb
        FROM unnest(%s::bytea[], %s::int[], %s::int[], %s::bytea[], %s::text[])
             AS given (root, number, chunks, outputs, path)
        ON CONFLICT DO NOTHING
        """,
        tuple([entry[column] for entry in entries] for column in range(5)),
    )


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

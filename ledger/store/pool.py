"""What is pending on this node: admitted, durable, waiting for a block."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ledger.models import Ended, HolderListChunk, Pending
from ledger.protocol.signed import Signed, Submission, submission
from ledger.protocol.values import Output
from ledger.store import rows

_POOL_LOCK = 0x7A11  # advisory: admissions of one node happen one after the other


def lock() -> None:
    """Until the end of this atomic() nobody else admits; readers and the committer are not stopped."""
    rows.execute("SELECT pg_advisory_xact_lock(%s)", (_POOL_LOCK,))


def known(
    digests: Sequence[str], ids: Sequence[str]
) -> tuple[set[str], set[str], dict[str, tuple[int, str]]]:
    """Which digests and which ids are pending here; which ids are committed, at which height and as which digest."""
    by_digest = rows.fetch(
        "SELECT encode(digest, 'hex') FROM ledger_pending WHERE digest = ANY(%s)", (_bytes(digests),)
    )
    by_id = rows.fetch("SELECT encode(txid, 'hex') FROM ledger_pending WHERE txid = ANY(%s)", (_bytes(ids),))
    committed = rows.fetch(
        "SELECT encode(txid, 'hex'), height, encode(digest, 'hex') FROM ledger_transaction WHERE txid = ANY(%s)",
        (_bytes(ids),),
    )
    at = {txid: (height, digest) for txid, height, digest in committed}
    return {row[0] for row in by_digest}, {row[0] for row in by_id}, at


def claimants(items: Iterable[str]) -> dict[str, Submission]:
    """By which pending transaction each of these is consumed, where it is."""
    found = rows.fetch(
        """
        SELECT c.item, p.raw, p.notes::text FROM ledger_claimed c
        JOIN ledger_pending p ON p.sequence = c.pending_id WHERE c.item = ANY(%s)
        """,
        (list(items),),
    )
    return {item: read_row(raw, _list(notes)) for item, raw, notes in found}


def set_aside(ids: Sequence[str], *, by: str) -> None:
    """These were cancelled: they claim nothing more and are not proposed here, but another's block may hold them."""
    rows.execute(
        """
        WITH freed AS (DELETE FROM ledger_claimed WHERE pending_id IN
                       (SELECT sequence FROM ledger_pending WHERE txid = ANY(%s)))
        UPDATE ledger_pending SET cancelled_by = %s WHERE txid = ANY(%s)
        """,
        (_bytes(ids), bytes.fromhex(by), _bytes(ids)),
    )


def add(admitted: Sequence[Submission]) -> None:
    """Enter transactions as pending, with what they claim; the caller holds the lock."""
    inserted = rows.fetch(
        """
        INSERT INTO ledger_pending (digest, txid, kind, raw, notes, expires, received_at)
        SELECT digest, txid, kind, raw, notes::jsonb, expires, clock_timestamp()
        FROM unnest(%s::bytea[], %s::bytea[], %s::text[], %s::bytea[], %s::text[], %s::bigint[])
             WITH ORDINALITY AS new (digest, txid, kind, raw, notes, expires, place)
        ORDER BY place RETURNING sequence, encode(txid, 'hex')
        """,
        tuple(list(column) for column in zip(*(_row(submitted) for submitted in admitted), strict=True)),
    )
    sequences = {txid: sequence for sequence, txid in inserted}
    rows.copy(
        "ledger_claimed",
        ("item", "pending_id"),
        (
            (item, sequences[submitted.id])
            for submitted in admitted
            for item in submitted.transaction.consumed(submitted.id)
        ),
    )


def oldest(limit: int) -> list[Submission]:
    """What may be proposed, in the order of arrival."""
    query = (
        "SELECT raw, notes::text FROM ledger_pending WHERE cancelled_by IS NULL ORDER BY sequence LIMIT %s"
    )
    found = rows.fetch(query, (limit,))
    return [read_row(raw, _list(notes)) for raw, notes in found]


def by_digests(digests: Sequence[str]) -> dict[str, Submission]:
    """Pending transactions by whole digest; their signatures were verified when they were admitted."""
    found = rows.fetch(
        "SELECT raw, notes::text FROM ledger_pending WHERE digest = ANY(%s)", (_bytes(digests),)
    )
    return {
        submitted.digest: submitted for submitted in (read_row(raw, _list(notes)) for raw, notes in found)
    }


def end(ids: Sequence[str], status: str, reason: str, detail: str, height: int) -> None:
    """Take transactions out of the pool and keep why; what they were to cancel is not taken up again."""
    behind = _cancelled_by(ids)
    _end(ids, status, reason, detail, height)
    if behind:
        _end(behind, "refused", "CONFLICTS_WITH_PENDING", "Its owner asked this node to cancel it.", height)


def _end(ids: Sequence[str], status: str, reason: str, detail: str, height: int) -> None:
    rows.execute(
        """
        WITH gone AS (DELETE FROM ledger_pending WHERE txid = ANY(%s) RETURNING txid),
             freed AS (DELETE FROM ledger_claimed WHERE pending_id IN
                       (SELECT sequence FROM ledger_pending WHERE txid = ANY(%s)))
        INSERT INTO ledger_ended (txid, status, reason, detail, height)
        SELECT txid, %s, %s, %s, %s FROM gone ON CONFLICT (txid) DO NOTHING
        """,
        (_bytes(ids), _bytes(ids), status, reason, detail, height),
    )


def settle(committed: Sequence[Submission], time: int, height: int) -> None:
    """After a block: what it holds leaves the pool; what it made impossible, or outlived, is void."""
    ids = _bytes([submitted.id for submitted in committed])
    rows.execute(
        """
        WITH gone AS (SELECT sequence FROM ledger_pending WHERE txid = ANY(%s)),
             freed AS (DELETE FROM ledger_claimed WHERE pending_id IN (SELECT sequence FROM gone))
        DELETE FROM ledger_pending WHERE sequence IN (SELECT sequence FROM gone)
        """,
        (ids,),
    )
    if cancelled := _cancelled_by([submitted.id for submitted in committed]):
        _end(cancelled, "void", "SPENT", "Its owner cancelled it.", height)
    items = [item for one in committed for item in one.transaction.consumed(one.id)]
    losers = rows.fetch(
        """
        SELECT DISTINCT encode(p.txid, 'hex') FROM ledger_claimed c
        JOIN ledger_pending p ON p.sequence = c.pending_id WHERE c.item = ANY(%s)
        """,
        (items,),
    )
    if losers:
        ids_lost = [row[0] for row in losers]
        end(ids_lost, "void", "SPENT", "What it consumes was consumed by another transaction.", height)
    expired = rows.fetch("SELECT encode(txid, 'hex') FROM ledger_pending WHERE expires <= %s", (time,))
    if expired:
        end(
            [row[0] for row in expired],
            "void",
            "EXPIRED",
            "Its time has passed in a committed block.",
            height,
        )


def save_notes(committed: Sequence[Submission]) -> None:
    """Keep the ciphertexts of committed notes beside the block; those that this node never saw are absent."""
    found = rows.fetch(
        "SELECT txid, notes::text FROM ledger_pending WHERE txid = ANY(%s) AND notes IS NOT NULL",
        (_bytes([submitted.id for submitted in committed]),),
    )
    notes = {txid.hex(): text for txid, text in found}
    for submitted in committed:
        if submitted.signed.notes:
            notes[submitted.id] = msgspec.json.encode(submitted.signed.notes).decode()
    rows.execute(
        """
        INSERT INTO ledger_note (txid, ciphertexts)
        SELECT txid, ciphertexts::jsonb FROM unnest(%s::bytea[], %s::text[]) AS new (txid, ciphertexts)
        ON CONFLICT DO NOTHING
        """,
        (_bytes(notes), list(notes.values())),
    )


def ended(ids: Sequence[str]) -> dict[str, Ended]:
    """Transactions that were pending here and are not, by id."""
    return {bytes(row.txid).hex(): row for row in Ended.objects.filter(txid__in=_bytes(ids))}


def _cancelled_by(ids: Sequence[str]) -> list[str]:
    found = rows.fetch(
        "SELECT encode(txid, 'hex') FROM ledger_pending WHERE cancelled_by IS NOT NULL AND cancelled_by = ANY(%s)",
        (_bytes(ids),),
    )
    return [row[0] for row in found]


def pending_rows() -> Any:
    """What this node carries and passes on, as rows, oldest first."""
    return Pending.objects.filter(cancelled_by=None).order_by("sequence")


def list_chunk(root: str, number: int) -> tuple[tuple[Output, ...], tuple[str, ...]] | None:
    """A chunk of a lodged holders' list with its Merkle path, if this node has it."""
    row = HolderListChunk.objects.filter(root=bytes.fromhex(root), number=number).first()
    if row is None:
        return None
    return msgspec.json.decode(bytes(row.outputs), type=tuple[Output, ...]), tuple(row.path)


def read_row(raw: bytes, notes: list[str] | None) -> Submission:
    """A pending row as the submission that it was."""
    signed = msgspec.json.decode(raw, type=Signed)
    return submission(msgspec.structs.replace(signed, notes=tuple(notes)) if notes else signed)


def _list(text: str | None) -> list[str] | None:
    """Django leaves JSON of the database as text, to whoever asks below its models too."""
    return msgspec.json.decode(text, type=list[str]) if text is not None else None


def _row(submitted: Submission) -> tuple[Any, ...]:
    notes = submitted.signed.notes
    return (
        bytes.fromhex(submitted.digest),
        bytes.fromhex(submitted.id),
        submitted.transaction.__struct_config__.tag,
        submitted.raw,
        msgspec.json.encode(notes).decode() if notes else None,
        submitted.transaction.expires,
    )


def _bytes(hexes: Iterable[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in hexes]

"""What became of a transaction, and the transaction as signed."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.store import rows


@dataclass(frozen=True, slots=True)
class Status:
    """pending, committed, refused, void, or unknown to this node; only committed and void are final."""

    id: str
    status: str
    kind: str | None = None
    height: int | None = None
    index: int | None = None
    block: str | None = None
    reason: str | None = None
    detail: str | None = None

    @property
    def final(self) -> bool:
        """Whether this answer can never change."""
        return self.status in ("committed", "void")


def status(ids: list[str]) -> dict[str, Status]:
    """The status of each id, in three queries whatever their number."""
    wanted = [bytes.fromhex(id) for id in ids]
    found = {id: Status(id, "unknown") for id in ids}
    for txid, status_, reason, detail, height in rows.fetch(
        "SELECT encode(txid, 'hex'), status, reason, detail, height FROM ledger_ended WHERE txid = ANY(%s)",
        (wanted,),
    ):
        found[txid] = Status(txid, status_, height=height, reason=reason, detail=detail)
    for txid, kind in rows.fetch(
        "SELECT encode(txid, 'hex'), kind FROM ledger_pending WHERE txid = ANY(%s)", (wanted,)
    ):
        found[txid] = Status(txid, "pending", kind)
    for txid, kind, height, index, hash_ in rows.fetch(
        "SELECT encode(t.txid, 'hex'), t.kind, t.height, t.index, encode(b.hash, 'hex')"
        " FROM ledger_transaction t JOIN ledger_block b ON b.height = t.height WHERE t.txid = ANY(%s)",
        (wanted,),
    ):
        found[txid] = Status(txid, "committed", kind, height, index, hash_)
    return found


def transaction(id: str) -> dict[str, Any] | None:
    """A committed transaction as signed: {transaction, witnesses}."""
    found = rows.fetch("SELECT raw FROM ledger_transaction WHERE txid = %s", (bytes.fromhex(id),))
    return msgspec.json.decode(found[0][0]) if found else None


def notes(id: str) -> list[str]:
    """The ciphertexts beside a committed transaction; empty if there are none, or if they were erased."""
    found = rows.fetch("SELECT ciphertexts::text FROM ledger_note WHERE txid = %s", (bytes.fromhex(id),))
    return msgspec.json.decode(found[0][0]) if found else []

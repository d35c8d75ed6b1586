"""Evidence on the ledger: which validator signed which two things, where, and in which block that was recorded."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.store import rows

_RECORDS = """
    SELECT position, key, value, height FROM ledger_record
    WHERE key >= 'evidence/' AND key < 'evidence0' AND position < %s ORDER BY position DESC LIMIT %s
"""
_TRANSACTIONS = """
    SELECT encode(txid, 'hex'), raw FROM ledger_transaction
    WHERE height = ANY(%s) AND kind = 'evidence'
"""
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Two messages of one validator in one place; `position` orders them, `recorded` is the block's height."""

    position: int
    transaction: str
    validator: str
    height: int
    round: int
    kind: str
    institution: str
    node_key: str
    recorded: int
    proof: dict[str, Any]


def evidence(*, before: int | None = None, limit: int = 50) -> list[EvidenceView]:
    """The newest first, before a position; two queries."""
    found = rows.fetch(_RECORDS, (_LAST if before is None else before, limit))
    made: dict[str, tuple[str, dict[str, Any]]] = {}
    for txid, raw in rows.fetch(_TRANSACTIONS, ([row[3] for row in found],)):
        transaction = msgspec.json.decode(raw)["transaction"]
        made[transaction["inputs"][0].partition("@")[0]] = txid, transaction["body"]["proof"]
    return [
        _view(position, key, msgspec.json.decode(value), height, *made[key])
        for position, key, value, height in found
    ]


def _view(
    position: int, key: str, value: dict[str, Any], recorded: int, transaction: str, proof: dict[str, Any]
) -> EvidenceView:
    _, validator, height, round_, kind = key.split("/")
    return EvidenceView(
        position=position,
        transaction=transaction,
        validator=validator,
        height=int(height),
        round=int(round_),
        kind=kind,
        institution=value["institution"],
        node_key=value["node_key"],
        recorded=recorded,
        proof=proof,
    )

"""What some wallets have and had: positions, committed moves, what is pending for them, the claims about them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.selectors.instruments import participants
from ledger.selectors.records import RecordView, records_with
from ledger.store import rows
from ledger.store.chain import SEQUENCE_STEP


@dataclass(frozen=True, slots=True)
class Position:
    """What one wallet has of one asset; `locked` and `held` are parts of `quantity` that may not move now."""

    owner: str
    asset: str
    quantity: int
    locked: int
    held: int
    outputs: int
    locked_until: int | None  # the latest lock


@dataclass(frozen=True, slots=True)
class Move:
    """What one committed transaction changed in one wallet's holding of one asset."""

    sequence: int
    txid: str
    kind: str
    height: int
    time: int
    owner: str
    asset: str
    got: int
    gave: int
    signed: dict[str, Any]

    @property
    def change(self) -> int:
        """Positive if the wallet has more by it."""
        return self.got - self.gave


@dataclass(frozen=True, slots=True)
class PendingMove:
    """A transfer that waits for a block here; or for one of another node, once its owner has cancelled it here."""

    txid: str
    expires: int
    is_cancelled: bool
    transaction: dict[str, Any]


_POSITIONS = """
    SELECT o.owner, o.asset, sum(o.quantity)::bigint,
           COALESCE(sum(o.quantity) FILTER (WHERE o.held_for IS NULL AND o.locked_until > %s), 0)::bigint,
           COALESCE(sum(o.quantity) FILTER (WHERE o.held_for IS NOT NULL), 0)::bigint,
           count(*)::int, max(o.locked_until) FILTER (WHERE o.locked_until > %s)
    FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position
    WHERE o.owner = ANY(%s) AND s.position IS NULL
    GROUP BY 1, 2 ORDER BY 2, 1 LIMIT %s
"""
# The newest moves are found among the wallets' own outputs, by the index over owners. Each height that touched them
# has a move at least, so one height more than lines are wanted is enough: only these are looked up.
_MOVES = """
    WITH mine AS MATERIALIZED (
        SELECT o.txid, o.owner, o.asset, o.quantity, o.created_height, s.spent_height, s.spent_by
        FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position
        WHERE o.owner = ANY(%(owners)s) AND o.created_height <= %(height)s
    ),
    heights AS (
        SELECT created_height AS height FROM mine
        UNION SELECT spent_height FROM mine WHERE spent_height <= %(height)s
        ORDER BY 1 DESC LIMIT %(limit)s + 1
    ),
    touched AS (
        SELECT txid, owner, asset, quantity AS got, 0 AS gave FROM mine
        WHERE created_height >= (SELECT min(height) FROM heights)
        UNION ALL
        SELECT spent_by, owner, asset, 0, quantity FROM mine
        WHERE spent_height >= (SELECT min(height) FROM heights) AND spent_height <= %(height)s
    ),
    newest AS (
        SELECT t.sequence, h.owner, h.asset, sum(h.got)::bigint AS got, sum(h.gave)::bigint AS gave
        FROM touched h JOIN ledger_transaction t ON t.txid = h.txid
        GROUP BY 1, 2, 3
        HAVING (t.sequence, h.asset, h.owner) < (%(sequence)s, %(asset)s, %(owner)s)
        ORDER BY 1 DESC, 3 DESC, 2 DESC LIMIT %(limit)s
    )
    SELECT n.sequence, encode(t.txid, 'hex'), t.kind, t.height, b.time, n.owner, n.asset, n.got, n.gave, t.raw
    FROM newest n JOIN ledger_transaction t USING (sequence) JOIN ledger_block b ON b.height = t.height
    ORDER BY 1 DESC, 7 DESC, 6 DESC
"""
_PENDING = """
    SELECT encode(txid, 'hex'), expires, cancelled_by IS NOT NULL, raw FROM ledger_pending
    WHERE kind = 'transfer' AND convert_from(raw, 'UTF8') LIKE ANY(%s)
    UNION
    SELECT encode(p.txid, 'hex'), p.expires, p.cancelled_by IS NOT NULL, p.raw
    FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position
    JOIN ledger_claimed c ON c.item = encode(o.txid, 'hex') || ':' || o.index
    JOIN ledger_pending q ON q.sequence = c.pending_id
    JOIN ledger_pending p ON p.sequence = q.sequence OR p.cancelled_by = q.txid
    WHERE o.owner = ANY(%s) AND s.position IS NULL AND p.kind = 'transfer'
    ORDER BY 2, 1 LIMIT %s
"""
_OUTPUTS = """
    SELECT wanted.outpoint, o.owner, o.quantity
    FROM unnest(%s::bytea[], %s::int[], %s::text[]) AS wanted (txid, index, outpoint)
    JOIN ledger_transaction t ON t.txid = wanted.txid
    JOIN ledger_output o ON o.position = t.first_position + wanted.index AND o.txid = wanted.txid
"""
_FIRST = (2**62, "", "")


def positions(owners: list[str], *, time: int, limit: int = 1_000) -> list[Position]:
    """What these wallets have, by asset; locks are judged at this time."""
    return [Position(*row) for row in rows.fetch(_POSITIONS, (time, time, owners, limit))]


def moves(owners: list[str], *, before: tuple[int, str, str] = _FIRST, limit: int = 50) -> list[Move]:
    """What committed transactions changed for these wallets, newest first, after a (sequence, asset, owner)."""
    sequence, asset, owner = before
    at = {"sequence": sequence, "asset": asset, "owner": owner, "height": sequence // SEQUENCE_STEP}
    found = rows.fetch(_MOVES, {"owners": owners, "limit": limit, **at})
    return [Move(*row[:-1], msgspec.json.decode(row[-1])) for row in found]


def pending_moves(owners: list[str], *, limit: int = 100) -> list[PendingMove]:
    """Transfers on their way from or to these wallets, as this node has them."""
    found = rows.fetch(_PENDING, ([f'%"{owner}"%' for owner in owners], owners, limit))
    return [PendingMove(*row[:-1], msgspec.json.decode(row[-1])["transaction"]) for row in found]


def owners_of(outpoints: list[str]) -> dict[str, str]:
    """Who owns or owned these outputs."""
    return {outpoint: owner for outpoint, (owner, _quantity) in outputs_at(outpoints).items()}


def outputs_at(outpoints: list[str]) -> dict[str, tuple[str, int]]:
    """Owner and quantity of these outputs, spent ones included; one query."""
    parts = [outpoint.partition(":") for outpoint in outpoints]
    ids, numbers = [bytes.fromhex(txid) for txid, _, _ in parts], [int(index) for _, _, index in parts]
    found = rows.fetch(_OUTPUTS, (ids, numbers, outpoints))
    return {outpoint: (owner, quantity) for outpoint, owner, quantity in found}


def claims_about(wallets: list[str]) -> list[RecordView]:
    """The identity claims about these wallets, by whomever; two queries."""
    issuers = [each.key.partition("/")[2] for each in participants() if "claim_issuer" in each.value["roles"]]
    keys = [f"claim/{issuer}/{wallet}/identity" for issuer in issuers for wallet in wallets]
    return list(records_with(keys).values())

"""What a wallet holds: its live outputs."""

from dataclasses import dataclass

from ledger.store import rows


@dataclass(frozen=True, slots=True)
class OutputView:
    """A live output."""

    outpoint: str
    asset: str
    owner: str
    quantity: int
    held_for: str | None
    locked_until: int | None
    created_height: int
    position: int


_LIVE = """
    SELECT encode(o.txid, 'hex') || ':' || o.index, o.asset, o.owner, o.quantity, o.held_for, o.locked_until,
           o.created_height, o.position
    FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position
    WHERE o.owner = %s AND s.position IS NULL AND (%s = '' OR o.asset = %s) AND o.position > %s
    ORDER BY o.position LIMIT %s
"""


def outputs_of(owner: str, *, asset: str = "", after: int = -1, limit: int = 1_000) -> list[OutputView]:
    """A wallet's live outputs, oldest first."""
    return [OutputView(*row) for row in rows.fetch(_LIVE, (owner, asset, asset, after, limit))]

"""Who holds what: a wallet's live outputs, and an asset's register now and as of any height."""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One wallet in a register; `holder` joins the wallets of one holder."""

    owner: str
    holder: str
    quantity: int
    outputs: int
    locked: int  # of which locked up beyond the register's time


@dataclass(frozen=True, slots=True)
class Concentration:
    """How many holders have how many units in all, and the largest holdings, largest first."""

    holders: int
    total: int
    largest: list[int]


_LIVE = """
    SELECT encode(o.txid, 'hex') || ':' || o.index, o.asset, o.owner, o.quantity, o.held_for, o.locked_until,
           o.created_height, o.position
    FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position
    WHERE o.owner = %s AND s.position IS NULL AND (%s = '' OR o.asset = %s) AND o.position > %s
    ORDER BY o.position LIMIT %s
"""
# One pass over the asset's outputs by index; a spend after the height is no spend yet.
_REGISTER = """
    SELECT o.owner, COALESCE(convert_from(w.value, 'UTF8')::jsonb ->> 'holder', ''), sum(o.quantity)::bigint,
           count(*)::int, COALESCE(sum(o.quantity) FILTER (WHERE o.locked_until > %s), 0)::bigint
    FROM ledger_output o
    LEFT JOIN ledger_spend s ON s.position = o.position AND s.spent_height <= %s
    LEFT JOIN ledger_record w ON w.key = 'wallet/' || o.owner
    WHERE o.asset = %s AND o.created_height <= %s AND s.position IS NULL
    GROUP BY 1, 2
"""


def outputs_of(owner: str, *, asset: str = "", after: int = -1, limit: int = 1_000) -> list[OutputView]:
    """A wallet's live outputs, oldest first."""
    return [OutputView(*row) for row in rows.fetch(_LIVE, (owner, asset, asset, after, limit))]


def register(asset: str, *, height: int, time: int) -> list[RegisterLine]:
    """The whole register of an asset as of a height, largest holding first."""
    found = rows.fetch(f"{_REGISTER} ORDER BY 3 DESC, 1", (time, height, asset, height))
    return [RegisterLine(*row) for row in found]


def register_page(asset: str, *, height: int, time: int, offset: int, limit: int) -> list[RegisterLine]:
    """A page of the register."""
    query = f"{_REGISTER} ORDER BY 3 DESC, 1 OFFSET %s LIMIT %s"
    return [RegisterLine(*row) for row in rows.fetch(query, (time, height, asset, height, offset, limit))]


def register_totals(asset: str, *, height: int) -> tuple[int, int]:
    """How many wallets and how many units a register has as of a height."""
    row: tuple[Any, ...] = rows.fetch(
        f"SELECT count(*)::int, COALESCE(sum(r.quantity), 0)::bigint FROM ({_REGISTER})"  # noqa: S608 - constants
        " AS r (owner, holder, quantity, outputs, locked)",
        (0, height, asset, height),
    )[0]
    return row[0], row[1]


def concentration(asset: str, *, height: int, limit: int) -> Concentration:
    """How a register's units are spread over holders (not wallets) as of a height; the largest ones in order."""
    found = rows.fetch(
        "SELECT sum(r.quantity)::bigint, (count(*) OVER ())::int, (sum(sum(r.quantity)) OVER ())::bigint"  # noqa: S608
        f" FROM ({_REGISTER}) AS r (owner, holder, quantity, outputs, locked)"
        " GROUP BY COALESCE(NULLIF(r.holder, ''), r.owner) ORDER BY 1 DESC LIMIT %s",
        (0, height, asset, height, limit),
    )
    holders, total = (found[0][1], found[0][2]) if found else (0, 0)
    return Concentration(holders, total, [quantity for quantity, _, _ in found])

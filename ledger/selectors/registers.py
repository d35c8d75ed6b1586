"""An asset's register of holders, now and as of any height: whole, page by page, and how its units are spread."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ledger.store import rows


class Order(StrEnum):
    """In which order a register's lines come."""

    LARGEST = "largest"
    SMALLEST = "smallest"
    ADDRESS = "address"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: a part of an address, of a holder number or of an institution's name; the least quantity."""

    text: str = ""
    least: int = 0
    order: Order = Order.LARGEST


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One wallet in a register; `holder` joins the wallets of one holder."""

    owner: str
    holder: str
    quantity: int
    outputs: int
    locked: int  # of which locked up beyond the register's time


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Some lines, and how many there are with how many units in all; no totals behind the last page."""

    lines: list[RegisterLine]
    wallets: int
    units: int


@dataclass(frozen=True, slots=True)
class Concentration:
    """How many holders have how many units in all, and the largest holdings, largest first."""

    holders: int
    total: int
    largest: list[int]


EVERYTHING: Final = Wanted()
_ORDERS: Final = {
    Order.LARGEST: "quantity DESC, owner",
    Order.SMALLEST: "quantity, owner",
    Order.ADDRESS: "owner",
    Order.LOCKED: "locked DESC, quantity DESC, owner",
}
_HOLDER = "COALESCE(convert_from(w.value, 'UTF8')::jsonb ->> 'holder', '')"
# One pass over the asset's outputs by index; a spend after the height is no spend yet.
_LINES = """
    SELECT o.owner, sum(o.quantity)::bigint AS quantity, count(*)::int AS outputs,
           COALESCE(sum(o.quantity) FILTER (WHERE o.locked_until > %(time)s), 0)::bigint AS locked
    FROM ledger_output o LEFT JOIN ledger_spend s ON s.position = o.position AND s.spent_height <= %(height)s
    WHERE o.asset = %(asset)s AND o.created_height <= %(height)s AND s.position IS NULL
"""
_FITTING = """
      AND (strpos(o.owner, lower(%(text)s)) > 0
           OR o.owner IN (SELECT substr(w.key, 8) FROM ledger_record w
                          WHERE w.key >= 'wallet/' AND w.key < 'wallet0'
                            AND strpos(convert_from(w.value, 'UTF8')::jsonb ->> 'holder', lower(%(text)s)) > 0)
           OR o.owner IN (SELECT substr(p.key, 13) FROM ledger_record p
                          WHERE p.key >= 'participant/' AND p.key < 'participant0'
                            AND strpos(upper(convert_from(p.value, 'UTF8')::jsonb ->> 'name'), upper(%(text)s)) > 0))
"""


def register(asset: str, *, height: int, time: int, wanted: Wanted = EVERYTHING) -> list[RegisterLine]:
    """The whole register of an asset as of a height, or those of its lines that are wanted."""
    return register_page(asset, height=height, time=time, wanted=wanted).lines


def register_page(
    asset: str,
    *,
    height: int,
    time: int,
    wanted: Wanted = EVERYTHING,
    offset: int = 0,
    limit: int | None = None,
) -> RegisterPage:
    """A page of the wanted lines; only its own wallets are looked up for their holders."""
    order = _ORDERS[wanted.order]
    lines = f"{_LINES}{_FITTING if wanted.text else ''} GROUP BY o.owner HAVING sum(o.quantity) >= %(least)s"
    query = f"""
        SELECT l.owner, {_HOLDER}, l.quantity, l.outputs, l.locked, l.wallets, l.units
        FROM (SELECT r.*, (count(*) OVER ())::int AS wallets, (sum(r.quantity) OVER ())::bigint AS units
              FROM ({lines}) r ORDER BY {order} OFFSET %(offset)s LIMIT %(limit)s::bigint) l
        LEFT JOIN ledger_record w ON w.key = 'wallet/' || l.owner ORDER BY {order}
    """  # noqa: S608 - constants
    parameters: dict[str, Any] = {"asset": asset, "height": height, "time": time, "text": wanted.text}
    found = rows.fetch(query, parameters | {"least": wanted.least, "offset": offset, "limit": limit})
    wallets, units = found[0][5:] if found else (0, 0)
    return RegisterPage([RegisterLine(*row[:5]) for row in found], wallets, units)


def concentration(asset: str, *, height: int, limit: int) -> Concentration:
    """How a register's units are spread over holders (not wallets) as of a height; the largest ones in order."""
    found = rows.fetch(
        f"""
        SELECT sum(r.quantity)::bigint, (count(*) OVER ())::int, (sum(sum(r.quantity)) OVER ())::bigint
        FROM ({_LINES} GROUP BY o.owner) r LEFT JOIN ledger_record w ON w.key = 'wallet/' || r.owner
        GROUP BY COALESCE(NULLIF({_HOLDER}, ''), r.owner) ORDER BY 1 DESC LIMIT %(limit)s
        """,  # noqa: S608 - constants
        {"asset": asset, "height": height, "time": 0, "limit": limit},
    )
    holders, total = (found[0][1], found[0][2]) if found else (0, 0)
    return Concentration(holders, total, [quantity for quantity, _, _ in found])

"""Identity claims, for who issued them: all of them, and those that end soon."""

from typing import Any

import msgspec

from ledger.selectors.records import RecordView, records
from ledger.store import rows

_ENDING = """
    SELECT key, version, value, height FROM ledger_record
    WHERE key >= 'claim/' AND key < 'claim0' AND tallystick_json(value) ->> 'status' = 'valid'
      AND split_part(key, '/', 2) = %s AND (tallystick_json(value) ->> 'until')::bigint <= %s
    ORDER BY (tallystick_json(value) ->> 'until')::bigint, key LIMIT %s
"""


def claims_by(issuer: str, *, after: str = "", limit: int = 50) -> list[RecordView]:
    """The claims of this issuer by wallet, revoked ones too, after a wallet's address."""
    start = f"claim/{issuer}/{after}/identity" if after else ""
    return records(f"claim/{issuer}/", after=start, limit=limit)


def claims_ending(issuer: str, *, until: int, limit: int = 50) -> list[RecordView]:
    """The valid claims of this issuer that end by this time, the soonest first; ended ones too."""
    found: list[Any] = rows.fetch(_ENDING, (issuer, until, limit))
    return [
        RecordView(key, version, msgspec.json.decode(value), height) for key, version, value, height in found
    ]

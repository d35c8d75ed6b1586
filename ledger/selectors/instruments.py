"""Instruments with their totals, the proposals about them, and the participants."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.selectors.records import RecordView, records, records_with
from ledger.store import rows


@dataclass(frozen=True, slots=True)
class InstrumentView:
    """An instrument's record with what is issued and how many hold it."""

    isin: str
    version: int
    value: dict[str, Any]
    height: int
    issued: int
    holders: int

    @property
    def asset(self) -> str:
        """The asset of its present edition."""
        return f"{self.isin}.{self.value['edition']}"


def instruments(*, search: str = "", after: str = "", limit: int = 50) -> list[InstrumentView]:
    """Instruments in ISIN order, after an ISIN; `search` finds ISIN and short name."""
    wanted = f"%{search.upper()}%"
    found = rows.fetch(
        """
        SELECT key, version, value, height FROM ledger_record
        WHERE key >= 'instrument/' AND key < 'instrument0' AND key > %s
          AND (upper(key) LIKE %s OR upper(convert_from(value, 'UTF8')::jsonb ->> 'fisn') LIKE %s)
        ORDER BY key LIMIT %s
        """,
        (f"instrument/{after}", wanted, wanted, limit),
    )
    return _with_totals([RecordView(key, version, msgspec.json.decode(value), height)
                         for key, version, value, height in found])  # fmt: skip


def instrument_count() -> int:
    """How many instruments there are, withdrawn ones included."""
    found = rows.fetch(
        "SELECT count(*) FROM ledger_record WHERE key >= 'instrument/' AND key < 'instrument0'"
    )
    return int(found[0][0])


def instrument(isin: str) -> InstrumentView | None:
    """One instrument."""
    found = records_with([f"instrument/{isin}"])
    return _with_totals(list(found.values()))[0] if found else None


def participants(*, after: str = "", limit: int = 500) -> list[RecordView]:
    """Everybody who was admitted, suspended ones included, by address, after an address."""
    return records("participant/", after=f"participant/{after}", limit=limit)


def proposals_of(isin: str) -> list[tuple[RecordView, list[RecordView]]]:
    """The proposals about an instrument, oldest first, each with its approvals and refusals."""
    found = rows.fetch(
        """
        SELECT key, version, value, height FROM ledger_record
        WHERE key >= 'proposal/' AND key < 'proposal0'
          AND tallystick_json(value) -> 'act' ->> 'isin' = %s
        ORDER BY position
        """,
        (isin,),
    )
    proposals = [
        RecordView(key, version, msgspec.json.decode(value), height) for key, version, value, height in found
    ]
    return with_approvals(proposals)


def with_approvals(proposals: list[RecordView]) -> list[tuple[RecordView, list[RecordView]]]:
    """Each proposal with the answers that it has so far."""
    ids = [proposal.key.partition("/")[2] for proposal in proposals]
    answers = records_with([f"approval/{id}/{role}" for id in ids for role in ("notary", "regulator")])
    return [
        (proposal, [answer for key, answer in answers.items() if key.split("/")[1] == id])
        for proposal, id in zip(proposals, ids, strict=True)
    ]


def _with_totals(found: list[RecordView]) -> list[InstrumentView]:
    names = [
        f"{counter}/{_isin(view)}.{view.value['edition']}"
        for view in found
        for counter in ("issued", "holders")
    ]
    counters = dict(rows.fetch("SELECT name, value FROM ledger_counter WHERE name = ANY(%s)", (names,)))
    return [
        InstrumentView(
            _isin(view),
            view.version,
            view.value,
            view.height,
            counters.get(f"issued/{_isin(view)}.{view.value['edition']}", 0),
            counters.get(f"holders/{_isin(view)}.{view.value['edition']}", 0),
        )
        for view in found
    ]


def _isin(view: RecordView) -> str:
    return view.key.partition("/")[2]

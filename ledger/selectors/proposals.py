"""Proposals in lists and one by one: who asked, who has answered, what is still open."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.selectors.records import RecordView, record, records_with
from ledger.store import rows

ROLES: Final = ("notary", "regulator")
# What a list shows of a proposal: all but its first holders, who may be a thousand.
_LINE: Final = """
    SELECT substr(r.key, 10), r.position, r.height,
           (tallystick_json(r.value) #- '{act,holders}')::text FROM ledger_record r
    WHERE r.key >= 'proposal/' AND r.key < 'proposal0'
"""


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal without its first holders; `height` wrote its present version."""

    id: str
    position: int
    height: int
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with the answers that it has, by role."""

    id: str
    version: int
    height: int
    value: dict[str, Any]
    answers: dict[str, dict[str, Any]]


def proposal(id: str) -> ProposalView | None:
    """One proposal; two queries."""
    found = record(f"proposal/{id}")
    if found is None:
        return None
    return ProposalView(id, found.version, found.height, found.value, answers_of([id])[id])


def answers_of(ids: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """By proposal and role, every answer that there is; one query."""
    found = records_with([f"approval/{id}/{role}" for id in ids for role in ROLES])
    answers: dict[str, dict[str, dict[str, Any]]] = {id: {} for id in ids}
    for key, view in found.items():
        _, id, role = key.split("/")
        answers[id][role] = view.value
    return answers


def proposed_by(proposers: list[str], *, before: int = 2**62, limit: int = 50) -> list[ProposalLine]:
    """What these wallets have proposed, newest first, before a position."""
    query = f"{_LINE} AND tallystick_json(r.value) ->> 'proposer' = ANY(%s) AND r.position < %s"
    return _lines(query, (proposers, before), limit)


def waiting_for(role: str, approvers: list[str], *, limit: int = 100) -> list[ProposalLine]:
    """Open proposals that these wallets have not answered in this role, newest first."""
    assert role in ROLES
    query = (
        f"{_LINE} AND tallystick_json(r.value) -> 'approvers' ->> '{role}' = ANY(%s)"
        " AND tallystick_json(r.value) ->> 'status' = 'open'"
        f" AND NOT EXISTS (SELECT FROM ledger_record a WHERE a.key = 'approval/' || substr(r.key, 10) || '/{role}')"
    )
    return _lines(query, (approvers,), limit)


def answered_by(role: str, approvers: list[str], *, limit: int = 50) -> list[ProposalLine]:
    """Proposals that were asked of these wallets in this role and are closed, newest first."""
    assert role in ROLES
    query = (
        f"{_LINE} AND tallystick_json(r.value) -> 'approvers' ->> '{role}' = ANY(%s)"
        " AND tallystick_json(r.value) ->> 'status' = ANY('{executed,refused,retracted}')"
    )
    return _lines(query, (approvers,), limit)


def refused_before(isin: str, act: str, position: int) -> RecordView | None:
    """The last refused proposal of the same act on the same instrument before a position."""
    found = rows.fetch(
        """
        SELECT r.key, r.version, r.value, r.height FROM ledger_record r
        WHERE r.key >= 'proposal/' AND r.key < 'proposal0' AND tallystick_json(r.value) -> 'act' ->> 'isin' = %s
          AND r.position < %s AND tallystick_json(r.value) -> 'act' ->> 'act' = %s
          AND tallystick_json(r.value) ->> 'status' = 'refused'
        ORDER BY r.position DESC LIMIT 1
        """,
        (isin, position, act),
    )
    if not found:
        return None
    key, version, value, height = found[0]
    return RecordView(key, version, msgspec.json.decode(value), height)


def position_of(id: str) -> int:
    """Where a proposal stands in the state."""
    found = rows.fetch("SELECT position FROM ledger_record WHERE key = %s", (f"proposal/{id}",))
    return int(found[0][0])


def _lines(query: str, parameters: tuple[Any, ...], limit: int) -> list[ProposalLine]:
    found = rows.fetch(f"{query} ORDER BY r.position DESC LIMIT %s", (*parameters, limit))
    return [
        ProposalLine(id, position, height, msgspec.json.decode(text)) for id, position, height, text in found
    ]

"""Proofs that an entry is in the state that a certified header commits to."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.protocol import state_tree
from ledger.store import chain, rows


class NotCertified(Exception):
    """The newest state has no certified header yet: the next block is on its way."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry of the state, its path, and the certified header that carries the state root.

    The state is that after `height`; `header` is of a later block up to which nothing changed.
    """

    entry: dict[str, Any]
    position: int
    size: int
    root: str
    path: list[str]
    height: int
    header: dict[str, Any]
    certificate: dict[str, Any]


def proof(*, outpoint: str = "", key: str = "") -> Proof | None:
    """The proof of a live output or a record; None if there is no such entry; NotCertified for a moment."""
    with rows.snapshot():
        found = _output_entry(outpoint) if outpoint else _record_entry(key)
        if found is None:
            return None
        position, entry = found
        tip = chain.tip()
        header, certificate = _certified(tip)
        pages = _pages(tip.state_size, position)
    path = state_tree.path(pages, tip.state_size, position)
    return Proof(
        entry,
        position,
        tip.state_size,
        tip.state_root.hex(),
        [item.hex() for item in path],
        tip.height - 1,
        header,
        certificate,
    )


def _certified(tip: chain.Tip) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tip's header carries the state before it; if the tip changed nothing, that is the newest state."""
    found = rows.fetch("SELECT header, certificate FROM ledger_block WHERE height = %s", (tip.height,))
    if not found:
        raise NotCertified
    header: dict[str, Any] = msgspec.json.decode(found[0][0])
    if header["state_root"] != tip.state_commitment:
        raise NotCertified
    return header, msgspec.json.decode(found[0][1])


def _output_entry(outpoint: str) -> tuple[int, dict[str, Any]] | None:
    txid, _, index = outpoint.partition(":")
    found = rows.fetch(
        """
        SELECT o.position, o.asset, o.owner, o.quantity, o.held_for, o.locked_until
        FROM ledger_transaction t JOIN ledger_output o ON o.position = t.first_position + %s
        LEFT JOIN ledger_spend s ON s.position = o.position
        WHERE t.txid = %s AND %s < t.output_count AND s.position IS NULL
        """,
        (int(index), bytes.fromhex(txid), int(index)),
    )
    if not found:
        return None
    position, asset, owner, quantity, held_for, locked_until = found[0]
    entry: dict[str, Any] = {"asset": asset, "outpoint": outpoint, "owner": owner, "quantity": quantity}
    if held_for is not None:
        entry["hold"] = {"for": held_for, "kind": "allotment"}
    if locked_until is not None:
        entry["locked_until"] = locked_until
    return position, entry


def _record_entry(key: str) -> tuple[int, dict[str, Any]] | None:
    found = rows.fetch("SELECT position, version, value FROM ledger_record WHERE key = %s", (key,))
    if not found:
        return None
    position, version, value = found[0]
    return position, {"key": key, "value": msgspec.json.decode(value), "version": version}


def _pages(size: int, position: int) -> dict[tuple[int, int], bytes]:
    needed = list(state_tree.pages_needed(size, [position]))
    found = rows.fetch(
        """
        SELECT p.level, p.index, p.hashes FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
        JOIN ledger_statepage p ON p.level = wanted.level AND p.index = wanted.index
        """,
        ([level for level, _ in needed], [index for _, index in needed]),
    )
    return {(level, index): hashes for level, index, hashes in found}

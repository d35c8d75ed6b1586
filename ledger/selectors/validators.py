"""Who votes at which height, and the headers by which one set hands over to the next."""

from typing import Any

import msgspec

from ledger.store import rows

Set = list[dict[str, Any]]  # institution, name, node_key of each

_SETS = """
    SELECT key, value FROM ledger_record WHERE key = 'network' OR (key >= 'validators/' AND key < 'validators0')
"""
_HANDOVERS = """
    SELECT b.header, b.certificate, r.value FROM ledger_record r
    JOIN ledger_block b ON b.height = substr(r.key, length('validators/') + 1)::bigint - 1
    WHERE r.key >= 'validators/' AND r.key < 'validators0' ORDER BY b.height
"""


def validator_sets() -> list[tuple[int, Set]]:
    """Every set with the height from which it votes, in order; the last may be of a height to come."""
    found = {key: msgspec.json.decode(value)["validators"] for key, value in rows.fetch(_SETS)}
    network = found.pop("network", [])
    sets = sorted((int(key.partition("/")[2]), validators) for key, validators in found.items())
    return sets or [(1, network)]


def validators_at(height: int) -> Set:
    """The validators of a height, in the order in which they propose; of heights to come, as decided by now."""
    return next(validators for since, validators in reversed(validator_sets()) if since <= max(height, 1))


def handovers() -> list[dict[str, Any]]:
    """Every header that names other validators than its own, with its certificate and the new set, in order."""
    return [
        {
            "certificate": msgspec.json.decode(certificate),
            "header": msgspec.json.decode(header),
            "validators": msgspec.json.decode(value)["validators"],
        }
        for header, certificate, value in rows.fetch(_HANDOVERS)
    ]

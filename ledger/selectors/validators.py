"""Who votes at which height, and the headers by which one set hands over to the next."""

from typing import Any

import msgspec

from ledger.protocol.validators import validators_at as kernel_validators_at
from ledger.store import chain, rows
from ledger.store.source import state_at

_HANDOVERS = """
    SELECT b.header, b.certificate, r.value FROM ledger_record r
    JOIN ledger_block b ON b.height = substr(r.key, length('validators/') + 1)::bigint - 1
    WHERE r.key >= 'validators/' AND r.key < 'validators0' ORDER BY b.height
"""


def validators_at(height: int) -> list[dict[str, Any]]:
    """The validators of a height, in the order in which they propose; of heights to come, as decided by now."""
    found = kernel_validators_at(state_at(chain.tip().state_size), height)
    return [msgspec.to_builtins(validator) for validator in found]


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

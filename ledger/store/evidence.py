"""What this node has seen validators sign twice."""

from typing import Final

from ledger.protocol.consensus.messages import Evidence
from ledger.protocol.encoding import parse
from ledger.store import rows

PROOF_MAX: Final = 10_000

_UNRECORDED: Final = """
    SELECT e.proof FROM ledger_evidence e
    WHERE NOT EXISTS (
        SELECT FROM ledger_record r
        WHERE r.key = format('evidence/%%s/%%s/%%s/%%s', e.validator, e.height, e.round, e.kind)
    )
    ORDER BY e.id LIMIT %s
"""


def unrecorded(limit: int) -> list[Evidence]:
    """Evidence that is not on the ledger, oldest first."""
    found = rows.fetch(_UNRECORDED, (limit,))
    return [parse(proof.encode(), Evidence, limit=PROOF_MAX) for (proof,) in found]  # type: ignore[arg-type]

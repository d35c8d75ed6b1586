"""The closed table of kinds by protocol version; an upgrade adds a version, never edits one.

What a kind may hold in some versions only, its `check_in_force` says: version 3 has the act `amend`.
"""

from typing import Final

from ledger.protocol.transactions.allot import Allot
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.transactions.claims import Attest, Revoke
from ledger.protocol.transactions.decide import Approve, Refuse, Retract
from ledger.protocol.transactions.evidence import Evidence
from ledger.protocol.transactions.govern import Govern
from ledger.protocol.transactions.propose import Propose
from ledger.protocol.transactions.rotate import Rotate
from ledger.protocol.transactions.transfer import Transfer

AnyTransaction = (
    Transfer | Propose | Approve | Refuse | Retract | Attest | Revoke | Rotate | Govern | Allot | Evidence
)  # fmt: skip

_VERSION_1: Final[dict[str, type[Transaction]]] = {
    "transfer": Transfer,
    "propose": Propose,
    "approve": Approve,
    "refuse": Refuse,
    "retract": Retract,
    "attest": Attest,
    "revoke": Revoke,
    "rotate": Rotate,
    "govern": Govern,
    "allot": Allot,
}
_VERSION_2: Final[dict[str, type[Transaction]]] = {**_VERSION_1, "evidence": Evidence}
KINDS: Final[dict[int, dict[str, type[Transaction]]]] = {1: _VERSION_1, 2: _VERSION_2, 3: _VERSION_2}

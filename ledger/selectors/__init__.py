"""Front door of reads: status of transactions, blocks, records, instruments, registers, proofs.

Plain values out (dataclasses, dictionaries as signed); each call is a fixed number of indexed queries. Who may
see an answer is decided by the portal and the API, not here.
"""

from ledger.selectors.blocks import (
    BlockView,
    block_as_of,
    block_at,
    block_with_hash,
    blocks,
    headline,
    transactions_of,
)
from ledger.selectors.evidence import EvidenceView, evidence
from ledger.selectors.holdings import outputs_of
from ledger.selectors.instruments import (
    InstrumentView,
    instrument,
    instrument_count,
    instruments,
    participants,
    proposals_of,
)
from ledger.selectors.network import acts_in_force, network_status
from ledger.selectors.proofs import NotCertified, proof
from ledger.selectors.records import record, records, version_history
from ledger.selectors.registers import RegisterLine, RegisterPage, register, register_page
from ledger.selectors.status import Status, notes, status, transaction
from ledger.selectors.validators import handovers, validator_sets, validators_at

__all__ = [
    "BlockView",
    "EvidenceView",
    "InstrumentView",
    "NotCertified",
    "RegisterLine",
    "RegisterPage",
    "Status",
    "acts_in_force",
    "block_as_of",
    "block_at",
    "block_with_hash",
    "blocks",
    "evidence",
    "handovers",
    "headline",
    "instrument",
    "instrument_count",
    "instruments",
    "network_status",
    "notes",
    "outputs_of",
    "participants",
    "proof",
    "proposals_of",
    "record",
    "records",
    "register",
    "register_page",
    "status",
    "transaction",
    "transactions_of",
    "validator_sets",
    "validators_at",
    "version_history",
]

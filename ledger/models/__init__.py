"""Rows only: the committed ledger (chain), what is pending (pool), and the consensus driver's own (consensus)."""

from ledger.models.chain import (
    Block,
    Counter,
    Genesis,
    Note,
    Output,
    Record,
    RecordVersion,
    Spend,
    StatePage,
    Transaction,
)
from ledger.models.consensus import (
    ConsensusEvent,
    EarlyEnvelope,
    Evidence,
    NodeState,
    Outbox,
    PeerStatus,
    ProposedBlock,
    ProposedTransaction,
    SignedMessage,
    Timer,
)
from ledger.models.pool import Claimed, Ended, HolderListChunk, Pending

__all__ = [
    "Block",
    "Claimed",
    "ConsensusEvent",
    "Counter",
    "EarlyEnvelope",
    "Ended",
    "Evidence",
    "Genesis",
    "HolderListChunk",
    "NodeState",
    "Note",
    "Outbox",
    "Output",
    "PeerStatus",
    "Pending",
    "ProposedBlock",
    "ProposedTransaction",
    "Record",
    "RecordVersion",
    "SignedMessage",
    "Spend",
    "StatePage",
    "Timer",
    "Transaction",
]

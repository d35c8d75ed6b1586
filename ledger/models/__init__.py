"""Rows only: the committed ledger (chain), what is pending (pool), the consensus driver's own, the API's (access)."""

from ledger.models.access import ApiLookup, Token
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
from ledger.models.documents import SealedChunk, SealedDocument
from ledger.models.pool import Claimed, Ended, HolderListChunk, Pending

__all__ = [
    "ApiLookup",
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
    "SealedChunk",
    "SealedDocument",
    "SignedMessage",
    "Spend",
    "StatePage",
    "Timer",
    "Token",
    "Transaction",
]

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
from ledger.models.pool import Claimed, Ended, HolderListChunk, Pending

__all__ = [
    "Block",
    "Claimed",
    "Counter",
    "Ended",
    "Genesis",
    "HolderListChunk",
    "Note",
    "Output",
    "Pending",
    "Record",
    "RecordVersion",
    "Spend",
    "StatePage",
    "Transaction",
]

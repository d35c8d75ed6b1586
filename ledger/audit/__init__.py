"""Re-derive the whole ledger from genesis and compare it with every committed column and read model.

A second account of the rules of effect: plain dictionaries, its own tree, its own list of who signs what. It shares
with the writer only canonical bytes, digests and the verification of signatures, so one mistake cannot hide another.
Whether an instrument rule allowed a movement is the validators' matter; who signed it, that it existed and was
unspent, that value was conserved and what it changed is checked here again.
"""

from ledger.audit.compare import Finding, Report, verify_chain

__all__ = ["Finding", "Report", "verify_chain"]

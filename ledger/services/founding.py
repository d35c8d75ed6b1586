"""Install the genesis that every validator has signed: the state at height 0."""

from django.db.transaction import atomic

from ledger.protocol.genesis import Genesis, check_genesis, genesis_digest
from ledger.protocol.reasons import Reason, Rejected
from ledger.store import chain


def install_genesis(*, document: Genesis) -> str:
    """Enter the first records, once; returns the genesis digest. A second, different genesis is refused."""
    check_genesis(document)
    with atomic():
        installed = chain.genesis()
        if installed is None:
            chain.save_genesis(document)
        elif installed != document:
            raise Rejected(Reason.WRONG_CHAIN, "genesis", "This database belongs to another network.")
    return genesis_digest(document).hex()

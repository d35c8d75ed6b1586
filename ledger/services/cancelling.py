"""Cancelling: an owner's transfer of the same outputs back to himself takes the place of one that is pending here."""

from ledger.protocol.signed import Submission
from ledger.protocol.state import State
from ledger.protocol.transactions.transfer import Transfer


def cancels(later: Submission, earlier: Submission, state: State) -> bool:
    """Whether this node carries `later` instead of `earlier`, which it has: by its owner's will, and never back again.

    A pending transfer makes way for one that gives everything it spends back to the one owner who signed both; what
    gives back makes way for nothing, so two can never displace each other for ever.
    """
    if not isinstance(earlier.transaction, Transfer) or _gives_back(earlier, state):
        return False
    spent = set(earlier.transaction.inputs)
    return _gives_back(later, state) and spent <= set(later.transaction.inputs)


def _gives_back(submitted: Submission, state: State) -> bool:
    transaction = submitted.transaction
    if not isinstance(transaction, Transfer) or transaction.body.note is not None:
        return False
    owners = {output.owner for output in transaction.outputs}
    return len(owners) == 1 and transaction.signers(state) == owners

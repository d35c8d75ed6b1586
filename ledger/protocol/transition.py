"""FRONT DOOR of the rules: what one transaction does at its turn, and what a block does to the state."""

from collections.abc import Iterable, Sequence

from ledger.protocol.block import BLOCK_BYTES, BLOCK_TRANSACTIONS, Header, transactions_root, validators_root
from ledger.protocol.keys import address
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signatories import signatories
from ledger.protocol.signed import Submission
from ledger.protocol.state import Applied, Delta, Needs, State, Turn
from ledger.protocol.transactions import KINDS
from ledger.protocol.transactions.evidence import BLOCK_EVIDENCE, Evidence
from ledger.protocol.validators import validators_at


def version_at(state: State, height: int) -> int:
    """The protocol version in force at a height, as the network's record has it."""
    upgrade = state.network.upgrade
    if upgrade is None:
        return 1
    return upgrade.version if height >= upgrade.height else upgrade.version - 1


def known_version(version: int) -> bool:
    """Whether this code knows the version; a node that does not stops before its height."""
    return version in KINDS


def check_time(submitted: Submission, time: int) -> None:
    """Refuse a transaction that is not valid at this block time; rule-built ones are not judged."""
    transaction = submitted.transaction
    if transaction.rule_built:
        return
    if time < transaction.since:
        detail = f"Valid from {transaction.since} (UTC seconds); it is {time} (UTC seconds) now."
        raise Rejected(Reason.NOT_YET_VALID, "from", detail)
    if time >= transaction.expires:
        detail = f"Valid until {transaction.expires} (UTC seconds); it is {time} (UTC seconds) now."
        raise Rejected(Reason.EXPIRED, "expires", detail)


def check_transaction(
    submitted: Submission, state: State, *, time: int, height: int, witnessed: bool = True
) -> Delta:
    """What the transaction changes at this turn, or a refusal; form and signatures were checked before.

    Not `witnessed`: a rehearsal before anybody signed, which does not ask who would have to.
    """
    check_time(submitted, time)
    transaction = submitted.transaction
    transaction.check_consumed(state, submitted.id)
    if witnessed:
        check_witnesses(submitted, state)
    return transaction.effect(Turn(state, submitted.id, time, height))


def check_witnesses(submitted: Submission, state: State) -> None:
    """Refuse any set but the exact one: each signer's card in force, and each card that comes into force."""
    needed = {one.card_address for one in signatories(submitted.transaction, state)}
    shown = {address(witness.card) for witness in submitted.signed.witnesses}
    if shown != needed:
        # Any stranger can sign with a key of his own: he is not told whose signature he should have brought.
        missing, extra = len(needed - shown), ", ".join(sorted(shown - needed))
        detail = f"Signatures missing: {missing}; not asked for: {extra or 'none'}."
        raise Rejected(Reason.WRONG_WITNESSES, "witnesses", detail)


def prefetch(transactions: Iterable[Submission], state: State, rounds: int = 4) -> None:
    """Load what these transactions are going to look at, in a few set queries; only speed depends on it."""
    listed = list(transactions)
    for _ in range(rounds):
        needs = Needs(records={"network"})
        for submitted in listed:
            more = submitted.transaction.needs(state, submitted.id)
            needs.outputs |= more.outputs
            needs.records |= more.records
            needs.counters |= more.counters
        if not state.load(needs):
            return


def apply_block(state: State, header: Header, transactions: Sequence[Submission]) -> list[Applied]:
    """Apply a block's transactions in order; refused if one does not apply. Signatures are checked before."""
    check_contents(state, header, transactions)
    prefetch(transactions, state)
    applied = []
    for submitted in transactions:
        delta = check_transaction(submitted, state, time=header.time, height=header.height)
        applied.append(state.apply(submitted.id, delta))
    return applied


def check_contents(state: State, header: Header, transactions: Sequence[Submission]) -> None:
    """Refuse a header that does not describe these transactions, these validators, this version."""
    if len(transactions) > BLOCK_TRANSACTIONS or sum(len(one.raw) for one in transactions) > BLOCK_BYTES:
        raise Rejected(Reason.BAD_BLOCK, "transactions", "The block is too large.")
    if len({submitted.id for submitted in transactions}) != len(transactions):
        raise Rejected(Reason.BAD_BLOCK, "transactions", "The block has a transaction twice.")
    if header.transactions_root != transactions_root(submitted.digest for submitted in transactions):
        raise Rejected(Reason.BAD_BLOCK, "transactions_root")
    if header.version != version_at(state, header.height):
        raise Rejected(Reason.BAD_BLOCK, "version")
    validators = validators_at(state, header.height)
    if header.validators_root != validators_root(validators):
        raise Rejected(Reason.BAD_BLOCK, "validators_root")
    if header.next_validators_root != validators_root(validators_at(state, header.height + 1)):
        raise Rejected(Reason.BAD_BLOCK, "next_validators_root")
    if header.proposer not in {validator.name for validator in validators}:
        raise Rejected(Reason.BAD_BLOCK, "proposer")
    if sum(isinstance(submitted.transaction, Evidence) for submitted in transactions) > BLOCK_EVIDENCE:
        raise Rejected(Reason.BAD_BLOCK, "transactions", "The block has too much evidence.")

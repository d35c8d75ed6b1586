"""The signed transaction: what travels on the wire, and its two digests."""

from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol.encoding import canonical, digest, parse, unhex
from ledger.protocol.keys import Witness, address, verify_witness
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.sealing import check_ciphertexts
from ledger.protocol.transactions import KINDS, AnyTransaction
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.transactions.transfer import Transfer
from ledger.protocol.values import Strict

SIGNED_MAX: Final = 256_000  # bytes of {transaction, witnesses}
NOTES_MAX: Final = 2
NOTE_HEX_MAX: Final = 2 * 2_064

Ciphertext = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{2})+\Z", max_length=NOTE_HEX_MAX)]


class Signed(Strict):
    """A transaction with its witnesses, and the ciphertexts of its note beside it."""

    transaction: AnyTransaction
    witnesses: Annotated[tuple[Witness, ...], Meta(max_length=64)]
    notes: Annotated[tuple[Ciphertext, ...], Meta(min_length=1, max_length=NOTES_MAX)] | None = None


class _Whole(Strict):
    transaction: AnyTransaction
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A signed transaction as read, its id, and its whole digest with the bytes that it is taken over."""

    signed: Signed
    id: str
    digest: str
    raw: bytes  # canonical {transaction, witnesses}: notes are beside it

    @property
    def transaction(self) -> Transaction:
        """The transaction without its witnesses."""
        return self.signed.transaction


def transaction_id(transaction: Transaction) -> str:
    """The id: hex of the digest without witnesses."""
    return digest("tallystick/transaction/1", canonical(transaction)).hex()


def submission(signed: Signed) -> Submission:
    """A signed transaction with its digests."""
    raw = canonical(_Whole(transaction=signed.transaction, witnesses=signed.witnesses))
    if len(raw) > SIGNED_MAX:
        raise Rejected(Reason.OVERSIZED, "", f"{len(raw)} bytes; the limit is {SIGNED_MAX}.")
    return Submission(
        signed, transaction_id(signed.transaction), digest("tallystick/signed/1", raw).hex(), raw
    )


def read(raw: bytes) -> Submission:
    """The signed transaction with these canonical bytes; refused otherwise."""
    try:
        return submission(parse(raw, Signed, limit=SIGNED_MAX + NOTES_MAX * NOTE_HEX_MAX + 100))
    except Rejected as refusal:
        if refusal.reason is Reason.MALFORMED and refusal.field.endswith("transaction.kind"):
            raise Rejected(Reason.UNKNOWN_KIND, "kind") from refusal
        raise


def check_form(submitted: Submission, *, chain: str, version: int) -> None:
    """Everything that needs neither state nor signatures."""
    transaction = submitted.transaction
    tag = str(transaction.__struct_config__.tag)
    if tag not in KINDS[version]:
        raise Rejected(Reason.UNKNOWN_KIND, "kind", f"{tag} is not in force in version {version}.")
    if transaction.chain != chain:
        raise Rejected(
            Reason.WRONG_CHAIN, "chain", f"It was signed for {transaction.chain}; this is {chain}."
        )
    transaction.check_in_force(version)
    transaction.check_form()
    addresses = [address(witness.card) for witness in submitted.signed.witnesses]
    if sorted(set(addresses)) != addresses:
        raise Rejected(Reason.BAD_WITNESS, "witnesses", "Witnesses are sorted by address, each card once.")


def check_notes(submitted: Submission) -> None:
    """At admission the ciphertexts are there and fit their digests; later they may be erased."""
    transaction, notes = submitted.transaction, submitted.signed.notes
    note = transaction.body.note if isinstance(transaction, Transfer) else None
    if note is None and notes is not None:
        raise Rejected(Reason.BAD_NOTE, "notes", "There is no note in the body.")
    if note is not None:
        check_ciphertexts(note, [unhex(text) for text in notes or ()])


def check_signatures(submitted: Submission) -> None:
    """Every witness signs this id with the card it shows."""
    for witness in submitted.signed.witnesses:
        verify_witness(witness, bytes.fromhex(submitted.id))

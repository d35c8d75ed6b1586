"""From a transaction to the signed bytes on the wire: one by one, or many under one signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from clients.build import Json, transaction_id
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import Card, address, batch_message, signature_message


class Signer(Protocol):
    """Whatever can give a wallet's consent: one key pair, or m members of an institution."""

    @property
    def address(self) -> str:
        """The wallet's address."""

    @property
    def card(self) -> Card:
        """The card in force."""

    def signature(self, message: bytes) -> Any:
        """The signature for a witness: hex, or the members' signatures."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed transaction: its id, its canonical bytes, and what it says."""

    id: str
    raw: bytes
    transaction: Json


@dataclass(frozen=True, slots=True)
class Task:
    """A transaction, the wallets that sign it alone, and the ciphertexts of its notes."""

    transaction: Json
    signers: tuple[Signer, ...] = ()
    notes: tuple[bytes, ...] = ()


def sign(transaction: Json, *signers: Signer, notes: Sequence[bytes] = ()) -> Signed:
    """Signed bytes, with every signer's witness; one wallet may be named twice and signs once."""
    message = signature_message(bytes.fromhex(transaction_id(transaction)))
    return assemble(transaction, _witnesses(message, signers), notes)


def sign_batch(tasks: Sequence[Task], by: Signer) -> list[Signed]:
    """Many transactions under one signature of `by`; other signers of a task sign that one as usual."""
    ids = [bytes.fromhex(transaction_id(task.transaction)) for task in tasks]
    leaves = [merkle.leaf_hash(id) for id in ids]
    shared = by.signature(batch_message(merkle.root_of_hashes(leaves), len(leaves)))
    signed = []
    for index, task in enumerate(tasks):
        hashes = [item.hex() for item in merkle.path(leaves, index)]
        path = {"hashes": hashes, "index": index, "size": len(leaves)}
        witnesses = _witnesses(signature_message(ids[index]), task.signers)
        witnesses[address(by.card)] = {"card": by.card, "path": path, "signature": shared}
        signed.append(assemble(task.transaction, witnesses, task.notes))
    return signed


def assemble(transaction: Json, witnesses: Mapping[str, Json], notes: Sequence[bytes] = ()) -> Signed:
    """The wire form, from witnesses by the address of their card."""
    whole: Json = {"transaction": transaction, "witnesses": [witnesses[key] for key in sorted(witnesses)]}
    if notes:
        whole["notes"] = [note.hex() for note in notes]
    return Signed(transaction_id(transaction), canonical(whole), transaction)


def unsigned(transaction: Json) -> Signed:
    """Without any witness: for a dry-run."""
    return assemble(transaction, {})


def token_request(chain: str, wallet: Signer, at: int) -> Json:
    """What POST tokens wants: proof that the caller holds the wallet, for this chain and time only."""
    claim = {"address": wallet.address, "chain": chain, "time": at}
    message = signature_message(digest("tallystick/token/1", canonical(claim)))
    proof = {"address": wallet.address, "card": wallet.card, "time": at}
    return proof | {"signature": wallet.signature(message)}


def _witnesses(message: bytes, signers: Sequence[Signer]) -> dict[str, Json]:
    """By the card's own address: after a change of card that is another one than the wallet's."""
    by_card = {address(signer.card): signer for signer in signers}
    return {key: {"card": who.card, "signature": who.signature(message)} for key, who in by_card.items()}

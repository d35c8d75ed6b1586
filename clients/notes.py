"""Sealed notes as a wallet uses them: to a receiver and the regulator, and open again for either."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from clients.build import Json
from ledger.protocol import sealing
from ledger.protocol.keys import SingleCard
from ledger.protocol.sealing import Binding, Note, ReaderKey


def to_receiver(address: str, card: SingleCard) -> ReaderKey:
    """A reader who opens with the wallet's own key."""
    return ReaderKey(address, bytes.fromhex(card.seal), secrets.token_bytes(32))


def to_institution(address: str, epoch: str, key: str) -> ReaderKey:
    """A reader who opens with the key of an epoch: the regulator, by its record `seal/<address>/<epoch>`."""
    return ReaderKey(address, bytes.fromhex(key), secrets.token_bytes(32), epoch)


def epoch_at(now: int) -> str:
    """The quarter, such as 2026Q4, whose keys are in use at this time (UTC seconds)."""
    day = time.gmtime(now)
    return f"{day.tm_year}Q{(day.tm_mon + 2) // 3}"


def attach(transfer: Json, sender: str, text: str, readers: Sequence[ReaderKey]) -> tuple[Json, list[bytes]]:
    """The transfer with this note in its body, to be signed, and the ciphertexts to send beside it.

    The first reader is the receiver and owns the first output.
    """
    binding = _binding(transfer, sender, readers[0].address)
    note, ciphertexts = sealing.seal_note(text, secrets.token_bytes(32), binding, readers)
    body = transfer["body"] | {"note": msgspec.to_builtins(note)}
    return transfer | {"body": body}, ciphertexts


def read(transfer: Json, sender: str, ciphertexts: Sequence[bytes], place: int, private: bytes) -> str:
    """The words for the reader at `place`; Rejected for any other key, or if the readers were told apart."""
    note = msgspec.convert(transfer["body"]["note"], Note)
    return sealing.open_note(
        note, place, ciphertexts[place], private, _binding(transfer, sender, note.readers[0].address)
    )


def _binding(transfer: Json, sender: str, receiver: str) -> Binding:
    inputs: list[str] = transfer["inputs"]
    outputs: list[Any] = transfer["outputs"]
    return Binding(transfer["chain"], sender, receiver, inputs, outputs)

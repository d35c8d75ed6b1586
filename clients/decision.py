"""A decision of the network as a file that goes from person to person: drafted, signed by each, put together."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from clients.api import NodeClient
from clients.build import Frame, Json, govern, transaction_id
from clients.keys import Wallet
from clients.signing import Signed, assemble
from ledger.protocol.governance import AnyGovernAct
from ledger.protocol.keys import Card, address, signature_message
from ledger.protocol.signatories import Signatory, witness_of


class DecisionError(Exception):
    """The file cannot be used, or something is lacking; `str()` is a sentence for people."""


class Decision(Struct, forbid_unknown_fields=True):
    """The transaction, and the signatures so far by the address of each person's own card."""

    transaction: Json
    signatures: dict[str, str] = {}


def draft(node: NodeClient, act: Json, signers: Sequence[str], frame: Frame) -> Decision:
    """The transaction by which these institutions decide the act; it replaces the network's record as it stands."""
    try:
        msgspec.convert(act, AnyGovernAct)
    except msgspec.ValidationError as error:
        raise DecisionError(f"This is no act that the network can decide: {error}.") from error
    network = node.record("network")
    if network is None:
        raise DecisionError("The node has no network yet.")
    return Decision(govern(frame, act, signers=signers, network_version=network["version"]))


def add_signature(decision: Decision, wallet: Wallet) -> None:
    """One person's consent."""
    message = signature_message(bytes.fromhex(transaction_id(decision.transaction)))
    decision.signatures[address(wallet.card)] = wallet.signature(message)


def put_together(node: NodeClient, decision: Decision) -> Signed:
    """The signed transaction; DecisionError says who has to sign yet."""
    witnesses = {}
    for signer in decision.transaction["body"]["signers"]:
        record = node.record(f"wallet/{signer}")
        if record is None:
            raise DecisionError(f"The ledger knows no wallet {signer}.")
        card = msgspec.convert(record["value"]["card"], Card)  # type: ignore[arg-type]
        signatory = Signatory(signer, address(card), card)
        if lacking := signatory.lacking(decision.signatures):
            raise DecisionError(f"{signer} needs {lacking} more of its people's signatures.")
        witness = witness_of(signatory, {}, decision.signatures)
        witnesses[address(card)] = {"card": witness.card, "signature": witness.signature}
    return assemble(decision.transaction, witnesses)


def in_words(act: Json) -> str:
    """What signing means."""
    if act["act"] == "upgrade":
        return f"Version {act['version']} of the protocol is in force from height {act['height']} on."
    if act["act"] == "roles":
        offices = ", ".join(f"{role}: {who}" for role, who in sorted(act["roles"].items()))
        return f"The offices are held anew by {offices}."
    if act["act"] == "node_key":
        return f"The validator {act['name']} votes with the key {act['node_key']}."
    if "remove" in act:
        return f"The validator {act['remove']} votes no more."
    added = act["add"]
    return f"The node {added['name']} of {added['institution']} votes, with the key {added['node_key']}."


def read(path: Path) -> Decision:
    """The file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Decision)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecisionError(f"{path} is no decision: {error}.") from error


def write(path: Path, decision: Decision) -> None:
    """The file, replaced."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(decision, order="sorted"), indent=2) + b"\n")

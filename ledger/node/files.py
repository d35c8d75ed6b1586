"""What lies in a node's home folder and what nodes hand each other, as typed files."""

import os
import re
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec
from nacl.signing import SigningKey

from ledger.protocol.encoding import Hex32, Hex64
from ledger.protocol.genesis import Institution
from ledger.protocol.records import NodeName
from ledger.protocol.transactions.rotate import NewSeal
from ledger.protocol.values import Address, Strict

F = TypeVar("F")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")


class NodeError(Exception):
    """A command cannot do what was asked; the text is a sentence for the person at the keyboard."""


class InstitutionCard(Institution):
    """The public file of an institution for whoever runs its node, with its keys for sealed notes."""

    seals: tuple[NewSeal, ...] = ()


class NodeConfig(Strict):
    """`node.json`: what this node is."""

    inbox: str
    institution: Address
    name: NodeName
    validator: bool


class NodeCard(Strict):
    """`node-card.json`: what other nodes may know of this one; it is public, any way of handing will do."""

    inbox: str
    institution: InstitutionCard
    name: NodeName
    node_key: Hex32
    validator: bool


class GenesisSignature(Strict):
    """A validator's signature over the genesis digest."""

    genesis: Hex32
    node: NodeName
    signature: Hex64


class Member(Strict):
    """A node of the network, by the key that signs its envelopes."""

    institution: Address
    name: NodeName
    node_key: Hex32
    validator: bool


class Network(Strict):
    """`network.json`: the chain this node follows and the nodes of it, itself included."""

    chain: str
    nodes: tuple[Member, ...]


class Invitation(Strict):
    """`peers/<name>.json`: with this, `peer` may write into `node`'s inbox. A secret of those two."""

    broker: str  # an address with user and password
    node: NodeName
    peer: NodeName
    queue: str


class Home:
    """The folder of one node; nobody but its owner can read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def config(self) -> NodeConfig:
        """Who this node is."""
        if not self.path("node.json").exists():
            raise NodeError(f"{self.folder} is not a node's home: run node_init first.")
        return read(self.path("node.json"), NodeConfig)

    @property
    def network(self) -> Network:
        """What it joined."""
        if not self.path("network.json").exists():
            raise NodeError(f"The node in {self.folder} has not joined a network: run join first.")
        return read(self.path("network.json"), Network)

    @property
    def signing_key(self) -> SigningKey:
        """The node key; it signs votes, proposals and envelopes."""
        return SigningKey(bytes.fromhex(self.path("node.key").read_text().strip()))

    @property
    def broker_password(self) -> str:
        """The password of the broker's owner: this node itself."""
        return self.path("broker.password").read_text().strip()

    def path(self, name: str) -> Path:
        """A file of the home."""
        return self.folder / name


def read(path: Path, type: type[F]) -> F:
    """The file as a value; a missing or wrong file is `NodeError`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=type)
    except OSError as error:
        raise NodeError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NodeError(f"{path} is not the file that is needed here: {error}.") from error


def write(path: Path, value: object, *, private: bool = False) -> None:
    """Replace the file at once; a reader finds the old or the new one, never half of it."""
    write_bytes(
        path,
        msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n",
        private=private,
    )


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """As `write`, for bytes that must stay as they are."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise NodeError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)

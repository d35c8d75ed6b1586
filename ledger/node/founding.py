"""Founding a network: the genesis document, the validators' signatures on it, and joining."""

from collections.abc import Collection, Sequence
from pathlib import Path

from ledger.node.files import (
    GenesisSignature,
    Home,
    Member,
    Network,
    NodeCard,
    NodeError,
    read,
    write,
    write_bytes,
)
from ledger.protocol import genesis as law
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.genesis import Genesis, InstitutionSeal
from ledger.protocol.keys import address, verify
from ledger.protocol.reasons import Rejected
from ledger.protocol.records import NetworkRoles, Validator
from ledger.protocol.transactions import KINDS

VERSION = max(KINDS)
FEWEST_VALIDATORS = 4


def propose(*, cards: Sequence[NodeCard], label: str, time: int) -> Genesis:
    """The genesis of a network of these nodes; validators in the order of their cards."""
    by_address = {address(card.institution.card): card.institution for card in cards}
    genesis = Genesis(
        institutions=tuple(
            law.Institution(card=one.card, holder=one.holder, lei=one.lei, name=one.name, roles=one.roles)
            for one in by_address.values()
        ),
        label=label,
        roles=NetworkRoles(**{role: _only(cards, role) for role in ("central_bank", "csd", "regulator")}),
        seals=tuple(
            InstitutionSeal(
                epoch=seal.epoch, since=seal.since, institution=where, key=seal.key, until=seal.until
            )
            for where, one in by_address.items()
            for seal in one.seals
        ),
        time=time,
        validators=tuple(
            Validator(institution=address(card.institution.card), name=card.name, node_key=card.node_key)
            for card in cards
            if card.validator
        ),
        version=VERSION,
    )
    return _checked(canonical(genesis), "This")


def read_genesis(path: Path) -> Genesis:
    """A genesis file, byte for byte in its canonical form, checked."""
    try:
        return _checked(path.read_bytes(), str(path))
    except OSError as error:
        raise NodeError(f"{path} cannot be read: {error.strerror}.") from error


def sign(*, home: Home, genesis: Genesis) -> GenesisSignature:
    """This validator's consent to the genesis."""
    name, key = home.config.name, home.signing_key
    mine = [validator for validator in genesis.validators if validator.name == name]
    if not mine or mine[0].node_key != key.verify_key.encode().hex():
        raise NodeError(f"The genesis does not name this node ({name}) with its key as a validator.")
    signature = key.sign(law.genesis_digest(genesis)).signature.hex()
    return GenesisSignature(genesis=law.genesis_digest(genesis).hex(), node=name, signature=signature)


def join(
    *,
    home: Home,
    genesis: Genesis,
    signatures: Sequence[GenesisSignature],
    cards: Sequence[NodeCard],
    changed: Collection[str] = (),
) -> Network:
    """Fix what this node follows, for ever; all validators have signed it, and every one's card is here.

    `changed` are nodes whose key the network has changed since: their cards are taken on their operators' word.
    """
    _check_signatures(genesis, signatures)
    nodes = {card.name: card for card in [*cards, read(home.path("node-card.json"), NodeCard)]}
    _check_nodes(genesis, nodes, changed)
    kept = home.path("genesis.json")
    if kept.exists() and kept.read_bytes() != canonical(genesis):
        raise NodeError(f"The node in {home.folder} has joined another network already.")
    network = Network(
        chain=law.chain_id(genesis), nodes=tuple(_member(nodes[name]) for name in sorted(nodes))
    )
    write_bytes(kept, canonical(genesis))
    write(home.path("network.json"), network)
    return network


def _checked(raw: bytes, what: str) -> Genesis:
    """What the law asks of a genesis, and that a real network survives one faulty validator."""
    try:
        genesis = parse(raw, Genesis, limit=law.GENESIS_MAX)
        law.check_genesis(genesis)
    except Rejected as error:
        raise NodeError(f"{what} is not a genesis: {error} ({error.field})") from error
    if len(genesis.validators) < FEWEST_VALIDATORS and not genesis.label.startswith("demo-"):
        raise NodeError(
            f"A network needs {FEWEST_VALIDATORS} validators; these are {len(genesis.validators)}."
        )
    return genesis


def _check_signatures(genesis: Genesis, signatures: Sequence[GenesisSignature]) -> None:
    digest = law.genesis_digest(genesis)
    by_node = {signature.node: signature for signature in signatures}
    for validator in genesis.validators:
        signature = by_node.get(validator.name)
        if signature is None:
            raise NodeError(f"{validator.name} has not signed the genesis.")
        if signature.genesis != digest.hex():
            raise NodeError(f"{validator.name} signed another genesis.")
        if not verify(bytes.fromhex(validator.node_key), digest, bytes.fromhex(signature.signature)):
            raise NodeError(f"The signature of {validator.name} on the genesis is false.")


def _check_nodes(genesis: Genesis, nodes: dict[str, NodeCard], changed: Collection[str]) -> None:
    keys = {validator.name: validator.node_key for validator in genesis.validators}
    if missing := sorted(keys.keys() - nodes.keys()):
        raise NodeError(f"The node cards of these validators are missing: {', '.join(missing)}.")
    for name, card in nodes.items():
        other_key = card.node_key != keys.get(name, card.node_key) and name not in changed
        if card.validator != (name in keys) or other_key:
            raise NodeError(f"The card of {name} and the genesis disagree about its key or its vote.")


def _only(cards: Sequence[NodeCard], role: str) -> str:
    found = {address(card.institution.card) for card in cards if role in card.institution.roles}
    if len(found) != 1:
        raise NodeError(f"A network has one institution with the role {role}; these cards name {len(found)}.")
    return found.pop()


def _member(card: NodeCard) -> Member:
    return Member(
        institution=address(card.institution.card),
        name=card.name,
        node_key=card.node_key,
        validator=card.validator,
    )

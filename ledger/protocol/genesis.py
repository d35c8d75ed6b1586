"""Genesis: the document that a network starts from, its digest, its chain id and its first records."""

from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol.acts.base import check_sorted
from ledger.protocol.encoding import canonical, check_text, digest
from ledger.protocol.keys import Card, address, check_card, check_seal_key
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    Lei,
    Network,
    NetworkRoles,
    Participant,
    Role,
    Seal,
    Upgrade,
    Validator,
    Wallet,
    participant_key,
    wallet_key,
)
from ledger.protocol.transactions import KINDS
from ledger.protocol.transactions.rotate import NewSeal
from ledger.protocol.values import Address, HolderNumber, Name, Strict, Time

GENESIS_MAX: Final = 1_000_000


class Institution(Strict):
    """A founder: its wallet's first card (m of n people), its name and roles."""

    card: Card
    holder: HolderNumber
    name: Name
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    lei: Lei | None = None


class InstitutionSeal(NewSeal):
    """A founder's key for sealed notes in one quarter."""

    institution: Address


class Genesis(Strict):
    """genesis.json."""

    institutions: Annotated[tuple[Institution, ...], Meta(min_length=3, max_length=1_000)]
    label: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z")]
    roles: NetworkRoles
    seals: tuple[InstitutionSeal, ...]
    time: Time
    validators: Annotated[tuple[Validator, ...], Meta(min_length=1, max_length=100)]
    version: Annotated[int, Meta(ge=1, le=max(KINDS))]


def genesis_digest(genesis: Genesis) -> bytes:
    """What every validator's node key signs before a node joins."""
    return digest("tallystick/genesis/1", canonical(genesis))


def chain_id(genesis: Genesis) -> str:
    """The network's name in every signed object."""
    return f"{genesis.label}-{genesis_digest(genesis).hex()[:16]}"


def check_genesis(genesis: Genesis) -> None:
    """Refuse a document from which no network could start."""
    addresses = {address(institution.card) for institution in genesis.institutions}
    for institution in genesis.institutions:
        check_card(institution.card, "institutions.card")
        check_text(institution.name, "institutions.name")
        check_sorted(institution.roles, "institutions.roles")
    if len(addresses) != len(genesis.institutions):
        raise Rejected(Reason.MALFORMED, "institutions", "Two institutions have the same card.")
    named = [genesis.roles.csd, genesis.roles.regulator, genesis.roles.central_bank]
    named += [validator.institution for validator in genesis.validators]
    named += [seal.institution for seal in genesis.seals]
    if strangers := set(named) - addresses:
        raise Rejected(Reason.MALFORMED, "roles", f"{min(strangers)} is not among the institutions.")
    for field, values in (
        ("name", [validator.name for validator in genesis.validators]),
        ("node_key", [validator.node_key for validator in genesis.validators]),
    ):
        if len(set(values)) != len(values):
            raise Rejected(Reason.MALFORMED, f"validators.{field}", "Two validators share it.")
    for seal in genesis.seals:
        check_seal_key(seal.key, "seals.key")


def first_records(genesis: Genesis) -> list[tuple[str, Strict]]:
    """The state at height 0: keys and values in the order of their positions, each at version 1."""
    # A version above 1 is in force as after an upgrade at height 1; version 1 says nothing of itself.
    upgrade = Upgrade(height=1, version=genesis.version) if genesis.version > 1 else None
    entries: list[tuple[str, Strict]] = [
        ("network", Network(roles=genesis.roles, validators=genesis.validators, upgrade=upgrade))
    ]
    for institution in genesis.institutions:
        owner = address(institution.card)
        wallet = Wallet(card=institution.card, freezes=(), holder=institution.holder)
        participant = Participant(
            name=institution.name, roles=institution.roles, status="active", lei=institution.lei
        )
        entries += [(wallet_key(owner), wallet), (participant_key(owner), participant)]
    for seal in genesis.seals:
        value = Seal(since=seal.since, key=seal.key, until=seal.until)
        entries.append((f"seal/{seal.institution}/{seal.epoch}", value))
    return entries

"""A network in memory: a genesis with four institutions, blocks with certificates, wallets from fixed seeds."""

from copy import copy
from functools import cache
from hashlib import sha256
from typing import Any, Final, Self

from msgspec.structs import replace

from clients.build import Frame
from clients.keys import Wallet, from_seeds, sign
from clients.signing import Signed
from clients.wallet import MultiWallet
from ledger.protocol.block import Block, Header, certificate_digest, transactions_root, validators_root
from ledger.protocol.consensus.messages import Certificate, Signature, Vote
from ledger.protocol.genesis import (
    Genesis,
    Institution,
    InstitutionSeal,
    chain_id,
    check_genesis,
    first_records,
    genesis_digest,
)
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import NetworkRoles, Validator
from ledger.protocol.signed import Submission, check_form, check_notes, check_signatures, read
from ledger.protocol.state import Delta, State
from ledger.protocol.transactions import KINDS
from ledger.protocol.transition import apply_block, check_time, check_transaction, version_at
from ledger.protocol.validators import validators_at
from tests.protocol.memory import MemorySource

NOW: Final = 1_800_000_000
NEWEST: Final = max(KINDS)  # protocol version
HOUSES: Final = ("csd", "regulator", "exchange", "central_bank")
NODE_KEYS: Final[dict[str, Wallet]] = {}  # every node key that was asked for, by its public half


@cache
def person(name: str) -> Wallet:
    """The wallet whose seeds follow from its name."""
    return from_seeds(sha256(f"sign {name}".encode()).digest(), sha256(f"seal {name}".encode()).digest())


@cache
def node(name: str) -> Wallet:
    """The node key of a validator, by the name of its seed; `sign` of it is asked for by the public key."""
    made = person(f"node {name}")
    NODE_KEYS[made.card.sign] = made
    return made


@cache
def institution(name: str) -> MultiWallet:
    """Three people of an institution, of whom any two sign."""
    return MultiWallet.of(2, [person(f"{name} {number}") for number in range(3)])


def holder(name: str) -> str:
    """The holder number of whoever has this name."""
    return sha256(f"holder {name}".encode()).hexdigest()[:32]


class World:
    """One chain; what is submitted is judged as a node does, in the order that protocol.md gives."""

    def __init__(self, label: str = "test", version: int = NEWEST) -> None:
        self.csd, self.regulator, self.exchange, self.bank = map(institution, HOUSES)
        self.genesis = founded(label, version)
        check_genesis(self.genesis)
        self.chain = chain_id(self.genesis)
        self.source = MemorySource(first_records(self.genesis))
        self.time, self.height = NOW, 0
        self.tip = genesis_digest(self.genesis).hex()
        self.blocks: list[Block] = []

    def copy(self) -> Self:
        """Another world that goes on from here; this one stays as it is."""
        other = copy(self)
        other.source, other.blocks = self.source.copy(), self.blocks.copy()
        return other

    @property
    def frame(self) -> Frame:
        """Valid from half a minute ago, for ten minutes."""
        return Frame.at(self.chain, self.time)

    def open(self) -> State:
        """The committed state, to read or to try something on."""
        return State(self.source, len(self.source.leaves))

    def counter(self, name: str) -> int:
        """A counter as committed."""
        return self.source.counters.get(name, 0)

    def value(self, key: str) -> Any:
        """A record's value as committed."""
        return self.source.record(key).value

    def version(self, key: str) -> int:
        """A record's version as committed, 0 if there is none."""
        return self.source.record(key).version if key in self.source.records else 0

    def admit(self, signed: Signed | bytes) -> Submission:
        """Everything that needs no state but the version in force."""
        submitted = read(signed if isinstance(signed, bytes) else signed.raw)
        check_form(submitted, chain=self.chain, version=version_at(self.open(), self.height + 1))
        check_time(submitted, self.time)
        check_notes(submitted)
        check_signatures(submitted)
        return submitted

    def judge(self, signed: Signed | bytes) -> Delta:
        """What it would change now; nothing is committed."""
        submitted = self.admit(signed)
        return check_transaction(submitted, self.open(), time=self.time, height=self.height + 1)

    def block(self, *listed: Signed | Submission | bytes) -> Block:
        """Commit a block of these, or raise the refusal and change nothing."""
        ready = [each if isinstance(each, Submission) else self.admit(each) for each in listed]
        certificate = self.certificate(self.blocks[-1]) if self.blocks else None
        state, header = self.open(), self.header(ready, certificate)
        apply_block(state, header, ready)
        self.source.keep(state)
        self.blocks.append(Block(header, certificate, tuple(ready)))
        self.height, self.tip = header.height, self.blocks[-1].hash
        return self.blocks[-1]

    def submit(self, signed: Signed | bytes) -> str:
        """Commit it in a block of its own; the id, or its refusal is raised."""
        return self.block(signed).transactions[0].id

    def refusal(self, *listed: Signed | Submission | bytes) -> Reason | None:
        """Why this is not committed as a block; None if it is."""
        try:
            self.block(*listed)
        except Rejected as refusal:
            return refusal.reason
        return None

    def certificate(self, block: Block) -> Certificate:
        """The precommits of as few validators as suffice for a block, the first by name."""
        height = block.header.height
        keys = {each.name: NODE_KEYS[each.node_key] for each in validators_at(self.open(), height)}
        names = sorted(keys)[: 2 * len(keys) // 3 + 1]
        votes = [Vote(block.hash, self.chain, height, 0, "precommit", name) for name in names]
        signatures = tuple(
            Signature(sign(keys[vote.validator].sign, vote.signing_bytes()).hex(), vote.validator)
            for vote in votes
        )
        return Certificate(block.hash, height, signatures, 0)

    def header(self, ready: list[Submission], certificate: Certificate | None) -> Header:
        """The next header."""
        height = self.height + 1
        validators, following = (validators_at(self.open(), each) for each in (height, height + 1))
        return Header(
            chain=self.chain,
            height=height,
            next_validators_root=validators_root(following),
            previous=self.tip,
            previous_certificate=certificate_digest(certificate),
            proposer=validators[height % len(validators)].name,
            state_root=self.source.commitment,
            time=self.time,
            transactions_root=transactions_root(each.digest for each in ready),
            validators_root=validators_root(validators),
            version=version_at(self.open(), height),
        )


def with_guests(genesis: Genesis, *names: str) -> Genesis:
    """The same with more institutions at genesis, who vote on nothing."""
    guests = tuple(
        Institution(card=institution(name).card, holder=holder(name), name=name, roles=("issuer",))
        for name in names
    )
    return replace(genesis, institutions=(*genesis.institutions, *guests))


@cache
def founded(label: str, version: int = NEWEST) -> Genesis:
    """A genesis of four houses, each with a validator, and the regulator's key for notes of one quarter."""
    houses = [(name, institution(name)) for name in HOUSES]
    at = {name: wallet.address for name, wallet in houses}
    return Genesis(
        institutions=tuple(
            Institution(card=wallet.card, holder=holder(name), name=name, roles=(name,))  # type: ignore[arg-type]
            for name, wallet in houses
        ),
        label=label,
        roles=NetworkRoles(
            central_bank=at["central_bank"], csd=at["csd"], regulator=at["regulator"]
        ),
        seals=(
            InstitutionSeal(
                epoch="2027Q1", since=0, until=2 * NOW, key=person("seal").card.seal,
                institution=at["regulator"],
            ),
        ),
        time=NOW,
        validators=tuple(
            Validator(institution=wallet.address, name=name, node_key=node(name).card.sign)
            for name, wallet in houses
        ),
        version=version,
    )  # fmt: skip

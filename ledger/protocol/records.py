"""The records of the ledger (protocol.md section 5): what each key holds."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, field

from ledger.protocol.encoding import Count, Hex32, Positive, canonical, digest
from ledger.protocol.keys import Card
from ledger.protocol.values import Address, Asset, HolderNumber, Isin, Name, Strict, Text, Time

Role = Literal[
    "bank", "broker", "ccp", "central_bank", "claim_issuer", "csd", "exchange", "issuer", "notary",
    "observer", "regulator",
]  # fmt: skip
ApproverRole = Literal["notary", "regulator"]
InvestorClass = Literal["ELIG", "PROF", "RETL"]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
Lei = Annotated[str, Meta(pattern=r"^[A-Z0-9]{18}[0-9]{2}\Z")]
Epoch = Annotated[str, Meta(pattern=r"^[0-9]{4}Q[1-4]\Z")]
NodeName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
Topic = Literal["identity"]


class Validator(Strict):
    """One voting node: its name, whose it is, and the key that signs its votes."""

    institution: Address
    name: NodeName
    node_key: Hex32


class NetworkRoles(Strict):
    """Which wallets act as the network's own authorities."""

    central_bank: Address
    csd: Address
    regulator: Address


class Upgrade(Strict):
    """A protocol version that is in force from a height on."""

    height: Positive
    version: Positive


class Network(Strict):
    """`network`; its validators are the newest set, which votes from `validators_from` on (1 if absent)."""

    roles: NetworkRoles
    validators: tuple[Validator, ...]
    upgrade: Upgrade | None = None
    validators_from: Positive | None = None


class ValidatorSet(Strict):
    """`validators/<height>`: who votes from that height on; `previous` is the height of the set before."""

    validators: tuple[Validator, ...]
    previous: Positive | None = None


class ProvenEvidence(Strict):
    """`evidence/<validator>/<height>/<round>/<kind>`: whose key signed two messages, by their digests."""

    first: Hex32
    institution: Address
    node_key: Hex32
    second: Hex32


class Participant(Strict):
    """`participant/<address>`."""

    name: Name
    roles: tuple[Role, ...]
    status: Literal["active", "suspended"]
    lei: Lei | None = None


class Wallet(Strict):
    """`wallet/<address>`; freezes come with the legal acts of a later version and are empty in this one."""

    card: Card
    freezes: Annotated[tuple[str, ...], Meta(max_length=0)]
    holder: HolderNumber


class Seal(Strict):
    """`seal/<address>/<epoch>`: where notes to an institution are sealed to between two times."""

    since: Time = field(name="from")
    key: Hex32
    until: Time


class Claim(Strict):
    """`claim/<issuer>/<wallet>/<topic>`."""

    investor_class: InvestorClass = field(name="class")
    country: Country
    holder: HolderNumber
    status: Literal["valid", "revoked"]
    until: Time


class Approval(Strict):
    """`approval/<proposal>/<role>`."""

    basis: Hex32
    by: Address
    verdict: Literal["approved", "refused"]
    reason: Text | None = None


class Money(Strict):
    """An amount in minor units of a currency."""

    amount: Count
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]


class Document(Strict):
    """A public document by its digest (domain `tallystick/document/1`)."""

    digest: Hex32
    title: Name


class Term(Strict):
    """One line of the terms, for people."""

    label: Name
    text: Text


class ClaimRule(Strict):
    """Which claims let a wallet receive the instrument."""

    issuers: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=8)]
    classes: Annotated[tuple[InvestorClass, ...], Meta(min_length=1)] | None = None
    countries: Annotated[tuple[Country, ...], Meta(min_length=1, max_length=250)] | None = None


class Rules(Strict):
    """The instrument's rules (protocol.md section 8)."""

    claims: ClaimRule | None = None
    lock_up: Time | None = None
    max_holders: Positive | None = None
    max_per_holder: Positive | None = None


Cfi = Annotated[str, Meta(pattern=r"^[A-Z]{6}\Z")]
Fisn = Annotated[str, Meta(min_length=1, max_length=35)]
Documents = Annotated[tuple[Document, ...], Meta(max_length=32)]
TermLines = Annotated[tuple[Term, ...], Meta(max_length=16)]


class Terms(Strict):
    """What an instrument is: the part of its record that its registration fixes."""

    authorised: Positive
    cfi: Cfi
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
    decimals: Annotated[int, Meta(ge=0, le=8)]
    documents: Documents
    fisn: Fisn
    lei: Lei
    nominal: Count
    rules: Rules
    terms: TermLines


class Instrument(Terms):
    """`instrument/<ISIN>`."""

    edition: Positive
    issuer: Address
    notary: Address
    status: Literal["allotting", "active", "withdrawn"]
    exit_height: Positive | None = None


class Allotment(Strict):
    """`allotment/<proposal>`: how far a long list of holders has been entered."""

    allotted: Count
    asset: Asset
    chunks: Positive
    initial: bool
    issuer: Address
    next: Count
    quantity: Positive
    root: Hex32


class _RecordEntry(Strict):
    key: str
    value: Any
    version: Positive


RECORD_TYPES: Final[dict[str, type[Strict]]] = {
    "network": Network,
    "participant": Participant,
    "wallet": Wallet,
    "seal": Seal,
    "claim": Claim,
    "approval": Approval,
    "instrument": Instrument,
    "allotment": Allotment,
    "validators": ValidatorSet,
    "evidence": ProvenEvidence,
}


def record_digest(key: str, version: int, value: Strict) -> bytes:
    """The digest of a record's entry in the state (protocol.md section 4)."""
    return digest("tallystick/record/1", canonical(_RecordEntry(key=key, value=value, version=version)))


def instrument_key(isin: Isin) -> str:
    """The record of an instrument."""
    return f"instrument/{isin}"


def wallet_key(address: Address) -> str:
    """The record of a wallet."""
    return f"wallet/{address}"


def participant_key(address: Address) -> str:
    """The record of a participant."""
    return f"participant/{address}"


def claim_key(issuer: Address, wallet: Address) -> str:
    """The record of the identity claim that `issuer` made about `wallet`."""
    return f"claim/{issuer}/{wallet}/identity"

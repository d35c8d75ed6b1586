"""A proof is believed only if every step from the entry to the validators' signatures holds."""

import msgspec
import pytest

from clients.build import Json
from clients.keys import generate, sign
from clients.proofs import NotProven, check_proof
from ledger.protocol import merkle
from ledger.protocol.block import Header, header_hash, validators_root
from ledger.protocol.consensus.messages import Vote
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import address
from ledger.protocol.light import Lineage
from ledger.protocol.records import Validator
from ledger.protocol.state_tree import leaf_hash, state_root

CHAIN = "demo-0123456789abcdef"
NODES = {name: generate() for name in ("central_bank", "csd", "exchange", "regulator")}
VALIDATORS = tuple(
    Validator(institution=address(wallet.card), name=name, node_key=wallet.card.sign)
    for name, wallet in NODES.items()
)
KNOWN = Lineage(CHAIN, ((1, VALIDATORS),))
ENTRY = {"asset": "DE0007236101.1", "outpoint": "0" * 64 + ":0", "owner": "tally1owner", "quantity": 5}


def proof(signers: int = 3) -> Json:
    leaves = [
        leaf_hash(None),
        leaf_hash(digest("tallystick/output/1", canonical(ENTRY))),
        leaf_hash(b"x" * 32),
    ]
    root = merkle.root_of_hashes(leaves)
    zero, voters = "0" * 64, validators_root(VALIDATORS)
    header = Header(
        chain=CHAIN, height=8, next_validators_root=voters, previous=zero, previous_certificate=zero,
        proposer="csd", state_root=state_root(3, root).hex(), time=1_800_000_000, transactions_root=zero,
        validators_root=voters, version=1,
    )  # fmt: skip
    block = header_hash(header)
    return {
        "entry": ENTRY, "position": 1, "size": 3, "root": root.hex(), "height": 7,
        "path": [item.hex() for item in merkle.path(leaves, 1)],
        "header": msgspec.to_builtins(header),
        "certificate": {"block": block, "height": 8, "precommits": precommits(block, signers), "round": 0},
    }  # fmt: skip


def precommits(block: str, signers: int) -> list[Json]:
    def signature(name: str) -> str:
        vote = Vote(block=block, chain=CHAIN, height=8, round=0, type="precommit", validator=name)
        return sign(NODES[name].sign, vote.signing_bytes()).hex()

    return [{"signature": signature(name), "validator": name} for name in sorted(NODES)[:signers]]


def test_a_proof_is_believed_with_the_state_it_is_about():
    proven = check_proof(proof(), KNOWN)
    assert (proven.entry, proven.position, proven.height) == (ENTRY, 1, 7)


def test_half_of_the_validators_prove_nothing():
    with pytest.raises(NotProven, match="2 of 4"):
        check_proof(proof(signers=2), KNOWN)


def test_one_validator_counts_once_however_often_it_is_listed():
    given = proof()
    given["certificate"]["precommits"] = given["certificate"]["precommits"][:1] * 4
    with pytest.raises(NotProven, match="1 of 4"):
        check_proof(given, KNOWN)


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("entry", ENTRY | {"quantity": 500}, "path"),
        ("position", 0, "path"),
        ("size", 4, "another state"),
        ("root", "1" * 64, "another state"),
        ("path", [], "path"),
    ],
)
def test_an_altered_part_is_noticed(part: str, value: object, sentence: str):
    with pytest.raises(NotProven, match=sentence):
        check_proof(proof() | {part: value}, KNOWN)


def test_another_header_or_another_chain_is_noticed():
    given = proof()
    given["header"]["time"] += 1
    with pytest.raises(NotProven, match="another block"):
        check_proof(given, KNOWN)
    with pytest.raises(NotProven, match="another chain"):
        check_proof(proof(), Lineage("demo-ffffffffffffffff", KNOWN.sets))
    with pytest.raises(NotProven, match="other validators"):
        check_proof(proof(), Lineage(CHAIN, ((1, VALIDATORS[:3]),)))

"""RFC 6962 roots as published, and proofs that hold for one leaf at one place only."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.protocol import merkle

VECTORS = Path(__file__).parents[1] / "vectors"
GIVEN = json.loads((VECTORS / "given" / "rfc6962_roots.json").read_text())
OURS = json.loads((VECTORS / "primitives.json").read_text())["merkle"]
garbage = st.binary(max_size=40) | st.binary(min_size=32, max_size=32)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 § 2.1, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def test_the_published_roots() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in GIVEN["leaves"]]
    assert [merkle.root(leaves[:size]).hex() for size in range(9)] == GIVEN["roots_by_size"]


@pytest.mark.parametrize("case", OURS, ids=lambda case: f"{len(case['leaves'])} leaves")
def test_our_vectors(case: dict[str, list[str]]) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in case["leaves"]]
    assert merkle.root(leaves).hex() == case["root"]
    for index, proof in enumerate(case["proofs"]):
        hashes = [bytes.fromhex(item) for item in proof]
        root = bytes.fromhex(str(case["root"]))
        assert merkle.inclusion(merkle.leaf_hash(leaves[index]), index, len(leaves), hashes, root)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_definition(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == by_definition(leaves)


@pytest.mark.parametrize("size", range(1, 35))
def test_each_proof_holds_at_its_place_and_at_no_other(size: int) -> None:
    hashes = [merkle.leaf_hash(b"%d" % number) for number in range(size)]
    root = merkle.root_of_hashes(hashes)
    for index in range(size):
        proof = merkle.path(hashes, index)
        held = [at for at in range(-1, size + 2) if merkle.inclusion(hashes[index], at, size, proof, root)]
        assert held == [index]
        assert not merkle.inclusion(hashes[index], index, size, [*proof, root], root)
        assert size == 1 or not merkle.inclusion(hashes[index], index, size, proof[:-1], root)


def test_without_the_size_a_path_proves_no_index() -> None:
    """Why the state root holds the size: one path can fit trees of two sizes."""
    hashes = [merkle.leaf_hash(b"%d" % number) for number in range(3)]
    root, proof = merkle.root_of_hashes(hashes), merkle.path(hashes, 2)
    assert merkle.inclusion(hashes[2], 2, 3, proof, root) and merkle.inclusion(hashes[2], 1, 2, proof, root)


@settings(max_examples=300)
@given(garbage, st.integers(), st.integers(), st.lists(garbage, max_size=70), garbage)
def test_garbage_is_a_no(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
    assert not merkle.inclusion(leaf, index, size, proof, root)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**70), st.lists(st.just(bytes(32)), max_size=80))
def test_garbage_of_the_right_form_is_a_no(leaf: bytes, index: int, proof: list[bytes]) -> None:
    assert not merkle.inclusion(leaf, index, 2 * index + 2, proof, bytes(32))

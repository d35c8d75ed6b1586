"""The paged state tree equals the plain RFC 6962 tree, whatever was appended and overwritten."""

import json
import random
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.protocol import merkle, state_tree

VECTORS = Path(__file__).parents[1] / "vectors" / "primitives.json"
OURS = json.loads(VECTORS.read_text())["state_tree"]


def entry(number: int) -> bytes:
    return sha256(b"entry %d" % number).digest()


def leaves(vector: list[bytes | None]) -> list[bytes]:
    return [bytes(32) if item is None else item for item in vector]


class Store:
    """Keeps pages as the database does, and hands out only those that the tree said it needs."""

    def __init__(self) -> None:
        self.pages: dict[state_tree.PageKey, bytes] = {}
        self.size = 0
        self.vector: list[bytes | None] = []

    def load(self, positions: list[int]) -> dict[state_tree.PageKey, bytes]:
        return {key: self.pages[key] for key in state_tree.pages_needed(self.size, positions)}

    def update(self, changes: dict[int, bytes | None], appended: list[bytes | None]) -> bytes:
        pages, self.size, root = state_tree.update(self.load(list(changes)), self.size, changes, appended)
        self.pages.update(pages)
        for position, item in changes.items():
            self.vector[position] = item
        self.vector += appended
        return root


@pytest.mark.parametrize("size", [*range(36), 255, 256, 257, 271, 272, 4095, 4096, 4097, 4113])
def test_grown_at_once_or_one_by_one_it_is_the_plain_tree(size: int) -> None:
    vector: list[bytes | None] = [entry(number) for number in range(size)]
    at_once, one_by_one = Store(), Store()
    root = at_once.update({}, vector)
    last = merkle.EMPTY_ROOT
    for item in vector:
        last = one_by_one.update({}, [item])
    assert root == last == merkle.root(leaves(vector))
    assert at_once.pages == one_by_one.pages
    assert state_tree.root(at_once.load([]), size) == root


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=8), st.integers(0, 2**32))
def test_any_history_of_appends_and_overwrites(blocks: list[tuple[int, int]], seed: int) -> None:
    rng, store = random.Random(seed), Store()
    for number_appended, number_changed in blocks:
        changed = rng.sample(range(store.size), min(number_changed, store.size))
        changes = {position: rng.choice([None, entry(-position)]) for position in changed}
        root = store.update(changes, [rng.choice([None, entry(rng.getrandbits(9))])] * number_appended)
        assert root == merkle.root(leaves(store.vector))


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 31, 33, 256, 257, 300, 4096, 4400])
def test_every_position_has_a_path_and_only_there(size: int) -> None:
    store = Store()
    root = store.update({}, [entry(number) for number in range(size)])
    for position in {0, 1, 15, 16, 17, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        proof = state_tree.path(store.load([position]), size, position)
        leaf = state_tree.leaf_hash(entry(position))
        assert proof == merkle.path([state_tree.leaf_hash(item) for item in store.vector], position)
        assert merkle.inclusion(leaf, position, size, proof, root)
        assert not merkle.inclusion(state_tree.leaf_hash(None), position, size, proof, root)
        assert not merkle.inclusion(leaf, position + 1, size, proof, root)


def test_a_spent_entry_is_proved_spent() -> None:
    store = Store()
    store.update({}, [entry(0), entry(1)])
    root = store.update({0: None}, [])
    proof = state_tree.path(store.load([0]), 2, 0)
    assert merkle.inclusion(merkle.leaf_hash(bytes(32)), 0, 2, proof, root)


def test_the_state_root_holds_the_size() -> None:
    root = merkle.root([b"a", b"b", b"c"])
    assert state_tree.state_root(2, root) != state_tree.state_root(3, root)


def test_changes_must_be_of_entries_that_exist() -> None:
    with pytest.raises(AssertionError):
        state_tree.update({}, 0, {0: None}, [])
    with pytest.raises(AssertionError):
        state_tree.pages_needed(3, [3])


def test_a_block_costs_little_at_a_million_entries() -> None:
    """1,000 spends and 2,000 new outputs take some 40 ms; the bound leaves room for a busy machine."""
    size, rng = 1_000_000, random.Random(1)
    positions = rng.sample(range(size), 1000)
    pages = {}
    for level, index in state_tree.pages_needed(size, positions):
        nodes = min(16, (size >> 4 * level) - 16 * index)
        pages[level, index] = rng.randbytes(32 * nodes)
    began = perf_counter()
    state_tree.update(pages, size, dict.fromkeys(positions), [entry(number) for number in range(2000)])
    took = perf_counter() - began
    print(f"{took * 1000:.1f} ms")
    assert took < 0.5


def test_our_vectors() -> None:
    store = Store()
    for block in OURS["blocks"]:
        spent = set(block["spent"])
        new = [None if store.size + n in spent else entry(store.size + n) for n in range(block["appended"])]
        root = store.update(dict.fromkeys(at for at in spent if at < store.size), new)
        assert (store.size, root.hex()) == (block["size"], block["root"])
        assert root == merkle.root(leaves(store.vector))
        assert state_tree.state_root(store.size, root).hex() == block["state_root"]
    for case in OURS["paths"]:
        proof = state_tree.path(store.load([case["position"]]), store.size, case["position"])
        assert [item.hex() for item in proof] == case["path"]

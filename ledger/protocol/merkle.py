"""RFC 6962 Merkle trees: roots, inclusion proofs, and their verification, which never raises."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's data; the prefix keeps a leaf from passing for a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves given as data."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (or over equal, complete subtrees of them)."""
    level = list(hashes)
    while len(level) > 1:
        level = parents(level)
    return level[0] if level else EMPTY_ROOT


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion proof, lowest sibling first, of leaf `index` among these leaf hashes."""
    assert 0 <= index < len(hashes)
    level, siblings = list(hashes), []
    while len(level) > 1:
        if index ^ 1 < len(level):
            siblings.append(level[index ^ 1])
        level, index = parents(level), index >> 1
    return siblings


def parents(level: Sequence[bytes]) -> list[bytes]:
    """The next level up; a last node without a sibling rises as it is."""
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def root_from_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that this proof gives a leaf hash at `index` of `size`; None if it fits no such tree."""
    if not 0 <= index < size or len(leaf) != 32 or any(len(item) != 32 for item in proof):
        return None
    last, at, node = size - 1, index, leaf
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:  # risen without a sibling: those levels have no entry in the proof
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof puts this leaf hash at `index` of the tree of `size` leaves with this root."""
    return root_from_path(leaf, index, size, proof) == root

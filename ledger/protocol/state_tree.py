"""The commitment to the whole state: one ever-growing vector of entry digests, as an RFC 6962 tree in pages.

Page (level, index) holds the hashes of the complete nodes 16*index … 16*index+15 at tree level 4*level, as
many as there are, 32 bytes each. A full page's own root is an entry of the page above. What is not complete
stands only at the right edge, and is computed when a root or a path is asked for; an entry changes one page a
level.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.protocol import merkle
from ledger.protocol.encoding import digest

PageKey = tuple[int, int]  # level, index
Pages = Mapping[PageKey, bytes]

SPENT: Final = bytes(32)  # the leaf of an entry that is no more


class Updated(NamedTuple):
    """The pages that changed or are new, and what the tree is with them."""

    pages: dict[PageKey, bytes]
    size: int
    root: bytes


def pages_needed(size: int, positions: Iterable[int] = ()) -> set[PageKey]:
    """The pages to load before `update` changes these positions or appends, or before `root` or `path`."""
    needed = {(level, count >> 4) for level, count in _levels(size) if count & 15}
    for position in positions:
        assert 0 <= position < size, f"{position} is not in a tree of {size}"
        for level, count in _levels(size):
            index = position >> 4 * (level + 1)
            if index < count >> 4 or count & 15:
                needed.add((level, index))
            if index >= count >> 4:  # not full: it has no entry above
                break
    return needed


def update(
    pages: Pages, size: int, changes: Mapping[int, bytes | None], appended: Sequence[bytes | None]
) -> Updated:
    """The tree after overwriting entries and appending new ones; None is an entry that is spent."""
    assert all(0 <= position < size for position in changes), "a change of an entry that does not exist"
    leaves = {position: leaf_hash(entry) for position, entry in changes.items()}
    leaves.update((size + offset, leaf_hash(entry)) for offset, entry in enumerate(appended))
    changed: dict[PageKey, bytes] = {}
    level, nodes = 0, leaves
    while nodes:
        nodes = _write(pages, changed, level, size >> 4 * level, nodes)
        level += 1
    new_size = size + len(appended)
    edge = {key: changed.get(key) or pages[key] for key in pages_needed(new_size)}
    return Updated(changed, new_size, root(edge, new_size))


def root(pages: Pages, size: int) -> bytes:
    """The RFC 6962 root over all leaves; reads the right edge only."""
    node: bytes | None = None
    for level, count in _levels(size):
        hashes = _edge(pages, level, count, node)
        node = merkle.root_of_hashes(hashes) if hashes else None
    return merkle.EMPTY_ROOT if node is None else node


def path(pages: Pages, size: int, position: int) -> list[bytes]:
    """The inclusion proof of `position`, for `merkle.inclusion(leaf_hash(entry), position, size, …)`."""
    assert 0 <= position < size
    proof: list[bytes] = []
    node: bytes | None = None
    for level, count in _levels(size):
        at = position >> 4 * level
        edge = _edge(pages, level, count, node)
        hashes = edge if at >> 4 == count >> 4 else _split(pages[level, at >> 4])
        proof += merkle.path(hashes, at & 15)
        node = merkle.root_of_hashes(edge) if edge else None
    return proof


def leaf_hash(entry: bytes | None) -> bytes:
    """The leaf hash of an entry digest, or of 32 zero bytes once the entry is spent."""
    return merkle.leaf_hash(SPENT if entry is None else entry)


def state_root(size: int, root: bytes) -> bytes:
    """What a header commits to: without the size, a path would prove no position."""
    return digest("tallystick/state/1", size.to_bytes(8, "big") + root)


def _levels(size: int) -> Iterator[tuple[int, int]]:
    """Each page level with the number of complete nodes that its pages hold."""
    level = 0
    while size >> 4 * level:
        yield level, size >> 4 * level
        level += 1


def _write(
    pages: Pages, changed: dict[PageKey, bytes], level: int, count: int, nodes: Mapping[int, bytes]
) -> dict[int, bytes]:
    """Put nodes into their pages (`count` were there); the roots of full pages are the next level's nodes."""
    by_page: defaultdict[int, list[int]] = defaultdict(list)
    for node in nodes:
        by_page[node >> 4].append(node)
    above: dict[int, bytes] = {}
    for index, members in by_page.items():
        page = bytearray(pages[level, index] if index << 4 < count else b"")
        for node in sorted(members):
            at = 32 * (node & 15)
            assert at <= len(page), "a gap: the page that was loaded is shorter than the tree's size says"
            page[at : at + 32] = nodes[node]
        changed[level, index] = bytes(page)
        if len(page) == 512:
            above[index] = _full_root(changed[level, index])
    return above


def _full_root(page: bytes) -> bytes:
    while len(page) > 32:  # as merkle.root_of_hashes, twice as fast: two children lie side by side already
        page = b"".join([sha256(b"\x01" + page[at : at + 64]).digest() for at in range(0, len(page), 64)])
    return page


def _edge(pages: Pages, level: int, count: int, below: bytes | None) -> list[bytes]:
    """The nodes of the last, not full page of a level, and the incomplete node that rises from below."""
    hashes = _split(pages[level, count >> 4][: 32 * (count & 15)]) if count & 15 else []
    return hashes if below is None else [*hashes, below]


def _split(page: bytes) -> list[bytes]:
    return [page[at : at + 32] for at in range(0, len(page), 32)]

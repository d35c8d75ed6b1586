"""The audit's own state tree: every level a list, one path rehashed for each leaf that changes."""

from hashlib import sha256

EMPTY = bytes(32)


class Tree:
    """An RFC 6962 tree over leaves that may be overwritten; `levels[0]` are the leaf hashes."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return len(self.levels[0])

    def put(self, position: int, entry: bytes | None) -> None:
        """Overwrite a leaf, or append the next one; None is an entry that is spent."""
        node, level = sha256(b"\x00" + (EMPTY if entry is None else entry)).digest(), 0
        while True:
            nodes = self.levels[level]
            if position == len(nodes):
                nodes.append(node)
            else:
                nodes[position] = node
            left = position & ~1
            if left + 1 >= len(nodes):
                return  # not complete: folded when the root is asked for
            node = sha256(b"\x01" + nodes[left] + nodes[left + 1]).digest()
            position, level = position >> 1, level + 1
            if level == len(self.levels):
                self.levels.append([])

    def root(self) -> bytes:
        """The root: the complete subtrees at the right edge, folded from the smallest up."""
        folded: bytes | None = None
        for nodes in self.levels:
            if len(nodes) & 1:
                folded = nodes[-1] if folded is None else sha256(b"\x01" + nodes[-1] + folded).digest()
        return sha256(b"").digest() if folded is None else folded

    def page(self, level: int, index: int) -> bytes:
        """Sixteen nodes at tree level 4 * level, as the read model stores them."""
        if 4 * level >= len(self.levels):
            return b""
        return b"".join(self.levels[4 * level][16 * index : 16 * index + 16])

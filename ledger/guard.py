"""The guard outside the database: what this key signed last, in a file that no restored backup takes back."""

import os
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Struct

from ledger.failpoints import reached
from ledger.protocol.encoding import Count, Hex32

Kind = Literal["proposal", "prevote", "precommit"]
ORDER: Final[dict[Kind, int]] = {"proposal": 0, "prevote": 1, "precommit": 2}
FILE: Final = "guard.json"
REST: Final = "0" * 64  # the digest of a mark that stands for no message


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """One message that was, or was about to be, signed."""

    digest: Hex32
    height: Count
    kind: Kind
    round: Count

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in the order of everything that a validator ever signs."""
        return self.height, self.round, ORDER[self.kind]


Marks = Annotated[tuple[Mark, ...], msgspec.Meta(max_length=100)]


class Guard:
    """The file of one node. Only who holds the lock on NodeState may use it."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def create(self) -> None:
        """Together with a new key, and never again: a missing file means that nobody knows what was signed."""
        self._write(())

    def marks(self) -> Marks | None:
        """What the last signing event signed; None if the file is missing or broken."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Marks)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def last(self) -> Mark | None:
        """The furthest of them."""
        return max(self.marks() or (), key=lambda mark: mark.place, default=None)

    def allows(self, mark: Mark) -> bool:
        """Whether this may be signed: it is beyond all that was, or is one of the last again, byte for byte."""
        marks = self.marks()
        if marks is None:
            return False
        return mark in marks or all(mark.place > other.place for other in marks)

    def advance(self, signed: tuple[Mark, ...]) -> None:
        """Have these on the disk, in place of all that stands before them; then they may be sent."""
        first = min(mark.place for mark in signed)
        beyond = tuple(mark for mark in self.marks() or () if mark.place > first and mark not in signed)
        self._write((*signed, *beyond))

    def lose(self) -> None:
        """Trust it no more: until `rest_until` nothing is signed."""
        self.path.unlink(missing_ok=True)

    def rest_until(self, height: int) -> None:
        """Nothing below this height is ever signed."""
        self._write((Mark(REST, height, "proposal", 0),))

    def _write(self, marks: Marks) -> None:
        draft = self.path.with_suffix(".new")
        with draft.open("wb") as stream:
            stream.write(msgspec.json.encode(marks, order="sorted"))
            stream.flush()
            os.fsync(stream.fileno())
        reached("guard.drafted")
        draft.replace(self.path)
        reached("guard.replaced")
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

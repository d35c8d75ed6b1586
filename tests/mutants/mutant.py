"""What a mutant is: one line of ours, what it is broken into, and the suite that must fail then."""

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent


class Mutant(NamedTuple):
    """`old` is a whole line without its indentation; it stands in its file exactly once."""

    name: str
    group: str
    file: str
    old: str
    new: str
    suite: str


def places(mutant: Mutant, text: str) -> list[int]:
    """The indexes of the lines of a file that are the mutant's old line."""
    return [number for number, line in enumerate(text.split("\n")) if line.strip() == mutant.old]


def mutated(mutant: Mutant, text: str) -> str:
    """The file's text with its one line broken."""
    lines = text.split("\n")
    (number,) = places(mutant, text)
    indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    lines[number] = indentation + mutant.new
    return "\n".join(lines)

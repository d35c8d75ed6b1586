"""What is wrong with a file that somebody handed in, all of it at once, each with its remedy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

SHOWN_MAX = 20
T = TypeVar("T")


class Wrong(ValueError):
    """One value is not acceptable: what is wrong with it, and the remedy, each half a sentence."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where it is (line 0: the file as a whole), what is wrong, what to do about it."""

    file: str
    line: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(f"line {self.line}")
        if self.column:
            place.append(self.column)
        return f"{', '.join(place)}: {self.what}; {self.remedy}."


class InputError(ValueError):
    """A file was not taken in; `problems` has everything found, the text the first twenty."""

    def __init__(self, problems: list[Problem]) -> None:
        assert problems, "an InputError needs a problem"
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.problems)
        lines = [f"{self.problems[0].file}: {count} {'problem' if count == 1 else 'problems'}"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN_MAX]]
        if count > SHOWN_MAX:
            lines.append(f"  … and {count - SHOWN_MAX} more.")
        return "\n".join(lines)


@dataclass(slots=True)
class Findings:
    """The problems of one file while it is read: reading goes on, so that its writer hears all of them."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, what: str, remedy: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.file, line, column, what, remedy))

    def judge(self, line: int, column: str, parse: Callable[[str], T], text: str) -> T:
        """`parse(text)`; what it refuses is noted, and nobody sees the None behind `stop_if_any`."""
        try:
            return parse(text)
        except Wrong as wrong:
            self.add(line, column, wrong.what, wrong.remedy)
            return cast(T, None)

    def stop_if_any(self) -> None:
        """Raise the one InputError with all that was noted, if anything was."""
        if self.problems:
            raise InputError(self.problems)

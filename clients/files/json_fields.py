"""A JSON file read field by field: each field is asked for once, and what nobody asked for is a problem."""

import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from clients.files.problems import Findings
from clients.files.values import shown

T = TypeVar("T")


class _Repeated(ValueError):
    """An object has one key twice."""


class Fields:
    """One JSON object; whatever is missing or wrong is noted under the full name of its field."""

    def __init__(self, value: object, path: str, findings: Findings) -> None:
        self._findings = findings
        self._path = path
        self._left: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._note("", "it is not an object", "write {…} with named fields")
            # Its fields are not missing one by one on top of that.
            self._findings = Findings(findings.file)

    def take(self, name: str, parse: Callable[[str], T]) -> T:
        """The text of a required field, parsed."""
        value = self._required(name)
        if value is None:
            return cast(T, None)
        if not isinstance(value, str):
            self._note(name, "it is not a text", "write it in quotation marks")
            return cast(T, None)
        return self._findings.judge(0, self._full(name), parse, value)

    def take_if(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The text of a field that may be left out, parsed."""
        return self.take(name, parse) if name in self._left else None

    def whole(self, name: str, low: int, high: int) -> int:
        """A required whole number from `low` to `high`.

        Where it is wrong, `high` stands in for it, so that what depends on it is not reported on top.
        """
        value = self._required(name)
        if value is None:
            return high
        if type(value) is not int or not low <= value <= high:
            self._note(name, "it is not a whole number in range", f"write a number from {low} to {high}")
            return high
        return value

    def whole_if(self, name: str, low: int, high: int) -> int | None:
        """As `whole`, for a field that may be left out."""
        return self.whole(name, low, high) if name in self._left else None

    def yes_or_no(self, name: str) -> bool:
        """A required true or false."""
        value = self._required(name)
        if value is not None and type(value) is not bool:
            self._note(name, "it is not true or false", "write true or false without quotation marks")
        return value is True

    def inner(self, name: str) -> "Fields":
        """A required inner object."""
        value = self._required(name)
        findings = Findings(self._findings.file) if value is None else self._findings
        return Fields({} if value is None else value, self._full(name), findings)

    def inner_if(self, name: str) -> "Fields | None":
        """An inner object that may be left out."""
        return self.inner(name) if name in self._left else None

    def texts(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """A required list of texts, not empty, each parsed, none twice."""
        found: list[T] = []
        for index, value in enumerate(self._items(name)):
            place = f"{self._full(name)}[{index}]"
            if not isinstance(value, str):
                self._findings.add(0, place, "it is not a text", "write it in quotation marks")
                continue
            parsed = self._findings.judge(0, place, parse, value)
            if parsed in found:
                self._findings.add(0, place, f"“{shown(value)}” is listed twice", "list it once")
            found.append(parsed)
        return tuple(found)

    def objects(self, name: str) -> list["Fields"]:
        """A required list of objects, not empty."""
        return [
            Fields(value, f"{self._full(name)}[{index}]", self._findings)
            for index, value in enumerate(self._items(name))
        ]

    def end(self) -> None:
        """Note every field that nobody asked for: a misspelt optional field would else be lost silently."""
        for name in self._left:
            self._note(shown(name), "there is no such field", "correct its name or take it away")

    def _items(self, name: str) -> list[Any]:
        value = self._required(name)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self._note(name, "it is not a list with something in it", "write […] with at least one entry")
            return []
        return value

    def _required(self, name: str) -> Any:
        if name not in self._left:
            self._note(name, "it is missing", "add it")
            return None
        value = self._left.pop(name)
        if value is None:
            self._note(name, "it is null", "fill it in, or leave an optional field out")
        return value

    def _full(self, name: str) -> str:
        return ".".join(part for part in (self._path, name) if part)

    def _note(self, name: str, what: str, remedy: str) -> None:
        self._findings.add(0, self._full(name), what, remedy)


def load(text: str, findings: Findings) -> Fields:
    """The outermost object of a JSON text; text that is no JSON ends the reading with its line."""
    try:
        value = json.loads(text, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        findings.add(
            error.lineno, "", f"it is not JSON: {error.msg}", "check commas, quotes and brackets there"
        )
    except _Repeated as error:
        findings.add(0, str(error), "it is written twice", "keep one of the two")
    except (RecursionError, ValueError):
        findings.add(0, "", "its brackets or numbers go on for too long", "write plain values only")
    findings.stop_if_any()
    return Fields(value, "", findings)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Repeated(shown(name))
        found[name] = value
    return found

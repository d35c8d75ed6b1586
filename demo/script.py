"""What the story is played from: every file of demo/input, read and checked as an institution's program would."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clients.files import (
    Holder,
    Participant,
    Receiver,
    TermSheet,
    read_holders,
    read_participants,
    read_receivers,
    read_term_sheet,
)

INPUT = Path(__file__).parent / "input"


@dataclass(frozen=True, slots=True)
class Person:
    """An investor: the name stays with his broker, country and class go into a claim."""

    name: str
    country: str
    investor_class: str


@dataclass(frozen=True, slots=True)
class Script:
    """Institutions, instruments by ISIN with their first holders, and who receives what in which scene."""

    participants: tuple[Participant, ...]
    sheets: dict[str, TermSheet]
    drafts: dict[str, TermSheet]
    holders: dict[str, list[Holder]]
    increases: dict[str, list[Holder]]
    receivers: tuple[Receiver, ...]
    documents: dict[str, bytes]

    def people(self) -> dict[str, Person]:
        """Everybody who appears as holder or receiver, in the files' order, each once."""
        rows: list[Holder | Receiver] = _all([*self.holders.values(), *self.increases.values()])
        rows += self.receivers
        return {row.name: Person(row.name, row.country, row.investor_class) for row in rows}

    def receiver(self, scene: str) -> list[Receiver]:
        """Who receives in this scene."""
        return [each for each in self.receivers if each.scene == scene]

    def issuer_of(self, isin: str) -> Participant:
        """The institution that issues this instrument."""
        return next(each for each in self.participants if isin in each.instruments)

    def claim_issuers(self) -> dict[str, str]:
        """By person, the claim issuer that all his instruments accept; in turn where several are accepted."""
        found: dict[str, str] = {}
        for number, name in enumerate(sorted(self.people())):
            accepted = self._accepted(name)
            assert accepted, f"no claim issuer is accepted by all instruments of {name}"
            found[name] = accepted[number % len(accepted)]
        return found

    def _accepted(self, name: str) -> list[str]:
        accepted = {key for sheet in self.sheets.values() for key in sheet.rules.claim_issuers}
        for isin in self._instruments_of(name):
            accepted &= set(self.sheets[isin].rules.claim_issuers)
        return sorted(accepted)

    def _instruments_of(self, name: str) -> set[str]:
        lists = [*self.holders.items(), *self.increases.items()]
        held = {isin for isin, rows in lists if any(row.name == name for row in rows)}
        return held | {each.isin for each in self.receivers if each.name == name}


def load(folder: Path = INPUT) -> Script:
    """The whole input; raises InputError with everything that is wrong in a file."""
    sheets = {path.stem: read_term_sheet(path) for path in _files(folder / "instruments", "*.json")}
    return Script(
        participants=tuple(read_participants(folder / "participants.json")),
        sheets=sheets,
        drafts={path.stem: read_term_sheet(path) for path in _files(folder / "drafts", "*.json")},
        holders={isin: _holders(folder / "holders", sheet, sheet.quantity) for isin, sheet in sheets.items()},
        increases={
            path.stem: _holders(folder / "increase", sheets[path.stem], None)
            for path in _files(folder / "increase", "*.csv")
        },
        receivers=tuple(read_receivers(folder / "receivers.csv")),
        documents={path.name: path.read_bytes() for path in _files(folder / "documents", "*.md")},
    )


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _holders(folder: Path, sheet: TermSheet, total: int | None) -> list[Holder]:
    return read_holders(folder / f"{sheet.isin}.csv", decimals=sheet.decimals, total=total)


def _all(lists: Iterable[list[Holder]]) -> list[Holder | Receiver]:
    return [row for rows in lists for row in rows]

"""Lists of holders as CSV: whom a register starts with, and who receives in a transfer."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from clients.files import values
from clients.files.problems import Findings, Wrong

HOLDERS_HEADER = ["name", "country", "class", "quantity", "locked_until"]
RECEIVERS_HEADER = ["name", "country", "class", "isin", "scene"]
# What happens to a receiver in the story; the last six end in a refusal.
SCENES = (
    "new_holder",
    "wrong_country",
    "wrong_class",
    "holder_too_many",
    "over_limit",
    "claim_revoked",
    "no_claim",
)


@dataclass(frozen=True, slots=True)
class Holder:
    """One entry of a first register: a quantity in minor units, free or locked until a day begins in UTC."""

    name: str
    country: str
    investor_class: str
    quantity: int
    locked_until: date | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is to receive an instrument in a scene of the story."""

    name: str
    country: str
    investor_class: str
    isin: str
    scene: str


def parse_holders(text: str, *, file: str, decimals: int, total: int | None) -> list[Holder]:
    """The holders in a CSV text, in its order, adding up to `total` minor units if that is given.

    One name may have several entries that are locked for different times, but only one country and class.
    """
    findings = Findings(file)
    quantity = partial(values.minor_units, decimals=decimals)
    seen = _Seen(findings)
    holders = []
    for line, row in _rows(text, HOLDERS_HEADER, findings):
        holder = Holder(*_person(line, row, findings), *_entry(line, row, quantity, findings))
        seen.add(line, holder.name, (holder.country, holder.investor_class), holder.locked_until)
        holders.append(holder)
    findings.stop_if_any()
    _check_total(sum(holder.quantity for holder in holders), total, decimals, findings)
    findings.stop_if_any()
    return holders


def parse_receivers(text: str, *, file: str) -> list[Receiver]:
    """The receivers in a CSV text, in its order."""
    findings = Findings(file)
    receivers = []
    for line, row in _rows(text, RECEIVERS_HEADER, findings):
        isin = findings.judge(line, "isin", values.isin, row[3])
        scene = findings.judge(line, "scene", _scene, row[4])
        receivers.append(Receiver(*_person(line, row, findings), isin, scene))
    findings.stop_if_any()
    return receivers


def _rows(text: str, header: list[str], findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Each row of the right width with the line it begins on; all else is noted."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, found = 1, 0
    try:
        if next(reader, None) != header:
            findings.add(
                1, "", "the header is wrong", f"write {','.join(header)} with commas as the first line"
            )
            return
        line = reader.line_num + 1
        for row in reader:
            if row and len(row) == len(header):
                found += 1
                yield line, row
            elif row:
                findings.add(
                    line,
                    "",
                    f"it has {len(row)} columns",
                    f"write {len(header)}, and quote a comma in a name",
                )
            line = reader.line_num + 1
    except csv.Error as error:
        findings.add(line, "", f"it is not CSV ({error})", "close every quotation mark that is opened")
    if not found and not findings.problems:
        findings.add(0, "", "there is no row below the header", "add at least one")


def _person(line: int, row: list[str], findings: Findings) -> tuple[str, str, str]:
    return (
        findings.judge(line, "name", values.text, row[0]),
        findings.judge(line, "country", values.country, row[1]),
        findings.judge(line, "class", values.investor_class, row[2]),
    )


def _entry(
    line: int, row: list[str], quantity: "partial[int]", findings: Findings
) -> tuple[int, date | None]:
    units = findings.judge(line, "quantity", quantity, row[3])
    return units, findings.judge(line, "locked_until", values.day, row[4]) if row[4] else None


class _Seen:
    """Who was listed before: the same entry twice is a mistake, and so is one name with two descriptions."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._entries: dict[tuple[str, date | None], int] = {}
        self._people: dict[str, tuple[int, tuple[str, str]]] = {}

    def add(self, line: int, name: str | None, described: tuple[str, str], locked_until: date | None) -> None:
        if name is None:
            return
        # Case and compatibility forms are folded: "ＭＡＸ" and "Max" are meant as one person.
        folded = unicodedata.normalize("NFKC", name).casefold()
        first_line = self._entries.setdefault((folded, locked_until), line)
        if first_line != line:
            self._findings.add(
                line, "name", f"it is listed on line {first_line} already", "add the two up in one row"
            )
        known_line, known = self._people.setdefault(folded, (line, described))
        if known != described and None not in known + described:
            what = f"line {known_line} gives another country or class for this name"
            self._findings.add(
                line, "name", what, "make the rows agree, or tell the two people apart by name"
            )


def _check_total(found: int, total: int | None, decimals: int, findings: Findings) -> None:
    if total is None or found == total:
        return
    sums = [values.plain_number(units, decimals) for units in (found, total, abs(total - found))]
    remedy = f"{sums[2]} {'is missing' if found < total else 'is too much'}: correct a row or the term sheet"
    findings.add(0, "quantity", f"the rows add up to {sums[0]}, not {sums[1]}", remedy)


def _scene(value: str) -> str:
    if value not in SCENES:
        raise Wrong("there is no such scene", f"write one of {', '.join(SCENES)}")
    return value

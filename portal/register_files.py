"""A register as a file: CSV for programs, quantities in minor units; XLSX for people, in whole units."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ledger.selectors.instruments import InstrumentView
from ledger.selectors.registers import RegisterLine
from portal.registers import Moment
from portal.templatetags.words import instant

COLUMNS: Final = ("isin", "height", "time", "address", "holder", "quantity_minor", "decimals", "locked_minor")
EXACT: Final = 10**15  # spreadsheets keep fifteen digits; a larger quantity is written as text
WIDTHS: Final = {"A": 68, "B": 36, "C": 36, "D": 20, "E": 20, "F": 14}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: the instrument, the moment, and the lines with institutions' names."""

    instrument: InstrumentView
    at: Moment
    lines: list[RegisterLine]
    names: dict[str, str]

    @property
    def decimals(self) -> int:
        """Of the instrument's quantities."""
        return int(self.instrument.value["decimals"])


class _Line:
    """A file that gives each written line back."""

    def write(self, text: str) -> str:
        return text


def csv_rows(content: Content) -> Iterator[str]:
    """One line after the other."""
    writer, isin, at = csv.writer(_Line()), content.instrument.isin, content.at
    yield writer.writerow(COLUMNS)
    for line in content.lines:
        row = (isin, at.height, at.time, line.owner, line.holder, line.quantity)
        yield writer.writerow((*row, content.decimals, line.locked))


def xlsx(content: Content) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning; rows are written as they come, never kept."""
    book = Workbook(write_only=True)
    _about(book, content)
    sheet = book.create_sheet(_("Register"))
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    _write(
        sheet,
        _heading(sheet, (_("Wallet"), _("Holder number"), _("Institution"), _("Quantity"), _("Locked up"))),
    )
    form = "#,##0." + "0" * content.decimals if content.decimals else "#,##0"
    for line in content.lines:
        texts = [_text(sheet, each) for each in (line.owner, line.holder, content.names.get(line.owner, ""))]
        quantities = (line.quantity, line.locked)
        _write(sheet, [*texts, *(_quantity(sheet, each, content.decimals, form) for each in quantities)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _about(book: Workbook, content: Content) -> None:
    """The first sheet: which register this is."""
    sheet, value, at = book.create_sheet(_("About")), content.instrument.value, content.at
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 48
    facts = (
        ("ISIN", content.instrument.isin),
        (_("Instrument"), value["fisn"]),
        (_("As of block"), f"{at.height:,}"),
        (_("Time of that block"), f"{instant(at.time):%Y-%m-%d %H:%M:%S} UTC"),
        (_("Wallets"), f"{len(content.lines):,}"),
    )
    for label, fact in facts:
        _write(sheet, [*_heading(sheet, (label,)), _text(sheet, fact)])


def _heading(sheet: WriteOnlyWorksheet, labels: Iterable[str]) -> list[Any]:
    cells = [_text(sheet, label) for label in labels]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _text(sheet: WriteOnlyWorksheet, text: str) -> Any:
    """Always text: a name that begins with = is no formula."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _quantity(sheet: WriteOnlyWorksheet, minor: int, decimals: int, form: str) -> Any:
    whole = Decimal(minor).scaleb(-decimals)
    if minor >= EXACT:
        return _text(sheet, f"{whole:,f}")
    cell = WriteOnlyCell(sheet, whole)
    cell.number_format = form
    return cell


def _write(sheet: WriteOnlyWorksheet, cells: list[Any]) -> None:
    sheet.append(cells)

"""Files that institutions hand in, read and checked whole: FRONT DOOR for programs, demo and portal.

Every function returns checked values, or raises one InputError with every problem, its line and its remedy.
"""

from pathlib import Path

from clients.files.holders import Holder, Receiver, parse_holders, parse_receivers
from clients.files.participants import Participant, parse_participants
from clients.files.problems import Findings, InputError, Problem
from clients.files.term_sheet import Document, TermSheet, parse_term_sheet
from clients.files.values import utc_seconds

__all__ = [
    "Document",
    "Holder",
    "InputError",
    "Participant",
    "Problem",
    "Receiver",
    "TermSheet",
    "decode",
    "document_path",
    "parse_holders",
    "parse_participants",
    "parse_receivers",
    "parse_term_sheet",
    "read_holders",
    "read_participants",
    "read_receivers",
    "read_term_sheet",
    "utc_seconds",
]

BYTES_MAX = 64 * 1024 * 1024  # a million holders, with room


def read_term_sheet(path: Path) -> TermSheet:
    """The term sheet in a JSON file whose documents exist beside it (see `document_path`)."""
    sheet = parse_term_sheet(_read(path), file=path.name)
    findings = Findings(path.name)
    for index, document in enumerate(sheet.documents):
        if not document_path(path, document).is_file():
            findings.add(
                0, f"documents[{index}].file", f"{document.file} is not there", "put it into “documents”"
            )
    findings.stop_if_any()
    return sheet


def read_holders(path: Path, *, decimals: int = 0, total: int | None = None) -> list[Holder]:
    """The holders in a CSV file; `total`, in minor units, is what they must add up to."""
    return parse_holders(_read(path), file=path.name, decimals=decimals, total=total)


def read_receivers(path: Path) -> list[Receiver]:
    """The receivers in a CSV file."""
    return parse_receivers(_read(path), file=path.name)


def read_participants(path: Path) -> list[Participant]:
    """The participants in a JSON file."""
    return parse_participants(_read(path), file=path.name)


def document_path(sheet: Path, document: Document) -> Path:
    """Where a sheet's document lies: in the folder `documents` beside the folder of the sheet."""
    return sheet.parent.parent / "documents" / document.file


def decode(data: bytes, *, file: str) -> str:
    """The text of an uploaded file: UTF-8, with or without the mark that spreadsheets put first."""
    findings = Findings(file)
    if len(data) > BYTES_MAX:
        findings.add(0, "", f"it has {len(data)} bytes", f"hand in at most {BYTES_MAX}")
        findings.stop_if_any()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.add(line, "", "it is not text in UTF-8", "save the file again with the encoding UTF-8")
        raise InputError(findings.problems) from None


def _read(path: Path) -> str:
    findings = Findings(path.name)
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        findings.add(0, "", f"it cannot be read ({error.strerror})", "check its name and folder")
        raise InputError(findings.problems) from None
    return decode(data, file=path.name)

"""Term sheets: what is taken, and for every wrong field its full name and what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clients.files import parse_term_sheet, read_term_sheet

Found = Callable[[Callable[[], object]], list[tuple[int, str, str]]]


def sheet(**changes: Any) -> dict[str, Any]:
    """A good bond; a change to ... takes the field away, a dotted name reaches inside."""
    fields: dict[str, Any] = {
        "isin": "DE000BU2Z023",
        "cfi": "DBFTFB",
        "fisn": "BUNDESREP.DTL/2.2 ANL 20340215",
        "name": "2.20 % Federal bond of 2024 (2034)",
        "kind": "bond",
        "issuer": {"name": "Bundesrepublik Deutschland", "lei": "529900AQBND3S6YJLY83", "country": "DE"},
        "currency": "EUR",
        "nominal": {"amount": "1.00", "currency": "EUR"},
        "decimals": 2,
        "quantity": "1000.00",
        "authorised": "2000.00",
        "demonstration": "A demonstration tranche.",
        "bond": {
            "coupon_rate": "2.20",
            "coupons_per_year": 1,
            "day_count": "A006",
            "issue_date": "2024-01-12",
            "first_coupon_date": "2025-02-15",
            "maturity_date": "2034-02-15",
            "redemption": "100.00",
        },
        "documents": [{"title": "Summary", "file": "summary.md", "language": "en"}],
        "rules": {
            "claims": {"issuers": ["kerbholz"], "countries": ["DE", "FR"], "classes": ["PROF"]},
            "max_holders": 16,
            "max_per_holder": "500.00",
        },
        "source": "Public pages.",
    }
    for name, value in changes.items():
        change(fields, name, value)
    return fields


def change(fields: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        fields = fields[part]
    if value is ...:
        del fields[last]
    else:
        fields[last] = value


def problems_of_sheet(found: Found, fields: object) -> list[tuple[int, str, str]]:
    return found(lambda: parse_term_sheet(json.dumps(fields), file="bond.json"))


def test_a_good_sheet_is_read_into_minor_units() -> None:
    read = parse_term_sheet(json.dumps(sheet()), file="bond.json")
    assert (read.quantity, read.authorised, read.rules.max_per_holder, read.nominal_minor) == (
        100_000,
        200_000,
        50_000,
        100,
    )
    assert {"label": "Interest", "text": "2.20 % a year, paid every year"} in read.term_lines()


def test_a_nominal_counts_in_the_minor_units_of_its_own_currency() -> None:
    yen = sheet(currency="JPY", nominal={"amount": "100", "currency": "JPY"})
    assert parse_term_sheet(json.dumps(yen), file="bond.json").nominal_minor == 100


@pytest.mark.parametrize(
    ("name", "value", "column", "words"),
    [
        ("isin", "DE000BU2Z024", "isin", "check digit"),
        ("isin", "de000bu2z023", "isin", "not an ISIN"),
        ("isin", "QQ000BU2Z023", "isin", "check digit or the prefix"),
        ("issuer.lei", "529900AQBND3S6YJLY84", "issuer.lei", "check digits"),
        ("issuer.lei", "529900AQBND3S6YJL83", "issuer.lei", "not an LEI"),
        ("issuer.country", "UK", "issuer.country", "not a country"),
        ("cfi", "DBFTF", "cfi", "not a CFI"),
        ("cfi", "DBFTFQ", "cfi", "ISO 10962 has no"),
        ("cfi", "ESVUFR", "cfi", "does not classify a bond"),
        ("fisn", "BUNDESREPUBLIK DEUTSCHLAND/2.2 ANL", "fisn", "not a FISN"),
        ("fisn", "BUNDESREP.DTL 2.2 ANL 20340215", "fisn", "not a FISN"),
        ("fisn", "BUNDESREP.DTL/2.2 ANL 20340215 AND MORE", "fisn", "not a FISN"),
        ("kind", "loan", "kind", "no such kind"),
        ("name", "Bond\u202e4302", "name", "invisible"),
        ("name", " Bond", "name", "blank"),
        ("name", "B" * 141, "name", "141 characters"),
        ("name", 7, "name", "not a text"),
        ("currency", "Euro", "currency", "not a currency"),
        ("nominal.currency", "USD", "nominal.currency", "not the instrument's"),
        ("nominal", ..., "nominal", "a bond has a nominal"),
        ("decimals", 9, "decimals", "not a whole number in range"),
        ("decimals", True, "decimals", "not a whole number in range"),
        ("quantity", "1000.001", "quantity", "3 decimals"),
        ("quantity", "1,000", "quantity", "not a quantity"),
        ("quantity", "0", "quantity", "out of range"),
        ("quantity", "-5", "quantity", "not a quantity"),
        ("quantity", 1000, "quantity", "not a text"),
        ("quantity", "90071992547409.92", "quantity", "out of range"),
        ("quantity", "2000.01", "quantity", "more than what is authorised"),
        ("authorised", ..., "authorised", "missing"),
        ("source", None, "source", "null"),
        ("bond", ..., "bond", "a bond has these terms"),
        ("bond.day_count", "A002", "bond.day_count", "not a day count"),
        ("bond.coupon_rate", "2,20", "bond.coupon_rate", "not a number"),
        ("bond.coupons_per_year", 3, "bond.coupons_per_year", "no such frequency"),
        ("bond.maturity_date", "15.02.2034", "bond.maturity_date", "not a day"),
        ("bond.maturity_date", "2034-02-30", "bond.maturity_date", "not a day"),
        ("bond.maturity_date", "2023-02-15", "bond.maturity_date", "not in order"),
        ("documents", [], "documents", "not a list with something"),
        ("documents", ["x"], "documents[0]", "not an object"),
        (
            "documents",
            [{"title": "T", "file": "../secret", "language": "en"}],
            "documents[0].file",
            "plain file",
        ),
        (
            "documents",
            [{"title": "T", "file": "t.md", "language": "EN"}],
            "documents[0].language",
            "language",
        ),
        ("rules.claims.countries", ["DE", "DE"], "rules.claims.countries[1]", "listed twice"),
        ("rules.claims.classes", ["PRIV"], "rules.claims.classes[0]", "not an investor class"),
        ("rules.max_holders", 0, "rules.max_holders", "not a whole number in range"),
        ("rules.lock_up", "soon", "rules.lock_up", "not a day"),
        ("rules.max_holder", 5, "rules.max_holder", "no such field"),
        ("issuer", "Siemens", "issuer", "not an object"),
        ("rules", ..., "rules", "missing"),
    ],
)
def test_a_wrong_field_is_named_once(name: str, value: Any, column: str, words: str, found: Found) -> None:
    [(_, named, what)] = problems_of_sheet(found, sheet(**{name: value}))
    assert named == column
    assert words in what


def test_all_problems_of_a_sheet_come_at_once(found: Found) -> None:
    problems = problems_of_sheet(found, sheet(isin="DE000BU2Z024", cfi="X", currency="Euro"))
    assert [column for _, column, _ in problems] == ["isin", "cfi", "currency"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{\n"isin": "DE000BU2Z023",\n"cfi" "DBFTFB"}', 3, "not JSON"),
        ("", 1, "not JSON"),
        ('{"isin": "a", "isin": "b"}', 0, "written twice"),
        ("[" * 100_000, 0, "too long"),
        ('{"decimals": ' + "9" * 5_000 + "}", 0, "too long"),
        ("[]", 0, "not an object"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_line(
    text: str, line: int, words: str, found: Found
) -> None:
    problem = found(lambda: parse_term_sheet(text, file="bond.json"))[0]
    assert problem[0] == line
    assert words in problem[2]


def test_a_sheet_whose_document_is_missing_is_refused(tmp_path: Path, found: Found) -> None:
    (tmp_path / "instruments").mkdir()
    path = tmp_path / "instruments" / "bond.json"
    path.write_text(json.dumps(sheet()))
    [(_, column, _)] = found(lambda: read_term_sheet(path))
    assert column == "documents[0].file"

    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "summary.md").write_text("Summary")
    assert read_term_sheet(path).isin == "DE000BU2Z023"

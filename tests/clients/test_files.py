"""Files that institutions hand in: what is taken, and for every bad file the place and the remedy."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clients.files import (
    InputError,
    decode,
    parse_holders,
    parse_participants,
    parse_receivers,
    parse_term_sheet,
    read_holders,
    read_term_sheet,
)

HEADER = "name,country,class,quantity,locked_until\n"


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


def found(parse: Callable[[], object]) -> list[tuple[int, str, str]]:
    """Line, column and words of every problem."""
    with pytest.raises(InputError) as error:
        parse()
    for problem in error.value.problems:
        assert problem.file
        assert problem.what
        assert problem.remedy
    return [(each.line, each.column, each.what) for each in error.value.problems]


def problems_of_sheet(fields: object) -> list[tuple[int, str, str]]:
    return found(lambda: parse_term_sheet(json.dumps(fields), file="bond.json"))


def problems_of_holders(rows: str, **arguments: Any) -> list[tuple[int, str, str]]:
    options = {"decimals": 0, "total": None} | arguments
    return found(lambda: parse_holders(HEADER + rows, file="holders.csv", **options))


# --- Term sheets ------------------------------------------------------------------------------------------


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
def test_a_wrong_field_is_named_once(name: str, value: Any, column: str, words: str) -> None:
    [(_, named, what)] = problems_of_sheet(sheet(**{name: value}))
    assert named == column
    assert words in what


def test_all_problems_of_a_sheet_come_at_once() -> None:
    problems = problems_of_sheet(sheet(isin="DE000BU2Z024", cfi="X", currency="Euro"))
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
def test_what_is_no_json_object_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    problem = found(lambda: parse_term_sheet(text, file="bond.json"))[0]
    assert problem[0] == line
    assert words in problem[2]


def test_a_sheet_whose_document_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    path = tmp_path / "instruments" / "bond.json"
    path.write_text(json.dumps(sheet()))
    [(_, column, _)] = found(lambda: read_term_sheet(path))
    assert column == "documents[0].file"

    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "summary.md").write_text("Summary")
    assert read_term_sheet(path).isin == "DE000BU2Z023"


# --- Holders ----------------------------------------------------------------------------------------------


def test_good_rows_are_read_in_order_also_with_quotes_and_two_locks() -> None:
    rows = '"Muster, Max",DE,RETL,12.5,\n张三,CN,ELIG,7,2036-11-30\n"Muster, Max",DE,RETL,1,2036-11-30\n\n'
    read = parse_holders(HEADER + rows, file="h.csv", decimals=1, total=205)
    assert [(each.name, each.quantity, str(each.locked_until)) for each in read] == [
        ("Muster, Max", 125, "None"),
        ("张三", 70, "2036-11-30"),
        ("Muster, Max", 10, "2036-11-30"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "name,country,class,quantity\n",
        "name;country;class;quantity;locked_until\n",
        "Name,country,class,quantity,locked_until\n",
        "country,name,class,quantity,locked_until\n",
        "Max,DE,RETL,5,\n",
    ],
)
def test_a_wrong_header_is_the_only_problem_told(header: str) -> None:
    problems = found(lambda: parse_holders(header + "Max,DE,RETL,x,\n", file="h.csv", decimals=0, total=None))
    assert problems == [(1, "", "the header is wrong")]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",DE,RETL,5,", "name", "empty"),
        ("Max\u200bM,DE,RETL,5,", "name", "invisible"),
        ("Max  M,DE,RETL,5,", "name", "blank"),
        ('"Max\nM",DE,RETL,5,', "name", "invisible"),
        ("Max,Germany,RETL,5,", "country", "not a country"),
        ("Max,DE,retail,5,", "class", "not an investor class"),
        ("Max,DE,RETL,,", "quantity", "not a quantity"),
        ("Max,DE,RETL,0,", "quantity", "out of range"),
        ("Max,DE,RETL,-5,", "quantity", "not a quantity"),
        ("Max,DE,RETL,1.5,", "quantity", "1 decimals, the instrument has 0"),
        ("Max,DE,RETL,1e3,", "quantity", "not a quantity"),
        ("Max,DE,RETL,٥,", "quantity", "not a quantity"),
        ("Max,DE,RETL,9007199254740992,", "quantity", "out of range"),
        ("Max,DE,RETL,5,30.11.2036", "locked_until", "not a day"),
        ("Max,DE,RETL,5", "", "4 columns"),
        ("Max,DE,RETL,5,,", "", "6 columns"),
        ("Max, Moritz,DE,RETL,5,", "", "6 columns"),
        ('Max,DE,RETL,5,"', "", "not CSV"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_column(row: str, column: str, words: str) -> None:
    [(line, named, what)] = problems_of_holders("Erika,DE,RETL,5,\n" + row + "\n")
    assert (line, named) == (3, column)
    assert words in what


def test_lines_are_those_of_the_file_also_after_a_field_with_line_breaks() -> None:
    problems = problems_of_holders('"A\nB",DE,RETL,5,\nMax,XX,RETL,5,\n')
    assert [(line, column) for line, column, _ in problems] == [(2, "name"), (4, "country")]


@pytest.mark.parametrize("again", ["Max", "MAX", "ＭＡＸ"])
def test_the_same_holder_twice_is_refused(again: str) -> None:
    [(line, column, what)] = problems_of_holders(f"Max,DE,RETL,5,\n{again},DE,RETL,6,\n")
    assert (line, column, what) == (3, "name", "it is listed on line 2 already")


def test_one_name_with_two_countries_is_refused() -> None:
    [(line, _, what)] = problems_of_holders("Max,DE,RETL,5,\nMax,FR,RETL,6,2036-11-30\n")
    assert line == 3
    assert "line 2 gives another country" in what


def test_totals_that_do_not_add_up_name_both_sums_and_the_difference() -> None:
    with pytest.raises(InputError) as error:
        parse_holders(HEADER + "Max,DE,RETL,5.5,\n", file="h.csv", decimals=2, total=600)
    [problem] = error.value.problems
    assert problem.what == "the rows add up to 5.50, not 6.00"
    assert problem.remedy.startswith("0.50 is missing")
    with pytest.raises(InputError, match=r"0\.50 is too much"):
        parse_holders(HEADER + "Max,DE,RETL,6.5,\n", file="h.csv", decimals=2, total=600)


def test_a_list_of_nobody_is_refused() -> None:
    assert problems_of_holders("") == [(0, "", "there is no row below the header")]


def test_the_text_of_the_error_shows_twenty_problems_and_counts_the_rest() -> None:
    with pytest.raises(InputError) as error:
        parse_holders(HEADER + "Max,XX,RETL,5,2036-01-01\n" * 25, file="h.csv", decimals=0, total=None)
    assert len(error.value.problems) == 25 + 24  # the country of each, and 24 repetitions
    lines = str(error.value).splitlines()
    assert lines[0] == "h.csv: 49 problems"
    assert lines[1].startswith("  h.csv, line 2, country: “XX” is not a country code; write ")
    assert lines[-1] == "  … and 29 more."
    assert len(lines) == 22


def test_a_hundred_thousand_rows_take_less_than_two_seconds(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(HEADER + "".join(f"Holder {number},DE,RETL,{number},\n" for number in range(1, 100_001)))
    start = time.process_time()
    read = read_holders(path, total=100_000 * 100_001 // 2)
    assert time.process_time() - start < 2
    assert len(read) == 100_000


# --- Bytes, receivers, participants -----------------------------------------------------------------------


def test_a_spreadsheets_mark_is_taken_and_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + "Jürgen,DE,RETL,5,\r\n".encode())
    assert read_holders(path)[0].name == "Jürgen"
    path.write_bytes(HEADER.encode() + "Max,DE,RETL,5,\nJürgen,DE,RETL,5,\n".encode("latin-1"))
    assert found(lambda: read_holders(path)) == [(3, "", "it is not text in UTF-8")]


def test_a_missing_or_huge_file_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [(_, _, what)] = found(lambda: read_holders(tmp_path / "nowhere.csv"))
    assert "cannot be read" in what
    monkeypatch.setattr("clients.files.BYTES_MAX", 10)
    assert found(lambda: decode(b"x" * 11, file="h.csv")) == [(0, "", "it has 11 bytes")]


@pytest.mark.parametrize(
    ("row", "column"),
    [("Max,DE,RETL,DE000BU2Z024,no_claim", "isin"), ("Max,DE,RETL,DE000BU2Z023,robbery", "scene")],
)
def test_a_bad_receiver_is_named(row: str, column: str) -> None:
    problems = found(lambda: parse_receivers(f"name,country,class,isin,scene\n{row}\n", file="r.csv"))
    assert [(line, named) for line, named, _ in problems] == [(2, column)]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"key": "Big Bank"}, "participants[0].key"),
        ({"lei": "529900AQBND3S6YJLY84"}, "participants[0].lei"),
        ({"roles": ["emperor"]}, "participants[0].roles[0]"),
        ({"roles": ["issuer"]}, "participants[0].instruments"),
        ({"instruments": ["DE000BU2Z023"]}, "participants[0].instruments"),
        ({"fictional": "yes"}, "participants[0].fictional"),
        ({"name": "Other"}, "participants[1].name"),
    ],
)
def test_a_bad_participant_is_named(changes: dict[str, Any], column: str) -> None:
    one = {"key": "one", "name": "One", "country": "DE", "roles": ["notary"], "fictional": True}
    both = {"participants": [one | changes, one | {"key": "two", "name": "Other"}]}
    problems = found(lambda: parse_participants(json.dumps(both), file="p.json"))
    assert [named for _, named, _ in problems] == [column]

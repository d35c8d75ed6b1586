"""Lists that institutions hand in: what is taken, and for every bad file the place and the remedy."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clients.files import InputError, decode, parse_holders, parse_participants, parse_receivers, read_holders

Found = Callable[[Callable[[], object]], list[tuple[int, str, str]]]
HEADER = "name,country,class,quantity,locked_until\n"


def problems_of_holders(found: Found, rows: str, **arguments: Any) -> list[tuple[int, str, str]]:
    options = {"decimals": 0, "total": None} | arguments
    return found(lambda: parse_holders(HEADER + rows, file="holders.csv", **options))


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
def test_a_wrong_header_is_the_only_problem_told(header: str, found: Found) -> None:
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
def test_a_bad_row_is_named_with_its_line_and_column(row: str, column: str, words: str, found: Found) -> None:
    [(line, named, what)] = problems_of_holders(found, "Erika,DE,RETL,5,\n" + row + "\n")
    assert (line, named) == (3, column)
    assert words in what


def test_lines_are_those_of_the_file_also_after_a_field_with_line_breaks(found: Found) -> None:
    problems = problems_of_holders(found, '"A\nB",DE,RETL,5,\nMax,XX,RETL,5,\n')
    assert [(line, column) for line, column, _ in problems] == [(2, "name"), (4, "country")]


@pytest.mark.parametrize("again", ["Max", "MAX", "ＭＡＸ"])
def test_the_same_holder_twice_is_refused(again: str, found: Found) -> None:
    [(line, column, what)] = problems_of_holders(found, f"Max,DE,RETL,5,\n{again},DE,RETL,6,\n")
    assert (line, column, what) == (3, "name", "it is listed on line 2 already")


def test_one_name_with_two_countries_is_refused(found: Found) -> None:
    [(line, _, what)] = problems_of_holders(found, "Max,DE,RETL,5,\nMax,FR,RETL,6,2036-11-30\n")
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


def test_a_list_of_nobody_is_refused(found: Found) -> None:
    assert problems_of_holders(found, "") == [(0, "", "there is no row below the header")]


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


def test_a_spreadsheets_mark_is_taken_and_other_encodings_are_refused(tmp_path: Path, found: Found) -> None:
    path = tmp_path / "h.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + "Jürgen,DE,RETL,5,\r\n".encode())
    assert read_holders(path)[0].name == "Jürgen"
    path.write_bytes(HEADER.encode() + "Max,DE,RETL,5,\nJürgen,DE,RETL,5,\n".encode("latin-1"))
    assert found(lambda: read_holders(path)) == [(3, "", "it is not text in UTF-8")]


def test_a_missing_or_huge_file_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Found
) -> None:
    [(_, _, what)] = found(lambda: read_holders(tmp_path / "nowhere.csv"))
    assert "cannot be read" in what
    monkeypatch.setattr("clients.files.BYTES_MAX", 10)
    assert found(lambda: decode(b"x" * 11, file="h.csv")) == [(0, "", "it has 11 bytes")]


@pytest.mark.parametrize(
    ("row", "column"),
    [("Max,DE,RETL,DE000BU2Z024,no_claim", "isin"), ("Max,DE,RETL,DE000BU2Z023,robbery", "scene")],
)
def test_a_bad_receiver_is_named(row: str, column: str, found: Found) -> None:
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
def test_a_bad_participant_is_named(changes: dict[str, Any], column: str, found: Found) -> None:
    one = {"key": "one", "name": "One", "country": "DE", "roles": ["notary"], "fictional": True}
    both = {"participants": [one | changes, one | {"key": "two", "name": "Other"}]}
    problems = found(lambda: parse_participants(json.dumps(both), file="p.json"))
    assert [named for _, named, _ in problems] == [column]

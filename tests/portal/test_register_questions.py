"""Asking a register: as of a day or a block, by wallet, holder, institution or quantity, in an order, as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.test import Client

from ledger.protocol.encoding import canonical
from ledger.store import rows
from portal.models import AuditEvent
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import holder

REGISTER = f"/instruments/{SHARE}/register/"
NOW = "The register is shown as it stands now."


def wallets(client: Client, **asked: str) -> list[str]:
    """The addresses in the order of the page."""
    answer = client.get(REGISTER, asked)
    assert answer.status_code == 200
    return [row.address for row in answer.context["page"].rows]


def day(town: NodeTown, after: int = 0) -> str:
    return f"{datetime.fromtimestamp(town.time, UTC) + timedelta(days=after):%Y-%m-%d}"


def test_as_of_a_day_is_as_of_its_last_block(operator: Client, town: NodeTown, share: str):
    tomorrow = 26 * 3600
    town.commit(at=town.time + tomorrow)
    town.submit(town.pay("bob", "ann", 150))
    assert wallets(operator) == [town.at("ann"), town.at("issuer"), town.at("bob")]
    assert wallets(operator, date=day(town, -1)) == [town.at("bob"), town.at("ann"), town.at("issuer")]
    assert wallets(operator, date=day(town)) == wallets(operator, date=day(town, 9)) == wallets(operator)


@pytest.mark.parametrize("height", ["0", "999999", "x", "-1", "1.5", "99999999999999999999"])
def test_a_block_that_is_not_there_shows_today_and_says_so(operator: Client, share: str, height: str):
    trouble(operator, "This node has no such block.", height=height)


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "2026-02-30", "9999-12-31", "23.11.26"])
def test_a_day_that_is_none_shows_today_and_says_so(operator: Client, share: str, typed: str):
    trouble(operator, "That is no date. Write it as 2026-11-23.", date=typed)


def test_a_day_before_the_ledger_and_a_day_with_a_block(operator: Client, share: str):
    trouble(operator, "On that day this ledger had no block yet.", date="1999-12-31")
    trouble(operator, "Give a date or a block, not both.", date="2026-11-23", height="3")


def trouble(client: Client, words: str, **asked: str) -> None:
    """Said on the page with today's register below; no file is made of what was not asked for."""
    text = client.get(REGISTER, asked).content.decode()
    assert words in text and NOW in text and '<span class="num">170</span>' in text
    for file in ("register.csv", "register.xlsx"):
        assert client.get(f"/instruments/{SHARE}/{file}", asked).status_code == 404


def test_filters_and_orders(operator: Client, town: NodeTown, share: str):
    ann, bob, issuer = (town.at(name) for name in ("ann", "bob", "issuer"))
    assert wallets(operator, q=ann) == wallets(operator, q=ann[-9:].upper()) == [ann]
    assert wallets(operator, q=holder("bob")) == [bob]
    assert wallets(operator, q="ISSU") == [issuer], "by the institution's name"
    assert wallets(operator, q="100%_\\'") == []
    assert wallets(operator, least="100") == [bob, ann] and wallets(operator, least="101") == [bob]
    assert wallets(operator, least="1,00", q=bob) == [bob]
    assert wallets(operator, order="smallest") == [issuer, ann, bob]
    assert wallets(operator, order="address") == sorted([ann, bob, issuer])
    assert wallets(operator, order="sideways") == wallets(operator, order="locked") == [bob, ann, issuer]


def test_what_a_filter_finds_is_told_and_a_way_back_is_shown(operator: Client, town: NodeTown, share: str):
    found = operator.get(REGISTER, {"least": "50"}).content.decode()
    assert "2 wallets fit the filter, together with 270 units." in found
    assert "56.66 %" in found, "a share is of all units, not of what the filter found"
    nothing = operator.get(REGISTER, {"q": "nobody at all"}).content.decode()
    assert "No wallet fits the filter" in nothing and "Show all, as of now" in nothing


@pytest.mark.parametrize("typed", ["-1", "many", "1.5", "1e3", "٣", "9" * 16])
def test_a_quantity_that_is_none_is_told(operator: Client, share: str, typed: str):
    answer = operator.get(REGISTER, {"least": typed})
    assert "The least quantity could not be read." in answer.content.decode()
    assert len(answer.context["page"].rows) == 3


def test_a_least_quantity_in_units_with_decimals(operator: Client, town: NodeTown, share: str):
    town.register({"ann": 150, "bob": 250}, BOND, decimals=2)
    path = f"/instruments/{BOND}/register/"
    answer = operator.get(path, {"least": "1.51"})
    assert [row.quantity for row in answer.context["page"].rows] == [250]
    assert "with at most 2 decimals" in operator.get(path, {"least": "1.515"}).content.decode()


def test_a_look_up_of_somebody_is_written_down_as_such(operator: Client, town: NodeTown, share: str):
    operator.get(REGISTER, {"q": "ann"})
    operator.get(f"/instruments/{SHARE}/register.xlsx")
    details = AuditEvent.objects.order_by("id").values_list("event", "detail")
    assert list(details) == [
        ("register:viewed", {"height": town.height, "page": 1, "sought": "ann", "purpose": "case 17"}),
        ("register:exported", {"height": town.height, "purpose": "case 17"}),
    ]


def test_files_hold_what_the_filter_finds(operator: Client, town: NodeTown, share: str):
    asked = {"order": "smallest", "least": "100"}
    answer = operator.get(f"/instruments/{SHARE}/register.csv", asked)
    lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert [line["address"] for line in lines] == [town.at("ann"), town.at("bob")]
    sheet = workbook(operator, asked)["Register"]
    assert [cell.value for cell in sheet["A"]] == ["Wallet", town.at("ann"), town.at("bob")]
    assert [cell.value for cell in sheet["D"]] == ["Quantity", 100, 170]


def test_a_workbook_is_exact_and_computes_nothing(operator: Client, town: NodeTown, share: str):
    large = 2**53 - 1
    changes = {"decimals": 2, "authorised": large}
    town.register({"ann": large - 151, "issuer": 151}, BOND, **changes)
    rename("issuer", town, '=HYPERLINK("a")')
    book = workbook(operator, {}, BOND)
    first, second = list(book["Register"].iter_rows(min_row=2))
    assert first[3].value == "90,071,992,547,408.40" and second[3].value == 1.51
    assert second[3].number_format == "#,##0.00"
    assert (second[2].value, second[2].data_type) == ('=HYPERLINK("a")', "s"), "a name is no formula"
    facts = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert facts["ISIN"] == BOND and facts["As of block"] == f"{town.height:,}" and facts["Wallets"] == "2"


def workbook(client: Client, asked: dict[str, str], isin: str = SHARE) -> openpyxl.Workbook:
    answer = client.get(f"/instruments/{isin}/register.xlsx", asked)
    assert answer.status_code == 200 and "register-" in answer.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def rename(name: str, town: NodeTown, words: str) -> None:
    """What a participant with such a name would look like in the read model."""
    record = town.value(f"participant/{town.at(name)}") | {"name": words}
    rows.execute(
        "UPDATE ledger_record SET value = %s WHERE key = %s",
        (canonical(record), f"participant/{town.at(name)}"),
    )

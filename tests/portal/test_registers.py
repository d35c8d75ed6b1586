"""Registers: as they are and were, by page and by file, each look-up written down first."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import InternalError
from django.db.transaction import atomic
from django.test import Client

from ledger.store import rows
from portal import registers
from portal.audit import Event
from portal.models import AuditEvent
from portal.shown.audit_log import EVENTS
from tests.ledger.world import NodeTown
from tests.portal.conftest import account, organisation, signed_in
from tests.protocol.town import SHARE

REGISTER = f"/instruments/{SHARE}/register/"
EXPORT = f"/instruments/{SHARE}/register.csv"


def table(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_register_shows_addresses_quantities_and_shares(operator: Client, town: NodeTown, share: str):
    text = operator.get(REGISTER).content.decode()
    for name, quantity, part in (
        ("bob", "170", "56.66 %"),
        ("ann", "100", "33.33 %"),
        ("issuer", "30", "10.00 %"),
    ):
        assert town.at(name) in text
        assert f'<span class="num">{quantity}</span>' in text and part in text
    assert "written to the audit log under the name olga" in text
    assert "The largest holder has 56.66 % of all units" in text


def test_the_register_as_of_a_height_is_what_it_was(operator: Client, town: NodeTown, share: str):
    height = town.height - 1
    text = operator.get(REGISTER, {"height": height}).content.decode()
    assert '<span class="num">120</span>' in text and '<span class="num">100</span>' not in text
    before = operator.get(REGISTER, {"height": 1}).content.decode()
    assert "Nobody held it then" in before


def test_the_file_holds_the_whole_register_now_and_then(operator: Client, town: NodeTown, share: str):
    lines = table(operator, EXPORT)
    assert {line["address"]: int(line["quantity_minor"]) for line in lines} == {
        town.at("bob"): 170, town.at("ann"): 100, town.at("issuer"): 30,
    }  # fmt: skip
    earlier = table(operator, f"{EXPORT}?height={town.height - 1}")
    assert sum(int(line["quantity_minor"]) for line in earlier) == 300


def test_every_look_up_is_written_down(operator: Client, town: NodeTown, share: str):
    operator.get(REGISTER)
    operator.get(EXPORT)
    events = AuditEvent.objects.order_by("id").values_list("account", "event", "subject", "detail")
    height = town.height
    assert list(events) == [
        ("olga", "register:viewed", SHARE, {"height": height, "page": 1, "purpose": "case 17"}),
        ("olga", "register:exported", SHARE, {"height": height, "purpose": "case 17"}),
    ]
    assert 'data-event="register:exported"' in operator.get("/audit-log/").content.decode()


def test_a_refused_look_up_is_written_down_too(
    operator: Client, town: NodeTown, share: str, become: Callable
):
    become(town, "exchange")
    assert operator.get(REGISTER).status_code == 403
    assert AuditEvent.objects.get().event == "page:refused"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_auditevent SET account = ''",
        "DELETE FROM portal_auditevent",
        "TRUNCATE portal_auditevent",
    ],
)
def test_the_audit_log_cannot_be_rewritten(operator: Client, share: str, statement: str):
    operator.get(REGISTER)
    with pytest.raises((InternalError, Exception), match="append-only"), atomic():
        rows.execute(statement)
    assert AuditEvent.objects.count() == 1


def test_pages_follow_each_other(operator: Client, share: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registers, "ROWS_PER_PAGE", 2)
    first = operator.get(REGISTER).content.decode()
    second = operator.get(REGISTER, {"page": 2}).content.decode()
    assert "page=2" in first and "56.66 %" in first and "10.00 %" not in first.partition("<tbody>")[2]
    assert "page=1" in second and "10.00 %" in second.partition("<tbody>")[2]
    assert "ends before this page" in operator.get(REGISTER, {"page": "10000000000"}).content.decode()


def test_the_curve_rises_to_the_whole(town: NodeTown, share: str):
    view = registers.selectors.instrument(SHARE)
    spread = registers.spread(view, registers.Moment(town.height, town.time))
    assert spread.holders == 3 and spread.largest == [170, 100, 30]
    assert registers.curve(spread)[-1] == {"holders": 3, "hundredths": 10_000}


def test_an_issuers_people_see_their_own_register_on_anybodys_portal(town: NodeTown, share: str):
    issuer, other = organisation("Issuer", town.issuer.address), organisation("Notary", town.notary.address)
    assert signed_in("iris", "view", issuer).get(f"/instruments/{SHARE}/register/").status_code == 200
    assert signed_in("nora", "administrator", other).get(f"/instruments/{SHARE}/register/").status_code == 403


def test_a_supervisor_says_why_before_anything_is_shown_and_each_look_carries_it(town: NodeTown, share: str):
    client = signed_in("clara", "prepare")
    asked = client.get(f"{REGISTER}?height=1").content.decode()
    assert "Why do you look?" in asked and town.ann.address not in asked and not AuditEvent.objects.exists()
    said = {"subject": SHARE, "purpose": "case 2026/17", "next": f"{REGISTER}?height=1"}
    assert "at least 3 characters" in client.post("/purpose/", said | {"purpose": "x"}).content.decode()
    assert client.post("/purpose/", said).headers["Location"] == f"{REGISTER}?height=1"
    assert client.post("/purpose/", said | {"next": "https://elsewhere.example/"}).headers["Location"] == "/"
    assert client.get(REGISTER).status_code == client.get(EXPORT).status_code == 200
    assert [each.detail["purpose"] for each in AuditEvent.objects.all()] == ["case 2026/17"] * 2
    assert (
        "Why do you look?" in client.get("/network/evidence/").content.decode()
    )  # another thing, another purpose


def test_an_issuer_needs_no_purpose_for_its_own_register(
    operator: Client, town: NodeTown, share: str, become: Callable
):
    become(town, "issuer")
    client = Client()
    client.force_login(account("ivo", "operator"))
    assert "Why do you look?" not in client.get(REGISTER).content.decode()


def test_every_event_of_the_log_has_words():
    assert set(EVENTS) == set(Event)


def test_the_log_is_filtered(operator: Client, town: NodeTown, share: str):
    operator.get(REGISTER)
    operator.get("/network/evidence/")
    for query, shown, hidden in (
        ("event=register:viewed", 'data-event="register:viewed"', 'data-event="evidence:viewed"'),
        ("account=olga&subject=evidence", 'data-event="evidence:viewed"', 'data-event="register:viewed"'),
        ("account=nobody", "Nothing fits", "data-event="),
    ):
        page = operator.get(f"/audit-log/?{query}").content.decode()
        assert shown in page and hidden not in page, query

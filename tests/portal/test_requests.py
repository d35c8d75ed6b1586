"""Requests and the inbox: everything that is judged, for those who judge it, and for nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from clients import acts, build
from clients.build import transaction_id
from ledger import services
from ledger.protocol.values import Output
from portal.models import Application, AuditEvent
from portal.words import CHANGES
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.portal.conftest import organisation, signed_in
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import institution, person

HOLDERS = {"ann": 120, "bob": 150, "issuer": 30}


@pytest.fixture
def asked(town: NodeTown) -> str:
    """A registration that was refused once, corrected, and waits."""
    documents = [{"digest": "ab" * 32, "title": "Articles"}]
    first = town.registration(HOLDERS, fisn="DRAFT", documents=documents)
    town.submit(town.refused(town.propose(first, town.issuer), "regulator", first))
    return town.propose(town.registration(HOLDERS, documents=documents), town.issuer)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_an_approver_sees_everything_and_what_differs(town: NodeTown, asked: str) -> None:
    notary, _ = desk.person_of(town, "notary")
    assert f"/requests/{asked}/" in page(notary, "/inbox/")
    shown = page(notary, f"/requests/{asked}/")
    assert "was: <del>DRAFT</del>" in shown.replace("\n", "")
    assert "The terms are not the document" in shown  # why it was refused
    assert shown.count("differs") == 1
    assert "Articles" in shown and 'data-document="' + "ab" * 32 in shown
    assert town.at("ann")[:12] in shown and "150" in shown
    assert 'value="approve"' in shown and 'value="refuse"' in shown and "Take the request back" not in shown


def test_the_proposer_sees_the_timeline_and_corrects_what_was_refused(town: NodeTown, asked: str) -> None:
    ida, _ = desk.person_of(town, "issuer")
    listed = page(ida, "/requests/")
    assert listed.count("Initial registration") == 2
    shown = page(ida, f"/requests/{asked}/")
    assert "Take the request back" in shown and 'value="approve"' not in shown
    assert "Not answered yet" in shown
    town.submit(
        town.approval(
            asked,
            "regulator",
            town.registration(HOLDERS, documents=[{"digest": "ab" * 32, "title": "Articles"}]),
        )
    )
    shown = page(ida, f"/requests/{asked}/")
    assert "Approved" in shown and "Not answered yet" in shown


def test_a_refused_request_opens_again_as_a_form(town: NodeTown) -> None:
    act = town.registration(HOLDERS, fisn="WRONG NAME")
    refused = town.propose(act, town.issuer)
    town.submit(town.refused(refused, "notary", act))
    ida, _ = desk.person_of(town, "issuer")
    assert f"/requests/{refused}/" in page(ida, "/inbox/")
    shown = page(ida, f"/requests/{refused}/")
    assert f"/requests/registration/?from={refused}" in shown
    assert "(DSEC): The terms are not" in shown
    form = page(ida, f"/requests/registration/?from={refused}")
    assert "WRONG NAME" in form and town.at("ann") in form
    other, _ = desk.person_of(town, "notary")
    assert "WRONG NAME" not in other.get(f"/requests/registration/?from={refused}").content.decode()
    town.propose(town.registration(HOLDERS), town.issuer)
    assert f"/requests/{refused}/" not in page(ida, "/inbox/")  # it was asked again


def test_strangers_are_told_that_there_is_nothing(town: NodeTown, asked: str, become: Callable) -> None:
    house, _ = desk.person_of(town, "house")
    assert house.get(f"/requests/{asked}/").status_code == 404
    assert house.get(f"/requests/{asked}/", headers={"HX-Request": "true"}).status_code == 404
    assert asked not in page(house, "/requests/") + page(house, "/inbox/")
    become(town, "exchange")
    assert signed_in("eve", "operator").get(f"/requests/{asked}/").status_code == 404


def looks() -> list[tuple[str, str, dict[str, object]]]:
    """Every look at a request that was written down: who, at what, and the rest."""
    found = AuditEvent.objects.filter(event="request:viewed").order_by("id")
    return list(found.values_list("account", "subject", "detail"))


def test_a_supervisor_that_is_not_asked_says_why_before_it_sees_a_request(town: NodeTown, asked: str) -> None:
    olga, path = signed_in("olga", "operator"), f"/requests/{asked}/"  # of the CSD, which is no party to it
    live = {"HX-Request": "true"}
    for answer in (olga.get(path), olga.get(path, headers=live)):
        text = answer.content.decode()
        assert "Why do you look?" in text and town.at("ann")[:12] not in text and "Asked" not in text
    assert looks() == []
    olga.post("/purpose/", {"subject": asked, "purpose": "case 2026/17", "next": path})
    shown = page(olga, path)
    assert 'value="approve"' not in shown and town.at("ann")[:12] in shown
    assert "Purpose: case 2026/17." in shown and "nobody else can open them" in shown
    assert "data-document" not in shown
    olga.get(path, {"page": 2})
    olga.get(path, headers=live)  # the look goes on
    said = [("olga", asked, {"page": number, "purpose": "case 2026/17"}) for number in (1, 2)]
    assert looks() == said
    assert signed_in("vera", "viewer").get(path).status_code == 404


def test_a_supervisor_that_is_asked_is_at_its_own_work_and_each_look_says_so(
    town: NodeTown, asked: str, become: Callable
) -> None:
    before = town.registration(HOLDERS, fisn="OTHER")
    refused = town.propose(before, town.issuer)
    town.submit(town.refused(refused, "regulator", before))
    become(town, "regulator")
    regina = signed_in("regina", "sign")
    assert f"/requests/{asked}/" in page(regina, "/inbox/") and looks() == []
    shown = page(regina, f"/requests/{asked}/")
    assert 'data-answer="regulator"' in shown and "Purpose: to judge this request." in shown
    assert f"judging request {asked}" in shown  # for the node that answers its documents
    assert "a request that was yours to judge" in page(regina, f"/requests/{refused}/")
    assert [(subject, detail["purpose"]) for _, subject, detail in looks()] == [
        (asked, f"judging request {asked}"),
        (refused, f"judged request {refused}"),
    ]


def test_a_supervisors_own_request_is_its_own_work_on_any_portal(town: NodeTown, asked: str) -> None:
    own = town.propose(acts.suspend(town.house.address, "Late"), town.csd)
    cecil, _ = desk.person_of(town, "csd")
    regina, _ = desk.person_of(town, "regulator")  # on the CSD's portal
    assert "a request of your own" in page(cecil, f"/requests/{own}/")
    assert "to judge this request" in page(regina, f"/requests/{own}/")
    assert [detail["purpose"] for *_, detail in looks()] == [f"own request {own}", f"judging request {own}"]
    notary, _ = desk.person_of(town, "notary")
    assert "audit log" not in page(notary, f"/requests/{asked}/") and len(looks()) == 2


def test_forms_are_for_the_instruments_issuer(town: NodeTown, share: str) -> None:
    ida, _ = desk.person_of(town, "issuer")
    house, _ = desk.person_of(town, "house")
    for kind in CHANGES:
        assert SHARE in page(ida, f"/requests/{SHARE}/{kind}/")
        assert house.get(f"/requests/{SHARE}/{kind}/").status_code == 404
    assert ida.get(f"/requests/{SHARE}/nothing/").status_code == 404
    told = page(house, "/requests/registration/")
    assert "is not an issuer" in told and "takes part in other roles" in told and "Apply" not in told
    assert town.notary.address in page(ida, "/requests/registration/")


def test_an_issuer_finds_what_would_leave_by_its_owners_address(town: NodeTown, share: str) -> None:
    (ida, _), (nora, _) = desk.person_of(town, "issuer"), desk.person_of(town, "notary")
    asked = {"path": f"/requests/{SHARE}/decrease/", "headers": {"HX-Request": "true"}}
    found = ida.get(**asked, data={"owner": town.at("bob")})
    (coin,) = [each for each in town.coins("bob") if each.quantity == 150]
    assert f'value="{coin.outpoint}" data-quantity="150"' in found.content.decode()
    assert "holds nothing of it" in ida.get(**asked, data={"owner": town.at("zoe")}).content.decode()
    looks = AuditEvent.objects.filter(event="register:viewed", account="issuer 0").order_by("id")
    assert [each.detail for each in looks] == [{"sought": town.at("bob")}, {"sought": town.at("zoe")}]
    assert nora.get(**asked, data={"owner": town.at("bob")}).status_code == 404


def test_a_lodged_list_is_judged_row_by_row(town: NodeTown) -> None:
    rows = [
        Output(asset=f"{BOND}.1", owner=town.at(("ann", "bob")[at % 2]), quantity=at + 1)
        for at in range(1_203)
    ]
    total = sum(row.quantity for row in rows)
    lodged = services.lodge_list(outputs=rows, issuer=town.issuer.address)
    terms = town.terms(BOND, quantity=total, authorised=total)
    act = {"act": "register", **terms, "list": {"chunks": lodged.chunks, "root": lodged.root}}
    asked = town.propose(act, town.issuer)
    notary, _ = desk.person_of(town, "notary")
    assert "1,203" in page(notary, f"/requests/{asked}/")
    last = page(notary, f"/requests/{asked}/?page=25")
    assert '<td class="right" data-label="Units">1,203</td>' in last and 'rel="next"' not in last


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"roles": ["regulator"]}, "WRONG_ROLE"),
        ({"roles": []}, "MALFORMED"),
        ({"lei": "W38RGI023J3WT1HWRP33"}, "BAD_IDENTIFIER"),
        ({"lei": "é" * 20}, "MALFORMED"),
        ({"name": "a\u202eb"}, "MALFORMED"),
        ({"needed": 0}, "MALFORMED"),
        ({"card": {"scheme": "ed25519+x25519", "seal": "00", "sign": "00"}}, "MALFORMED"),
        ({"card": {"scheme": "ed25519+x25519", "seal": "00" * 32, "sign": "01" + "00" * 31}}, "BAD_CARD"),
    ],
)
def test_applications_that_make_no_sense_are_refused(town: NodeTown, changes: dict, reason: str) -> None:
    nina = signed_in("nina", "sign", organisation("Newcomer"))
    body = {"name": "N", "roles": ["issuer"], "needed": 1, "card": institution("newcomer").members[0].card}
    answer = desk.post(nina, "/participants/application/", body | changes)
    assert (answer.status_code, desk.said(answer)["reason"]) == (400, reason)
    assert Application.objects.count() == 0


def test_participants_do_not_apply_and_viewers_hand_in_no_card(town: NodeTown) -> None:
    ida, wallet = desk.person_of(town, "issuer")
    viewer = signed_in("nina", "view", organisation("Newcomer"))
    body = {"name": "N", "roles": ["issuer"], "needed": 1, "card": wallet.card}
    assert desk.said(desk.post(ida, "/participants/application/", body))["reason"] == "ALREADY_COMMITTED"
    assert desk.said(desk.post(viewer, "/participants/application/", body))["reason"] == "WRONG_ROLE"


def test_lists_ask_as_often_for_many_requests_as_for_one(
    town: NodeTown, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ida, _ = desk.person_of(town, "issuer")
    notary, _ = desk.person_of(town, "notary")
    paths = [
        (ida, "/requests/"),
        (ida, "/inbox/"),
        (notary, "/inbox/"),
        (notary, f"/requests/{asked}/"),
        (ida, "/participants/"),
    ]
    before = [numbers_of(client, path, monkeypatch) for client, path in paths]
    many = [town.proposal(town.registration(HOLDERS, fisn=f"SHARE {n}"), town.issuer) for n in range(30)]
    assert {answer.status for answer in services.submit(raws=[one.raw for one in many])} == {"pending"}
    town.commit()
    after = [numbers_of(client, path, monkeypatch) for client, path in paths]
    for (_client, path), few, more in zip(paths, before, after, strict=True):
        assert more <= few + 1, path
        assert more <= 24, path


def numbers_of(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> int:
    with counted(monkeypatch) as found:
        assert client.get(path).status_code == 200
    return found.number


def test_a_decrease_names_its_owners_as_signers(town: NodeTown, share: str) -> None:
    """Bob's holding is cancelled only if bob signs the same draft."""
    coin = town.coins("bob")[0]
    act = acts.decrease(SHARE, [coin.outpoint], version=town.version(f"instrument/{SHARE}"))
    asked = build.propose(
        town.frame, act, proposer=town.issuer.address, deadline=town.time + 60, notary=town.notary.address
    )
    ida, first = desk.person_of(town, "issuer", 0)
    ian, second = desk.person_of(town, "issuer", 1)
    assert desk.draft(ida, asked).status_code == 201
    desk.sign(ida, first, asked)
    assert desk.said(desk.sign(ian, second, asked))["status"] == "open"
    bob = signed_in("bob", "sign", organisation("Bob", town.at("bob"), is_person=True))
    assert "Sign" in page(bob, "/inbox/")
    assert desk.said(desk.sign(bob, person("bob"), asked))["status"] == "submitted"
    town.commit()
    notary, _ = desk.person_of(town, "notary")
    assert f"TOWN/SHARE ({SHARE})" in page(notary, "/inbox/")
    shown = page(notary, f"/requests/{transaction_id(asked)}/")
    assert "Units that are cancelled</dt><dd>150</dd>" in shown and town.at("bob") in shown

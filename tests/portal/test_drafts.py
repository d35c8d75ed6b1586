"""Drafts: seen by those who have to sign, signed one by one, submitted complete; nobody else has a part in them."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clients import acts, build, notes
from clients.build import Json, transaction_id
from clients.keys import Wallet
from clients.signing import sign as sign_alone
from ledger import selectors
from ledger.models import Pending
from portal.models import Account, Draft, DraftSignature, Notice, WalletLink
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.portal.conftest import organisation, signed_in
from tests.protocol.world import holder, institution, person


@pytest.fixture(autouse=True)
def in_this_town(town: NodeTown) -> None:
    """Every test is about one node."""


def registration(town: NodeTown, **changes: object) -> Json:
    """The issuer asks regulator and notary."""
    act = town.registration({"ann": 120, "bob": 150, "issuer": 30}, **changes)
    deadline = town.time + 86_400
    return build.propose(
        town.frame, act, proposer=town.issuer.address, deadline=deadline, notary=town.notary.address
    )


def people(town: NodeTown, name: str = "issuer") -> list[tuple[Client, Wallet]]:
    return [desk.person_of(town, name, number) for number in range(3)]


def test_two_of_three_sign_and_it_is_submitted(town: NodeTown) -> None:
    (ida, first), (ian, second), _ = people(town)
    asked = registration(town)
    made = desk.draft(ida, asked, comment="As the board decided")
    assert made.status_code == 201, made.content
    assert desk.sign(ida, first, asked).status_code == 200
    assert Draft.objects.get().status == "open" and Pending.objects.count() == 0
    assert [notice.account.username for notice in Notice.objects.filter(kind="draft-waits")] == [
        "issuer 2",
        "issuer 1",
    ]
    page = ian.get(f"/drafts/{transaction_id(asked)}/").content.decode()
    assert "1 of 2" in page and "issuer 0" in page and "As the board decided" in page
    assert desk.said(desk.sign(ian, second, asked))["status"] == "submitted"
    town.commit()
    assert selectors.status([transaction_id(asked)])[transaction_id(asked)].status == "committed"
    assert selectors.record(f"proposal/{transaction_id(asked)}") is not None


def test_the_ledgers_reason_is_told_before_anybody_signs(town: NodeTown) -> None:
    ida, _ = desk.person_of(town, "issuer")
    asked = registration(town)
    asked["body"]["act"]["quantity"] += 1
    answer = desk.draft(ida, asked)
    assert (answer.status_code, desk.said(answer)["reason"]) == (400, "HOLDERS_DO_NOT_ADD_UP")
    stranger = town.registration({"dan": 300})
    asked = build.propose(
        town.frame,
        stranger,
        proposer=town.issuer.address,
        deadline=town.time + 60,
        notary=town.notary.address,
    )
    assert desk.said(desk.draft(ida, asked))["reason"] == "WALLET_UNKNOWN"
    assert Draft.objects.count() == 0


def test_only_the_people_of_the_signers_see_it(town: NodeTown) -> None:
    ida, _ = desk.person_of(town, "issuer")
    asked = registration(town)
    desk.draft(ida, asked)
    other, wallet = desk.person_of(town, "notary")
    home = signed_in("olga", "operator")
    for path in ("", "draft.json"):
        assert other.get(f"/drafts/{transaction_id(asked)}/{path}").status_code == 404
        assert home.get(f"/drafts/{transaction_id(asked)}/{path}").status_code == 404
    assert desk.sign(other, wallet, asked).status_code == 404
    assert other.post(f"/drafts/{transaction_id(asked)}/withdrawal/").status_code == 404
    assert b"Registration" not in other.get("/drafts/").content
    assert transaction_id(asked).encode() not in other.get("/inbox/").content


def test_mandates(town: NodeTown) -> None:
    viewer, wallet = desk.person_of(town, "issuer", 0, "view")
    preparer, _ = desk.person_of(town, "issuer", 1, "prepare")
    asked = registration(town)
    assert desk.draft(viewer, asked).status_code == 403
    assert desk.draft(preparer, asked).status_code == 201
    assert desk.sign(viewer, wallet, asked).status_code == 403
    assert desk.sign(preparer, wallet, asked).status_code == 403
    assert DraftSignature.objects.count() == 0
    assert viewer.get(f"/drafts/{transaction_id(asked)}/").status_code == 200


def test_signatures_that_are_none_are_refused(town: NodeTown) -> None:
    ida, first = desk.person_of(town, "issuer")
    asked = registration(town)
    desk.draft(ida, asked)
    url = f"/drafts/{transaction_id(asked)}/signatures"
    good, stranger = desk.signature(first, asked), desk.signature(person("ann"), asked)
    cases = [
        (good | {"signature": "7f" * 64}, "BAD_SIGNATURE"),
        (
            good | {"signature": desk.signature(first, registration(town, fisn="OTHER"))["signature"]},
            "BAD_SIGNATURE",
        ),
        (stranger, "WRONG_WITNESSES"),
        (good | {"card": stranger["card"]}, "WRONG_WITNESSES"),
        (good | {"more": 1}, "MALFORMED"),
        ({}, "MALFORMED"),
    ]
    for body, reason in cases:
        answer = desk.post(ida, url, body)
        assert (answer.status_code, desk.said(answer)["reason"]) == (400, reason)
    assert DraftSignature.objects.count() == 0


def test_a_signature_given_twice_counts_once(town: NodeTown) -> None:
    ida, first = desk.person_of(town, "issuer")
    asked = registration(town)
    desk.draft(ida, asked)
    for _ in range(2):
        assert desk.said(desk.sign(ida, first, asked))["status"] == "open"
    assert DraftSignature.objects.count() == 1


def test_a_withdrawn_draft_is_signed_by_nobody(town: NodeTown) -> None:
    (ida, first), (ian, second), _ = people(town)
    asked = registration(town)
    desk.draft(ida, asked)
    desk.sign(ida, first, asked)
    ian.post(f"/drafts/{transaction_id(asked)}/withdrawal/")
    assert desk.said(desk.sign(ian, second, asked))["reason"] == "PROPOSAL_CLOSED"
    assert DraftSignature.objects.count() == 0


def test_nobody_drafts_what_none_of_his_wallets_signs(town: NodeTown) -> None:
    other, _ = desk.person_of(town, "notary")
    assert desk.said(desk.draft(other, registration(town)))["reason"] == "WRONG_WITNESSES"
    assert desk.said(desk.post(other, "/drafts/", {"transaction": "{}"}))["reason"] == "MALFORMED"


def test_a_candidate_signs_the_csds_draft(town: NodeTown) -> None:
    """Its organisation has no wallet on the ledger yet: its people are known by the cards that they linked."""
    newcomer = institution("newcomer")
    csd = signed_in("cecil", "sign")
    clients = [signed_in(f"new {n}", "sign", organisation("Newcomer")) for n in range(2)]
    for number, _client in enumerate(clients):
        account = Account.objects.get(username=f"new {number}")
        WalletLink.objects.create(
            account=account,
            organisation=account.organisation,
            address=newcomer.members[number].address,
            linked_at=timezone.now(),
        )
    act = acts.admit(newcomer, holder=holder("newcomer"), name="Newcomer", roles=["issuer"])
    asked = build.propose(town.frame, act, proposer=town.csd.address, deadline=town.time + 86_400)
    assert desk.draft(csd, asked).status_code == 201
    assert b"Newcomer" in clients[0].get("/inbox/").content
    assert desk.sign(csd, town.csd.members[0], asked).status_code == 200
    assert desk.sign(csd, town.csd.members[1], asked).status_code == 200
    assert desk.sign(clients[0], newcomer.members[0], asked).status_code == 200
    assert desk.said(desk.sign(clients[1], newcomer.members[1], asked))["status"] == "submitted"
    town.commit()
    assert selectors.record(f"proposal/{transaction_id(asked)}") is not None


def test_a_list_of_many_drafts_asks_as_often_as_one_of_few(
    town: NodeTown, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ida, _ = desk.person_of(town, "issuer")
    numbers = []
    for count in (1, 8):
        for number in range(count):
            assert desk.draft(ida, registration(town, fisn=f"SHARE {count} {number}")).status_code == 201
        for path in ("/drafts/", "/inbox/"):
            with counted(monkeypatch) as asked:
                assert ida.get(path).status_code == 200
            numbers.append(asked.number)
    assert numbers[2] <= numbers[0] and numbers[3] <= numbers[1], numbers
    assert max(numbers) <= 24


def test_an_institution_sends_by_a_draft(town: NodeTown) -> None:
    """Its people find its holdings on the form; the note travels with the draft; the coins are not offered twice."""
    town.register({"ann": 120, "bob": 150, "issuer": 30})
    viewer, _ = desk.person_of(town, "issuer", 2, "view")
    (ida, first), (ian, second), _ = people(town)
    form = json_of(ida, "/holdings/send/", "joint")
    assert (form["address"], form["taken"]) == (town.issuer.address, [])
    assert sorted(form["people"]) == sorted(each.address for each in town.issuer.members)
    assert "Nothing to send" in viewer.get("/holdings/send/").content.decode()
    asked, ciphertexts = noted(town, 10)
    made = desk.draft(ida, asked, notes=[each.hex() for each in ciphertexts], comment="As agreed")
    assert made.status_code == 201, made.content
    assert json_of(ian, "/holdings/send/", "joint")["taken"] == asked["inputs"]
    page = ian.get(f"/drafts/{transaction_id(asked)}/").content.decode()
    assert "Transfer" in page and "1 of 2" not in page and "As agreed" in page
    desk.sign(ida, first, asked)
    assert desk.said(desk.sign(ian, second, asked))["status"] == "submitted"
    assert json_of(ida, "/holdings/send/", "joint")["taken"] == []
    assert "data-inputs" not in ida.get("/holdings/").content.decode()  # nobody takes it back alone
    town.commit()
    assert town.total("bob") == 160 and town.total("issuer") == 20
    assert desk.said(ida.get(f"/drafts/{transaction_id(asked)}/draft.json"))["notes"] != []


def test_what_the_network_would_refuse_is_not_drafted(town: NodeTown) -> None:
    town.register({"ann": 120, "bob": 150, "issuer": 30})
    ida, _ = desk.person_of(town, "issuer")
    coin = town.coins("issuer")[0]
    asked = build.transfer(town.frame, [coin], [build.output(coin.asset, town.at("dan"), 10)])
    assert desk.said(desk.draft(ida, asked))["reason"] == "WALLET_UNKNOWN"


def json_of(client: Client, path: str, name: str) -> Json:
    """What the page holds for its script under this name."""
    page = client.get(path).content.decode()
    found: Json = json.loads(
        page.partition(f'<script id="{name}" type="application/json">')[2].partition("<")[0]
    )
    return found


def noted(town: NodeTown, quantity: int) -> tuple[Json, list[bytes]]:
    """A transfer of the issuer's to Bob, with a note to him and the regulator."""
    office, key, epoch = town.regulator.address, person("seal").card.seal, notes.epoch_at(town.time)
    seal = {"epoch": epoch, "from": 0, "key": key, "until": town.time + 10**8}
    town.submit(sign_alone(build.rotate_seal(town.frame, office, seal), town.regulator))
    coin = town.coins("issuer")[0]
    plain = build.transfer(town.frame, [coin], [build.output(coin.asset, town.at("bob"), quantity)])
    readers = [
        notes.to_receiver(town.at("bob"), person("bob").card),
        notes.to_institution(office, epoch, key),
    ]
    return notes.attach(plain, town.issuer.address, "For Bob", readers)

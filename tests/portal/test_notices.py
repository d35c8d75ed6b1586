"""Notices: who is told what of committed blocks, once; on the page and by e-mail, without addresses or quantities."""

import time
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from clients.build import transaction_id
from portal import follower, notices
from portal.models import Account, Followed, Notice, WalletLink
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.portal.conftest import account, organisation
from tests.protocol.town import SHARE


@pytest.fixture
def people(town: NodeTown) -> dict[str, Account]:
    """Iris of the issuer, Nora of the notary, Reg of the regulator, Ann with a wallet of her own, and a stranger."""
    of = {
        "iris": organisation("Issuer", town.issuer.address),
        "nora": organisation("Notary", town.notary.address),
        "reg": organisation("Regulator", town.regulator.address),
        "ann": organisation("Ann", is_person=True),
        "sid": organisation("Sid", is_person=True),
    }
    made = {name: account(name, "sign", place) for name, place in of.items()}
    for name, one in made.items():
        Account.objects.filter(pk=one.pk).update(email=f"{name}@people.example")
    WalletLink.objects.create(
        account=made["ann"], organisation=of["ann"], address=town.ann.address, linked_at=timezone.now()
    )
    notices.follow()
    return made


def told(name: str) -> list[str]:
    return list(Notice.objects.filter(account__username=name).order_by("id").values_list("kind", flat=True))


def test_nobody_is_told_of_what_was_before(people: dict[str, Account], town: NodeTown):
    assert not Notice.objects.exists() and Followed.objects.get().height == town.height


def test_a_proposal_is_told_to_those_who_decide_and_its_fate_to_its_proposer(
    people: dict[str, Account], town: NodeTown
):
    act = town.registration({"ann": 120})
    id = town.propose(act, town.issuer)
    notices.follow()
    assert told("nora") == told("reg") == ["proposal-waits"] and not told("iris")
    town.submit(town.approval(id, "regulator", act))
    notices.follow()
    assert told("iris") == ["proposal-approved"]
    town.submit(town.approval(id, "notary", act))
    notices.follow()
    assert told("iris") == ["proposal-approved", "proposal-executed"]
    assert told("ann") == ["units-received"] and not told("sid")


def test_a_refusal_is_told(people: dict[str, Account], town: NodeTown):
    act = town.registration({"ann": 120})
    id = town.propose(act, town.issuer)
    town.submit(town.refused(id, "notary", act))
    notices.follow()
    assert told("iris") == ["proposal-refused"]


def test_what_was_decided_before_anybody_looked_awaits_nobody(people: dict[str, Account], town: NodeTown):
    town.register({"ann": 120})
    notices.follow()
    assert not told("nora") and told("iris") == ["proposal-executed"]


def test_change_is_no_receipt_and_nothing_is_told_twice(people: dict[str, Account], town: NodeTown):
    town.register({"ann": 120, "bob": 30})
    notices.follow()
    town.submit(town.pay("ann", "bob", 20))
    notices.follow()
    assert told("ann") == ["units-received"]
    town.submit(town.pay("bob", "ann", 5))
    Followed.objects.update(height=0)
    while notices.follow():
        pass
    assert told("ann") == ["units-received"] * 2


def test_a_claim_that_ends_soon_is_told_once_a_claim(people: dict[str, Account], town: NodeTown):
    soon = int(time.time()) + 20 * 86_400
    town.submit(town.attestation("ann", version=1, until=soon))
    for _ in range(2):
        Followed.objects.update(claims_on=None)
        notices.follow()
    assert told("ann") == ["claim-expires"]
    assert datetime.fromtimestamp(soon, UTC).date().isoformat() in Notice.objects.get().facts["about"]


def test_one_mail_a_person_without_address_or_quantity_and_once(
    people: dict[str, Account], town: NodeTown, mailoutbox: list
):
    Account.objects.filter(username="nora").update(wants_mail=False)
    Account.objects.filter(username="iris").update(language="zh-hans")
    town.register({"ann": 345})
    notices.follow()
    for _ in range(2):
        follower.post()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ann@people.example", "iris@people.example"]
    for mail in mailoutbox:
        assert "tally1" not in mail.body and "345" not in mail.body and SHARE in mail.body
        assert "http://localhost:8000/notices/" in mail.body


def test_a_draft_is_told_to_its_other_signers_who_find_it_by_the_notice(
    town: NodeTown, mailoutbox: list
) -> None:
    (ida, first), (ian, _) = (desk.person_of(town, "issuer", number) for number in (0, 1))
    notary, _ = desk.person_of(town, "notary")
    for name in ("issuer 0", "issuer 1", "notary 0"):
        address = f"{name.replace(' ', '-')}@people.example"
        Account.objects.filter(username=name).update(email=address)
    asked = town.proposal(
        town.registration({"ann": 345}), town.issuer, deadline=town.time + 3_600
    ).transaction
    for _ in range(2):  # pressed twice
        assert desk.draft(ida, asked, comment="As the board decided").status_code == 201
    desk.sign(ida, first, asked)
    follower.post()
    assert [mail.to for mail in mailoutbox] == [["issuer-1@people.example"]]
    body = mailoutbox[0].body
    assert "A draft awaits your signature: initial registration." in body
    assert not any(hidden in body for hidden in ("tally1", "345", town.at("ann")))
    assert "bell-count" in ian.get("/notices/bell/", headers={"HX-Request": "true"}).content.decode()
    assert "A draft awaits your signature" in ian.get("/notices/").content.decode()
    answer = ian.post(f"/notices/{Notice.objects.get().pk}/read/")
    assert answer.headers["Location"] == f"/drafts/{transaction_id(asked)}/"
    assert ian.get(answer.headers["Location"]).status_code == 200
    assert "Nothing new" in ida.get("/notices/").content.decode()
    assert "Nothing new" in notary.get("/notices/").content.decode()


def test_the_bell_counts_and_reading_silences_it(people: dict[str, Account], town: NodeTown):
    town.register({"ann": 120})
    notices.follow()
    client = Client()
    client.force_login(people["ann"])
    assert "bell-count" in client.get("/notices/bell/", headers={"HX-Request": "true"}).content.decode()
    page = client.get("/notices/").content.decode()
    assert f"Units of {SHARE} were received." in page
    stranger = Client()
    stranger.force_login(people["sid"])
    notice = Notice.objects.get(account=people["ann"])
    assert stranger.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 302
    assert "bell-count" not in client.get("/notices/bell/", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing new" in stranger.get("/notices/").content.decode()


def test_the_list_asks_a_bounded_number_of_questions(
    people: dict[str, Account], django_assert_max_num_queries: object
):
    rows = [
        Notice(account=people["ann"], kind="units-received", subject=str(n), made_at=timezone.now())
        for n in range(200)
    ]  # fmt: skip
    Notice.objects.bulk_create(rows)
    client = Client()
    client.force_login(people["ann"])
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get("/notices/?page=3").status_code == 200

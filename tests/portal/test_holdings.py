"""An investor's pages: own wallets only, what may move, what is on its way, history, the address book."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from clients import build
from clients.signing import sign
from portal.models import Contact, Organisation, WalletLink
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.portal.conftest import account
from tests.protocol.town import SHARE

PAGES = ("/holdings/", "/holdings/history/", "/holdings/send/", "/holdings/addresses/")


def investor(town: NodeTown, name: str) -> Client:
    """A private person's browser; the account has proved to hold the wallet of that name."""
    person = Organisation.objects.create(name=name, is_person=True)
    who = account(name, "sign", person)
    WalletLink.objects.create(
        account=who, organisation=person, address=town.at(name), linked_at=timezone.now()
    )
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def ann(town: NodeTown, share: str) -> Client:
    """Ann had 120 and sent 20 to Bob."""
    return investor(town, "ann")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_what_is_held_and_what_moved(ann: Client, town: NodeTown, share: str) -> None:
    page = text(ann, "/holdings/")
    assert "TOWN/SHARE" in page and '<span class="num">100</span>' in page
    assert "−20" in page and town.at("bob") in page
    assert f"/transactions/{share}/" in text(ann, "/holdings/history/")


def test_nobody_sees_anothers_wallet(town: NodeTown, share: str) -> None:
    stranger = investor(town, "dan")
    for path in PAGES:
        page = text(stranger, path)
        assert town.at("ann") not in page and town.at("bob") not in page and "TOWN/SHARE" not in page


def test_what_is_pending_is_shown_to_both_ends(ann: Client, town: NodeTown) -> None:
    sent = town.pay("ann", "bob", 7)
    town.ask(sent)
    assert "Leaving you" in text(ann, "/holdings/") and "data-cancel" in text(ann, "/holdings/")
    coming = text(investor(town, "bob"), "/holdings/")
    assert "Coming to you" in coming and town.at("ann") in coming and "data-cancel=" not in coming


def test_what_its_owner_cancels_is_shown_so_to_both_ends(ann: Client, town: NodeTown) -> None:
    (coin,) = town.coins("ann")
    town.ask(town.pay("ann", "bob", coin.quantity))
    back = build.transfer(town.frame, [coin], [build.output(coin.asset, town.at("ann"), coin.quantity)])
    town.ask(sign(back, town.ann))
    for page in (text(ann, "/holdings/"), text(investor(town, "bob"), "/holdings/")):
        assert "Being cancelled" in page and "data-cancel=" not in page
    assert "To yourself" in text(ann, "/holdings/")


def test_only_what_may_move_can_be_chosen(ann: Client) -> None:
    assert f'<option value="{SHARE}"' in text(ann, f"/holdings/send/?isin={SHARE}")


def test_without_a_wallet_every_page_says_what_to_do(town: NodeTown, share: str) -> None:
    client = Client()
    client.force_login(account("nora", "sign", Organisation.objects.create(name="nora", is_person=True)))
    assert "No wallet is linked to your account" in text(client, "/holdings/")
    assert "Nothing to send" in text(client, "/holdings/send/")
    assert "No move yet" in text(client, "/holdings/history/")


def test_history_a_page_at_a_time(ann: Client, town: NodeTown) -> None:
    for _ in range(30):
        town.submit(town.pay("ann", "bob", 1))
    first = text(ann, "/holdings/history/")
    assert first.count('class="lead-cell main"') == 25
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = text(ann, f"/holdings/history/{older}")
    assert second.count('class="lead-cell main"') == 7  # five more, the transfer before, the registration
    assert text(ann, "/holdings/history/?before=nonsense:x").count('class="lead-cell main"') == 25


def test_the_address_book(ann: Client, town: NodeTown) -> None:
    bob = town.at("bob")
    assert ann.post("/holdings/addresses/", {"label": "Bob", "address": bob}).status_code == 302
    assert bob in text(ann, "/holdings/addresses/") and "Bob" in text(ann, "/holdings/")
    assert json.loads(ann.get("/holdings/addresses.json").content) == {"labels": {bob: "Bob"}}
    again = ann.post("/holdings/addresses/", {"label": "Robert", "address": bob})
    assert again.status_code == 400 and b"has a label already" in again.content
    wrong = ann.post("/holdings/addresses/", {"label": "Bob", "address": bob[:-1] + "q"})
    assert wrong.status_code == 400 and b"That is not an address" in wrong.content
    hidden = ann.post("/holdings/addresses/", {"label": "B\u202eob", "address": town.at("cho")})
    assert hidden.status_code == 400 and b"U+202E" in hidden.content
    nameless = ann.post("/holdings/addresses/", {"address": town.at("cho")})
    assert nameless.status_code == 400 and b"1 to 80 characters" in nameless.content
    entry = Contact.objects.get()
    assert investor(town, "bob").post(f"/holdings/addresses/{entry.pk}/removal/").status_code == 404
    assert ann.post(f"/holdings/addresses/{entry.pk}/removal/").status_code == 302
    assert not Contact.objects.exists()


def test_pages_ask_as_often_for_much_as_for_little(
    ann: Client, town: NodeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> list[int]:
        numbers = []
        for path in PAGES:
            with counted(monkeypatch) as found:
                text(ann, path)
            numbers.append(found.number)
        return numbers

    few = asked()
    for _ in range(20):
        town.submit(town.pay("ann", "bob", 1))
    town.ask(town.pay("ann", "bob", 1))
    many = asked()
    assert many[1:] == few[1:] and many[0] <= few[0] + 3 and max(many) <= 25

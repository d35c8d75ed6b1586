"""Every public page says what it is for, and shows neither addresses nor quantities of single transactions."""

import pytest
from django.test import Client
from django.utils import timezone

from ledger.models import PeerStatus
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

PAGES = ["/", "/network/", "/blocks/", "/instruments/", f"/instruments/{SHARE}/", "/sign-in/", "/api/docs/"]


def read(client: Client, path: str, status: int = 200, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_show_no_address(client: Client, share: str, path: str):
    assert "tally1" not in read(client, path)


def test_every_transaction_has_a_story_without_addresses(client: Client, town: NodeTown, share: str):
    for block in town.blocks:
        for transaction in block.transactions:
            text = read(client, f"/transactions/{transaction.id}/")
            assert "tally1" not in text
            assert "Who signed" in text and "What changed in the register" in text


def test_every_block_has_a_page(client: Client, town: NodeTown, share: str):
    for block in town.blocks:
        assert block.hash in read(client, f"/blocks/{block.header.height}/")


def test_the_transfers_story(client: Client, share: str):
    text = read(client, f"/transactions/{share}/")
    assert "Ownership of TOWN/SHARE (DE0007236101) changed hands." in text
    assert "1 holding was consumed." in text and "2 holdings were created." in text
    assert "A wallet that is not shown" in text


def test_the_front_page_counts(client: Client, share: str):
    text = read(client, "/")
    assert "You are looking at the node of csd. It votes on every block" in text
    assert "1 of 4" in text  # this node has heard of nobody else


def test_live_parts_come_alone(client: Client, share: str):
    for path in ("/", "/network/", "/blocks/"):
        part = read(client, path, **{"HX-Request": "true"})
        assert "<html" not in part and len(part) > 500


def test_the_network_page_names_every_node_and_vote(client: Client, share: str):
    text = read(client, "/network/")
    assert all(name in text for name in ("csd", "regulator", "exchange", "central_bank"))
    assert text.count("for this block") == 3  # second votes of the certificate
    assert "Silent" in text


def test_an_instruments_page_shows_terms_rules_and_acts(client: Client, share: str):
    text = read(client, f"/instruments/{SHARE}/")
    for words in ("One vote each", "Articles", "At most 50 holders.", "Only for holders in DE."):
        assert words in text
    assert "Initial registration refused" in text and "(DSEC): The terms are not" in text
    assert "Initial registration approved" in text
    assert "Register of holders" in text  # the CSD's own node links it; opening it needs signing in


def test_instruments_are_found_by_part_of_name_or_isin(client: Client, share: str):
    assert SHARE in read(client, "/instruments/?q=town")
    assert SHARE in read(client, "/instruments/?q=de0007")
    assert "No instrument fits" in read(client, "/instruments/?q=nothing")


def test_search_leads_to_what_fits(client: Client, town: NodeTown, share: str):
    block = town.blocks[-1]
    for query, target in {
        "1": "/blocks/1/",
        share: f"/transactions/{share}/",
        share.upper(): f"/transactions/{share}/",
        block.hash: f"/blocks/{block.header.height}/",
        SHARE.lower(): f"/instruments/{SHARE}/",
    }.items():
        answer = client.get("/search/", {"q": query})
        assert (answer.status_code, answer.headers.get("Location")) == (302, target)
    assert "Nothing found" in read(client, "/search/?q=nothing")


@pytest.mark.parametrize(
    "path",
    [
        "/blocks/999999999999999/", "/blocks/9999999999999999999999/", "/blocks/-1/", "/blocks/01/",
        f"/transactions/{'0' * 64}/", "/transactions/zz/", "/instruments/DE0000000000/", "/instruments/x/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(client: Client, town: NodeTown, path: str):
    assert "Nothing is kept at this address" in read(client, path, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/blocks/?before=x", "/blocks/?before=-5", "/blocks/?before=99999999999999999999", "/blocks/1/?from=x",
        "/instruments/?q=%00%27&after=%FF", "/search/?q=%00", "/search/", "/search/?q=%25", "/blocks/?before=٣",
    ],
)  # fmt: skip
def test_odd_addresses_are_read_as_well_as_they_can_be(client: Client, town: NodeTown, path: str):
    read(client, path)


def test_a_node_without_a_block_says_what_to_do(client: Client, town: NodeTown):
    assert "No instrument yet" in read(client, "/instruments/")


def test_a_pending_transaction_shows_where_it_stands(client: Client, town: NodeTown, share: str):
    pending = town.pay("bob", "ann", 5)
    town.ask(pending)
    path = f"/transactions/{pending.id}/"
    assert "Pending" in read(client, path)
    assert "Pending" in read(client, path, **{"HX-Request": "true"})
    town.commit()
    answer = client.get(path, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "Ownership of" in read(client, path)


def test_the_network_page_says_whether_a_peer_has_the_same_register(
    client: Client, town: NodeTown, share: str
):
    last = town.blocks[-1]
    for name, tip in (("regulator", last.hash), ("exchange", "ab" * 32)):
        PeerStatus.objects.create(
            name=name,
            height=last.header.height + 1,  # the one that it works on
            round=0,
            step="propose",
            tip=tip,
            seen_at=timezone.now(),
        )
    text = read(client, "/network/")
    assert text.count(">yes</span>") == 2  # this node and the regulator's
    assert text.count(">no</span>") == 1
    peers = {peer["name"]: peer for peer in client.get("/api/network").json()["peers"]}
    assert peers["regulator"]["height"] == last.header.height

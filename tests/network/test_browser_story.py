"""The main job by hand on five nodes: request, refuse, correct, co-sign, hold, transfer, read note; no key leaks."""

import re
import secrets
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from clients.backup import read_backup
from demo import story
from demo.network import Network
from demo.operators import ensure_people
from tests.browser import desk_pages as desks
from tests.browser import wallet_steps as steps
from tests.browser.offices import PASSPHRASE
from tests.browser.test_desk import TERMS
from tests.network.harness import make_network
from tests.network.hiding_places import broker, kept_by
from tests.network.leaks import seek
from tests.network.mails import mails, text_of
from tests.network.profiles import Profiles, logs_of, profiles
from tests.protocol.town import BOND

pytestmark = [pytest.mark.network, pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1_800)]

ANNE, ZHANG = "Anneliese Beispiel", "张三"
NOTE = "Für die Enkel 🌱"
AWAITED = "A proposal awaits your organisation's decision: initial registration"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Five nodes after the first chapter of the demonstration's story, with its people."""
    with make_network(tmp_path_factory.mktemp("story")) as network:
        network.start()
        story.gather(network, lambda _words: None)
        ensure_people(network)
        yield network


@pytest.fixture(scope="module")
def everybody(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """A browser profile for whoever is asked for."""
    with profiles(network, tmp_path_factory.mktemp("traffic")) as made:
        yield made


def cosigned(everybody: Profiles, node: str, name: str, draft: str) -> Page:
    """A second person of an institution signs in a browser of his own; final on the network."""
    page = everybody.page(node, name)
    desks.cosign(page, draft)
    desks.expect_final(page)
    return page


def open_by_notice(page: Page, url: str) -> None:
    """The bell counts a request that came over the network, and the notice leads to it; so does the inbox."""
    page.goto(f"{url}/inbox/")
    expect(page.locator(".bell-count")).to_have_count(1, timeout=60_000)  # in the menu, which may be folded
    expect(page.locator("main")).to_contain_text("STORY/BOND 2013")
    page.goto(f"{url}/notices/")
    notice = page.locator("tr", has_text=f"{AWAITED}, {BOND}.")
    notice.get_by_role("button", name="Look at it").click()


def test_a_bond_from_its_request_to_a_note_that_is_read(everybody: Profiles, tmp_path: Path) -> None:
    csd, regulator = everybody.network.url("csd"), everybody.network.url("regulator")
    anne, zhang = everybody.address(ANNE), everybody.address(ZHANG)
    paper = tmp_path / "Terms.md"
    paper.write_text("The bond pays 2.5 per cent a year.")
    ida = everybody.page("csd", "issuer-1")
    wrong = TERMS | {"fisn": "STORY/BOND 2013"}
    desks.fill_registration(ida, csd, wrong, [(anne, "600"), (zhang, "300")], [paper])
    cosigned(everybody, "csd", "issuer-2", desks.send_and_sign(ida))

    regina = everybody.page("regulator", "operator")  # on the regulator's own node
    open_by_notice(regina, regulator)
    expect(regina.locator("#request")).to_contain_text("STORY/BOND 2013")
    assert desks.read_document(regina, "Terms.md") == paper.read_text()
    draft = desks.refuse(regina, "DSEC", "The short name says 2013, the document 2031.")
    cosigned(everybody, "regulator", "operator-2", draft)

    desks.open_item(ida, csd, "STORY/BOND 2013")
    expect(ida.get_by_text("The short name says 2013").first).to_be_visible(timeout=30_000)
    ida.get_by_role("link", name="Correct and ask again").click()
    desks.fill_terms(ida, {"fisn": "STORY/BOND 2031"})
    cosigned(everybody, "csd", "issuer-2", desks.send_and_sign(ida))

    desks.judge(regina, regulator, "STORY/BOND 2031")
    cosigned(everybody, "regulator", "operator-2", desks.approve(regina))
    nora = everybody.page("csd", "notary-1")
    desks.judge(nora, csd, "STORY/BOND 2031")
    cosigned(everybody, "csd", "notary-2", desks.approve(nora))

    sender = everybody.page("csd", "investor-1")
    sender.goto(f"{csd}/holdings/")
    expect(sender.locator("main")).to_contain_text("STORY/BOND 2031", timeout=60_000)
    steps.fill_transfer(sender, csd, isin=BOND, quantity="20", to=zhang, note=NOTE)
    assert steps.sign(sender) == f"Transfer 20 STORY/BOND 2031 ({BOND}) to {zhang}."
    expect(steps.standing(sender, "committed")).to_contain_text("validators signed it")

    receiver = everybody.page("csd", "investor-2")
    receiver.goto(f"{csd}/holdings/history/")
    receiver.get_by_role("button", name="Read the note").first.click()
    expect(receiver.locator("#note [data-words]")).to_have_text(NOTE, timeout=30_000)
    by_mail = [(mail["To"], text_of(mail)) for mail in mails(everybody.network)]
    told = {to for to, text in by_mail if f"{AWAITED}, {BOND}." in text}
    assert {"operator@regulator.example", "operator-2@regulator.example", "notary-1@csd.example"} <= told
    assert f"Units of {BOND} were received." in dict(by_mail)["investor-2@csd.example"]
    hidden = re.compile(r"tally1|\b(600|300|900|20|580|320)\b|STORY")
    assert [text for _to, text in by_mail if hidden.search(text)] == []


def test_a_new_wallet_is_restored_in_another_profile_and_its_keys_are_nowhere(
    everybody: Profiles, tmp_path: Path
) -> None:
    csd = everybody.network.url("csd")
    page = everybody.empty("csd", "investor-2")
    saved = steps.create(page, csd, PASSPHRASE, tmp_path)
    other = everybody.empty("csd", "investor-2")
    assert steps.restore(other, csd, saved.file, PASSPHRASE) == saved.address
    wallet, _backup = read_backup(saved.file, PASSPHRASE)
    keys = {"signing key": wallet.sign, "sealing key": wallet.seal}
    for name in (ANNE, "issuer 1", "issuer 2", "notary 1", "regulator 1"):
        kept = everybody.vault.people([name])[name]
        keys |= {f"signing key of {name}": kept.sign, f"sealing key of {name}": kept.seal}
    traffic = everybody.traffic()
    assert b"/wallet/links/" in traffic and saved.address.encode() in traffic
    assert seek(keys, chain([("browsers", traffic)], kept_by(everybody.network))) == []


def in_a_request(everybody: Profiles, key: bytes) -> None:
    page = everybody.empty("csd", "investor-1")
    page.goto(everybody.network.url("csd"))
    page.evaluate("(hex) => fetch('/', { method: 'POST', body: hex })", key.hex())


def in_an_answer(everybody: Profiles, key: bytes) -> None:
    page = everybody.empty("csd", "investor-1")
    page.route("**/planted/", lambda route: route.fulfill(body=key, content_type="application/octet-stream"))
    page.goto(everybody.network.url("csd"))
    page.evaluate("fetch('/planted/').then((answer) => answer.text())")


def in_the_database(everybody: Profiles, key: bytes) -> None:
    with psycopg.connect(everybody.network.nodes["regulator"].postgres.url("tallystick")) as server:
        server.execute("CREATE TABLE planted (key bytea)")
        server.execute("INSERT INTO planted VALUES (%s)", (key,))


def in_the_broker(everybody: Profiles, key: bytes) -> None:
    broker(everybody.network.nodes["exchange"]).lpush("planted", key)


def in_a_log(everybody: Profiles, key: bytes) -> None:
    _place, path = next(logs_of(everybody.network))
    with path.open("a") as log:
        log.write(f"key={key.hex()}\n")


PLANTED: list[tuple[Callable[[Profiles, bytes], None], str]] = [
    (in_a_request, "browsers"),
    (in_an_answer, "browsers"),
    (in_the_database, "database of regulator"),
    (in_the_broker, "broker of exchange"),
    (in_a_log, "log"),
]


def test_planted_keys_are_found_each_in_its_place(everybody: Profiles) -> None:
    keys = {plant.__name__: secrets.token_bytes(32) for plant, _place in PLANTED}
    for plant, _place in PLANTED:
        plant(everybody, keys[plant.__name__])
    places = chain([("browsers", everybody.traffic())], kept_by(everybody.network))
    found = seek(keys, places)
    for plant, place in PLANTED:
        assert any(leak.secret == plant.__name__ and leak.place.startswith(place) for leak in found), found

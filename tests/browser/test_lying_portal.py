"""A portal that lies about amount, recipient or asset: the page refuses, or shows the truth before anybody signs."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from clients import acts
from tests.browser import wallet_steps as steps
from tests.browser.conftest import beside
from tests.browser.investors import PASSPHRASE, backup_of, commit, enrol, publish_seal, signed_in
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND, SHARE

pytestmark = pytest.mark.browser


@pytest.fixture
def town(town: NodeTown) -> NodeTown:
    """Ann has 100 shares and 90 bonds."""
    enrol("ann")
    holders = [{"owner": town.at("ann"), "quantity": 90}]
    terms = town.terms(BOND, quantity=90, decimals=1, fisn="TOWN/BOND", cfi="DBFUFR")
    town.decide(acts.register(terms, holders=holders), town.issuer)
    publish_seal(town)
    return town


@pytest.fixture
def ann(browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path) -> Iterator[Page]:
    """Ann's browser with her wallet open; until now nobody has lied. The test alters pages: no worker between."""
    with signed_in(browser, portal, "ann", service_workers="block") as (page, _):
        steps.restore(page, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        yield page


def lie(page: Page, url: str, alter: Callable[[Any], Any]) -> None:
    """From now on this JSON answer arrives altered."""

    def altered(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=alter(answer.json()))

    page.route(re.compile(url), altered)


def lie_in_page(page: Page, path: str, before: str, after: str) -> None:
    """From now on the page at this path says `after` where it said `before`."""

    def altered(route: Route) -> None:
        answer = route.fetch()
        assert before in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(before, after))

    page.route(re.compile(f"{path}(\\?.*)?$"), altered)


@contextmanager
def nothing_is_submitted(page: Page) -> Iterator[None]:
    """Whatever happens meanwhile, no signed transaction leaves the page."""
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    yield
    assert [url for url in sent if url.endswith("/api/transactions")] == []
    assert page.locator("dialog.review[open]").count() == 0


def changed(said: Any, *place: str | int, **fields: Any) -> Any:
    """What was said, with other fields in the object at this place."""
    spot = said
    for step in place:
        spot = spot[step]
    spot.update(fields)
    return said


def refused_with(page: Page, sentence: str) -> None:
    expect(page.locator("#send [role=alert]:visible")).to_contain_text(sentence, timeout=steps.SLOW_MS)


def test_lies_that_stop_the_page(ann: Page, portal: RunningPortal, town: NodeTown) -> None:
    """Each is told alone, and taken back again; nothing is signed under any of them."""
    instrument = "This node cannot prove what this instrument is. Nothing was signed."
    holding = "the node showed a holding otherwise than it is on the ledger"
    of_share = f"/api/proofs\\?key=instrument%2F{SHARE}"
    lies = [
        (of_share, lambda said: changed(said, "entry", "value", fisn="TOWN/GOLD"), instrument),
        (of_share, lambda said: changed(said, "entry", "value", decimals=2), instrument),
        (of_share, lambda said: changed(said, "entry", key=f"instrument/{BOND}"), instrument),
        (of_share, lambda said: changed(said, "header", state_root="00" * 32), instrument),
        ("/api/genesis", lambda said: changed(said, "validators", 0, node_key="ab" * 32), instrument),
        ("/api/wallets/.*/outputs", lambda said: [each | {"quantity": 50} for each in said], holding),
        ("/api/wallets/.*/outputs", lambda said: [each | {"quantity": 1_000} for each in said], holding),
        (
            "/api/records/wallet/",
            lambda said: changed(said, "value", "card", seal="09" + "00" * 31),
            "The receiver's key for notes cannot be proven",
        ),
    ]
    ann.goto(f"{portal.url}/holdings/send/?isin={SHARE}")
    for url, alter, sentence in lies:
        lie(ann, url, alter)
        with nothing_is_submitted(ann):
            steps.check_transfer(ann, quantity="20", to=town.at("bob"), note="for Bob")
            refused_with(ann, sentence)
        ann.unroute_all()


def test_lies_beside_which_the_truth_is_shown(ann: Page, portal: RunningPortal, town: NodeTown) -> None:
    """The asset under another's name, a thief's address under a friend's label, a participant under another name."""
    sentence = ann.locator("dialog.review[open] .review-sentence")
    lie_in_page(ann, "/holdings/send/", f'<option value="{SHARE}"', f'<option value="{BOND}"')
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="2", to=town.at("bob"))
    steps.reviewed(ann)
    expect(sentence).to_have_text(f"Transfer 2.0 TOWN/BOND ({BOND}) to {town.at('bob')}.")
    ann.unroute_all()
    thief = town.at("cho")
    lie(ann, "/holdings/addresses.json", lambda _: {"labels": {thief: "Bob"}})
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="20", to=thief)
    dialog = steps.reviewed(ann)
    expect(sentence).to_have_text(f"Transfer 20 TOWN/SHARE ({SHARE}) to {thief}.")
    expect(dialog.locator(".notice-bad")).to_contain_text(
        "“Bob” is your own label: compare the whole address"
    )
    ann.unroute_all()
    named = "Bob and Sons"
    lie(ann, "/api/proofs\\?key=participant", lambda said: changed(said, "entry", "value", name=named))
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="20", to=town.at("issuer"))
    steps.reviewed(ann)
    expect(sentence).to_have_text(f"Transfer 20 TOWN/SHARE ({SHARE}) to {town.at('issuer')}.")


def test_lies_after_signing_and_the_truth(ann: Page, portal: RunningPortal, town: NodeTown) -> None:
    """A hidden refusal moves nothing, a false "committed" is not believed; and without lies all of this works."""
    lie(ann, "/api/transactions/dry-run", lambda _: {"answers": [{"id": "", "status": "acceptable"}]})
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="20", to=town.at("dan"))
    steps.sign(ann)
    steps.standing(ann, "refused")
    ann.unroute_all()
    ann.locator("[data-cancel-last]").click()  # so that no other node can carry it either
    assert steps.sign(ann).startswith(
        f"Send 100 TOWN/SHARE ({SHARE}) to yourself: nothing leaves your wallet"
    )
    steps.standing(ann, "pending")
    commit(town)
    steps.standing(ann, "committed")
    lie(ann, "/api/transactions/[0-9a-f]{64}$", lambda said: {**said, "status": "committed", "height": 2})
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="20", to=town.at("bob"))
    steps.sign(ann)
    expect(steps.standing(ann, "unproven")).to_contain_text("cannot show the validators' signatures for it")
    ann.unroute_all()
    steps.fill_transfer(ann, portal.url, isin=BOND, quantity="2.5", to=town.at("bob"))
    assert steps.sign(ann) == f"Transfer 2.5 TOWN/BOND ({BOND}) to {town.at('bob')}."
    steps.standing(ann, "pending")
    commit(town)
    steps.standing(ann, "committed")
    totals = beside(lambda: (town.total("ann"), town.total("bob", BOND)))
    assert totals == (80, 25)

"""Shared by the portal's tests: a town on one real node with something to show, and people who visit it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from ledger.node.files import Home, write
from portal.models import Account, Organisation
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND, SHARE

PASSWORD = "hazel and willow, 1826"


@pytest.fixture(autouse=True)
def test_settings(settings: Settings) -> None:
    """A key for sessions; static files under their own names: hashed ones are the browser tests' matter."""
    cache.clear()  # nobody has guessed a password yet
    settings.SECRET_KEY = "only for tests, and the same in each of them"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def no_language_stays() -> Iterator[None]:
    """The language of a test's last request is not the next test's."""
    yield
    translation.deactivate()


@pytest.fixture
def town(db: None, settings: Settings, tmp_path: Path) -> NodeTown:
    """The usual people on the node of the CSD."""
    settings.TALLYSTICK_HOME = tmp_path / "node"
    settings.TALLYSTICK_NODE = "csd"
    return NodeTown()


@pytest.fixture
def share(town: NodeTown) -> str:
    """An instrument with three holders, refused once, and a transfer of it; the transfer's id."""
    return issue(town)


def issue(town: NodeTown) -> str:
    """What `share` is made of."""
    holders = {"ann": 120, "bob": 150, "issuer": 30}
    rules = {"claims": {"issuers": [town.house.address], "countries": ["DE"]}, "max_holders": 50}
    draft = town.registration(holders, fisn="DRAFT")
    refused = town.propose(draft, town.issuer)
    town.submit(town.refused(refused, "regulator", draft))
    documents = [{"digest": "ab" * 32, "title": "Articles"}]
    terms = [{"label": "Votes", "text": "One vote each"}]
    town.register(holders, rules=rules, documents=documents, terms=terms)
    return town.submit(town.pay("ann", "bob", 20))


@pytest.fixture
def become(settings: Settings) -> Callable[[NodeTown, str], None]:
    """Make the node another institution's: `become(town, "issuer")`."""
    return partial(belong_to, settings)


def belong_to(settings: Settings, town: NodeTown, institution: str) -> None:
    """From now on the home is that of another institution's node."""
    home = Home(settings.TALLYSTICK_HOME.with_name(f"home-of-{institution}"))
    before = Home(settings.TALLYSTICK_HOME)
    address = getattr(town, institution).address
    write(home.path("network.json"), before.network)
    write(home.path("node.json"), {
        "inbox": before.config.inbox, "institution": address, "name": institution, "validator": False,
    })  # fmt: skip
    settings.TALLYSTICK_HOME = home.folder


def organisation(name: str, address: str | None = None, **fields: bool) -> Organisation:
    """An organisation of this portal; asked again, the same one."""
    return Organisation.objects.get_or_create(name=name, defaults={"address": address, **fields})[0]


def home() -> Organisation:
    """The institution whose node this is."""
    return organisation("Home", is_home=True)


def account(name: str, role: str = "viewer", of: Organisation | None = None) -> Account:
    """Who can sign in with PASSWORD: operator or administrator, viewer, or a mandate; by default of the home."""
    mandate = role if role in Account.Mandate.values else Account.Mandate.VIEW
    rules = role in {"operator", "administrator"}
    made = Account(username=name, organisation=of or home(), mandate=mandate, is_administrator=rules)
    made.set_password(PASSWORD)
    made.save()
    return made


def signed_in(name: str, role: str = "viewer", of: Organisation | None = None) -> Client:
    """A browser in which this new account has signed in."""
    client = Client()
    client.force_login(account(name, role, of))
    return client


def with_purposes(client: Client) -> Client:
    """The same browser, whose supervisor has said why the usual things are looked at."""
    session = client.session
    session["purposes"] = dict.fromkeys((SHARE, BOND, "evidence"), "case 17")
    session.save()
    return client


@pytest.fixture
def operator(db: None) -> Client:
    """A browser in which an administrator of the home organisation has signed in."""
    return with_purposes(signed_in("olga", "operator"))


@pytest.fixture
def viewer(db: None) -> Client:
    """A browser in which somebody of the home organisation has signed in who may only view."""
    return signed_in("vera", "viewer")

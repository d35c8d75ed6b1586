"""English and Simplified Chinese, from the first page on: no sentence is left out."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.test import Client

from portal.frontend import languages
from tests.ledger.world import NodeTown

CHINESE = languages.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACE = re.compile(r"%\(\w+\)[sd]")


def messages() -> list[Message]:
    with CHINESE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    languages.compile_all()


def test_the_catalogue_has_exactly_what_pages_say():
    said = {(message.context, message.id) for message in languages.extracted() if message.id}
    kept = {(message.context, message.id) for message in messages()}
    assert kept == said, "run python -m portal.frontend.languages"


def test_everything_is_translated_with_all_its_places():
    for message in messages():
        assert all(texts(message.string)), message.id
        for text in texts(message.string):
            assert set(PLACE.findall(text)) == set(PLACE.findall(texts(message.id)[-1])), message.id


def test_pages_speak_the_browsers_language_or_the_one_chosen(client: Client, town: NodeTown):
    assert "<h1>区块</h1>" in client.get("/blocks/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "<h1>Blocks</h1>" in client.get("/blocks/", headers={"Accept-Language": "fr"}).content.decode()
    answer = client.post("/language/", {"language": "zh-hans", "next": "/blocks/"})
    assert answer.headers["Location"] == "/blocks/"
    assert "<h1>区块</h1>" in client.get("/blocks/").content.decode()


def test_numbers_and_times_are_the_same_in_both_languages(client: Client, town: NodeTown, share: str):
    for language in ("en", "zh-hans"):
        text = client.get("/blocks/1/", headers={"Accept-Language": language}).content.decode()
        assert re.search(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d<span class="zone"> UTC</span>', text)

"""Plays the stories of every kind and act: each accepted line is committed, each refused one changes nothing."""

import importlib

import pytest

from tests.protocol.stories.story import STORIES, Accepted, Refused
from tests.protocol.town import Town

FILES = ("transfer", "propose", "issue", "burn", "membership", "decide")
for name in FILES:
    importlib.import_module(f"tests.protocol.stories.{name}")

accepted = pytest.mark.parametrize(
    "line",
    [pytest.param(line, id=f"{story.about} {line.words}") for story in STORIES for line in story.accepted],
)
refused = pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, id=f"{story.about} {line.words}: {line.reason}")
        for story in STORIES
        for line in story.refused
    ],
)


@accepted
def test_accepted(town: Town, line: Accepted) -> None:
    signed = line.make(town)
    town.submit(signed)
    assert town.source.naive_root() == town.source.tree_root


@refused
def test_refused(town: Town, line: Refused) -> None:
    signed = line.make(town)
    before = town.source.commitment, town.height, dict(town.source.counters)
    assert town.refusal(signed) is line.reason
    assert (town.source.commitment, town.height, town.source.counters) == before

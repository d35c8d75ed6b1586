"""Plays the stories of every kind and act: each accepted line is committed, once; each refused one changes nothing."""

import importlib
from functools import cache
from typing import Final, get_args

import pytest

from ledger.protocol.acts import AnyAct
from ledger.protocol.reasons import SENTENCES, Reason, Rejected
from ledger.protocol.signed import read
from ledger.protocol.transactions import KINDS
from tests.protocol.stories.story import STORIES, Accepted, Refused
from tests.protocol.town import Town

FILES: Final = (
    "transfer", "propose", "issue", "amend", "burn", "membership", "decide", "claims", "rotate", "govern",
    "govern_validators", "allot", "evidence",
)  # fmt: skip
for name in FILES:
    importlib.import_module(f"tests.protocol.stories.{name}")

COMMITTED: Final = {Reason.SPENT, Reason.STALE, Reason.ALREADY_COMMITTED}
# What no story can tell: a node's own pool, freezes of a later version, whole blocks (test_blocks.py).
ELSEWHERE: Final = {Reason.ALREADY_PENDING, Reason.CONFLICTS_WITH_PENDING, Reason.FROZEN, Reason.BAD_BLOCK}

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
def test_accepted_once(town: Town, line: Accepted) -> None:
    signed = line.make(town)
    town.submit(signed)
    assert town.source.naive_root() == town.source.tree_root
    assert town.refusal(signed) in COMMITTED


@accepted
def test_accepted_on_its_chain_only(town: Town, line: Accepted) -> None:
    with pytest.raises(Rejected) as refusal:
        other_chain().admit(line.make(town))
    assert refusal.value.reason is Reason.WRONG_CHAIN


@cache
def other_chain() -> Town:
    return Town("other")


@refused
def test_refused(town: Town, line: Refused) -> None:
    signed = line.make(town)
    before = town.source.commitment, town.height, dict(town.source.counters)
    assert town.refusal(signed) is line.reason
    assert (town.source.commitment, town.height, town.source.counters) == before


def test_every_kind_and_every_act_has_its_story() -> None:
    acts = {str(act.__struct_config__.tag) for act in get_args(AnyAct)}
    assert {story.about for story in STORIES} == set(KINDS[3]) | acts


def test_every_reason_of_the_rules_is_told() -> None:
    told = {line.reason for story in STORIES for line in story.refused}
    assert told == set(Reason) - ELSEWHERE
    assert set(SENTENCES) == set(Reason)


def test_same_body_under_other_witnesses_is_another_thing(town: Town) -> None:
    """One signature serves a batch of one, or stands alone: two forms of one id, with two whole digests."""
    town.register({"ann": 100})
    alone = town.pay("ann", "bob", 1)
    batched = town.batched(alone, town.ann)
    assert read(alone.raw).id == read(batched.raw).id
    assert read(alone.raw).digest != read(batched.raw).digest
    town.submit(batched)
    assert town.refusal(alone) is Reason.SPENT

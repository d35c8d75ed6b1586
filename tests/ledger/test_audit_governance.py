"""The audit's second account of the network's changes: it agrees with good ones and finds every bad one by itself."""

import json

import pytest

from clients.signing import Signed
from ledger.audit import effects
from ledger.audit.ledger import Wrong
from ledger.audit.replay import Replay
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Reason
from tests.protocol.stories.govern_validators import governed, joined, joining
from tests.protocol.stories.story import STORIES, Accepted, Refused
from tests.protocol.test_stories import FILES
from tests.protocol.town import Town
from tests.protocol.world import HOUSES

assert "govern_validators" in FILES and "evidence" in FILES  # imported, so that their stories are told
TOLD = [story for story in STORIES if story.about in ("govern", "evidence")]
ACCEPTED = [line for story in TOLD for line in story.accepted]
# What a chain of valid signatures could hold; form, times and versions of records are checked elsewhere.
FOUND = {Reason.NOT_ENOUGH_VALIDATORS, Reason.BAD_SIGNATURE, Reason.BAD_EVIDENCE, Reason.BAD_CHANGE}
REFUSED = [line for story in TOLD for line in story.refused if line.reason in FOUND]


@pytest.fixture(scope="module")
def founded_town() -> Town:
    return Town()


def replayed(town: Town) -> Replay:
    """The audit's own state after a town's blocks."""
    replay = Replay(canonical(town.genesis))
    for block in town.blocks:
        parent = json.loads(canonical(block.certificate)) if block.certificate else None
        replay.block(
            json.loads(canonical(block.header)),
            json.loads(canonical(town.certificate(block))),
            parent,
            [each.raw for each in block.transactions],
        )
    return replay


def judged(town: Town, signed: Signed | bytes) -> None:
    """The audit looks at one transaction more, whatever validators would have said."""
    raw = signed if isinstance(signed, bytes) else signed.raw
    transaction = json.loads(raw)["transaction"]
    replay = replayed(town)
    replay.ledger.begin(town.height + 1, town.time)
    effects.apply(replay.ledger, transaction, "00" * 32)


@pytest.mark.parametrize("line", ACCEPTED, ids=lambda line: line.words)
def test_what_validators_accept(founded_town: Town, line: Accepted) -> None:
    town = founded_town.copy()
    town.submit(line.make(town))
    town.block()
    town.block()
    assert replayed(town).state_root() == town.source.commitment


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: f"{line.reason}: {line.words}")
def test_what_validators_refuse(founded_town: Town, line: Refused) -> None:
    town = founded_town.copy()
    with pytest.raises(Wrong):
        judged(town, line.make(town))


def test_what_version_1_does_not_have() -> None:
    """An honest audit of a chain whose validators let version 2 in too early ends at that block."""
    old = Town("old", version=1)
    replay = replayed(old)
    early = json.loads(governed(old, joining(old), *HOUSES, "issuer").raw)["transaction"]
    with pytest.raises(Wrong, match="not in force"):
        replay._check_in_force(early, old.height + 1)


def test_a_certificate_by_another_heights_validators_is_found(founded_town: Town) -> None:
    town = joined(founded_town.copy(), "issuer")
    block = town.block()
    new = town.certificate(block)
    assert len(new.precommits) == 4
    replay = replayed(town)
    replay.ledger.sets = replay.ledger.sets[:1]
    with pytest.raises(Wrong, match="does not verify"):
        replay._check_certificate(json.loads(canonical(new)), block.header.height, block.hash)

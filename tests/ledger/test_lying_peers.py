"""A peer forges what others are to have said, or offers blocks that do not follow: refused, never voted for."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from clients.keys import sign
from ledger import bodies, driver
from ledger.envelopes import (
    BlockEnvelope,
    Decided,
    DecidedEnvelope,
    ListChunk,
    ListEnvelope,
    Offer,
    PolkaEnvelope,
    ProposalEnvelope,
    seal,
)
from ledger.guard import Mark
from ledger.local import local
from ledger.models import ConsensusEvent, HolderListChunk, NodeState, SignedMessage
from ledger.protocol.block import Block
from ledger.protocol.consensus.events import Begun, TimeoutFired
from ledger.protocol.consensus.messages import (
    NIL,
    Certificate,
    PolkaCertificate,
    Proposal,
    Signature,
    SignedProposal,
    Vote,
    VoteType,
)
from ledger.protocol.values import Output
from tests.ledger.consensus_network import Nodes
from tests.protocol.world import HOUSES, person

A = "a" * 64
LIAR = "exchange"  # proposes at height 2, round 0


def vote_part(nodes: Nodes, name: str, type_: VoteType, block: str) -> Signature:
    """One validator's true signature for a certificate of height 1, round 0."""
    vote = Vote(block, nodes.chain, 1, 0, type_, name)
    return Signature(sign(person(f"node {name}").sign, vote.signing_bytes()).hex(), name)


def parts(nodes: Nodes, type_: VoteType, *names: str, block: str = A) -> tuple[Signature, ...]:
    return tuple(vote_part(nodes, name, type_, block) for name in sorted(names))


def offered(nodes: Nodes, block: Block, *, height: int, by: str) -> Offer:
    """A proposal of round 0 with its block, by the proposer's own key."""
    said = Proposal(block.hash, nodes.chain, height, -1, by, 0)
    signature = sign(person(f"node {by}").sign, said.signing_bytes()).hex()
    return Offer(proposal=SignedProposal(said, signature), summary=bodies.summary_of(block))


def built(nodes: Nodes, name: str, **changes: Any) -> Block:
    """The next block as this node would propose it, but for the changes."""
    with nodes.on(name):
        progress = nodes.desk.progress()
        assert progress is not None
        usual = {"time": int(nodes.desk.now().timestamp()), "certificate": progress.certificate}
        return nodes.desk.build_block(**usual | changes)


def forgeries(nodes: Nodes) -> dict[str, tuple[Any, Any]]:
    """Kind and body of envelopes that are wrong inside; the envelope itself is rightly signed by a peer."""
    names = sorted(HOUSES)
    block = built(nodes, "regulator")
    good = offered(nodes, block, height=1, by="regulator")
    other_signer = replace(good.proposal, signature=vote_part(nodes, LIAR, "prevote", A).signature)
    summary = bodies.summary_of(block)
    few = Certificate(block.hash, 1, parts(nodes, "precommit", *names[:2], block=block.hash), 0)
    three = parts(nodes, "precommit", *names[:3], block=block.hash)
    stolen = (*three[:2], replace(three[2], signature=three[0].signature))
    prevotes = parts(nodes, "prevote", *names[:3])
    forged = (*prevotes[:2], replace(prevotes[2], signature=prevotes[0].signature))
    line = Output(asset="DE000A0F6MD5.1", owner=person("ann").address, quantity=1)
    return {
        "a proposal in another's name": (ProposalEnvelope, replace(good, proposal=other_signer)),
        "a polka with a forged vote": (PolkaEnvelope, PolkaCertificate(A, 1, forged, 0)),
        "a polka of two": (PolkaEnvelope, PolkaCertificate(A, 1, prevotes[:2], 0)),
        "a final block by two": (
            DecidedEnvelope,
            Decided(certificate=few, signed=(), summary=summary),
        ),
        "a final block with a forged precommit": (
            DecidedEnvelope,
            Decided(certificate=replace(few, precommits=stolen), signed=(), summary=summary),
        ),
        "a block without one of its transactions": (BlockEnvelope, replace(summary, digests=(A,))),
        "a list under another's root": (
            ListEnvelope,
            ListChunk(chunks=1, number=0, outputs=(line,), path=(), root=A),
        ),
    }


def test_what_is_forged_inside_a_true_envelope_is_refused_and_counted(nodes: Nodes):
    bad = forgeries(nodes)
    with nodes.on(LIAR):
        sealed = {name: seal(local(), kind, body) for name, (kind, body) in bad.items()}
    with nodes.on("csd"):
        state, events = NodeState.objects.get().state, ConsensusEvent.objects.count()
        for name, raw in sealed.items():
            before = driver.refused.total()
            driver.receive(nodes.desk, raw)
            assert driver.refused.total() == before + 1, name
        assert (NodeState.objects.get().state, ConsensusEvent.objects.count()) == (state, events)
        assert not HolderListChunk.objects.exists()


def forged_parent(nodes: Nodes) -> Block:
    """It carries a certificate of its parent with one signature that is another's."""
    true = built(nodes, LIAR).certificate
    assert true is not None
    first, *rest = true.precommits
    return built(
        nodes,
        LIAR,
        certificate=replace(true, precommits=(replace(first, signature=rest[0].signature), *rest)),
    )


def few_parents(nodes: Nodes) -> Block:
    """It carries a certificate of its parent by two."""
    true = built(nodes, LIAR).certificate
    assert true is not None
    return built(nodes, LIAR, certificate=replace(true, precommits=true.precommits[:2]))


def from_tomorrow(nodes: Nodes) -> Block:
    """Its time is far from everybody's clock."""
    return built(nodes, LIAR, time=int(nodes.desk.now().timestamp()) + 86_400)


@pytest.mark.parametrize(
    ("make", "voted"),
    [
        (lambda nodes: built(nodes, LIAR), True),
        (forged_parent, False),
        (few_parents, False),
        (from_tomorrow, False),
    ],
    ids=["as it should be", "forged parent", "parent by few", "from tomorrow"],
)
def test_a_block_is_voted_for_if_it_follows_and_is_new(
    nodes: Nodes, make: Callable[[Nodes], Block], voted: bool
):
    nodes.submit("regulator", 1)
    nodes.run(lambda: nodes.height() >= 1)
    nodes.post.clear()
    nodes.liars, nodes.down = {LIAR}, {LIAR}
    assert {row.height for row in nodes.rows().values()} == {2}
    block = make(nodes)
    with nodes.on(LIAR):
        raw = seal(local(), ProposalEnvelope, offered(nodes, block, height=2, by=LIAR))
    nodes.deliver("csd", raw)
    with nodes.on("csd"):
        vote = Vote(block.hash if voted else NIL, nodes.chain, 2, 0, "prevote", "csd")
        said = SignedMessage.objects.get(height=2, round=0, kind="prevote")
        assert said.digest == vote.signing_bytes().hex()


def test_a_second_message_of_one_place_stops_the_node_for_good(nodes: Nodes):
    """The database says that another prevote was signed here: what this node believes is wrong."""
    with nodes.on("csd"):
        nodes.desk.keep_signed(Mark(A, 1, "prevote", 0), "00" * 64)
        driver.happen(nodes.desk, Begun(1), TimeoutFired(1, "propose", 0))
        row = NodeState.objects.get()
        assert "about to sign a second prevote" in row.halted and row.step == "new"
        nodes.collect("csd")
        assert not nodes.post
        driver.happen(nodes.desk, Begun(1))
        assert NodeState.objects.get().step == "new"

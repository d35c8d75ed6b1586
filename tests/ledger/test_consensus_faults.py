"""What a node does when it crashes, is restored from a backup, loses its guard, or is lied to."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import Error
from msgspec.structs import replace
from nacl.signing import SigningKey

from clients.keys import sign
from ledger import driver
from ledger.envelopes import (
    AnyEnvelope,
    CertificateEnvelope,
    Offer,
    ProposalEnvelope,
    Transactions,
    TransactionsEnvelope,
    VoteEnvelope,
    seal,
)
from ledger.guard import Guard, Mark
from ledger.local import Local, local
from ledger.models import ConsensusEvent, Evidence, NodeState, SignedMessage
from ledger.protocol.consensus.events import Begun, TimeoutFired
from ledger.protocol.consensus.messages import (
    Certificate,
    Proposal,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
    VoteType,
)
from ledger.protocol.encoding import canonical, parse
from ledger.wire import MAX_ENVELOPE
from tests.ledger.consensus_network import Nodes
from tests.ledger.killer import Killer
from tests.protocol.world import person

A, B = "a" * 64, "b" * 64
GIVES_UP = (Begun(1), TimeoutFired(1, "propose", 0))  # then a validator prevotes nil


def signed_vote(
    nodes: Nodes, author: str, block: str, *, type_: VoteType = "prevote", **changes: Any
) -> SignedVote:
    """A vote of a validator, by its own key, whatever its node thinks of that."""
    vote = Vote(block, nodes.chain, 1, 0, type_, author)
    vote = replace(vote, **changes)
    return SignedVote(sign(person(f"node {author}").sign, vote.signing_bytes()).hex(), vote)


def envelope(nodes: Nodes, sender: str, kind: type[AnyEnvelope], body: Any) -> bytes:
    """In a node's name, by its own key."""
    with nodes.on(sender):
        return seal(local(), kind, body)


def test_a_node_killed_at_any_commit_goes_on_and_says_nothing_twice(nodes: Nodes):
    for count in range(1, 100, 2):
        txid = nodes.submit("csd", count)
        killer = Killer(nodes.connections["regulator"], count, committed=count % 4 == 1)
        with suppress(Error):
            nodes.run(lambda: nodes.committed("regulator", txid))  # noqa: B023 - called at once
        if not killer.has_killed:
            break
        nodes.crash("regulator")
        nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.names))  # noqa: B023
    assert 5 < count < 99, "a height takes more commits than the first, and fewer than the last"


@pytest.mark.parametrize("committed", [False, True])
def test_a_vote_binds_from_its_commit_on_and_not_before(nodes: Nodes, committed: bool):
    """The guard's file is written after the commit and before the vote can leave: a crash between them is mended."""
    nodes.submit("regulator", 1)
    nodes.beat("regulator")
    transactions, offer = (raw for _, to, raw in nodes.post if to == "csd" and b'"kind":"vote"' not in raw)
    nodes.deliver("csd", transactions)
    Killer(nodes.connections["csd"], 1, committed=committed)
    with pytest.raises(Error):
        nodes.deliver("csd", offer)
    guard = Guard(nodes.folder / "csd")
    assert guard.last() is None
    nodes.crash("csd")
    with nodes.on("csd"):
        last = guard.last()
        assert (last is not None and (last.kind, last.height, last.round)) == (
            committed and ("prevote", 1, 0)
        )
        driver.happen(nodes.desk, *GIVES_UP)
        assert nodes.desk.progress().state.step == "prevote"
        digest = SignedMessage.objects.get().digest
        assert last is None or digest == last.digest
    nodes.run(lambda: nodes.height() >= 1)


def test_a_commit_that_failed_and_happened_is_in_the_guard_before_anything_is_sent(nodes: Nodes):
    """The connection broke while the database committed; the process lives on and sends what it finds."""
    nodes.submit("regulator", 1)
    nodes.beat("regulator")
    transactions, offer = (raw for _, to, raw in nodes.post if to == "csd" and b'"kind":"vote"' not in raw)
    nodes.deliver("csd", transactions)
    Killer(nodes.connections["csd"], 1, committed=True)
    with pytest.raises(Error):
        nodes.deliver("csd", offer)
    assert Guard(nodes.folder / "csd").last() is None
    nodes.post.clear()
    nodes.reconnect("csd")
    nodes.collect("csd")
    last = Guard(nodes.folder / "csd").last()
    assert nodes.post and last is not None and (last.kind, last.height, last.round) == ("prevote", 1, 0)


def test_a_node_restored_from_a_backup_says_nothing_twice(nodes: Nodes):
    nodes.copy_database("csd", "backup")
    nodes.submit("regulator", 1)
    nodes.run(lambda: nodes.rows()["csd"].step == "precommit" or nodes.height() >= 1)
    nodes.copy_database("backup", "csd")
    nodes.open("csd")
    nodes.post.clear()
    nodes.down = {"regulator", "exchange", "central_bank"}
    with nodes.on("csd"):
        driver.happen(nodes.desk, *GIVES_UP)
        nodes.collect("csd")
        assert not SignedMessage.objects.exists()
    nodes.down = set()
    txid = nodes.submit("csd", 2)
    nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.names))


def test_without_the_guard_that_backup_would_have_been_caught_by_these_tests(nodes: Nodes):
    nodes.copy_database("csd", "backup")
    nodes.submit("regulator", 1)
    nodes.run(lambda: nodes.height() >= 1)
    nodes.copy_database("backup", "csd")
    Guard(nodes.folder / "csd").create()
    nodes.open("csd")
    nodes.post.clear()
    with nodes.on("csd"):
        driver.happen(nodes.desk, *GIVES_UP)
        with pytest.raises(AssertionError, match="two things were signed"):
            nodes.collect("csd")
    nodes.liars = {"csd"}
    nodes.make_database("csd")
    nodes.open("csd")


def test_a_node_without_its_guard_follows_in_silence_until_the_network_is_past_what_it_may_have_signed(
    nodes: Nodes,
):
    nodes.submit("regulator", 1)
    nodes.run(lambda: nodes.height() >= 2)
    Guard(nodes.folder / "csd").lose()
    nodes.crash("csd")
    before = {place for place in nodes.said if place[0] == "csd"}
    nodes.submit("regulator", 2)
    nodes.run(lambda: nodes.height() >= 4)
    nodes.tell()
    (mark,) = Guard(nodes.folder / "csd").marks() or ()
    assert mark.height >= 5
    for number in range(3, 7):
        nodes.submit("regulator", number)
        nodes.run(lambda: nodes.height() >= 2 * number)  # noqa: B023 - called at once
    news = {place for place in nodes.said if place[0] == "csd"} - before
    assert news and all(height >= 5 for _, height, _, _ in news)


def test_a_vote_of_ours_that_we_do_not_know_silences_us(nodes: Nodes):
    """The same key runs somewhere else: from here on only one of the two may speak."""
    stranger = signed_vote(nodes, "csd", A, round=3)
    nodes.deliver("csd", envelope(nodes, "regulator", VoteEnvelope, stranger))
    assert Guard(nodes.folder / "csd").marks() is None
    nodes.submit("regulator", 1)
    nodes.run(lambda: nodes.height() >= 2)
    assert not any(who == "csd" and height < 3 for who, height, _, _ in nodes.said)


def test_the_guards_file_never_goes_back(tmp_path: Path):
    guard = Guard(tmp_path)
    assert not guard.allows(Mark(A, 1, "prevote", 0))  # no file: nobody knows
    guard.create()
    first, second = Mark(A, 1, "prevote", 0), Mark(A, 1, "precommit", 0)
    assert guard.allows(first)
    guard.advance((first, second))
    guard.advance((first,))  # again, after a crash
    assert guard.marks() == (first, second)
    assert guard.allows(second) and not guard.allows(Mark(B, 1, "precommit", 0))
    assert guard.allows(Mark(B, 1, "proposal", 1)) and not guard.allows(Mark(B, 1, "proposal", 0))
    guard.path.write_bytes(b"[")
    assert not guard.allows(Mark(B, 9, "proposal", 0))


def test_whatever_comes_twice_late_or_to_the_wrong_node_changes_nothing(nodes: Nodes):
    carried: list[bytes] = []

    def keep(sender: str, to: str, raw: bytes) -> list[bytes]:
        carried.append(raw)
        return [raw, raw]

    nodes.filter = keep
    nodes.submit("csd", 1)
    nodes.run(lambda: nodes.height() >= 2)
    nodes.filter = lambda sender, to, raw: []
    before = nodes.states(), [nodes.chain_of(name) for name in nodes.names]
    for name in nodes.names:
        for raw in carried:
            nodes.deliver(name, raw)
    assert (nodes.states(), [nodes.chain_of(name) for name in nodes.names]) == before


def test_bad_envelopes_are_refused_and_counted(nodes: Nodes):
    good_vote = signed_vote(nodes, "regulator", A)
    good = envelope(nodes, "regulator", VoteEnvelope, good_vote)
    stranger = Local("stranger", nodes.chain, SigningKey(b"\x07" * 32), {})
    with nodes.on("regulator"):
        me = local()
    other_chain = Local(me.name, "test-0000000000000000", me.key, me.peer_keys)
    by_another = replace(good_vote, vote=replace(good_vote.vote, validator="exchange"))
    votes = [signed_vote(nodes, name, A, type_="precommit") for name in ("exchange", "regulator")]
    parts = tuple(Signature(one.signature, one.vote.validator) for one in votes)
    bad = {
        "nothing": b"",
        "garbage": b"\xff\x00{",
        "another JSON": b"[1,2]",
        "half": good[:-9],
        "spaces": good.replace(b",", b", ", 1),
        "an unknown field": good.replace(b'"body"', b'"bodY":1,"body"', 1),
        "an unknown kind": good.replace(b'"kind":"vote"', b'"kind":"vole"'),
        "a lone surrogate": good.replace(b'"regulator"', b'"\\ud800"'),
        "beyond the limit": b'"' + b"x" * MAX_ENVELOPE + b'"',
        "no signature": canonical(replace(parse(good, AnyEnvelope, limit=10**6), signature=None)),
        "altered": good.replace(A.encode(), B.encode()),
        "another sender": good.replace(b'"from":"regulator"', b'"from":"exchange"'),
        "a stranger": seal(stranger, VoteEnvelope, good_vote),
        "another chain": seal(other_chain, VoteEnvelope, good_vote),
        "another's vote, forged": envelope(nodes, "regulator", VoteEnvelope, by_another),
        "an observer's vote": envelope(nodes, "issuer", VoteEnvelope, signed_vote(nodes, "issuer", A)),
        "half a certificate": envelope(nodes, "regulator", CertificateEnvelope, Certificate(A, 1, parts, 0)),
        "one signer twice": envelope(
            nodes, "regulator", CertificateEnvelope, Certificate(A, 1, (*parts, parts[1]), 0)
        ),
        "not transactions": envelope(
            nodes, "regulator", TransactionsEnvelope, Transactions(signed=("{}", "", '"\u0000"'))
        ),
    }
    with nodes.on("csd"):
        state, events = NodeState.objects.get().state, ConsensusEvent.objects.count()
        for name, raw in bad.items():
            before = driver.refused.total()
            driver.receive(nodes.desk, raw)
            assert driver.refused.total() == before + (name != "not transactions"), name
        assert (NodeState.objects.get().state, ConsensusEvent.objects.count()) == (state, events)
        driver.receive(nodes.desk, good)
        assert ConsensusEvent.objects.count() == events + 1


def test_a_validator_that_says_two_things_is_found_out_and_moves_nobody(nodes: Nodes):
    nodes.liars = {"exchange"}
    nodes.down = {"exchange"}
    for name, block in (("csd", A), ("regulator", B), ("central_bank", "")):
        for type_ in ("prevote", "precommit"):
            nodes.deliver(
                name,
                envelope(nodes, "exchange", VoteEnvelope, signed_vote(nodes, "exchange", block, type_=type_)),
            )
    txid = nodes.submit("csd", 1)
    nodes.tell()
    nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.alive()))
    with nodes.on("csd"):
        found = set(Evidence.objects.values_list("validator", "kind"))
    assert found == {("exchange", "prevote"), ("exchange", "precommit")}


def test_a_proposer_that_offers_two_blocks_is_found_out(nodes: Nodes):
    nodes.liars = {"regulator"}
    for block in (A, B):
        said = Proposal(block, nodes.chain, 1, -1, "regulator", 0)
        signature = sign(person("node regulator").sign, said.signing_bytes()).hex()
        offer = Offer(proposal=SignedProposal(said, signature))
        nodes.deliver("csd", envelope(nodes, "exchange", ProposalEnvelope, offer))
    with nodes.on("csd"):
        assert Evidence.objects.get().kind == "proposal"
    nodes.down = {"regulator"}
    txid = nodes.submit("csd", 1)
    nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.alive()))

"""Anti-entropy and catch-up: what we tell peers of ourselves, what they lack, what we lack and whom to ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from ledger import bodies
from ledger.desk import Desk, Peer, Progress
from ledger.envelopes import (
    HEIGHTS_IN_FLIGHT,
    AnyEnvelope,
    BlockEnvelope,
    CertificateEnvelope,
    DecidedEnvelope,
    Offer,
    PolkaEnvelope,
    ProposalEnvelope,
    Status,
    StatusEnvelope,
    TransactionsEnvelope,
    VoteEnvelope,
    Want,
    WantEnvelope,
    seal,
)
from ledger.gossip import batches
from ledger.protocol.consensus.machine import wanted
from ledger.protocol.consensus.messages import (
    Certificate,
    PolkaCertificate,
    SignedProposal,
    SignedVote,
    Vote,
    VoteType,
)
from ledger.protocol.consensus.proposers import has_honest
from ledger.protocol.consensus.state import Round, State, Tally
from ledger.protocol.consensus.votes import ROUNDS_BEHIND, quorum_block, signatures
from ledger.protocol.encoding import canonical

RESENT_AT_ONCE: Final = 300  # messages for one status
GRACE: Final = timedelta(milliseconds=150)  # what is lacking is most often on its way
ASK_AGAIN: Final = timedelta(seconds=1)
ASK_HEIGHT_AGAIN: Final = timedelta(seconds=5)
ONE_BEHIND: Final = timedelta(milliseconds=500)  # so long, being one height behind means nothing

Message = SignedVote | SignedProposal
Body = SignedVote | Offer | PolkaCertificate | Certificate


def sealed_status(desk: Desk) -> bytes:
    """What this node tells every peer about once a second."""
    progress = desk.progress()
    assert progress is not None
    state, (_, tip) = progress.state, desk.tip()
    have = tuple(sorted(_short(message) for message in _messages(state)))
    status = Status(have=have[:2_000], height=state.height, round=state.round, step=state.step, tip=tip)
    return seal(desk.me, StatusEnvelope, status)


def hear_status(desk: Desk, progress: Progress, envelope: StatusEnvelope, now: datetime) -> None:
    """Note where the peer stands, and send it what it lacks of our height, by any author."""
    status = envelope.body
    desk.note_status(envelope.sender, status, now)
    if status.height > progress.height:
        desk.wake()
    if status.height == progress.height and envelope.sender in progress.validators:
        lacking = _lacking(desk, progress.state, set(status.have), status.round)
        sealed = [seal(desk.me, kind, body) for kind, body in lacking]
        desk.put([envelope.sender], sealed, height=progress.height)


def answer(desk: Desk, envelope: WantEnvelope) -> None:
    """Send a peer what it asked for, as far as it is here."""
    me, want = desk.me, envelope.body
    answers = [
        seal(me, BlockEnvelope, summary) for block in want.blocks if (summary := desk.find_summary(block))
    ]
    if want.transactions:
        found = desk.find_transactions(want.transactions, want.height)
        signed = (canonical(found[digest].signed) for digest in want.transactions if digest in found)
        answers += [seal(me, TransactionsEnvelope, batch) for batch in batches(signed)]
    answers += [
        seal(me, DecidedEnvelope, final) for height in want.heights if (final := desk.decided(height))
    ]
    desk.put([envelope.sender], answers)


def is_behind(desk: Desk, progress: Progress) -> bool:
    """Whether somebody honest has decided heights that we have not: more than a third say so."""
    ahead = [
        peer for peer in desk.peers() if peer.name in progress.validators and peer.height > progress.height
    ]
    return has_honest(len(ahead), len(progress.validators))


@dataclass
class Asker:
    """What was asked of whom and when, in memory: forgetting costs one question too many."""

    desk: Desk
    asked: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def ask(self, progress: Progress, now: datetime) -> None:
        """Put questions for all that is lacking and was not asked lately; each time another peer is asked."""
        blocks, peers = wanted(progress.state), self.desk.peers()
        lacking = [block for block in blocks if self.desk.find_summary(block) is None]
        digests = bodies.missing_transactions(self.desk, blocks)
        heights = self._heights_ahead(progress, peers, now)
        self.asked = {
            key: self.asked[key] for key in (*blocks, *digests, *map(str, heights)) if key in self.asked
        }
        for peer, items in self._by_peer(
            [*lacking, *digests], _at(progress.height, peers), now, ASK_AGAIN
        ).items():
            self._put(
                peer,
                Want(
                    blocks=tuple(item for item in items if item in lacking)[:64],
                    height=progress.height,
                    transactions=tuple(item for item in items if item not in lacking)[:2_000],
                ),
            )
        for height in heights:
            for peer in self._by_peer([str(height)], _at(height + 1, peers), now, ASK_HEIGHT_AGAIN):
                self._put(peer, Want(heights=(height,)))

    def _by_peer(
        self, items: list[str], peers: list[str], now: datetime, again: timedelta
    ) -> dict[str, list[str]]:
        questions: dict[str, list[str]] = {}
        for item in items if peers else []:
            asked_at, times = self.asked.setdefault(item, (now - again + GRACE, 0))
            if not timedelta(0) <= now - asked_at < again:
                self.asked[item] = (now, times + 1)
                questions.setdefault(peers[times % len(peers)], []).append(item)
        return questions

    def _put(self, peer: str, want: Want) -> None:
        self.desk.put([peer], [seal(self.desk.me, WantEnvelope, want)], height=want.height or None)

    def _heights_ahead(self, progress: Progress, peers: Sequence[Peer], now: datetime) -> list[int]:
        """The next heights that some peer says it has decided and that are not on their way already."""
        claimed = max((peer.height for peer in peers), default=0)
        if claimed == progress.height + 1 and timedelta(0) <= now - progress.decided_at < ONE_BEHIND:
            return []
        ahead = range(progress.height, min(claimed, progress.height + HEIGHTS_IN_FLIGHT))
        here = self.desk.decided_early() if ahead else ()
        return [height for height in ahead if height not in here]


def _at(height: int, peers: Sequence[Peer]) -> list[str]:
    """Who says that it is at this height or further, in the order given."""
    return [peer.name for peer in peers if peer.height >= height]


def _lacking(desk: Desk, state: State, have: set[str], round_: int) -> list[tuple[type[AnyEnvelope], Body]]:
    """Everything said at our height that a peer in this round lacks and would keep."""
    lacking: list[tuple[type[AnyEnvelope], Body]] = []
    for one in state.rounds:
        if one.round < round_ - ROUNDS_BEHIND:
            continue
        for message in _messages_of(state, one):
            if _short(message) in have:
                continue
            if isinstance(message, SignedProposal):
                offer = Offer(proposal=message, summary=desk.find_summary(message.proposal.block))
                lacking.append((ProposalEnvelope, offer))
            else:
                lacking.append(_vote_or_quorum(state, one, message))
    unlike = {canonical(body): (kind, body) for kind, body in lacking}
    return list(unlike.values())[:RESENT_AT_ONCE]


def _vote_or_quorum(state: State, one: Round, message: SignedVote) -> tuple[type[AnyEnvelope], Body]:
    """A quorum goes whole: vote by vote, one who also voted otherwise might not be counted by the receiver."""
    block = message.vote.block
    if message.vote.type == "prevote" and quorum_block(state, one.prevotes) == block:
        return PolkaEnvelope, PolkaCertificate(
            block, state.height, signatures(one.prevotes, block), one.round
        )
    if message.vote.type == "precommit" and quorum_block(state, one.precommits) == block:
        return CertificateEnvelope, Certificate(
            block, state.height, signatures(one.precommits, block), one.round
        )
    return VoteEnvelope, message


def _messages(state: State) -> Iterator[Message]:
    for one in state.rounds:
        yield from _messages_of(state, one)


def _messages_of(state: State, one: Round) -> Iterator[Message]:
    yield from one.proposals
    yield from _votes(state, one.round, "prevote", one.prevotes)
    yield from _votes(state, one.round, "precommit", one.precommits)


def _votes(state: State, round_: int, type_: VoteType, tally: Tally) -> Iterator[SignedVote]:
    for block in sorted(tally):
        for validator, signature in sorted(tally[block].items()):
            yield SignedVote(signature, Vote(block, state.chain, state.height, round_, type_, validator))


@lru_cache(maxsize=4_096)  # every status names everything that was said at the height
def _short(message: Message) -> str:
    said = message.vote if isinstance(message, SignedVote) else message.proposal
    return said.signing_bytes().hex()[:16]

"""Anti-entropy and catch-up: what we tell peers of ourselves, what they lack, what we lack and whom to ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ledger import outbox
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
from ledger.local import local
from ledger.models import EarlyEnvelope, NodeState, PeerStatus
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
from ledger.store import bodies, chain
from ledger.turn import read_state

RESENT_AT_ONCE: Final = 300  # messages for one status
GRACE: Final = timedelta(milliseconds=150)  # what is lacking is most often on its way
ASK_AGAIN: Final = timedelta(seconds=1)
ASK_HEIGHT_AGAIN: Final = timedelta(seconds=5)
ONE_BEHIND: Final = timedelta(milliseconds=500)  # so long, being one height behind means nothing

Message = SignedVote | SignedProposal
Body = SignedVote | Offer | PolkaCertificate | Certificate


def status_of(row: NodeState) -> Status:
    """What this node tells its peers about once a second."""
    state = read_state(row)
    have = tuple(sorted(_short(message) for message in _messages(state)))
    return Status(
        have=have[:2_000], height=state.height, round=state.round, step=state.step, tip=chain.tip().hash
    )


def hear_status(envelope: StatusEnvelope, now: datetime) -> None:
    """Note where the peer stands, and send it what it lacks of our height, by any author."""
    status = envelope.body
    PeerStatus.objects.update_or_create(
        name=envelope.sender,
        defaults={
            "height": status.height,
            "round": status.round,
            "step": status.step,
            "tip": status.tip,
            "seen_at": now,
        },
    )
    row = NodeState.objects.get()
    if status.height == row.height and envelope.sender in row.validators:
        me = local()
        lacking = _lacking(read_state(row), set(status.have), status.round)
        sealed = [seal(me, kind, body) for kind, body in lacking]
        outbox.put([envelope.sender], sealed, height=row.height)


def answer(envelope: WantEnvelope) -> None:
    """Send a peer what it asked for, as far as it is here."""
    me, want = local(), envelope.body
    answers = [
        seal(me, BlockEnvelope, summary) for block in want.blocks if (summary := bodies.find_summary(block))
    ]
    if want.transactions:
        found = bodies.find_transactions(want.transactions, want.height)
        signed = (canonical(found[digest].signed) for digest in want.transactions if digest in found)
        answers += [seal(me, TransactionsEnvelope, batch) for batch in batches(signed)]
    answers += [
        seal(me, DecidedEnvelope, final) for height in want.heights if (final := bodies.decided(height))
    ]
    outbox.put([envelope.sender], answers)


def is_behind(row: NodeState) -> bool:
    """Whether somebody honest has decided heights that we have not: more than a third say so."""
    heights = PeerStatus.objects.filter(name__in=row.validators, height__gt=row.height).count()
    return has_honest(heights, len(row.validators))


@dataclass
class Asker:
    """What was asked of whom and when, in memory: forgetting costs one question too many."""

    asked: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def ask(self, row: NodeState, now: datetime) -> None:
        """Put questions for all that is lacking and was not asked lately; each time another peer is asked."""
        state = read_state(row)
        blocks = wanted(state)
        lacking = [block for block in blocks if bodies.find_summary(block) is None]
        digests = bodies.missing_transactions(blocks)
        heights = _heights_ahead(row, now)
        self.asked = {
            key: self.asked[key] for key in (*blocks, *digests, *map(str, heights)) if key in self.asked
        }
        for peer, items in self._by_peer([*lacking, *digests], _peers(row.height), now, ASK_AGAIN).items():
            self._put(
                peer,
                Want(
                    blocks=tuple(item for item in items if item in lacking)[:64],
                    height=row.height,
                    transactions=tuple(item for item in items if item not in lacking)[:2_000],
                ),
            )
        for height in heights:
            for peer in self._by_peer([str(height)], _peers(height + 1), now, ASK_HEIGHT_AGAIN):
                self._put(peer, Want(heights=(height,)))

    def _by_peer(
        self, items: list[str], peers: list[str], now: datetime, again: timedelta
    ) -> dict[str, list[str]]:
        questions: dict[str, list[str]] = {}
        for item in items if peers else []:
            asked_at, times = self.asked.setdefault(item, (now - again + GRACE, 0))
            if now - asked_at >= again:
                self.asked[item] = (now, times + 1)
                questions.setdefault(peers[times % len(peers)], []).append(item)
        return questions

    def _put(self, peer: str, want: Want) -> None:
        outbox.put([peer], [seal(local(), WantEnvelope, want)], height=want.height or None)


def _heights_ahead(row: NodeState, now: datetime) -> list[int]:
    """The next heights that some peer says it has decided and that are not on their way already."""
    claimed = max(PeerStatus.objects.values_list("height", flat=True), default=0)
    if claimed == row.height + 1 and now - row.decided_at < ONE_BEHIND:
        return []
    ahead = range(row.height, min(claimed, row.height + HEIGHTS_IN_FLIGHT))
    here = set(EarlyEnvelope.objects.filter(height__in=ahead, decided=True).values_list("height", flat=True))
    return [height for height in ahead if height not in here]


def _peers(height: int) -> list[str]:
    """Peers that say they are at this height or further, freshest first."""
    rows = PeerStatus.objects.filter(height__gte=height).order_by("-seen_at", "name")
    return list(rows.values_list("name", flat=True))


def _lacking(state: State, have: set[str], round_: int) -> list[tuple[type[AnyEnvelope], Body]]:
    """Everything said at our height that a peer in this round lacks and would keep."""
    lacking: list[tuple[type[AnyEnvelope], Body]] = []
    for one in state.rounds:
        if one.round < round_ - ROUNDS_BEHIND:
            continue
        for message in _messages_of(state, one):
            if _short(message) in have:
                continue
            if isinstance(message, SignedProposal):
                offer = Offer(proposal=message, summary=bodies.find_summary(message.proposal.block))
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


def _short(message: Message) -> str:
    said = message.vote if isinstance(message, SignedVote) else message.proposal
    return said.signing_bytes().hex()[:16]

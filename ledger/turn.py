"""One event and all that follows from it, inside one atomic(): log, state, signatures, timers, outbox, block."""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from ledger import bodies, quarantine
from ledger.desk import Desk, Progress, UnknownVersion
from ledger.envelopes import (
    AnyEnvelope,
    DecidedEnvelope,
    Offer,
    PolkaEnvelope,
    ProposalEnvelope,
    Summary,
    VoteEnvelope,
    seal,
)
from ledger.failpoints import reached
from ledger.guard import Kind, Mark
from ledger.protocol.block import Block
from ledger.protocol.consensus import machine
from ledger.protocol.consensus.events import (
    BlockChecked,
    BuildValue,
    Decide,
    Event,
    Halt,
    HeightStarted,
    ProposalReceived,
    RecordEvidence,
    Send,
    SendPolka,
    SetTimer,
    Sign,
    TimeoutFired,
    ValueBuilt,
    VoteReceived,
)
from ledger.protocol.consensus.evidence import place_of, said
from ledger.protocol.consensus.messages import (
    Certificate,
    Evidence,
    PolkaCertificate,
    Proposal,
    SignedProposal,
    SignedVote,
    Vote,
)
from ledger.protocol.consensus.signatures import verify_certificate
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Rejected
from ledger.protocol.signed import Submission
from ledger.protocol.transactions.evidence import Evidence as EvidenceTransaction

CLOCK_SECONDS: Final = 10  # how far a new block's time may be from our clock

log = logging.getLogger(__name__)


class MustHalt(Exception):
    """This node cannot go on without harm; the text is a sentence for its operator."""


class Turn:
    """The work of one atomic(), whose caller holds the lock on the progress."""

    def __init__(self, desk: Desk, progress: Progress, now: datetime, signed: list[Mark]) -> None:
        self.desk, self.progress, self.now = desk, progress, now
        self.me, self.guard, self.state = desk.me, desk.guard, progress.state
        self.log: list[tuple[int, Event]] = []
        self.signed = signed
        self.summaries: dict[str, Summary] = {}
        self.carried: dict[str, Submission] = {}

    def bring(self, summary: Summary | None, transactions: Iterable[Submission]) -> None:
        """Parts of blocks that came with the events; what the machine does not wait for is not kept."""
        if summary is not None:
            self.summaries[bodies.check_summary(summary)] = summary
        self.carried.update({submitted.digest: submitted for submitted in transactions})

    def run(self, events: Iterable[Event]) -> None:
        """Give the machine these events, and then everything that it asked for."""
        waiting = deque(events)
        for event in waiting:
            self._look_for_our_name(event)
        while waiting or (waiting := deque(self._checked_blocks())):
            event = waiting.popleft()
            if isinstance(event, TimeoutFired):
                self.desk.end_timer(event)
            state, sends = machine.apply(self.state, event)
            if state is self.state:
                continue
            self.state = state
            self.log.append((state.height, event))
            follow = [event for send in sends for event in self._do(send)]
            waiting.extendleft(reversed(follow))

    def save(self) -> None:
        """Write what came of it."""
        if not self.log:
            return
        self.desk.log(self.log)
        self.progress.state = self.state
        self.desk.save(self.progress)
        self.desk.wake()

    def _look_for_our_name(self, event: Event) -> None:
        """What we sign comes back from `_do`; here it comes from outside."""
        if not self._has_our_key():
            return
        match event:
            case VoteReceived(SignedVote(vote=vote)) if vote.validator == self.me.name:
                quarantine.doubt(self.desk, vote)
            case ProposalReceived(SignedProposal(proposal=offer)) if offer.proposer == self.me.name:
                quarantine.doubt(self.desk, offer)

    def _do(self, send: Send) -> Sequence[Event]:
        match send:
            case Sign(message):
                return self._sign(message)
            case SendPolka(certificate):
                self._broadcast(PolkaEnvelope, certificate)
            case SetTimer(delay_ms, height, kind, round_):
                fires_at = self.now + timedelta(milliseconds=delay_ms)
                self.desk.set_timer(TimeoutFired(height, kind, round_), fires_at)
            case BuildValue(height, round_):
                return [ValueBuilt(self._build(), height, round_)]
            case Decide(certificate):
                return self._decide(certificate)
            case RecordEvidence(evidence):
                _record(self.desk, evidence)
            case Halt(sentence):
                raise MustHalt(sentence)
        return []

    def _sign(self, message: Vote | Proposal) -> Sequence[Event]:
        """Sign once for ever: the row, or the file outside the database, may say that we have or may not."""
        if not self.signed:
            quarantine.look_back(self.desk)
        kind: Kind = message.type if isinstance(message, Vote) else "proposal"
        digest = message.signing_bytes()
        mark = Mark(digest.hex(), message.height, kind, message.round)
        if not self._has_our_key():
            log.warning("Abstaining: the network has another key for this node at height %d.", mark.height)
            return []
        before = self.desk.signed(mark)
        if before is None:
            if not self.guard.allows(mark):
                log.warning("Abstaining: the guard does not allow %s of height %d.", kind, mark.height)
                return []
            signature = self.me.sign(digest)
            self.desk.keep_signed(mark, signature)
            reached("signature.kept")
            self.signed.append(mark)
        elif before[0] != mark.digest:
            raise MustHalt(f"This node was about to sign a second {kind} at {mark.height}/{mark.round}.")
        else:
            signature = before[1]
        return [self._publish(message, signature)]

    def _has_our_key(self) -> bool:
        """Whether the set of this height names us by the key that we have: around a rotation it may not."""
        return self.progress.validators.get(self.me.name) == self.me.public

    def _publish(self, message: Vote | Proposal, signature: str) -> Event:
        if isinstance(message, Vote):
            vote = SignedVote(signature, message)
            self._broadcast(VoteEnvelope, vote)
            return VoteReceived(vote)
        proposal = SignedProposal(message, signature)
        offer = Offer(proposal=proposal, summary=self.desk.find_summary(message.block))
        self._broadcast(ProposalEnvelope, offer)
        return ProposalReceived(proposal)

    def _broadcast(self, kind: type[AnyEnvelope], body: Offer | SignedVote | PolkaCertificate) -> None:
        peers = sorted(self.progress.validators.keys() & self.me.peer_keys.keys())
        self.desk.put(peers, [seal(self.me, kind, body)], height=self.state.height)

    def _build(self) -> str:
        for known in self.state.blocks:  # building may empty the pool of what has expired meanwhile
            if block := bodies.find_block(self.desk, known):
                self.desk.keep_transactions(block.transactions, self.state.height)
        try:
            block = self.desk.build_block(
                time=int(self.now.timestamp()), certificate=self.progress.certificate
            )
        except UnknownVersion as stop:
            raise MustHalt(str(stop)) from stop
        reached("block.built")
        self.desk.keep_summary(block.hash, bodies.summary_of(block))
        built = [one for one in block.transactions if one.transaction.rule_built]
        self.desk.keep_transactions(built, self.state.height)  # nobody has them in a pool
        return block.hash

    def _checked_blocks(self) -> list[Event]:
        """Our verdict on each block that the machine waits for and that is whole by now."""
        waited_for = machine.wanted(self.state)
        for block in self.summaries.keys() & set(waited_for):
            self.desk.keep_summary(block, self.summaries[block])
        if self.carried:
            missing = bodies.missing_transactions(self.desk, waited_for)
            useful = [self.carried[digest] for digest in missing if digest in self.carried]
            self.desk.keep_transactions(useful, self.state.height)
        blocks = (bodies.find_block(self.desk, block) for block in waited_for)
        return [self._verdict(block) for block in blocks if block is not None]

    def _verdict(self, block: Block) -> BlockChecked:
        try:
            refusal = self.desk.check_block(block)
        except UnknownVersion as stop:
            raise MustHalt(str(stop)) from stop
        valid = refusal is None and self._has_valid_parent(block)
        if not valid:
            log.warning("Block %s of %s is invalid: %s", block.hash, block.header.proposer, refusal)
        near = abs(block.header.time - self.now.timestamp()) <= CLOCK_SECONDS
        return BlockChecked(block.hash, valid, block.header.proposer if near else "")

    def _has_valid_parent(self, block: Block) -> bool:
        """The certificate in the block, which need not be the one that we know, proves its parent."""
        proof = block.certificate
        if proof is None:
            return block.header.height == 1
        voted = self.desk.validators(block.header.height - 1)
        keys = {validator.name: bytes.fromhex(validator.node_key) for validator in voted}
        right = (proof.height, proof.block) == (block.header.height - 1, block.header.previous)
        return right and verify_certificate(proof, self.me.chain, keys)

    def _decide(self, certificate: Certificate) -> Sequence[Event]:
        block = bodies.find_block(self.desk, certificate.block)
        assert block is not None, "the machine decided a block that is not here"
        try:
            self.desk.commit_block(block, certificate)
        except Rejected as refusal:
            raise MustHalt(
                f"Block {certificate.block} is final and cannot be entered: {refusal}"
            ) from refusal
        reached("block.entered")
        self._tell_observers(certificate.height)
        self.desk.forget(block.header.height, self.now)
        progress = self.progress
        progress.certificate, progress.decided_at = certificate, self.now
        # Evidence waits for blocks that come anyway: a liar must not set the pace.
        bore_fruit = any(not isinstance(one.transaction, EvidenceTransaction) for one in block.transactions)
        progress.follow_up = bore_fruit
        waited = not bore_fruit and self.desk.last_arrival() is not None
        progress.fruitless = progress.fruitless + 1 if waited else 0
        return [start_height(self.desk, progress, block.header.height + 1)]

    def _tell_observers(self, height: int) -> None:
        observers = sorted(self.me.peer_keys.keys() - self.progress.validators.keys())
        if observers and self.me.name in self.progress.validators and (final := self.desk.decided(height)):
            self.desk.put(observers, [seal(self.me, DecidedEnvelope, final)])


def start_height(desk: Desk, progress: Progress, height: int) -> HeightStarted:
    """The event that begins a height, with its validators, who are also noted in the progress."""
    validators = desk.validators(height)
    progress.validators = {validator.name: validator.node_key for validator in validators}
    return HeightStarted(height, tuple(validator.name for validator in validators))


def _record(desk: Desk, evidence: Evidence) -> None:
    place = place_of(said(evidence.first))
    log.error("%s signed two different %ss at %d/%d.", place.validator, place.kind, place.height, place.round)
    desk.keep_evidence(*place, canonical(evidence).decode())

"""One event and all that follows from it, inside one atomic(): log, state, signatures, timers, outbox, block."""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from ledger import outbox, quarantine
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
from ledger.guard import Guard, Kind, Mark
from ledger.local import Local
from ledger.models import ConsensusEvent, NodeState, SignedMessage, Timer
from ledger.models import Evidence as EvidenceRow
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
from ledger.protocol.consensus.state import State
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.reasons import Rejected
from ledger.protocol.signed import Submission
from ledger.services import UnknownVersion, build_block, check_block, commit_block
from ledger.store import bodies, chain, pool
from ledger.store.source import state_at

STATE_MAX: Final = 10_000_000
CLOCK_SECONDS: Final = 10  # how far a new block's time may be from our clock

log = logging.getLogger(__name__)


class MustHalt(Exception):
    """This node cannot go on without harm; the text is a sentence for its operator."""


class Turn:
    """The work of one atomic(), whose caller holds the lock on the NodeState row."""

    def __init__(self, row: NodeState, me: Local, guard: Guard, now: datetime) -> None:
        self.row, self.me, self.guard, self.now = row, me, guard, now
        self.state = read_state(row)
        self.log: list[ConsensusEvent] = []
        self.signed: list[Mark] = []
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
                Timer.objects.filter(height=event.height, round=event.round, kind=event.kind).delete()
            state, sends = machine.apply(self.state, event)
            if state is self.state:
                continue
            self.state = state
            self.log.append(ConsensusEvent(height=state.height, event=canonical(event).decode()))
            follow = [event for send in sends for event in self._do(send)]
            waiting.extendleft(reversed(follow))

    def save(self) -> None:
        """Write what came of it; the guard's file is on the disk before the caller can commit."""
        if not self.log:
            return
        ConsensusEvent.objects.bulk_create(self.log)
        self.row.state = canonical(self.state).decode()
        self.row.height, self.row.round, self.row.step = self.state.height, self.state.round, self.state.step
        self.row.save()
        if self.signed:
            self.guard.advance(tuple(self.signed))
        outbox.wake()

    def _look_for_our_name(self, event: Event) -> None:
        """What we sign comes back from `_do`; here it comes from outside."""
        match event:
            case VoteReceived(SignedVote(vote=said)) if said.validator == self.me.name:
                quarantine.doubt(said, self.guard)
            case ProposalReceived(SignedProposal(proposal=said)) if said.proposer == self.me.name:
                quarantine.doubt(said, self.guard)

    def _do(self, send: Send) -> Sequence[Event]:
        match send:
            case Sign(message):
                return self._sign(message)
            case SendPolka(certificate):
                self._broadcast(PolkaEnvelope, certificate)
            case SetTimer(delay_ms, height, kind, round_):
                fires_at = self.now + timedelta(milliseconds=delay_ms)
                Timer.objects.create(height=height, round=round_, kind=kind, fires_at=fires_at)
            case BuildValue(height, round_):
                return [ValueBuilt(self._build(), height, round_)]
            case Decide(certificate):
                return self._decide(certificate)
            case RecordEvidence(evidence):
                record_evidence(evidence)
            case Halt(sentence):
                raise MustHalt(sentence)
        return []

    def _sign(self, message: Vote | Proposal) -> Sequence[Event]:
        """Sign once for ever: the row, or the file outside the database, may say that we have or may not."""
        kind: Kind = message.type if isinstance(message, Vote) else "proposal"
        digest = message.signing_bytes()
        mark = Mark(digest.hex(), message.height, kind, message.round)
        place = {"height": mark.height, "round": mark.round, "kind": mark.kind}
        before = SignedMessage.objects.filter(**place).first()
        if before is None:
            if not self.guard.allows(mark):
                log.warning("Abstaining: the guard does not allow %s of height %d.", kind, mark.height)
                return []
            signature = self.me.sign(digest)
            SignedMessage.objects.create(**place, digest=mark.digest, signature=signature)
            self.signed.append(mark)
        elif before.digest != mark.digest:
            raise MustHalt(f"This node was about to sign a second {kind} at {mark.height}/{mark.round}.")
        else:
            signature = before.signature
        return [self._publish(message, signature)]

    def _publish(self, message: Vote | Proposal, signature: str) -> Event:
        if isinstance(message, Vote):
            vote = SignedVote(signature, message)
            self._broadcast(VoteEnvelope, vote)
            return VoteReceived(vote)
        proposal = SignedProposal(message, signature)
        offer = Offer(proposal=proposal, summary=bodies.find_summary(message.block))
        self._broadcast(ProposalEnvelope, offer)
        return ProposalReceived(proposal)

    def _broadcast(self, kind: type[AnyEnvelope], body: Offer | SignedVote | PolkaCertificate) -> None:
        peers = sorted(self.row.validators.keys() & self.me.peer_keys.keys())
        outbox.put(peers, [seal(self.me, kind, body)], height=self.state.height)

    def _build(self) -> str:
        for known in self.state.blocks:  # building may empty the pool of what has expired meanwhile
            if block := bodies.find_block(known):
                bodies.keep_transactions(block.transactions, self.state.height)
        try:
            block = build_block(
                time=int(self.now.timestamp()), proposer=self.me.name, certificate=self._last_certificate()
            )
        except UnknownVersion as stop:
            raise MustHalt(str(stop)) from stop
        bodies.keep_summary(block.hash, bodies.summary_of(block))
        built = [one for one in block.transactions if one.transaction.rule_built]
        bodies.keep_transactions(built, self.state.height)  # nobody has them in a pool
        return block.hash

    def _checked_blocks(self) -> list[Event]:
        """Our verdict on each block that the machine waits for and that is whole by now."""
        waited_for = machine.wanted(self.state)
        for block in self.summaries.keys() & set(waited_for):
            bodies.keep_summary(block, self.summaries[block])
        if self.carried:
            missing = bodies.missing_transactions(waited_for)
            useful = [self.carried[digest] for digest in missing if digest in self.carried]
            bodies.keep_transactions(useful, self.state.height)
        blocks = (bodies.find_block(block) for block in waited_for)
        return [self._verdict(block) for block in blocks if block is not None]

    def _verdict(self, block: Block) -> BlockChecked:
        try:
            refusal = check_block(block=block)
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
        # Version 1 never changes validators; a change would need those of the height before here.
        right = (proof.height, proof.block) == (block.header.height - 1, block.header.previous)
        return right and verify_certificate(proof, self.me.chain, node_keys(self.row))

    def _decide(self, certificate: Certificate) -> Sequence[Event]:
        block = bodies.find_block(certificate.block)
        assert block is not None, "the machine decided a block that is not here"
        try:
            commit_block(block=block, certificate=certificate)
        except Rejected as refusal:
            raise MustHalt(
                f"Block {certificate.block} is final and cannot be entered: {refusal}"
            ) from refusal
        self._tell_observers(certificate.height)
        Timer.objects.all().delete()
        outbox.forget(below=block.header.height, now=self.now)
        bodies.forget(up_to=block.header.height)
        self.row.certificate = canonical(certificate).decode()
        self.row.decided_at = self.now
        self.row.follow_up = bool(block.transactions)
        self.row.fruitless = 0 if block.transactions or pool.is_empty() else self.row.fruitless + 1
        return [start_height(self.row, block.header.height + 1)]

    def _tell_observers(self, height: int) -> None:
        observers = sorted(self.me.peer_keys.keys() - self.row.validators.keys())
        final = bodies.decided(height)
        if observers and final and self.me.name in self.row.validators:
            outbox.put(observers, [seal(self.me, DecidedEnvelope, final)])

    def _last_certificate(self) -> Certificate | None:
        text = self.row.certificate
        return parse(text.encode(), Certificate, limit=bodies.CERTIFICATE_MAX) if text else None


def read_state(row: NodeState) -> State:
    """The machine's state in its row."""
    return parse(row.state.encode(), State, limit=STATE_MAX)


def node_keys(row: NodeState) -> dict[str, bytes]:
    """The validators' node keys at the height in progress."""
    return {name: bytes.fromhex(key) for name, key in row.validators.items()}


def start_height(row: NodeState, height: int) -> HeightStarted:
    """The event that begins a height, with its validators, who are also put in the row."""
    validators = state_at(chain.tip().state_size).network.validators
    row.validators = {validator.name: validator.node_key for validator in validators}
    return HeightStarted(height, tuple(validator.name for validator in validators))


def record_evidence(evidence: Evidence) -> None:
    """Keep the proof that a validator said two things; the first proof of each is enough."""
    first = evidence.first
    said = first.vote if isinstance(first, SignedVote) else first.proposal
    kind, validator = (said.type, said.validator) if isinstance(said, Vote) else ("proposal", said.proposer)
    log.error("%s signed two different %ss at %d/%d.", validator, kind, said.height, said.round)
    EvidenceRow.objects.bulk_create(
        [
            EvidenceRow(
                validator=validator,
                height=said.height,
                round=said.round,
                kind=kind,
                proof=canonical(evidence).decode(),
            )
        ],
        ignore_conflicts=True,
    )

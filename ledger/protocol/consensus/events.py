"""What happens to the machine (events) and what it asks of the world (sends); both are plain data."""

from typing import Literal

from msgspec import Struct

from ledger.protocol.consensus.messages import (
    Certificate,
    Evidence,
    Name,
    PolkaCertificate,
    Proposal,
    SignedProposal,
    SignedVote,
    Vote,
)
from ledger.protocol.encoding import Count, Hex32

TimerKind = Literal["propose", "prevote", "precommit"]


class Timeouts(Struct, frozen=True, forbid_unknown_fields=True):
    """How long each step of a round waits: base plus `delta` for every round before it, never above `cap`."""

    propose_ms: Count = 2_000
    prevote_ms: Count = 1_000
    precommit_ms: Count = 1_000
    delta_ms: Count = 500
    cap_ms: Count = 60_000

    def delay_ms(self, kind: TimerKind, round_: int) -> int:
        """The wait of this step in this round."""
        base = {"propose": self.propose_ms, "prevote": self.prevote_ms, "precommit": self.precommit_ms}
        return min(base[kind] + round_ * self.delta_ms, self.cap_ms)


class HeightStarted(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """The height before is decided: forget it. The rounds wait for Begun, a proposal or others' votes."""

    height: Count
    validators: tuple[Name, ...]
    timeouts: Timeouts = Timeouts()


class Begun(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """There is something to decide, or it is time for an empty block: enter round 0."""

    height: Count


class ProposalReceived(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A proposal whose signature was verified; our own come back this way too, once signed."""

    signed: SignedProposal


class VoteReceived(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A vote whose signature was verified; our own come back this way too, once signed."""

    signed: SignedVote


class PolkaReceived(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A quorum of prevotes, each verified. It is counted whole, whatever else its signers said."""

    certificate: PolkaCertificate


class CertificateReceived(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A quorum of precommits, each verified. It is counted whole, whatever else its signers said.

    A node that was away catches up by these alone: deciding by sync is deciding by the same rule.
    """

    certificate: Certificate


class BlockChecked(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A block that `wanted` names is here. `valid` follows from chain and block alone, never from a clock."""

    block: Hex32
    valid: bool
    fresh_from: str = ""  # the builder, when its time is near our clock: only he may propose it as new


class ValueBuilt(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """The block that BuildValue asked for. It is logged, so that a restarted node proposes the same one."""

    block: Hex32
    height: Count
    round: Count


class TimeoutFired(Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A timer that SetTimer asked for has run out."""

    height: Count
    kind: TimerKind
    round: Count


Event = (
    HeightStarted
    | Begun
    | ProposalReceived
    | VoteReceived
    | PolkaReceived
    | CertificateReceived
    | BlockChecked
    | ValueBuilt
    | TimeoutFired
)


class Sign(Struct, frozen=True, tag_field="send"):
    """Sign this, keep it, send it to all, and give it back as an event. Never sign a second of its kind."""

    message: Vote | Proposal


class SendPolka(Struct, frozen=True, tag_field="send"):
    """Send this certificate to all: it backs the proposal that goes with it."""

    certificate: PolkaCertificate


class SetTimer(Struct, frozen=True, tag_field="send"):
    """Give TimeoutFired back after the delay."""

    delay_ms: int
    height: int
    kind: TimerKind
    round: int


class BuildValue(Struct, frozen=True, tag_field="send"):
    """Build a block and give ValueBuilt back."""

    height: int
    round: int


class Decide(Struct, frozen=True, tag_field="send"):
    """This block is final: apply it and start the next height."""

    certificate: Certificate


class RecordEvidence(Struct, frozen=True, tag_field="send"):
    """A validator said two things: keep the proof."""

    evidence: Evidence


class Halt(Struct, frozen=True, tag_field="send"):
    """Sign nothing any more and call for help: our own state cannot be trusted."""

    sentence: str


Send = Sign | SendPolka | SetTimer | BuildValue | Decide | RecordEvidence | Halt

"""A random script of what may happen to one node: told by its peers, asked by clients, woken by its clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from ledger.bodies import summary_of
from ledger.envelopes import (
    AnyEnvelope,
    BlockEnvelope,
    CertificateEnvelope,
    Decided,
    DecidedEnvelope,
    Offer,
    PolkaEnvelope,
    ProposalEnvelope,
    Status,
    StatusEnvelope,
    Transactions,
    TransactionsEnvelope,
    VoteEnvelope,
    Want,
    WantEnvelope,
    seal,
)
from ledger.protocol.block import Block
from ledger.protocol.consensus.messages import (
    NIL,
    Certificate,
    PolkaCertificate,
    Proposal,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
    VoteEvidence,
    VoteType,
)
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.encoding import canonical
from ledger.protocol.signed import Signed
from ledger.protocol.transactions.evidence import Evidence
from tests.simulation.desk import MemoryDesk
from tests.simulation.town import resident, transaction

ME: Final = "v0"
OTHERS: Final = ("v1", "v2", "v3")


@dataclass(frozen=True)
class Act:
    """One thing that happens: "receive" an envelope, "submit" a transaction, "beat", "tell" or "send"."""

    what: str
    raw: bytes = b""


class Script:
    """What happens next depends on where the node stands, which is read off its desk in memory."""

    def __init__(self, seed: int, desk: MemoryDesk) -> None:
        self.random, self.desk = Random(seed), desk
        self.blocks: dict[str, Block] = {}
        self.kinds: list[Callable[[], Act]] = [
            *[self.vote] * 6,
            *[self.propose] * 4,
            *[self.decide] * 3,
            *[self.beat] * 4,
            self.polka,
            self.certificate,
            self.body,
            self.transactions,
            self.status,
            self.want,
            self.submit,
            self.garbage,
            lambda: Act("tell"),
            lambda: Act("send"),
        ]

    def acts(self, count: int) -> Iterator[Act]:
        """So many of them."""
        for _ in range(count):
            yield self.random.choice(self.kinds)()

    def beat(self) -> Act:
        """The node's own turn."""
        return Act("beat")

    def say(self, kind: type[AnyEnvelope], body: Any) -> Act:
        """A peer says this."""
        return Act("receive", seal(resident(4, self.random.choice(OTHERS)), kind, body))

    def vote(self) -> Act:
        """By anybody about anything, mostly about what is going on; seldom in the node's own name."""
        state, random = self.state(), self.random
        name = random.choice((*OTHERS * 10, ME))
        height = state.height + random.choice((0, 0, 0, 0, 0, 1, 2, -1))
        round_ = max(0, state.round + random.choice((0, 0, 0, 0, 1, -1, 3)))
        type_: VoteType = random.choice(("prevote", "precommit"))
        return self.say(VoteEnvelope, signed(name, self.block(), height, round_, type_))

    def propose(self) -> Act:
        """The round's proposer, or somebody who is not, offers a block, good or bad, whole or named."""
        state, random = self.state(), self.random
        round_ = max(0, state.round + random.choice((0, 0, 0, 1)))
        name = proposer(state.validators, state.height, round_)
        name = (
            random.choice(OTHERS) if name == ME else random.choice((name, name, name, random.choice(OTHERS)))
        )
        block = self.build(name)
        me = resident(4, name)
        said = Proposal(block.hash, me.chain, state.height, random.choice((-1, -1, -1, 0, 1)), name, round_)
        offer = Offer(
            proposal=SignedProposal(said, me.sign(said.signing_bytes())),
            summary=summary_of(block) if random.random() < 0.8 else None,
        )
        return self.say(ProposalEnvelope, offer)

    def decide(self) -> Act:
        """A final block of this height or the next."""
        random = self.random
        block = self.build(random.choice(OTHERS))
        final = final_of(block)
        if random.random() < 0.3:
            books = self.desk.rows.books.after(block)
            block = books.build([], self.now(), "v2", final)
            final = final_of(block)
        inline = tuple(canonical(one.signed).decode() for one in block.transactions)
        sent = inline if random.random() < 0.7 else ()
        return self.say(DecidedEnvelope, Decided(certificate=final, signed=sent, summary=summary_of(block)))

    def polka(self) -> Act:
        """A quorum's prevotes."""
        state, block = self.state(), self.block() or "a" * 64
        round_ = max(0, state.round)
        parts = parts_of(block, state.height, round_, "prevote")
        return self.say(PolkaEnvelope, PolkaCertificate(block, state.height, parts, round_))

    def certificate(self) -> Act:
        """A quorum's precommits for a block that may not be here; sometimes too few."""
        state, block = self.state(), self.block() or "b" * 64
        parts = parts_of(block, state.height, 0, "precommit")[: self.random.choice((2, 3))]
        return self.say(CertificateEnvelope, Certificate(block, state.height, parts, 0))

    def body(self) -> Act:
        """A block that may have been asked for."""
        known = list(self.blocks.values())
        block = self.random.choice(known) if known else self.build("v1")
        return self.say(BlockEnvelope, summary_of(block))

    def transactions(self) -> Act:
        """Some, good or not, known or not; among them what no pool takes."""
        texts = [
            transaction(4, self.random.randrange(8)).decode() for _ in range(self.random.randrange(1, 4))
        ]
        if self.random.random() < 0.2:
            texts.append('{"transaction":1}')
        if self.random.random() < 0.2:
            texts.append(evidence(self.random.choice(OTHERS)))
        return self.say(TransactionsEnvelope, Transactions(signed=tuple(texts)))

    def status(self) -> Act:
        """Where a peer says it stands."""
        height = max(0, self.state().height + self.random.choice((0, 0, 0, 1, 2, -1, 50)))
        round_, step = self.random.choice((-1, 0, 1)), self.random.choice(("new", "propose", "prevote"))
        return self.say(StatusEnvelope, Status(have=(), height=height, round=round_, step=step, tip="c" * 64))

    def want(self) -> Act:
        """A peer asks for heights, blocks, transactions."""
        random, known = self.random, list(self.blocks)
        digests = [one for block in self.blocks.values() for one in summary_of(block).digests]
        asked = Want(
            blocks=tuple(random.sample(known, min(2, len(known)))),
            height=random.randrange(1, 4),
            heights=(random.randrange(1, 4),),
            transactions=tuple(random.sample(digests, min(2, len(digests)))),
        )
        return self.say(WantEnvelope, asked)

    def submit(self) -> Act:
        """A client."""
        return Act("submit", transaction(4, self.random.randrange(8)))

    def garbage(self) -> Act:
        """No envelope, or a broken one."""
        raw = self.vote().raw
        return Act(
            "receive", self.random.choice((b"", b"{}", raw[:-5], raw.replace(b'"from":"v1"', b'"from":"v2"')))
        )

    def block(self) -> str:
        """A block that a vote may name."""
        return self.random.choice([*self.blocks, *self.state().blocks, *self.state().blocks, NIL, "d" * 64])

    def build(self, name: str) -> Block:
        """A block on the node's chain, of some transactions."""
        rows, random = self.desk.rows, self.random
        pool = [submitted for submitted, _ in rows.pool.values()]
        assert rows.progress is not None
        when = self.now() + random.choice((0, 0, 0, 60))
        some = random.sample(pool, random.randrange(len(pool) + 1))
        block = rows.books.build(some, when, name, rows.progress.certificate)
        self.blocks = {**self.blocks, block.hash: block}
        return block

    def now(self) -> int:
        """Seconds."""
        return int(self.desk.now().timestamp())

    def state(self) -> Any:
        """The machine's."""
        assert self.desk.rows.progress is not None
        return self.desk.rows.progress.state


def signed(name: str, block: str, height: int, round_: int, type_: VoteType) -> SignedVote:
    """A vote by its author's key."""
    me = resident(4, name)
    said = Vote(block, me.chain, height, round_, type_, name)
    return SignedVote(me.sign(said.signing_bytes()), said)


def evidence(name: str) -> str:
    """What a proposer puts into its block about somebody who voted twice."""
    first, second = (signed(name, block, 1, 0, "prevote") for block in ("e" * 64, "f" * 64))
    built = Evidence.of(VoteEvidence(first, second), resident(4, ME).chain)
    return canonical(Signed(transaction=built, witnesses=())).decode()


def parts_of(block: str, height: int, round_: int, type_: VoteType) -> tuple[Signature, ...]:
    """The others' signatures, as in a certificate."""
    votes = [signed(name, block, height, round_, type_) for name in OTHERS]
    return tuple(Signature(one.signature, one.vote.validator) for one in votes)


def final_of(block: Block) -> Certificate:
    """The others' certificate for a block."""
    parts = parts_of(block.hash, block.header.height, 0, "precommit")
    return Certificate(block.hash, block.header.height, parts, 0)

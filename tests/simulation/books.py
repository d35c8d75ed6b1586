"""The ledger in memory: real transactions under the real rules, each block's outcome computed once for all nodes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.protocol.block import Block
from ledger.protocol.consensus.evidence import Place
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.genesis import Genesis, chain_id, first_records, genesis_digest
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import ProvenEvidence
from ledger.protocol.signed import Submission, check_form, check_signatures, read
from ledger.protocol.state import State
from ledger.protocol.tip import Tip, check_follows, next_header
from ledger.protocol.transition import apply_block, check_transaction
from tests.protocol.memory import MemorySource
from tests.simulation.town import VERSION

_KEPT: Final = 2_000

# By block hash, which fixes all that came before: nodes of a simulation share what follows from a block.
_after: OrderedDict[str, "Books | Rejected"] = OrderedDict()


@dataclass(frozen=True)
class Books:
    """The committed state after a block; never changed, so that copies of a database may share it."""

    tip: Tip
    source: MemorySource
    committed: dict[str, int]  # transaction id -> height

    def state(self) -> State:
        """To read, or to try something on."""
        return State(self.source, len(self.source.leaves))

    def proves(self, place: Place) -> bool:
        """Whether evidence of this is on the ledger."""
        return self.state().find(place.key, ProvenEvidence) is not None

    def build(
        self, candidates: Sequence[Submission], time: int, proposer: str, last: Certificate | None
    ) -> Block:
        """The next block of those candidates that apply."""
        state, time = self.state(), max(time, self.tip.time)
        chosen = [one for one in candidates if self._applies(one, state, time)]
        digests = [one.digest for one in chosen]
        header = next_header(self.tip, state, VERSION, time, proposer, last, digests)
        return Block(header, last, tuple(chosen))

    def after(self, block: Block) -> "Books":
        """The books with this block; Rejected if it does not follow."""
        check_follows(block, self.tip)
        if block.hash not in _after:
            _after[block.hash] = self._applied(block)
            while len(_after) > _KEPT:
                _after.popitem(last=False)
        found = _after[block.hash]
        if isinstance(found, Rejected):
            raise found
        return found

    def refusal(self, submitted: Submission, time: int) -> Rejected | None:
        """Why this would not be taken into a pool; what is pending there is not asked."""
        if submitted.transaction.rule_built:
            return Rejected(Reason.UNKNOWN_KIND, "kind")
        try:
            _check(submitted, self.tip.chain)
            check_transaction(
                submitted, self.state(), time=max(time, self.tip.time), height=self.tip.height + 1
            )
        except Rejected as refusal:
            return refusal
        return None

    def _applies(self, submitted: Submission, state: State, time: int) -> bool:
        try:
            delta = check_transaction(submitted, state, time=time, height=self.tip.height + 1)
        except Rejected:
            return False
        state.apply(submitted.id, delta)
        return True

    def _applied(self, block: Block) -> "Books | Rejected":
        state, header = self.state(), block.header
        try:
            for submitted in block.transactions:
                _check(submitted, self.tip.chain)
            apply_block(state, header, block.transactions)
        except Rejected as refusal:
            return refusal
        source = self.source.copy()
        source.keep(state)
        tip = Tip(
            self.tip.chain, header.height, block.hash, header.time, len(source.leaves), source.tree_root
        )
        return Books(tip, source, self.committed | {one.id: header.height for one in block.transactions})


@lru_cache(maxsize=50)
def opened(genesis: Genesis) -> Books:
    """The books at height 0."""
    source = MemorySource(first_records(genesis))
    digest = genesis_digest(genesis).hex()
    tip = Tip(chain_id(genesis), 0, digest, genesis.time, len(source.leaves), source.tree_root)
    return Books(tip, source, {})


@lru_cache(maxsize=2_000)
def read_once(raw: bytes) -> Submission:
    """The signed transaction with these bytes, Rejected otherwise."""
    return read(raw)


@lru_cache(maxsize=2_000)
def _verdict(digest: str, chain: str, submitted: Submission) -> Rejected | None:
    try:
        check_form(submitted, chain=chain, version=VERSION)
        check_signatures(submitted)
    except Rejected as refusal:
        return refusal
    return None


def _check(submitted: Submission, chain: str) -> None:
    if refusal := _verdict(submitted.digest, chain, submitted):
        raise refusal

"""What must hold whatever happens; a violation ends the run and names itself."""

from ledger.guard import Mark
from ledger.intake import EARLY_KEPT
from ledger.protocol.block import Block
from ledger.protocol.consensus.machine import apply
from ledger.protocol.consensus.signatures import verify_certificate
from ledger.protocol.consensus.state import Round, State
from ledger.protocol.consensus.votes import PROPOSALS_KEPT, ROUNDS_BEHIND, quorum_block
from ledger.protocol.encoding import canonical
from tests.simulation.desk import MemoryDesk
from tests.simulation.node import Node
from tests.simulation.rows import Watch


class Violation(AssertionError):
    """Something that must never be."""


class Witness(Watch):
    """Sees all that correct nodes commit, and remembers it over every crash and rollback."""

    def __init__(self, validators: int) -> None:
        self.validators = validators
        self.liars: set[str] = set()
        self.chain: dict[int, str] = {}
        self.said: dict[tuple[str, int, int, str], tuple[str, str]] = {}
        self.answered: dict[str, set[str]] = {}  # node -> ids that it said are pending

    def signed(self, name: str, mark: Mark, signature: str) -> None:
        """Nobody ever signs two things in one place, and the same thing is the same bytes."""
        said = mark.digest, signature
        if name not in self.liars and self.said.setdefault((name, *place_of(mark)), said) != said:
            raise Violation(f"equivocation: {name} signed two things at {place_of(mark)}")

    def committed(self, name: str, block: Block) -> None:
        """Agreement."""
        height = block.header.height
        if name not in self.liars and self.chain.setdefault(height, block.hash) != block.hash:
            raise Violation(f"fork: {name} decided another block at {height}")


def place_of(mark: Mark) -> tuple[int, int, str]:
    """Height, round, kind."""
    return mark.height, mark.round, mark.kind


def check_node(node: Node, validators: int) -> None:
    """Everything about one correct node that can be read off its rows."""
    check_chain(node.desk)
    check_replay(node.desk)
    check_bounds(node.desk, validators)
    progress = node.desk.rows.progress
    if progress and progress.halted:
        raise Violation(f"halt: {node.name}: {progress.halted}")


def check_chain(desk: MemoryDesk) -> None:
    """Each block stands on the one before, each certificate is a quorum's, each transaction is there once."""
    rows, keys = desk.rows, {one.name: bytes.fromhex(one.node_key) for one in desk.validators(1)}
    before, seen = None, set()
    for block, certificate in rows.blocks:
        header = block.header
        if before and (header.previous, header.height) != (before.hash, before.header.height + 1):
            raise Violation(f"chain: {desk.me.name} at {header.height}")
        if certificate.block != block.hash or not verify_certificate(certificate, desk.me.chain, keys):
            raise Violation(f"certificate: {desk.me.name} at {header.height}")
        for submitted in block.transactions:
            if submitted.id in seen:
                raise Violation(f"twice: {submitted.id}")
            seen.add(submitted.id)
        before = block


def check_replay(desk: MemoryDesk) -> None:
    """The log leads to the state."""
    state = State(desk.me.chain, desk.me.name)
    for _, event in desk.rows.events:
        state, _ = apply(state, event)
    if desk.rows.progress and canonical(state) != canonical(desk.rows.progress.state):
        raise Violation(f"replay: the log of {desk.me.name} does not lead to its state")


def check_bounds(desk: MemoryDesk, validators: int) -> None:
    """Memory stays bounded whatever is sent."""
    assert desk.rows.progress is not None
    state = desk.rows.progress.state
    near = [one for one in state.rounds if one.round >= state.round - ROUNDS_BEHIND]
    rest = [one for one in state.rounds if one.round < state.round - ROUNDS_BEHIND]
    if len(near) > ROUNDS_BEHIND + 3 + validators:
        raise Violation(f"bounds: {desk.me.name} keeps {len(near)} rounds")
    for one in near:
        values = [len(tally) for tally in (one.prevotes, one.precommits)]
        if len(one.proposals) > PROPOSALS_KEPT or max(values) > validators * validators:
            raise Violation(f"bounds: {desk.me.name} keeps too much of round {one.round}")
    if any(not _only_quorums(state, one) for one in rest):
        raise Violation(f"bounds: {desk.me.name} keeps more than quorums of old rounds")
    if any(desk.early_of(peer) > EARLY_KEPT for peer in desk.me.peer_keys):
        raise Violation(f"bounds: {desk.me.name} keeps too many early envelopes")


def _only_quorums(state: State, one: Round) -> bool:
    tallies = [tally for tally in (one.prevotes, one.precommits) if tally]
    return not one.proposals and all(list(tally) == [quorum_block(state, tally)] for tally in tallies)


def check_answered(node: Node, answered: set[str]) -> None:
    """What a node has answered "pending" is pending there, or committed."""
    rows = node.desk.rows
    pending = {submitted.id for submitted, _ in rows.pool.values()}
    if missing := answered - pending - rows.books.committed.keys():
        raise Violation(f"lost: {node.name} no longer knows {sorted(missing)[0]}")

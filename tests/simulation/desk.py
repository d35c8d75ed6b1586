"""A desk in memory: the rows of a node in dictionaries, a clock that the simulator turns, crashes where it says."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime

from ledger import gossip
from ledger.desk import KEEP, SEND_AT_ONCE, Peer, Progress
from ledger.envelopes import Decided, Status, Summary
from ledger.guard import Mark
from ledger.local import Local
from ledger.protocol.block import Block
from ledger.protocol.consensus.events import Event, TimeoutFired
from ledger.protocol.consensus.evidence import Place
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.consensus.messages import Evidence as AnyEvidence
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.reasons import Rejected
from ledger.protocol.records import Validator
from ledger.protocol.signed import Signed, Submission, submission
from ledger.protocol.transactions.evidence import BLOCK_EVIDENCE, Evidence
from ledger.protocol.validators import validators_at
from ledger.store.evidence import PROOF_MAX
from tests.simulation.books import Books, read_once
from tests.simulation.rows import NOBODY, MemoryGuard, NoDocuments, Rows, Watch, copy_of


class MemoryDesk:
    """What consensus needs of a node (ledger.desk.Desk). `reached` is told of every point where it might crash."""

    def __init__(
        self,
        me: Local,
        books: Books,
        clock: Callable[[], datetime],
        reached: Callable[[str], None] = lambda point: None,
        watch: Watch = NOBODY,
    ) -> None:
        self.me, self.rows, self.clock, self.reached, self.watch = me, Rows(books), clock, reached, watch
        self.guard = MemoryGuard(reached)
        self.documents = NoDocuments()
        self.woken = False
        self.unsure = False
        self.inside = False  # of an atomic()
        self.fresh_blocks: list[Block] = []  # by the atomic() in progress

    def now(self) -> datetime:
        return self.clock()

    def atomic(self) -> AbstractContextManager[None]:
        """The outermost one keeps or undoes."""
        return nullcontext() if self.inside else self._outermost()

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        before, self.inside = self.rows.copy(), True
        self.fresh_blocks = []
        try:
            yield
            self.reached("before a commit")
        except BaseException:
            self.rows = before
            raise
        finally:
            self.inside = False
        for block in self.fresh_blocks:
            self.watch.committed(self.me.name, block)
        self.reached("after a commit")

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def wake(self) -> None:
        self.woken = True

    def progress(self, *, lock: bool = False) -> Progress | None:
        return copy_of(self.rows.progress) if self.rows.progress else None

    def save(self, progress: Progress) -> None:
        self.rows.progress = copy_of(progress)

    def halt(self, sentence: str) -> None:
        assert self.rows.progress is not None
        self.rows.progress = replace(self.rows.progress, halted=sentence)

    def log(self, events: Sequence[tuple[int, Event]]) -> None:
        self.rows.events += events

    def signed(self, mark: Mark) -> tuple[str, str] | None:
        return self.rows.signed.get((mark.height, mark.round, mark.kind))

    def keep_signed(self, mark: Mark, signature: str) -> None:
        place = mark.height, mark.round, mark.kind
        assert place not in self.rows.signed, "signed once"
        self.rows.signed[place] = mark.digest, signature

    def last_signed(self) -> Mark | None:
        places = ((*place, digest) for place, (digest, _) in self.rows.signed.items())
        marks = (Mark(digest, height, kind, round_) for height, round_, kind, digest in places)
        return max(marks, key=lambda mark: mark.place, default=None)

    def remember(self, marks: tuple[Mark, ...]) -> None:
        self.guard.advance(marks)

    def keep_evidence(self, validator: str, height: int, round: int, kind: str, proof: str) -> None:
        self.rows.evidence.setdefault((validator, height, round, kind), proof)

    def timers(self) -> list[tuple[datetime, TimeoutFired]]:
        return sorted(((at, timer) for timer, at in self.rows.timers.items()), key=lambda pair: pair[0])

    def set_timer(self, timer: TimeoutFired, fires_at: datetime) -> None:
        assert timer not in self.rows.timers, "a timer is one"
        self.rows.timers[timer] = fires_at

    def end_timer(self, timer: TimeoutFired) -> None:
        self.rows.timers.pop(timer, None)

    def put(self, peers: Iterable[str], envelopes: Sequence[bytes], *, height: int | None = None) -> None:
        with self.atomic():
            for peer in peers:
                for envelope in envelopes:
                    self.rows.sequence += 1
                    self.rows.outbox[self.rows.sequence] = peer, height, envelope, self.now()
                    self.wake()

    def waiting(self, peer: str) -> list[tuple[int, bytes]]:
        found = [(id_, row[2]) for id_, row in self.rows.outbox.items() if row[0] == peer]
        if found:  # it is about to leave: what a lost database alone had seen, nobody has signed
            for (height, round_, kind), (digest, signature) in self.rows.signed.items():
                self.watch.signed(self.me.name, Mark(digest, height, kind, round_), signature)
        return found[:SEND_AT_ONCE]

    def peers_waiting(self) -> set[str]:
        return {row[0] for row in self.rows.outbox.values()}

    def sent(self, ids: Iterable[int]) -> None:
        with self.atomic():
            for id_ in ids:
                self.rows.outbox.pop(id_, None)

    def note_status(self, peer: str, status: Status, now: datetime) -> None:
        with self.atomic():
            self.rows.peers[peer] = Peer(peer, status.height, now), status

    def peers(self) -> list[Peer]:
        known = (peer for peer, _ in self.rows.peers.values())
        return sorted(known, key=lambda peer: (-peer.seen_at.timestamp(), peer.name))

    def keep_early(self, peer: str, height: int, envelope: bytes, *, decided: bool) -> None:
        with self.atomic():
            self.rows.early.setdefault(envelope, (height, peer, decided))

    def early_of(self, peer: str) -> int:
        return sum(row[1] == peer for row in self.rows.early.values())

    def take_early(self, height: int) -> bytes | None:
        for envelope, row in self.rows.early.items():
            if row[0] <= height:
                with self.atomic():
                    del self.rows.early[envelope]
                return envelope
        return None

    def decided_early(self) -> set[int]:
        return {row[0] for row in self.rows.early.values() if row[2]}

    def keep_summary(self, block: str, summary: Summary) -> None:
        self.rows.summaries.setdefault(block, summary)

    def find_summary(self, block: str) -> Summary | None:
        return self.rows.summaries.get(block)

    def proposed(self, height: int) -> list[str]:
        return [block for block, summary in self.rows.summaries.items() if summary.header.height == height]

    def keep_transactions(self, transactions: Iterable[Submission], height: int) -> None:
        for one in transactions:
            self.rows.kept.setdefault(one.digest, (height, one))

    def absent(self, digests: Sequence[str]) -> set[str]:
        return {each for each in digests if each not in self.rows.pool and each not in self.rows.kept}

    def find_transactions(self, digests: Sequence[str], height: int) -> dict[str, Submission]:
        found = {one.digest: one for one in self._block_of(height)}
        found |= {each: self.rows.kept[each][1] for each in digests if each in self.rows.kept}
        found |= {each: self.rows.pool[each][0] for each in digests if each in self.rows.pool}
        return {each: found[each] for each in digests if each in found}

    def _block_of(self, height: int) -> Sequence[Submission]:
        past = 0 < height <= len(self.rows.blocks)
        return self.rows.blocks[height - 1][0].transactions if past else ()

    def forget(self, height: int, now: datetime) -> None:
        rows = self.rows
        rows.timers = {}
        rows.outbox = {
            id_: row
            for id_, row in rows.outbox.items()
            if (row[1] is None or row[1] >= height) and row[3] >= now - KEEP
        }
        rows.summaries = {key: one for key, one in rows.summaries.items() if one.header.height > height}
        rows.kept = {key: row for key, row in rows.kept.items() if row[0] > height}

    def tip(self) -> tuple[int, str]:
        return self.rows.books.tip.height, self.rows.books.tip.hash

    def validators(self, height: int) -> Sequence[Validator]:
        return validators_at(self.rows.books.state(), height)

    def certificate_at(self, height: int) -> Certificate | None:
        return self.rows.blocks[height - 1][1] if 0 < height <= len(self.rows.blocks) else None

    def decided(self, height: int) -> Decided | None:
        if not 0 < height <= len(self.rows.blocks):
            return None
        block, certificate = self.rows.blocks[height - 1]
        digests = tuple(one.digest for one in block.transactions)
        summary = Summary(digests=digests, header=block.header, certificate=block.certificate)
        signed = tuple(canonical(one.signed).decode() for one in block.transactions)
        return Decided(certificate=certificate, signed=signed, summary=summary)

    def build_block(self, *, time: int, certificate: Certificate | None) -> Block:
        candidates = [submitted for submitted, _ in self.rows.pool.values()]
        block = self.rows.books.build([*self._evidence(), *candidates], time, self.me.name, certificate)
        for submitted in candidates:
            if submitted not in block.transactions:
                del self.rows.pool[submitted.digest]
        return block

    def _evidence(self) -> list[Submission]:
        """What is not on the ledger yet."""
        books = self.rows.books
        found = [proof for place, proof in self.rows.evidence.items() if not books.proves(Place(*place))]
        proofs = [parse(proof.encode(), AnyEvidence, limit=PROOF_MAX) for proof in found[:BLOCK_EVIDENCE]]
        built = (Evidence.of(proof, self.me.chain) for proof in proofs)
        return [submission(Signed(transaction=one, witnesses=())) for one in built]

    def check_block(self, block: Block) -> Rejected | None:
        try:
            self.rows.books.after(block)
        except Rejected as refusal:
            return refusal
        return None

    def commit_block(self, block: Block, certificate: Certificate) -> None:
        rows = self.rows
        rows.books = rows.books.after(block)
        rows.blocks.append((block, certificate))
        self.fresh_blocks.append(block)
        gone = {one.digest for one in block.transactions}
        rows.pool = {key: row for key, row in rows.pool.items() if key not in gone}

    def admit(self, raws: Sequence[bytes]) -> list[str]:
        """The digests of those that are pending afterwards."""
        good = [one for one in map(self._good, raws) if one is not None]
        with self.atomic():
            fresh = [one for one in good if one.digest not in self.rows.pool]
            for submitted in fresh:
                self.rows.pool[submitted.digest] = submitted, self.now()
            if fresh:
                self.wake()
        return [one.digest for one in good]

    def submit(self, raw: bytes) -> bool:
        """What a client does; True is the answer "pending" (or "committed"): it must not be lost any more."""
        known = read_once(raw)
        if known.id in self.rows.books.committed or known.digest in self.rows.pool:
            return True
        if (submitted := self._good(raw)) is None:
            return False
        with self.atomic():
            self.admit([raw])
            gossip.admitted(self, [submitted], announce=True)
        return True

    def _good(self, raw: bytes) -> Submission | None:
        try:
            submitted = read_once(raw)
        except Rejected:
            return None
        known = submitted.id in self.rows.books.committed
        bad = known or self.rows.books.refusal(submitted, int(self.now().timestamp()))
        return None if bad else submitted

    def last_arrival(self) -> datetime | None:
        return list(self.rows.pool.values())[-1][1] if self.rows.pool else None

    def pending_before(self, moment: datetime, limit: int) -> Sequence[Submission]:
        return [submitted for submitted, at in self.rows.pool.values() if at < moment][:limit]

    def keep_chunks(self, peer: str, entries: Collection[tuple[bytes, int, int, bytes, str]]) -> None:
        raise NotImplementedError("no lists are lodged in the simulator")

"""Sealed documents between nodes: told by header, fetched chunk by chunk, so that they never crowd out the votes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ledger.desk import Desk
from ledger.documents import WANTED_CHUNKS, WANTED_DOCUMENTS, ChunkWant, DocumentWant, Lacking
from ledger.envelopes import (
    DocumentChunkEnvelope,
    DocumentEnvelope,
    DocumentWantEnvelope,
    seal,
)

LOOK: Final = timedelta(seconds=1)
ASK_AGAIN: Final = timedelta(seconds=10)
AT_ONCE: Final = 4  # copies that are fetched at a time
WAITING_MOST: Final = 64  # envelopes for one peer; whoever has more to fetch first has to wait


def answer(desk: Desk, envelope: DocumentWantEnvelope) -> None:
    """Send a peer the headers and the chunks that it asked for, as far as they are here."""
    peer, want = envelope.sender, envelope.body
    if len(desk.waiting(peer)) > WAITING_MOST:
        return
    headers = desk.documents.copies(want.documents) if want.documents else []
    chunks = [chunk for asked in want.chunks for chunk in desk.documents.chunks(asked.id, asked.numbers)]
    answers = [seal(desk.me, DocumentEnvelope, sealed) for sealed in headers[:WANTED_DOCUMENTS]]
    answers += [seal(desk.me, DocumentChunkEnvelope, chunk) for chunk in chunks[:WANTED_CHUNKS]]
    desk.put([peer], answers)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for of one copy; `turn` says of whom."""

    at: datetime
    numbers: tuple[int, ...]
    turn: int


@dataclass
class Collector:
    """What was asked of whom and when, in memory: forgetting costs one question too many."""

    desk: Desk
    looked_at: datetime | None = None
    searched_at: datetime | None = None
    asked: dict[str, Question] = field(default_factory=dict)
    turn: int = 0

    def ask(self, now: datetime) -> None:
        """Ask for what is lacking here and was not asked for lately."""
        if not _is_over(self.looked_at, LOOK, now):
            return
        self.looked_at = now
        peers = [peer.name for peer in self.desk.peers()]
        if not peers:
            return
        lacking = self.desk.documents.lacking(AT_ONCE)
        self.asked = {one.id: self.asked[one.id] for one in lacking if one.id in self.asked}
        for one in lacking:
            self._ask_chunks(one, peers, now)
        if _is_over(self.searched_at, ASK_AGAIN, now):
            self.searched_at = now
            self._ask_headers(peers)

    def _ask_chunks(self, one: Lacking, peers: Sequence[str], now: datetime) -> None:
        """Of the peer that told us first; of the next one as soon as a question stays without an answer."""
        before, turn = self.asked.get(one.id), 0
        if before is not None:
            unanswered = not set(before.numbers).isdisjoint(one.numbers)
            if unanswered and not _is_over(before.at, ASK_AGAIN, now):
                return
            turn = before.turn + unanswered
        in_order = sorted(peers, key=lambda peer: peer != one.source)
        self.asked[one.id] = Question(now, one.numbers[:WANTED_CHUNKS], turn)
        wanted = ChunkWant(id=one.id, numbers=one.numbers[:WANTED_CHUNKS])
        self._put(in_order[turn % len(in_order)], DocumentWant(chunks=(wanted,)))

    def _ask_headers(self, peers: Sequence[str]) -> None:
        """Documents that the ledger names and nobody told us of: we were away."""
        if unknown := self.desk.documents.unknown(WANTED_DOCUMENTS):
            self.turn += 1
            self._put(peers[self.turn % len(peers)], DocumentWant(documents=tuple(unknown)))

    def _put(self, peer: str, want: DocumentWant) -> None:
        self.desk.put([peer], [seal(self.desk.me, DocumentWantEnvelope, want)])


def _is_over(since: datetime | None, span: timedelta, now: datetime) -> bool:
    """A clock that was put back counts as over."""
    return since is None or not timedelta(0) <= now - since < span

"""Sealed documents travel from node to node; a peer that floods or lies gains nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from msgspec.structs import replace

from ledger import driver, services
from ledger.documents import CHUNK_BYTES, ChunkWant, DocumentWant, cut
from ledger.envelopes import (
    DocumentChunkEnvelope,
    DocumentEnvelope,
    DocumentWantEnvelope,
    seal,
)
from ledger.models import Outbox, SealedChunk, SealedDocument
from ledger.store import documents
from ledger.store.documents import DocumentRows
from tests.ledger.consensus_network import OBSERVER, Nodes
from tests.ledger.sealed import digest_of, lodging, noise, sealed_copy
from tests.protocol.world import institution

BIG = noise(5 * CHUNK_BYTES + 7)


@pytest.fixture
def nodes(nodes: Nodes) -> Nodes:
    """Who know of each other."""
    nodes.tell()
    return nodes


def lodge(nodes: Nodes, name: str = "csd", ciphertext: bytes = BIG, document: str = "articles") -> str:
    """A person of the exchange hands it in at one node."""
    exchange = institution("exchange")
    sealed, data = sealed_copy(
        nodes.chain, exchange, signer=exchange.members[0], ciphertext=ciphertext, document=document
    )
    with nodes.on(name):
        return services.lodge_document(sealed=sealed, ciphertext=lodging(sealed, data)["ciphertext"])


def look(nodes: Nodes, name: str, later: float) -> None:
    """The node looks for what it lacks, and all that comes of it is carried."""
    with nodes.on(name):
        nodes.pulses[name].collector.ask(timezone.now() + timedelta(seconds=later))
        nodes.collect(name)
    nodes.carry()


def whole(nodes: Nodes, name: str, id: str) -> bytes:
    with nodes.on(name):
        found = SealedDocument.objects.filter(id=bytes.fromhex(id), missing=0)
        return documents.ciphertext(id) if found else b""


def test_every_node_gets_it_an_observer_too(nodes: Nodes) -> None:
    id = lodge(nodes)
    nodes.carry()
    for name in ("regulator", "exchange", "central_bank", OBSERVER):
        assert whole(nodes, name, id) == b""  # told of it, not flooded with it
        for second in range(3):
            look(nodes, name, later=second * 1.1)
        assert whole(nodes, name, id) == BIG


def test_a_node_asks_the_others_when_the_one_that_told_it_is_gone(nodes: Nodes) -> None:
    id = lodge(nodes)
    nodes.carry()
    for second in range(3):
        look(nodes, "exchange", later=second * 1.1)
    nodes.down.add("csd")
    for number in range(6):
        look(nodes, "regulator", later=number * 11)
    assert whole(nodes, "regulator", id) == BIG


def test_a_node_that_was_away_asks_for_what_open_proposals_name(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes.down.add("regulator")
    id = lodge(nodes)
    nodes.carry()
    nodes.down.clear()
    with nodes.on("csd"):
        Outbox.objects.all().delete()
    monkeypatch.setattr(DocumentRows, "unknown", lambda self, limit: [digest_of("articles")])
    for number in range(12):
        look(nodes, "regulator", later=number * 11)
    assert whole(nodes, "regulator", id) == BIG


def test_a_peer_cannot_make_up_documents_of_others(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, stranger = institution("exchange"), institution("nobody")
    good, _ = sealed_copy(nodes.chain, exchange, signer=exchange.members[0])
    forged = replace(good, signature="7f" * 64)
    not_theirs, _ = sealed_copy(nodes.chain, exchange, signer=stranger.members[0])
    no_participant, _ = sealed_copy(nodes.chain, stranger, signer=stranger.members[0])
    other_chain, _ = sealed_copy("other-0123456789abcdef", exchange, signer=exchange.members[0])
    for sealed in (forged, not_theirs, no_participant, other_chain):
        from_peer(nodes, DocumentEnvelope, sealed)
    assert kept(nodes) == 0
    from_peer(nodes, DocumentEnvelope, good)
    assert kept(nodes) == 1


def test_a_peer_that_floods_fills_no_more_than_a_participant_may(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "KEPT_DOCUMENTS", 3)
    exchange = institution("exchange")
    for number in range(8):
        sealed, _ = sealed_copy(nodes.chain, exchange, signer=exchange.members[0], document=f"flood {number}")
        from_peer(nodes, DocumentEnvelope, sealed)
    assert kept(nodes) == 3


def test_chunks_that_nobody_asked_for_or_that_do_not_fit_are_not_kept(nodes: Nodes) -> None:
    exchange = institution("exchange")
    sealed, data = sealed_copy(nodes.chain, exchange, signer=exchange.members[0], ciphertext=BIG)
    chunks = cut(sealed.header, data)
    from_peer(nodes, DocumentChunkEnvelope, chunks[0])
    from_peer(nodes, DocumentEnvelope, sealed)
    assert chunks_kept(nodes) == 0
    from_peer(nodes, DocumentChunkEnvelope, replace(chunks[0], number=1))
    from_peer(nodes, DocumentChunkEnvelope, replace(chunks[0], data="AAAA"))
    from_peer(nodes, DocumentChunkEnvelope, replace(chunks[0], path=chunks[1].path))
    assert chunks_kept(nodes) == 0
    from_peer(nodes, DocumentChunkEnvelope, chunks[0])
    from_peer(nodes, DocumentChunkEnvelope, chunks[0])
    assert chunks_kept(nodes) == 1


def test_questions_are_answered_with_a_few_chunks_and_no_more_while_those_wait(nodes: Nodes) -> None:
    id = lodge(nodes)
    nodes.carry()
    want = DocumentWant(chunks=tuple(ChunkWant(id=id, numbers=(0, 1, 2, 3)) for _ in range(4)))
    for number in range(30):
        from_peer(nodes, DocumentWantEnvelope, replace(want, documents=(f"{number:064x}",)), to="csd")
    with nodes.on("csd"):
        assert 0 < Outbox.objects.filter(peer="exchange").count() <= 68


def from_peer(nodes: Nodes, kind: Any, body: Any, to: str = "regulator") -> None:
    """The exchange's node says this; nothing leaves the receiver yet."""
    with nodes.on("exchange"):
        envelope = seal(nodes.desk.me, kind, body)
    with nodes.on(to):
        driver.receive(nodes.desk, envelope)


def kept(nodes: Nodes) -> int:
    with nodes.on("regulator"):
        return SealedDocument.objects.count()


def chunks_kept(nodes: Nodes) -> int:
    with nodes.on("regulator"):
        return SealedChunk.objects.count()

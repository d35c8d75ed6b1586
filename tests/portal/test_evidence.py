"""Evidence on the portal: in words for supervisors' operators, and as the messages that were signed."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from ledger.protocol.consensus.evidence import are_signed
from ledger.protocol.consensus.messages import Evidence
from ledger.protocol.encoding import canonical, parse
from portal.models import AuditEvent
from portal.views import evidence as pages
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown, record_evidence
from tests.protocol.liars import two_proposals, two_votes

PAGE, FILE = "/network/evidence/", "/network/evidence.json"


@pytest.fixture
def lied(town: NodeTown) -> NodeTown:
    """The exchange's node voted for two blocks, and the central bank's proposed one in two ways."""
    record_evidence(two_votes(town, "exchange"))
    record_evidence(two_proposals(town, "central_bank"))
    town.commit()
    return town


def test_nothing_was_seen(operator: Client, town: NodeTown) -> None:
    text = operator.get(PAGE).content.decode()
    assert "No validator has been seen to sign twice" in text
    assert operator.get(FILE).json() == []


def test_who_signed_which_two_things(operator: Client, lied: NodeTown) -> None:
    text = operator.get(PAGE).content.decode()
    assert "exchange voted for two different things in the second vote of round 0 on block 1." in text
    assert "central_bank made two different proposals in round 1 for block 1." in text
    assert "The block, offered as one that had its votes in round 0" in text
    assert text.count("A vote for the block") == 2 and "ab" * 32 in text and "cd" * 32 in text
    assert f"Recorded in block {lied.height}" in text


def test_the_file_convicts_without_this_node(operator: Client, lied: NodeTown) -> None:
    cases = operator.get(FILE).json()
    assert len(cases) == 2
    for case in cases:
        proof = parse(canonical(case["evidence"]), Evidence, limit=10_000)  # type: ignore[arg-type]
        assert are_signed(proof, bytes.fromhex(case["node_key"]))
        keys = {each.institution: each.node_key for each in lied.genesis.validators}
        assert keys[case["institution"]] == case["node_key"]
        answer = operator.get(FILE, {"transaction": case["transaction"]})
        assert json.loads(answer.content) == case
        assert f"evidence-{case['transaction'][:16]}.json" in answer.headers["Content-Disposition"]
    assert operator.get(FILE, {"transaction": "ab" * 32}).status_code == 404
    assert operator.get(FILE, {"transaction": "x\x00"}).status_code == 404


def test_every_look_is_written_down(operator: Client, lied: NodeTown, become: Callable) -> None:
    operator.get(PAGE)
    operator.get(FILE)
    become(lied, "issuer")
    assert operator.get(PAGE).status_code == operator.get(FILE).status_code == 403
    assert sorted(AuditEvent.objects.values_list("event", flat=True)) == [
        "evidence:exported", "evidence:viewed", "page:refused", "page:refused"
    ]  # fmt: skip


def test_the_network_page_leads_there_for_whom_it_opens(
    client: Client, operator: Client, viewer: Client, town: NodeTown, become: Callable
) -> None:
    assert PAGE in operator.get("/network/").content.decode()
    assert PAGE not in client.get("/network/").content.decode()
    assert PAGE not in viewer.get("/network/").content.decode()
    become(town, "issuer")
    assert PAGE not in operator.get("/network/").content.decode()


def test_many_cases_are_shown_page_by_page_with_the_same_few_questions(
    operator: Client, lied: NodeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted(monkeypatch) as few:
        operator.get(PAGE)
    for height in range(2, lied.height + 1):
        record_evidence(two_votes(lied, "exchange", height=height))
        lied.commit()
    with counted(monkeypatch) as many:
        operator.get(PAGE)
    assert many.number == few.number
    monkeypatch.setattr(pages, "CASES_PER_PAGE", 2)
    first = operator.get(PAGE).content.decode()
    assert first.count("<h2>") == 2 and "Next page" in first and "First page" not in first
    older = first.partition('href="?before=')[2].partition('"')[0]
    assert "First page" in operator.get(PAGE, {"before": older}).content.decode()
    assert operator.get(PAGE, {"before": "x"}).status_code == 200


def test_the_public_story_names_nobody(client: Client, lied: NodeTown) -> None:
    for submitted in lied.blocks[-1].transactions:
        text = client.get(f"/transactions/{submitted.id}/").content.decode()
        assert "A validator signed two different things" in text and "central_bank" not in text

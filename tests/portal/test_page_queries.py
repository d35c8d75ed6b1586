"""Every page asks the database a fixed number of times, however much there is to show."""

import pytest
from django.test import Client

from clients import acts
from ledger import services
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import person

MOST = 22
REGISTER = f"/instruments/{SHARE}/register/"
MANY = 40


def grow(town: NodeTown) -> int:
    """A second instrument with many holders, an increase of the first for them, one full block; its height."""
    people = [f"person {number}" for number in range(MANY)]
    town.block(*[town.attestation(name) for name in people])
    holders = [{"owner": person(name).address, "quantity": 1} for name in people]
    town.decide(acts.register(town.terms(BOND, quantity=MANY), holders=holders), town.issuer)
    version = town.version(f"instrument/{SHARE}")
    town.decide(acts.increase(SHARE, MANY, version=version, holders=holders), town.issuer)
    proposals = [
        town.proposal(acts.suspend(town.house.address, f"reason {number}"), town.csd)
        for number in range(MANY)
    ]
    for answer in services.submit(raws=[one.raw for one in proposals]):
        assert answer.status == "pending"
    return int(town.commit().header.height)


def asked(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> int:
    with counted(monkeypatch) as found:
        answer = client.get(path)
        assert answer.status_code == 200
        b"".join(answer)
    return found.number


def test_pages_ask_as_often_for_much_as_for_little(
    operator: Client, town: NodeTown, share: str, monkeypatch: pytest.MonkeyPatch
):
    paths = ["/", "/network/", "/blocks/", "/instruments/", f"/instruments/{SHARE}/", REGISTER, "/audit-log/"]
    paths += [f"/instruments/{SHARE}/register.csv", f"/transactions/{share}/"]
    small = town.blocks[-1].header.height
    before = [asked(operator, path, monkeypatch) for path in [*paths, f"/blocks/{small}/"]]
    full = grow(town)
    after = [asked(operator, path, monkeypatch) for path in [*paths, f"/blocks/{full}/"]]
    for path, few, many in zip([*paths, "/blocks/<height>/"], before, after, strict=True):
        assert many <= few + 1, path  # a proposal in a list is one more set to look up
        assert many <= MOST, path


def test_a_full_block_is_shown_page_by_page(client: Client, town: NodeTown):
    height = grow_without_share(town)
    first = client.get(f"/blocks/{height}/").content.decode()
    second = client.get(f"/blocks/{height}/", {"from": 50}).content.decode()
    assert first.count('<td class="lead-cell main"><a href="/transactions/') == 50
    assert second.count('<td class="lead-cell main"><a href="/transactions/') == 10
    assert "?from=50" in first and "?from=0" in second


def grow_without_share(town: NodeTown) -> int:
    """A block of many attestations; its height."""
    return int(town.block(*[town.attestation(f"guest {number}") for number in range(60)]).header.height)

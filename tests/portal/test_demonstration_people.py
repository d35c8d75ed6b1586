"""The accounts of a demonstration: made by one command, each with its wallet, and only on a demo- chain."""

import io
import sys
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command

from clients.signing import token_request
from portal import wallets
from portal.models import Account, Organisation
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD


def people(town: NodeTown) -> list[dict[str, Any]]:
    rows = [
        ("operator", None, town.csd.members[0], True),
        ("issuer-1", {"name": "Issuer", "address": town.issuer.address}, town.issuer.members[0], True),
        ("issuer-2", {"name": "Issuer", "address": town.issuer.address}, town.issuer.members[1], False),
        ("investor-1", {"name": "Ann", "address": ""}, town.ann, False),
    ]
    return [
        {
            "name": name, "password": PASSWORD, "mandate": "sign", "is_administrator": rules, "organisation": place,
            "label": name, "proof": token_request(town.chain, wallet, int(time.time())),
        }
        for name, place, wallet, rules in rows
    ]  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, said: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(msgspec.json.encode(said))))
    call_command("create_people", stdout=io.StringIO())


def test_everybody_is_made_once_with_the_own_wallet(town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.node.Node.is_demonstration", True)
    for _ in range(2):
        run(monkeypatch, people(town))
    assert Account.objects.count() == 4 and Organisation.objects.count() == 3
    iris, ann = Account.objects.get(username="issuer-1"), Account.objects.get(username="investor-1")
    assert wallets.addresses_of(iris) == {town.issuer.address, town.issuer.members[0].address}
    assert wallets.addresses_of(ann) == {town.ann.address} and ann.organisation.is_person
    assert Account.objects.get(username="operator").is_operator


def test_without_its_wallet_nobody_is_made(town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.node.Node.is_demonstration", True)
    said = people(town)
    said[3]["proof"]["address"] = town.bob.address
    with pytest.raises(CommandError, match="investor-1"):
        run(monkeypatch, said)
    assert not Account.objects.filter(username="investor-1").exists()


def test_a_real_network_has_no_such_people(town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(CommandError, match="no demonstration"):
        run(monkeypatch, people(town))
    assert not Account.objects.exists()

"""How much may wait beside the ledger for an act that names it."""

from datetime import timedelta

import pytest
from django.db.models import F

from ledger.models import HolderListChunk
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Output
from ledger.services import lists
from ledger.services.lists import LodgedList, lodge_list
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND


@pytest.fixture(autouse=True)
def two_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test need not lodge four million rows."""
    monkeypatch.setattr(lists, "CHUNKS_WAITING", 2)


def lodge(town: NodeTown, quantity: int, lodger: str = "issuer") -> LodgedList:
    """A list of one line; the quantity tells lists apart."""
    line = Output(asset=f"{BOND}.1", owner=town.at("ann"), quantity=quantity)
    return lodge_list(outputs=[line], issuer=town.at(lodger))


def test_one_list_too_many_is_refused_and_leaves_nothing(town: NodeTown) -> None:
    lodge(town, 1), lodge(town, 2)
    with pytest.raises(Rejected, match="propose what they are for") as refusal:
        lodge(town, 3)
    assert (refusal.value.reason, refusal.value.field) == (Reason.OVERSIZED, "rows")
    assert HolderListChunk.objects.count() == 2


def test_what_is_here_already_and_what_others_lodge_does_not_count(town: NodeTown) -> None:
    lodge(town, 1), lodge(town, 2), lodge(town, 2)
    lodge(town, 3, "notary")


def test_what_an_act_names_waits_no_longer(town: NodeTown) -> None:
    named = lodge(town, 20)
    lodge(town, 1)
    act = {"act": "register", **town.terms(BOND, quantity=20), "list": {"chunks": 1, "root": named.root}}
    town.propose(act, town.issuer)
    lodge(town, 2)
    with pytest.raises(Rejected):
        lodge(town, 3)


def test_old_ones_that_nobody_names_are_dropped_when_room_is_needed(town: NodeTown) -> None:
    old = lodge(town, 1)
    month = timedelta(days=lists.DAYS_WAITING, seconds=1)
    HolderListChunk.objects.update(lodged_at=F("lodged_at") - month)
    lodge(town, 2)
    assert HolderListChunk.objects.count() == 2  # there was room
    lodge(town, 3)
    assert not HolderListChunk.objects.filter(root=bytes.fromhex(old.root)).exists()

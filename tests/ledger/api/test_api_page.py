"""The OpenAPI page: every operation is described, with an example that has the fields of the real answer."""

from collections.abc import Callable
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from clients.signing import Signer
from ledger.api.examples import ANSWERS, BODIES
from ledger.api.urls import urlpatterns
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE
from tests.protocol.world import person


def operations() -> dict[str, dict[str, Any]]:
    """By name, as the schema has them."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    listed = [one for path, methods in paths.items() if "schema" not in path for one in methods.values()]
    return {one["operationId"]: one for one in listed}


def test_every_operation_says_what_it_does_and_shows_it():
    found = operations()
    assert set(found) == set(ANSWERS)
    assert len(found) == len(urlpatterns)
    for name, operation in found.items():
        assert operation["description"], name
        assert operation["responses"]["200"]["content"]["application/json"]["examples"], name
        assert ("requestBody" in operation) == (name in BODIES), name


@pytest.mark.django_db
def test_examples_have_the_fields_of_the_real_answers(
    town: NodeTown, api: Api, as_wallet: Callable[[Signer], Api]
):
    town.register({"ann": 100})
    paid = town.pay("ann", "ann", 10)
    town.submit(paid)
    town.commit()
    height, ann = town.height - 1, as_wallet(person("ann"))
    real = {
        "network": api.get("network"),
        "reasons": api.get("reasons"),
        "status": api.get(f"transactions/{paid.id}"),
        "blocks": api.get("blocks"),
        "block": api.get(f"blocks/{height}"),
        "certificate": api.get(f"blocks/{height}/certificate"),
        "proof": ann.get(f"proofs?output={paid.id}:0"),
        "record": api.get("records/network"),
        "participants": api.get("participants"),
        "instruments": api.get("instruments"),
        "instrument": api.get(f"instruments/{SHARE}"),
        "register": as_wallet(town.issuer).get(f"instruments/{SHARE}/register"),
        "outputs": ann.get(f"wallets/{town.at('ann')}/outputs"),
        "notes": ann.get(f"transactions/{paid.id}/notes"),
        "genesis": api.get("genesis"),
    }
    for name, answer in real.items():
        assert shape(answer.json()) == shape(ANSWERS[name]), name


def shape(value: Any) -> set[str]:
    """The fields of an answer, or of the rows of one."""
    if isinstance(value, list):
        return shape(value[0])
    return set(value)

"""Programs that speak to a node: the public, and whoever has proved to hold a wallet."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from clients.signing import Signer, token_request
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown


@pytest.fixture
def api(client: Client, town: NodeTown) -> Api:
    """Without a wallet, and nobody has asked anything yet."""
    cache.clear()
    return Api(client)


@pytest.fixture
def as_wallet(client: Client, town: NodeTown) -> Callable[[Signer], Api]:
    """A program that has proved to hold a wallet."""

    def prove(wallet: Signer) -> Api:
        answer = Api(client).post("tokens", token_request(town.chain, wallet, int(time.time())))
        assert answer.status_code == 200, answer.content
        return Api(client, {"Authorization": f"Bearer {answer.json()['token']}"})

    return prove

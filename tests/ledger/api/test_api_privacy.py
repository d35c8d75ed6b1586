"""Answers to strangers: a refusal tells nobody whose units they are or how many."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.cache import cache

from clients import acts, build
from clients.coins import Coin
from clients.signing import Signed, Signer, sign, unsigned
from ledger.api.callers import AddressThrottle
from ledger.models import ApiLookup
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE
from tests.protocol.world import person

pytestmark = pytest.mark.django_db
AsWallet = Callable[[Signer], Api]


def rehearse(api: Api, signed: Signed) -> dict[str, Any]:
    """The answer of a dry-run."""
    answer = api.post("transactions/dry-run", b'{"transactions":[' + signed.raw + b"]}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()["answers"][0]
    return found


def guess(town: NodeTown, coins: Sequence[Coin], quantity: int) -> Signed:
    """Somebody's outputs, and a guess how much is in them."""
    outputs = [build.output(coins[0].asset, town.at("bob"), quantity)]
    inputs = [coin.outpoint for coin in coins]
    return unsigned(build.transaction(town.frame, "transfer", {}, inputs, outputs))


def test_a_rehearsal_without_witnesses_is_for_who_would_sign(
    town: NodeTown, api: Api, as_wallet: AsWallet
) -> None:
    """Or anybody could ask of every output on the ledger how much it is: the refusal said so."""
    ann, bob = town.register({"ann": 120, "bob": 50})
    for caller in (api, as_wallet(person("bob"))):
        for coins, quantity in (([ann], 1), ([ann], 120), ([ann, bob], 1), ([ann, bob], 170)):
            said = rehearse(caller, guess(town, coins, quantity))
            assert (said["status"], said["reason"]) == ("refused", "WRONG_WITNESSES")
            assert not any(secret in said["detail"] for secret in ("120", "170", ann.asset, town.at("ann")))
    owner = as_wallet(person("ann"))
    assert rehearse(owner, guess(town, [ann], 120))["status"] == "acceptable"
    assert rehearse(owner, guess(town, [ann], 119))["reason"] == "NOT_CONSERVED"


def test_other_kinds_are_rehearsed_by_any_of_their_signers(
    town: NodeTown, api: Api, as_wallet: AsWallet
) -> None:
    act = town.registration({"ann": 100})
    asked = build.propose(
        town.frame, act, proposer=town.issuer.address, deadline=town.time + 99, notary=town.notary.address
    )
    assert rehearse(as_wallet(town.issuer), unsigned(asked))["status"] == "acceptable"
    for stranger in (api, as_wallet(town.notary)):
        assert rehearse(stranger, unsigned(asked))["reason"] == "WRONG_WITNESSES"


def test_a_refusal_for_want_of_signatures_names_no_owner(town: NodeTown, api: Api) -> None:
    """Any stranger can sign with a key of his own, and was told whose signature is missing."""
    (coin,) = town.register({"ann": 100})
    stolen = sign(guess(town, [coin], 100).transaction, person("dan"))
    burn = town.proposal(acts.decrease(SHARE, [coin.outpoint], version=1), town.issuer)
    for signed in (stolen, burn):
        (said,) = api.submit(signed.raw)
        assert said["reason"] == "WRONG_WITNESSES"
        assert town.at("ann") not in str(said)


def test_strangers_do_not_fill_the_log_of_look_ups(town: NodeTown, api: Api) -> None:
    """It can never be emptied: of refusals to nobody in particular, one a second says enough."""
    for _ in range(50):
        assert api.get(f"wallets/{town.at('ann')}/outputs").status_code == 403
    assert 1 <= ApiLookup.objects.count() < 10


def test_fresh_wallets_do_not_outrun_the_limit_of_their_address(
    town: NodeTown, api: Api, as_wallet: AsWallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys cost nothing: each fresh one would have been a caller with a rate of its own."""
    callers = [as_wallet(person(f"nobody {number}")) for number in range(7)]
    cache.clear()
    monkeypatch.setattr(AddressThrottle, "rate", "5/min", raising=False)
    answers = [caller.get("blocks").status_code for caller in callers]
    assert answers == [200] * 5 + [429] * 2

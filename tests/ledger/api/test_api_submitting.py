"""The public API: what is submitted; clear answers, clear refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.signing import Signer, sign
from ledger.protocol.encoding import INT_MAX, canonical
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Output
from ledger.services import lodge_list
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown, count
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import person

pytestmark = pytest.mark.django_db


class TestSubmitting:
    def test_pending_then_committed(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        assert api.submit(paid.raw) == [{"id": paid.id, "status": "pending"}]
        assert api.get(f"transactions/{paid.id}").json()["final"] is False
        town.commit()
        said = api.get(f"transactions/{paid.id}").json()
        assert (said["status"], said["final"], said["height"]) == ("committed", True, town.height)
        assert api.submit(paid.raw)[0]["status"] == "committed"

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "MALFORMED"),
            (b"{", "MALFORMED"),
            (b"[]", "MALFORMED"),
            (b'{"transactions":[]}', "MALFORMED"),
            (b'{"transactions":{}}', "MALFORMED"),
            (b'{"transactions":[{}],"more":1}', "MALFORMED"),
            (b'{"transactions":[' + b"{}," * 1_000 + b"{}]}", "MALFORMED"),
            (b"\xff\xfe", "MALFORMED"),
            (b"[" * 100_000, "MALFORMED"),
            (b'{"transactions":["' + b"x" * 32_000_001 + b'"]}', "OVERSIZED"),
        ],
        ids=lambda value: str(value[:24]),
    )
    def test_a_body_that_is_none(self, api: Api, body: bytes, reason: str) -> None:
        answer = api.post("transactions", body)
        assert answer.status_code == 400
        assert answer.json()["reason"] == reason
        assert answer.json()["detail"]

    def test_every_element_is_judged_by_itself(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        good = town.pay("ann", "bob", 30)
        spaced = good.raw.replace(b'":', b'": ', 1)
        doubled = good.raw.replace(b'{"transaction"', b'{"transaction":1,"transaction"', 1)
        unknown = altered(town, kind="mint")
        cases = [
            (b"1", "MALFORMED"),
            (b"null", "MALFORMED"),
            (spaced, "NOT_CANONICAL"),
            (doubled, "MALFORMED"),
            (unknown, "UNKNOWN_KIND"),
            (altered(town, extra=1), "MALFORMED"),
            (altered(town, chain="demo-0000000000000000"), "WRONG_CHAIN"),
            (altered(town, expires=town.time + 90_000), "BAD_VALIDITY"),
            (altered(town, **{"from": town.time + 600, "expires": town.time + 700}), "NOT_YET_VALID"),
            (altered(town, **{"from": town.time - 700, "expires": town.time - 600}), "EXPIRED"),
            (altered(town, inputs=[good.transaction["inputs"][0]] * 2), "DUPLICATE_INPUT"),
            (altered(town, outputs=output(town, 0)), "MALFORMED"),
            (altered(town, outputs=output(town, -1)), "MALFORMED"),
            (altered(town, outputs=output(town, INT_MAX)).replace(b"%d" % INT_MAX, b"%d" % 2**53), "MALFORMED"),
            (altered(town, outputs=output(town, 99)), "NOT_CONSERVED"),
            (big(good.raw), "OVERSIZED"),
        ]  # fmt: skip
        answers = api.submit(*[raw for raw, _ in cases], good.raw)
        assert [answer.get("reason") for answer in answers[:-1]] == [reason for _, reason in cases]
        assert answers[-1] == {"id": good.id, "status": "pending"}
        assert all(answer["detail"] and answer["iso"] for answer in answers[:-1])

    def test_dry_run_stores_nothing(
        self, api: Api, town: NodeTown, as_wallet: Callable[[Signer], Api]
    ) -> None:
        town.register({"ann": 100, "bob": 50})
        bare = canonical({"transaction": town.pay("ann", "bob", 30).transaction, "witnesses": []})
        answer = (
            as_wallet(person("ann"))
            .post("transactions/dry-run", b'{"transactions":[' + bare + b"]}")
            .json()["answers"][0]
        )
        assert answer["status"] == "acceptable"
        assert api.get(f"transactions/{answer['id']}").status_code == 404

    def test_a_thousand_in_one_request(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        answers = api.submit(*[paid.raw] * 1_000)
        assert [answer["status"] for answer in answers].count("pending") == 1
        assert len(answers) == 1_000


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_long_list_is_lodged_and_allotted(town: NodeTown, count: int) -> None:
    """One wallet in the list is nobody's yet: its units are in trust, and every chunk is entered."""
    names = ("ann", "bob", "cho")
    outputs = [Output(asset=f"{BOND}.1", owner=town.at(names[at % 3]), quantity=1) for at in range(count - 1)]
    outputs.append(Output(asset=f"{BOND}.1", owner=town.at("dan"), quantity=1))
    lodged = lodge_list(outputs=outputs, issuer=town.issuer.address)
    assert (lodged.rows, lodged.total, lodged.chunks) == (count, count, count // 500)
    act = {
        "act": "register",
        **town.terms(BOND, quantity=count, authorised=count),
        "list": {"chunks": lodged.chunks, "root": lodged.root},
    }
    town.decide(act, town.issuer)
    assert town.value(f"instrument/{BOND}")["status"] == "allotting"
    while town.value(f"instrument/{BOND}")["status"] == "allotting":
        assert len(town.commit().transactions) >= 1
    assert town.counter(f"issued/{BOND}.1") == count
    assert town.counter(f"promised/{BOND}.1") == 0
    assert [coin.quantity for coin in town.coins("issuer", BOND) if coin.held] == [1]


def test_a_list_with_a_misspelt_address_is_not_lodged(town: NodeTown) -> None:
    right = town.at("ann")
    wrong = right[:-1] + ("q" if right[-1] != "q" else "p")
    rows_ = [Output(asset=f"{BOND}.1", owner=owner, quantity=1) for owner in (right, wrong)]
    with pytest.raises(Rejected, match="checksum") as refusal:
        lodge_list(outputs=rows_, issuer=town.issuer.address)
    assert refusal.value.reason is Reason.MALFORMED
    assert count("ledger_holderlistchunk") == 0


def altered(town: NodeTown, **changes: Any) -> bytes:
    """A transfer of ann's with these fields, signed by her, canonical."""
    transaction = town.pay("ann", "bob", 30).transaction | changes
    return sign(transaction, person("ann")).raw


def output(town: NodeTown, quantity: int) -> list[dict[str, Any]]:
    return [{"asset": f"{SHARE}.1", "owner": town.at("bob"), "quantity": quantity}]


def big(raw: bytes) -> bytes:
    return raw.replace(b'"kind":"transfer"', b'"kind":"transfer' + b"x" * 300_000 + b'"')

"""Good transactions with witnesses that are out of order, of the wrong form, or do not sign them."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from clients import signing
from clients.build import transaction_id
from ledger.protocol import keys, merkle
from ledger.protocol.encoding import canonical
from tests.vectors.kinds_cases import Case
from tests.vectors.kinds_cast import Cast, Json, seed

ORDER: Final = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's base point

Refused = Iterator[tuple[str, bytes]]


def every_refusal(cast: Cast, joint: Case, single: Case) -> Refused:
    """`joint` is signed by a wallet of several members (1 of 2 for the issuer), `single` by the notary alone."""
    yield from _single(cast, single.transaction)
    yield from _orders(cast, single.transaction)
    yield from _paths(cast, single.transaction)
    yield from _joint(cast, joint.transaction)


def _single(cast: Cast, transaction: Json) -> Refused:
    good = _witness(cast, transaction, "notary")
    signature = good["signature"]
    scalar = int.from_bytes(bytes.fromhex(signature[64:]), "little")
    other = transaction | {"expires": transaction["expires"] + 1}
    forged: dict[str, Json] = {
        "signature of another transaction": _witness(cast, other, "notary"),
        "signature of another wallet": good
        | {"signature": _witness(cast, transaction, "alice")["signature"]},
        "malleated signature": good
        | {"signature": signature[:64] + (scalar + ORDER).to_bytes(32, "little").hex()},
        "neutral key and signature": {
            "card": good["card"] | {"sign": "01" + "00" * 31},
            "signature": "01" + "00" * 63,
        },
        "short signature": good | {"signature": signature[:-2]},
        "signature in capitals": good | {"signature": signature.upper()},
        "no signature": {"card": good["card"]},
        "a list for a single card": good | {"signature": [{"member": 0, "signature": signature}]},
        "unknown field": good | {"name": "notary"},
        "card as text": good | {"card": cast.at("notary")},
    }
    for name, witness in forged.items():
        yield f"witness: {name}", _whole(transaction, [witness])


def _orders(cast: Cast, transaction: Json) -> Refused:
    both = [_witness(cast, transaction, name) for name in ("notary", "alice")]
    in_order = sorted(both, key=lambda each: keys.address(_card(each)))
    yield "witnesses: not sorted", _whole(transaction, in_order[::-1])
    yield "witnesses: one twice", _whole(transaction, [both[0], both[0]])
    yield "witnesses: 65", _whole(transaction, both[:1] * 65)
    yield "witnesses: an object", canonical({"transaction": transaction, "witnesses": {}})


def _card(witness: Json) -> keys.Card:
    card = witness["card"]
    return keys.SingleCard(seal=card["seal"], sign=card["sign"])


def _paths(cast: Cast, transaction: Json) -> Refused:
    ids = [bytes.fromhex(transaction_id(transaction)), *(seed(f"id {number}") for number in range(4))]
    leaves = [merkle.leaf_hash(id) for id in ids]
    message = keys.batch_message(merkle.root_of_hashes(leaves), len(ids))
    signature = cast["notary"].signature(message)
    hashes = [item.hex() for item in merkle.path(leaves, 0)]
    good: Json = {"hashes": hashes, "index": 0, "size": 5}
    forged: dict[str, Json | None] = {
        "another index": good | {"index": 1},
        "another size": good | {"size": 6},
        "index beyond the size": good | {"index": 5},
        "a hash less": good | {"hashes": hashes[:-1]},
        "a hash more": good | {"hashes": [*hashes, hashes[0]]},
        "no size": {"hashes": hashes, "index": 0},
        "a batch beyond 2^16": good | {"size": 2**16 + 1},
        "left out": None,
    }
    for name, path in forged.items():
        witness = {"card": cast.card("notary"), "signature": signature} | ({"path": path} if path else {})
        yield f"path: {name}", _whole(transaction, [witness])


def _joint(cast: Cast, transaction: Json) -> Refused:
    good = _witness(cast, transaction, "csd")
    first, second = good["signature"]
    forged: dict[str, Any] = {
        "one of two signatures": [first],
        "no signatures": [],
        "three signatures": [first, second, second],
        "members not sorted": [second, first],
        "a member twice": [first, first],
        "a member that is not there": [first, second | {"member": 3}],
        "signatures exchanged": [
            first | {"signature": second["signature"]},
            second | {"signature": first["signature"]},
        ],
        "one signature as text": first["signature"],
        "a negative member": [first | {"member": -1}, second],
    }
    for name, signature in forged.items():
        yield f"joint: {name}", _whole(transaction, [good | {"signature": signature}])
    nested = copy.deepcopy(good)
    nested["card"]["cards"][0] = cast.card("regulator")
    yield "joint: a joint card within a joint card", _whole(transaction, [nested])


def _witness(cast: Cast, transaction: Json, name: str) -> Json:
    witness: Json = json.loads(signing.sign(transaction, cast[name]).raw)["witnesses"][0]
    return witness


def _whole(transaction: Json, witnesses: list[Any]) -> bytes:
    return canonical({"transaction": transaction, "witnesses": witnesses})

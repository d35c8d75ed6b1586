"""Signed bytes that every implementation refuses before it looks at any state; all but the first are well signed."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from clients import build, signing
from ledger.protocol.encoding import INT_MAX, canonical
from tests.vectors import kinds_refused_witnesses
from tests.vectors.kinds_cases import ASSET, Case, every_case, point
from tests.vectors.kinds_cast import CHAIN, FRAME, NOW, Cast, Json, seed, wallet

Refused = Iterator[tuple[str, bytes]]
Change = Callable[[Json], object]


def every_refusal(cast: Cast) -> Refused:
    """Name and bytes of every case."""
    cases = {case.name: case for case in every_case(cast)}
    yield from _bytes(cast, cases)
    yield from changed(cast, cases, SCHEMA)
    yield from changed(cast, cases, TIMES_AND_INPUTS)
    yield from changed(cast, cases, ACTS)
    yield from changed(cast, cases, NOTES)
    yield from kinds_refused_witnesses.every_refusal(
        cast, cases["retract"], cases["approve, in another role"]
    )
    yield from _ciphertexts(cast, cases["transfer with a note"])


def _bytes(cast: Cast, cases: dict[str, Case]) -> Refused:
    """Other spellings of good bytes."""
    raw = _signed(cast, cases["transfer"])
    text = raw.decode()
    respelled = {
        "space after a comma": text.replace(",", ", ", 1),
        "line feed at the end": text + "\n",
        "byte order mark": "\ufeff" + text,
        "a key twice": text.replace('"kind":"transfer"', '"kind":"transfer","kind":"transfer"'),
        "keys in another order": json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":")),
        "1200.0": text.replace('"quantity":1200', '"quantity":1200.0'),
        "12e2": text.replace('"quantity":1200', '"quantity":12e2'),
        "an escape that is not needed": text.replace('"transfer"', '"\\u0074ransfer"'),
        "two values": text + "{}",
        "cut off": text[:-1],
        "nothing": "",
        "an array": "[]",
        "null": "null",
        "NaN": text.replace('"quantity":1200', '"quantity":NaN'),
        "beyond 2^53 - 1": text.replace('"quantity":1200', f'"quantity":{INT_MAX + 1}'),
        "a number as text": text.replace('"quantity":1200', '"quantity":"1200"'),
        "true as a number": text.replace('"quantity":1200', '"quantity":true'),
        "null as a field": text.replace('"body":{}', '"body":{"note":null}'),
        "capital hexadecimal": text.replace(point("b"), point("b").upper()),
        "an empty list of notes": text.replace('{"transaction"', '{"notes":[],"transaction"'),
        "a lone surrogate": text.replace(f'"{CHAIN}"', '"\\ud800"'),
        "witnesses missing": canonical({"transaction": json.loads(text)["transaction"]}).decode(),
        "transaction missing": canonical({"witnesses": json.loads(text)["witnesses"]}).decode(),
        "an unknown field beside": text.replace('{"transaction"', '{"fee":1,"transaction"'),
    }
    for name, spelled in respelled.items():
        assert spelled != text, name
        yield name, spelled.encode()
    yield "not UTF-8", raw.replace(CHAIN.encode(), b"\xff\xfe")


def changed(cast: Cast, cases: dict[str, Case], table: list[tuple[str, str, Change]]) -> Refused:
    """A good transaction changed, then signed as it stands."""
    for of, name, change in table:
        case = cases[of]
        transaction = copy.deepcopy(case.transaction)
        change(transaction)
        assert transaction != case.transaction, name
        yield f"{of}: {name}", _signed(cast, case, transaction)


def _signed(cast: Cast, case: Case, transaction: Json | None = None) -> bytes:
    made = transaction or case.transaction
    return signing.sign(made, *(cast[name] for name in case.signers), notes=case.notes).raw


def put(value: Any, *path: str | int) -> Change:
    """The change that sets one field; None removes it."""

    def change(transaction: Json) -> None:
        target: Any = transaction
        for step in path[:-1]:
            target = target[step]
        if value is None:
            del target[path[-1]]
        else:
            target[path[-1]] = value

    return change


ADDRESS: Final = wallet("bob").address
REGISTER: Final = "propose register"

SCHEMA: Final[list[tuple[str, str, Change]]] = [
    ("transfer", "unknown field", put(1, "fee")),
    ("transfer", "unknown field in the body", put("x", "body", "memo")),
    ("transfer", "unknown field in an output", put(1, "outputs", 0, "price")),
    ("transfer", "expires missing", put(None, "expires")),
    ("transfer", "chain missing", put(None, "chain")),
    ("transfer", "kind missing", put(None, "kind")),
    ("transfer", "unknown kind", put("mint", "kind")),
    ("transfer", "body of another kind", put({"proposal": "ab" * 32}, "body")),
    ("transfer", "another network", put("demo-0000000000000000", "chain")),
    ("transfer", "quantity 0", put(0, "outputs", 0, "quantity")),
    ("transfer", "quantity negative", put(-1, "outputs", 0, "quantity")),
    ("transfer", "asset without edition", put("DE0007236101", "outputs", 0, "asset")),
    ("transfer", "edition 0", put("DE0007236101.0", "outputs", 0, "asset")),
    ("transfer", "owner in capitals", put(ADDRESS.upper(), "outputs", 0, "owner")),
    ("transfer", "owner is no address", put("tally1", "outputs", 0, "owner")),
    ("transfer", "output with a lock", put(NOW, "outputs", 0, "locked_until")),
    ("transfer", "output with a hold", put({"for": ADDRESS, "kind": "allotment"}, "outputs", 0, "hold")),
    ("transfer", "no outputs", put([], "outputs")),
    ("transfer", "outputs are an object", put({}, "outputs")),
    ("revoke", "bidi override in a reason", put("paid \u202egnp.exe", "body", "reason")),
    ("revoke", "zero width space in a reason", put("a\u200bb", "body", "reason")),
    ("revoke", "line feed in a reason", put("a\nb", "body", "reason")),
    ("revoke", "delete in a reason", put("a\u007fb", "body", "reason")),
    ("revoke", "empty reason", put("", "body", "reason")),
    ("revoke", "reason of 501 characters", put("😀" * 501, "body", "reason")),
    ("revoke", "reason missing", put(None, "body", "reason")),
    ("revoke", "another topic", put("shoe size", "body", "topic")),
    ("refuse", "code of five letters", put("DQUAX", "body", "reason", "code")),
    ("refuse", "reason is a text", put("no", "body", "reason")),
    ("approve", "role of nobody", put("issuer", "body", "role")),
    ("approve", "basis too short", put("ab" * 31, "body", "basis")),
    ("retract", "proposal missing", put(None, "body", "proposal")),
    ("attest", "country of three letters", put("DEU", "body", "country")),
    ("attest", "unknown class", put("VIPS", "body", "class")),
    ("attest", "holder number too long", put("ab" * 17, "body", "holder")),
    ("attest", "card of an unknown scheme", put("rsa", "body", "card", "scheme")),
    ("attest", "card with an unknown field", put("x", "body", "card", "name")),
    ("attest", "card with a key of small order", put("01" + "00" * 31, "body", "card", "sign")),
    ("attest", "card with a seal key of low order", put("00" * 32, "body", "card", "seal")),
    ("rotate card of csd", "members not sorted", lambda each: each["body"]["card"]["cards"].reverse()),
    ("rotate card of csd", "m of none", put(0, "body", "card", "m")),
    ("rotate card of csd", "m beyond the members", put(5, "body", "card", "m")),
    ("rotate card of csd", "neither card nor seal", put(None, "body", "card")),
    ("rotate seal", "card and seal", lambda each: each["body"].update(card={"scheme": "x"})),
    ("rotate seal", "epoch Q5", put("2026Q5", "body", "seal", "epoch")),
    ("rotate seal", "key of low order", put("01" + "00" * 31, "body", "seal", "key")),
    ("rotate seal", "until before from", put(NOW - 1, "body", "seal", "until")),
    ("govern upgrade", "another act", put("downgrade", "body", "act", "act")),
    ("govern upgrade", "signers not sorted", lambda each: each["body"]["signers"].reverse()),
    (
        "govern upgrade",
        "a signer twice",
        lambda each: each["body"]["signers"].insert(0, each["body"]["signers"][0]),
    ),
    ("govern upgrade", "no signers", put([], "body", "signers")),
]

TIMES_AND_INPUTS: Final[list[tuple[str, str, Change]]] = [
    ("transfer", "expires when it begins", put(FRAME.valid_from, "expires")),
    ("transfer", "valid for more than a day", put(FRAME.valid_from + 86_401, "expires")),
    ("transfer", "begins before 1970", put(-1, "from")),
    ("transfer", "an input twice", lambda each: each["inputs"].insert(0, each["inputs"][0])),
    ("transfer", "inputs not sorted", lambda each: each["inputs"].reverse()),
    ("transfer", "no inputs", put([], "inputs")),
    ("transfer", "a record key as an input", put(["network@1"], "inputs")),
    ("transfer", "an index with a leading zero", put([point("a", 0) + "1"], "inputs")),
    ("transfer", "257 inputs", put([f"{number:064x}:0" for number in range(257)], "inputs")),
    ("propose suspend", "with an input", put([point("a")], "inputs")),
    ("approve", "without an input", put([], "inputs")),
    ("approve", "key of another proposal", put([f"approval/{seed('other').hex()}/regulator@0"], "inputs")),
    ("approve", "an input more", lambda each: each["inputs"].append("network@1")),
    ("approve", "key without a version", lambda each: put([each["inputs"][0][:-2]], "inputs")(each)),
    ("approve", "version with a leading zero", lambda each: put([each["inputs"][0] + "0"], "inputs")(each)),
    ("approve", "version 1", lambda each: put([each["inputs"][0][:-1] + "1"], "inputs")(each)),
    ("approve", "with an output", put([build.output(ASSET, ADDRESS, 1)], "outputs")),
    ("refuse", "version 1", lambda each: put([each["inputs"][0][:-1] + "1"], "inputs")(each)),
    ("retract", "version 2", lambda each: put([each["inputs"][0][:-1] + "2"], "inputs")(each)),
    ("attest", "claim about another wallet", put([f"claim/{ADDRESS}/{ADDRESS}/identity@0"], "inputs")),
    ("revoke", "version 0", lambda each: put([each["inputs"][0][:-1] + "0"], "inputs")(each)),
    ("rotate card of alice", "version 0", lambda each: put([each["inputs"][0][:-1] + "0"], "inputs")(each)),
    ("rotate seal", "version 1", lambda each: put([each["inputs"][0][:-1] + "1"], "inputs")(each)),
    ("govern upgrade", "key of a participant", put([f"participant/{ADDRESS}@1"], "inputs")),
    ("allot", "valid from another time", put(1, "from")),
    ("allot", "an empty chunk", put([], "outputs")),
]

ACTS: Final[list[tuple[str, str, Change]]] = [
    (REGISTER, "unknown act", put("abolish", "body", "act", "act")),
    (REGISTER, "unknown field in the act", put(1, "body", "act", "bonus")),
    (REGISTER, "no notary", put(None, "body", "notary")),
    (REGISTER, "nominal missing", put(None, "body", "act", "nominal")),
    (REGISTER, "check digit of the ISIN", put("DE0007236102", "body", "act", "isin")),
    (REGISTER, "check digits of the LEI", put("W38RGI023J3WT1HWRP33", "body", "act", "lei")),
    (REGISTER, "decimals 9", put(9, "body", "act", "decimals")),
    (REGISTER, "CFI of five letters", put("ESVUF", "body", "act", "cfi")),
    (REGISTER, "FISN of 36 characters", put("X" * 36, "body", "act", "fisn")),
    (REGISTER, "right-to-left mark in a label", put("\u200fPrice", "body", "act", "terms", 0, "label")),
    (REGISTER, "C1 control in a title", put("a\u0085b", "body", "act", "documents", 0, "title")),
    (REGISTER, "holders do not add up", put(999_998, "body", "act", "holders", 0, "quantity")),
    (REGISTER, "holders and list", put({"chunks": 1, "root": "ab" * 32}, "body", "act", "list")),
    (REGISTER, "neither holders nor list", put(None, "body", "act", "holders")),
    (REGISTER, "holders empty", put([], "body", "act", "holders")),
    (REGISTER, "rules empty lists", put([], "body", "act", "rules", "claims", "classes")),
    (REGISTER, "unknown rule", put(1, "body", "act", "rules", "max_price")),
    (
        REGISTER,
        "more documents than 32",
        put([{"digest": "ab" * 32, "title": "x"}] * 33, "body", "act", "documents"),
    ),
    ("propose register, long list", "more chunks than units", put(2_001, "body", "act", "list", "chunks")),
    ("propose increase", "version 0", put(0, "body", "act", "version")),
    ("propose decrease", "outputs not sorted", lambda each: each["body"]["act"]["outputs"].reverse()),
    ("propose decrease", "outputs empty", put([], "body", "act", "outputs")),
    ("propose withdraw, whole", "outputs empty", put([], "body", "act", "outputs")),
    ("propose withdraw, whole", "destination missing", put(None, "body", "act", "destination")),
    ("propose admit", "a notary", put(ADDRESS, "body", "notary")),
    ("propose admit", "roles not sorted", lambda each: each["body"]["act"]["roles"].reverse()),
    ("propose admit", "unknown role", put(["emperor"], "body", "act", "roles")),
    ("propose admit", "no roles", put([], "body", "act", "roles")),
    (
        "propose admit",
        "card with a key of small order",
        put("ec" + "ff" * 30 + "7f", "body", "act", "card", "cards", 0, "sign"),
    ),
    ("propose suspend", "address missing", put(None, "body", "act", "address")),
]

NOTES: Final[list[tuple[str, str, Change]]] = [
    ("transfer with a note", "one reader", lambda each: each["body"]["note"]["readers"].pop()),
    ("transfer with a note", "readers exchanged", lambda each: each["body"]["note"]["readers"].reverse()),
    ("transfer with a note", "enc of low order", put("00" * 32, "body", "note", "readers", 0, "enc")),
    ("transfer with a note", "another digest", put("ab" * 32, "body", "note", "readers", 1, "digest")),
    ("transfer with a note", "another length", put(528, "body", "note", "readers", 1, "length")),
    ("transfer with a note", "length not padded", put(273, "body", "note", "readers", 1, "length")),
    ("transfer with a note", "commitment missing", put(None, "body", "note", "commitment")),
    ("transfer with a note", "no note, but ciphertexts", put({}, "body")),
]


def _ciphertexts(cast: Cast, case: Case) -> Refused:
    """The notes beside a good transaction, which no signature covers."""
    whole = json.loads(_signed(cast, case))
    first, second = whole["notes"]
    other = {
        "no ciphertexts": None,
        "one ciphertext": [first],
        "ciphertexts exchanged": [second, first],
        "a ciphertext altered": [first, ("0" if second[0] != "0" else "1") + second[1:]],
        "a ciphertext more": [first, second, first],
        "a ciphertext in capitals": [first.upper(), second],
        "an empty ciphertext": ["", second],
    }
    for name, notes in other.items():
        rest = {key: value for key, value in whole.items() if key != "notes"}
        yield f"transfer with a note: {name}", canonical(rest if notes is None else rest | {"notes": notes})

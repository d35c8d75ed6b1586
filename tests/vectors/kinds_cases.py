"""One transaction for every kind and act: the plain parameters, and what the clients' builders make of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clients import acts, build, signing
from clients.build import Frame
from ledger.protocol import merkle, sealing
from ledger.protocol.encoding import INT_MAX, canonical, digest
from tests.vectors.kinds_cast import CHAIN, FRAME, NOW, Cast, Json, plain, seed

ASSET: Final = "DE0007236101.1"
BOND: Final = "XS2314659447.2"
FRAME_JSON: Final = {"chain": CHAIN, "expires": FRAME.expires, "from": FRAME.valid_from}
LONG_LIST: Final = 1_001  # outputs: two full chunks and one more

Act = tuple[str, Json]  # a builder's name and its fields


@dataclass(frozen=True)
class Case:
    """A transaction, the builder and parameters that make it, and who signs."""

    name: str
    builder: str
    parameters: Json
    transaction: Json
    signers: tuple[str, ...]
    version: int | None = None
    notes: tuple[bytes, ...] = ()


def point(name: str, index: int = 0) -> str:
    """An outpoint that follows from a name."""
    return f"{seed(name).hex()}:{index}"


def every_case(cast: Cast) -> list[Case]:
    """All kinds and acts; later ones answer proposals of earlier ones."""
    return [
        *_transfers(cast),
        *_issuing(cast),
        *_burning(cast),
        *_membership(cast),
        *_own(cast),
        *_rule_built(cast),
    ]


def _transfers(cast: Cast) -> Iterator[Case]:
    inputs = [point("a", 9), point("a", 10), point("b")]  # in byte order 10 stands before 9
    outputs = [_output(ASSET, cast.at("bob"), 1_200), _output(ASSET, cast.at("alice"), 1)]
    yield _transfer("transfer", inputs, outputs, ("alice",))
    swap = [_output(BOND, cast.at("alice"), INT_MAX), _output(ASSET, cast.at("carol"), 7)]
    yield _transfer("transfer of two owners and two assets", inputs[1:], swap, ("carol", "alice"))
    yield _noted(cast, inputs, outputs)


def _transfer(name: str, inputs: list[str], outputs: list[Json], signers: tuple[str, ...]) -> Case:
    made = build.transaction(FRAME, "transfer", {}, inputs, outputs)
    return Case(name, "transfer", {"inputs": inputs, "outputs": outputs}, made, signers)


def _noted(cast: Cast, inputs: list[str], outputs: list[Json]) -> Case:
    binding = sealing.Binding(CHAIN, cast.at("alice"), cast.at("bob"), sorted(inputs), outputs)
    readers = [
        sealing.ReaderKey(cast.at("bob"), _seal_key(cast, "bob"), seed("ephemeral 0")),
        sealing.ReaderKey(cast.at("regulator"), _seal_key(cast, "regulator"), seed("ephemeral 1"), "2026Q4"),
    ]
    note, ciphertexts = sealing.seal_note(NOTE, seed("random"), binding, readers)
    parameters = {"inputs": inputs, "note": plain(note), "outputs": outputs}
    made = build.transaction(FRAME, "transfer", {"note": plain(note)}, inputs, outputs)
    return Case("transfer with a note", "transfer", parameters, made, ("alice",), notes=tuple(ciphertexts))


NOTE: Final = "Invoice 2026-117: 1,200 shares, with thanks. Grüße, 此致敬礼 🤝"


def _seal_key(cast: Cast, name: str) -> bytes:
    card = cast.card(name)
    return bytes.fromhex(card["seal"] if "seal" in card else card["cards"][0]["seal"])


def _issuing(cast: Cast) -> Iterator[Case]:
    register = _register(cast)
    yield _propose(cast, "register", register, "issuer", notary=True)
    whole = {name: value for name, value in register.items() if name != "holders"}
    listed = whole | {"list": {"chunks": 3, "root": seed("root").hex()}, "rules": {}, "documents": []}
    yield _propose(cast, "register", listed, "issuer", notary=True, name="propose register, long list")
    proposal = build.transaction_id(_proposal(cast, ("register", register), "issuer", True)[1])
    yield _answer(cast, "approve", ("register", register), proposal, "regulator")
    yield _answer(cast, "approve", ("register", register), proposal, "notary", "approve, in another role")
    yield _refusal(cast, ("register", register), proposal)
    made = build.retract(FRAME, proposal)
    yield Case("retract", "retract", {"proposal": proposal}, made, ("issuer",))
    holders = [{"owner": cast.at("bob"), "quantity": 50}]
    more: Json = {
        "authorised": 3_000_000,
        "holders": holders,
        "isin": "DE0007236101",
        "quantity": 50,
        "version": 1,
    }
    yield _propose(cast, "increase", more, "issuer", notary=True)
    less = {
        "isin": "DE0007236101",
        "list": {"chunks": 1, "root": seed("root").hex()},
        "quantity": 9,
        "version": 12,
    }
    yield _propose(cast, "increase", less, "issuer", notary=True, name="propose increase, long list")


def _register(cast: Cast) -> Json:
    claims = {"classes": ["PROF", "RETL"], "countries": ["CN", "DE"], "issuers": [cast.at("claims")]}
    return {
        "authorised": INT_MAX,
        "cfi": "ESVUFR",
        "currency": "EUR",
        "decimals": 2,
        "documents": [{"digest": seed("document").hex(), "title": "Satzung – Articles, 章程"}],
        "fisn": "SIEMENS/NAMENS-AKTIEN O.N.",
        "holders": [
            {"owner": cast.at("alice"), "quantity": 999_999},
            {"locked_until": NOW + 86_400, "owner": cast.at("bob"), "quantity": 1},
        ],
        "isin": "DE0007236101",
        "lei": "W38RGI023J3WT1HWRP32",
        "nominal": 0,
        "quantity": 1_000_000,
        "rules": {"claims": claims, "lock_up": NOW, "max_holders": 500, "max_per_holder": 999_999},
        "terms": [{"label": "Stimmrecht", "text": 'one share, one vote 🗳️ "1:1" \\ café'}],
    }


def _burning(cast: Cast) -> Iterator[Case]:
    outputs = [point("b", 3), point("b", 12), point("a")]
    decrease: Json = {"isin": "DE0007236101", "outputs": outputs, "version": 3}
    yield _propose(cast, "decrease", decrease, "issuer", "alice", "carol", notary=True)
    leave = decrease | {"destination": "Clearstream Banking AG, account 7 · 法兰克福"}
    yield _propose(cast, "withdraw", leave, "issuer", "bob", notary=True, name="propose withdraw, partial")
    whole = {key: value for key, value in leave.items() if key != "outputs"}
    yield _propose(cast, "withdraw", whole, "issuer", notary=True, name="propose withdraw, whole")


def _membership(cast: Cast) -> Iterator[Case]:
    admit: Json = {
        "card": cast.card("broker"),
        "holder": "0123456789abcdef" * 2,
        "lei": "W38RGI023J3WT1HWRP32",
        "name": "Söhne & Cie. 有限公司",
        "roles": ["issuer", "broker"],
        "wallet": cast.at("broker"),
    }
    yield _propose(cast, "admit", admit, "csd", "broker")
    again = {key: value for key, value in admit.items() if key != "lei"}
    again |= {"card": cast.card("alice_new"), "wallet": cast.at("alice")}
    yield _propose(cast, "admit", again, "csd", "alice_new", name="propose admit, again under a later card")
    suspend: Json = {"address": cast.at("broker"), "reason": "Insolvency: Amtsgericht München, 1500 IN 1/26"}
    yield _propose(cast, "suspend", suspend, "csd")


def _own(cast: Cast) -> Iterator[Case]:
    who = {"issuer": cast.at("claims"), "wallet": cast.at("alice")}
    claim: Json = {
        "card": cast.card("alice"),
        "class": "RETL",
        "country": "DE",
        "holder": "ab" * 16,
        "until": NOW * 2,
        **who,
    }
    yield Case("attest", "attest", claim, build.attest(FRAME, claim), ("alice", "claims"), 0)
    again = claim | {"card": cast.card("alice_new"), "class": "PROF"}
    made = build.attest(FRAME, again, version=3)
    yield Case("attest again, under a later card", "attest", again, made, ("alice_new", "claims"), 3)
    made = build.revoke(FRAME, **who, reason="the passport has lapsed", version=4)
    yield Case("revoke", "revoke", {**who, "reason": "the passport has lapsed"}, made, ("claims",), 4)
    yield _rotation(cast, "alice", "alice_new", 1)
    yield _rotation(cast, "csd", "csd_new", 17)
    seal = {"epoch": "2026Q4", "from": NOW, "key": cast.card("bob")["seal"], "until": NOW + 1}
    made = build.rotate_seal(FRAME, cast.at("regulator"), seal)
    yield Case(
        "rotate seal", "rotateSeal", {"seal": seal, "wallet": cast.at("regulator")}, made, ("regulator",)
    )
    signers = ("regulator", "csd", "broker")
    upgrade: Json = {"height": 1_000, "signers": [cast.at(name) for name in signers], "version": 2}
    made = build.upgrade(FRAME, height=1_000, protocol=2, signers=upgrade["signers"], network_version=1)
    yield Case("govern upgrade", "governUpgrade", upgrade, made, signers, 1)


def _rotation(cast: Cast, old: str, new: str, version: int) -> Case:
    parameters = {"card": cast.card(new), "wallet": cast.at(old)}
    made = build.rotate_card(FRAME, cast.at(old), cast.card(new), version=version)
    return Case(f"rotate card of {old}", "rotateCard", parameters, made, (old, new), version)


def _rule_built(cast: Cast) -> Iterator[Case]:
    proposal, chunk = seed("proposal").hex(), long_list(cast)[-1:]
    body = {"path": _last_path(long_list(cast)), "proposal": proposal}
    made = build.transaction(Frame(CHAIN, 0, 86_400), "allot", body, [f"allotment/{proposal}@3"], chunk)
    yield Case("allot", "allot", body | {"outputs": chunk}, made, (), 3)


def long_list(cast: Cast) -> list[Json]:
    """So many outputs, of 1, 2, 3 … units; other implementations make them by this rule too."""
    return [_output(ASSET, cast.at("bob"), number + 1) for number in range(LONG_LIST)]


def _last_path(rows: list[Json]) -> list[str]:
    chunks = [rows[at : at + acts.CHUNK_ROWS] for at in range(0, len(rows), acts.CHUNK_ROWS)]
    leaves = [merkle.leaf_hash(digest("tallystick/chunk/1", canonical(chunk))) for chunk in chunks]
    return [item.hex() for item in merkle.path(leaves, len(leaves) - 1)]


def batch(cast: Cast) -> list[signing.Signed]:
    """Five attestations under one signature of the claim issuer, each with its wallet's own."""
    tasks = []
    for name in ("alice", "bob", "carol", "alice_new", "csd"):
        who = {"issuer": cast.at("claims"), "wallet": cast.at(name)}
        claim = {
            "card": cast.card(name),
            "class": "ELIG",
            "country": "FR",
            "holder": "cd" * 16,
            "until": NOW + 9,
            **who,
        }
        tasks.append(signing.Task(build.attest(FRAME, claim), (cast[name],)))
    return signing.sign_batch(tasks, cast["claims"])


def _propose(
    cast: Cast, builder: str, fields: Json, proposer: str, *owners: str, notary: bool = False, name: str = ""
) -> Case:
    parameters, made = _proposal(cast, (builder, fields), proposer, notary)
    return Case(name or f"propose {builder}", "propose", parameters, made, (proposer, *owners))


def _proposal(cast: Cast, act: Act, proposer: str, notary: bool) -> tuple[Json, Json]:
    who = {"proposer": cast.at(proposer)} | ({"notary": cast.at("notary")} if notary else {})
    made = build.propose(FRAME, _act(act), deadline=NOW + 86_400, **who)
    return {"act": {"builder": act[0], "fields": act[1]}, "deadline": NOW + 86_400, **who}, made


def _act(act: Act) -> Json:
    builder, fields = act
    sorted_ = {key: sorted(fields[key]) for key in ("outputs", "roles") if key in fields}
    return {"act": builder, **fields, **sorted_}


def _answer(cast: Cast, kind: str, act: Act, proposal: str, role: str, name: str = "") -> Case:
    parameters = {"act": {"builder": act[0], "fields": act[1]}, "proposal": proposal, "role": role}
    made = build.approve(FRAME, proposal, role, _act(act))
    return Case(name or kind, kind, parameters, made, (role,))


def _refusal(cast: Cast, act: Act, proposal: str) -> Case:
    reason = {"code": "DQUA", "text": "The holders’ list has 1,000,000 units; the term sheet says 100,000."}
    parameters = {
        "act": {"builder": act[0], "fields": act[1]},
        "proposal": proposal,
        "reason": reason,
        "role": "notary",
    }
    made = build.refuse(FRAME, proposal, "notary", _act(act), **reason)
    return Case("refuse", "refuse", parameters, made, ("notary",))


def _output(asset: str, owner: str, quantity: int) -> Json:
    return build.output(asset, owner, quantity)

"""What each kind does and who must have signed it, told a second time."""

from collections import Counter
from collections.abc import Callable

from ledger.audit.governance import evidence, govern
from ledger.audit.ledger import Json, Ledger, Wrong
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest

TERMS = ("authorised", "cfi", "currency", "decimals", "documents", "fisn", "lei", "nominal", "rules", "terms")


def signers(ledger: Ledger, transaction: Json) -> tuple[list[str], list[Json]]:
    """Wallets that must have signed with their card in force, and cards that come into force by it."""
    kind, body = transaction["kind"], transaction["body"]
    if kind == "transfer":
        return [_owner(ledger, outpoint) for outpoint in transaction["inputs"]], []
    if kind == "propose":
        burnt = body["act"].get("outputs", [])
        cards = [body["act"]["card"]] if body["act"]["act"] == "admit" else []
        return [body["proposer"], *(_owner(ledger, outpoint) for outpoint in burnt)], cards
    if kind in ("approve", "refuse"):
        return [ledger.value(f"proposal/{body['proposal']}")["approvers"][body["role"]]], []
    if kind == "retract":
        return [ledger.value(f"proposal/{body['proposal']}")["proposer"]], []
    if kind == "attest":
        return [body["issuer"], body["wallet"]], []
    if kind == "revoke":
        return [body["issuer"]], []
    if kind == "rotate":
        return [body["wallet"]], [body["card"]] if "card" in body else []
    return list(body["signers"]) if kind == "govern" else [], []


def apply(ledger: Ledger, transaction: Json, txid: str) -> None:
    """What the transaction changes."""
    for item in transaction["inputs"]:
        key, at, version = item.partition("@")
        if at and ledger.version(key) != int(version):
            raise Wrong(f"{key} is at version {ledger.version(key)}, not {version}")
    EFFECTS[transaction["kind"]](ledger, transaction, txid)


def _owner(ledger: Ledger, outpoint: str) -> str:
    if outpoint not in ledger.outputs:
        raise Wrong(f"output {outpoint} does not exist or was spent before")
    owner: str = ledger.outputs[outpoint][1]["owner"]
    return owner


def _transfer(ledger: Ledger, transaction: Json, txid: str) -> None:
    sums: Counter[str] = Counter()
    for outpoint in transaction["inputs"]:
        output = ledger.spend(txid, outpoint)
        sums[output["asset"]] += output["quantity"]
    for index, output in enumerate(transaction["outputs"]):
        ledger.create(txid, index, output)
        sums[output["asset"]] -= output["quantity"]
    if any(sums.values()):
        raise Wrong("inputs and outputs differ")


def _propose(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    approvers = {"regulator": ledger.value("network")["roles"]["regulator"]}
    if "notary" in body:
        approvers["notary"] = body["notary"]
    proposal = {
        "act": body["act"],
        "approvers": approvers,
        "deadline": body["deadline"],
        "proposer": body["proposer"],
        "status": "open",
    }
    if f"proposal/{txid}" in ledger.records:
        raise Wrong("the same proposal twice")
    ledger.write(f"proposal/{txid}", proposal)


def _approve(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    key = f"proposal/{body['proposal']}"
    proposal = ledger.value(key)
    if proposal["status"] != "open":
        raise Wrong(f"{key} is {proposal['status']}")
    others = [role for role in proposal["approvers"] if role != body["role"]]
    answer = {"basis": body["basis"], "by": proposal["approvers"][body["role"]], "verdict": "approved"}
    written = {f"approval/{body['proposal']}/{body['role']}": answer}
    if all(f"approval/{body['proposal']}/{role}" in ledger.records for role in others):
        written |= _execute(ledger, proposal, body["proposal"], txid)
        written[key] = {**proposal, "status": "executed"}
    for name in sorted(written):
        ledger.write(name, written[name])


def _refuse(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    key = f"proposal/{body['proposal']}"
    proposal = ledger.value(key)
    reason = f"{body['reason']['code']}: {body['reason']['text']}"[:500]
    answer = {
        "basis": body["basis"],
        "by": proposal["approvers"][body["role"]],
        "reason": reason,
        "verdict": "refused",
    }
    ledger.write(f"approval/{body['proposal']}/{body['role']}", answer)
    ledger.write(key, {**proposal, "status": "refused"})


def _retract(ledger: Ledger, transaction: Json, txid: str) -> None:
    key = f"proposal/{transaction['body']['proposal']}"
    ledger.write(key, {**ledger.value(key), "status": "retracted"})


def _attest(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    written = {
        f"claim/{body['issuer']}/{body['wallet']}/{body['topic']}": {
            **{name: body[name] for name in ("class", "country", "holder", "until")},
            "status": "valid",
        }
    }
    if f"wallet/{body['wallet']}" not in ledger.records:
        written[f"wallet/{body['wallet']}"] = {"card": body["card"], "freezes": [], "holder": body["holder"]}
    for name in sorted(written):
        ledger.write(name, written[name])


def _revoke(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    key = f"claim/{body['issuer']}/{body['wallet']}/{body['topic']}"
    ledger.write(key, {**ledger.value(key), "status": "revoked"})


def _rotate(ledger: Ledger, transaction: Json, txid: str) -> None:
    body = transaction["body"]
    if "card" in body:
        key = f"wallet/{body['wallet']}"
        ledger.write(key, {**ledger.value(key), "card": body["card"]})
    else:
        seal = {name: body["seal"][name] for name in ("from", "key", "until")}
        ledger.write(f"seal/{body['wallet']}/{body['seal']['epoch']}", seal)


def _allot(ledger: Ledger, transaction: Json, txid: str) -> None:
    body, outputs = transaction["body"], transaction["outputs"]
    key = f"allotment/{body['proposal']}"
    allotment = ledger.value(key)
    leaf = merkle.leaf_hash(digest("tallystick/chunk/1", canonical(outputs)))
    path = [bytes.fromhex(item) for item in body["path"]]
    if not merkle.inclusion(
        leaf, allotment["next"], allotment["chunks"], path, bytes.fromhex(allotment["root"])
    ):
        raise Wrong("the chunk is not the next one of its list")
    made = [_entitled(ledger, output, allotment["issuer"]) for output in outputs]
    for index, output in enumerate(made):
        ledger.create(txid, index, output)
    total = sum(output["quantity"] for output in outputs)
    ledger.count(f"promised/{allotment['asset']}", -total)
    last = allotment["next"] + 1 == allotment["chunks"]
    now = {**allotment, "allotted": allotment["allotted"] + total, "next": allotment["next"] + 1}
    ledger.write(key, now)
    if last and allotment["initial"]:
        instrument = f"instrument/{allotment['asset'].partition('.')[0]}"
        ledger.write(instrument, {**ledger.value(instrument), "status": "active"})


def _entitled(ledger: Ledger, output: Json, issuer: str) -> Json:
    """The output as listed, or in trust where its owner may not receive: judged again, claim by claim."""
    owner = output["owner"]
    known = f"wallet/{owner}" in ledger.records
    rule = ledger.value(f"instrument/{output['asset'].partition('.')[0]}")["rules"].get("claims")
    if known and (rule is None or owner == issuer or _has_claim(ledger, owner, rule)):
        return output
    return {**output, "hold": {"for": owner, "kind": "allotment"}, "owner": issuer}


def _has_claim(ledger: Ledger, owner: str, rule: Json) -> bool:
    for issuer in rule["issuers"]:
        _, _, claim = ledger.records.get(f"claim/{issuer}/{owner}/identity", (0, 0, {}))
        if (
            claim.get("status") == "valid"
            and claim["until"] > ledger.time
            and claim["country"] in rule.get("countries", [claim["country"]])
            and claim["class"] in rule.get("classes", [claim["class"]])
        ):
            return True
    return False


def _execute(ledger: Ledger, proposal: Json, id: str, txid: str) -> dict[str, Json]:
    """An act's records; its outputs are made and spent on the way."""
    act = proposal["act"]
    kind, isin = act["act"], act.get("isin", "")
    if kind == "admit":
        participant = {"name": act["name"], "roles": act["roles"], "status": "active"}
        participant |= {"lei": act["lei"]} if "lei" in act else {}
        wallet = {"card": act["card"], "freezes": [], "holder": act["holder"]}
        new = f"wallet/{act['wallet']}" not in ledger.records
        written: dict[str, Json] = {f"wallet/{act['wallet']}": wallet} if new else {}
        return {**written, f"participant/{act['wallet']}": participant}
    if kind == "suspend":
        key = f"participant/{act['address']}"
        return {key: {**ledger.value(key), "status": "suspended"}}
    if kind == "register":
        instrument = {name: act[name] for name in TERMS} | {
            "edition": 1,
            "issuer": proposal["proposer"],
            "notary": proposal["approvers"]["notary"],
            "status": "active" if "holders" in act else "allotting",
        }
        return {f"instrument/{isin}": instrument, **_issue(ledger, act, f"{isin}.1", proposal, id, txid)}
    instrument = ledger.value(f"instrument/{isin}")
    if kind == "increase":
        written = _issue(ledger, act, f"{isin}.{instrument['edition']}", proposal, id, txid)
        raised = {**instrument, "authorised": act["authorised"]} if "authorised" in act else None
        return {**written, f"instrument/{isin}": raised} if raised else written
    if kind == "amend":
        return {f"instrument/{isin}": instrument | {name: act[name] for name in TERMS if name in act}}
    for outpoint in act.get("outputs", []):
        ledger.spend(txid, outpoint)
    if kind == "withdraw" and "outputs" not in act:
        closed = {**instrument, "exit_height": ledger.height, "status": "withdrawn"}
        return {f"instrument/{isin}": closed}
    return {}


def _issue(ledger: Ledger, act: Json, asset: str, proposal: Json, id: str, txid: str) -> dict[str, Json]:
    if "holders" in act:
        for index, line in enumerate(act["holders"]):
            ledger.create(txid, index, {**line, "asset": asset})
        return {}
    ledger.count(f"promised/{asset}", act["quantity"])
    return {
        f"allotment/{id}": {
            "allotted": 0,
            "asset": asset,
            "chunks": act["list"]["chunks"],
            "initial": act["act"] == "register",
            "issuer": proposal["proposer"],
            "next": 0,
            "quantity": act["quantity"],
            "root": act["list"]["root"],
        }
    }


EFFECTS: dict[str, Callable[[Ledger, Json, str], None]] = {
    "transfer": _transfer,
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
    "retract": _retract,
    "attest": _attest,
    "revoke": _revoke,
    "rotate": _rotate,
    "govern": govern,
    "allot": _allot,
    "evidence": evidence,
}

"""Changes of the network and evidence against validators, told a second time."""

from ledger.audit.ledger import Json, Ledger, Wrong
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import verify


def govern(ledger: Ledger, transaction: Json, txid: str) -> None:
    """One act by institutions behind more than two thirds of the validators."""
    body, network = transaction["body"], ledger.value("network")
    voters = [each["institution"] for each in ledger.validators(ledger.height)]
    if 3 * sum(voter in body["signers"] for voter in voters) <= 2 * len(voters):
        raise Wrong("the network was changed by too few of its validators' institutions")
    act = body["act"]
    offices = act.get("roles", {})
    gains = {offices[role] for role in offices if offices[role] != network["roles"][role]}
    gains |= {act["add"]["institution"]} if "add" in act else set()
    if set(body["signers"]) - set(voters) - gains:
        raise Wrong("somebody signed a change of the network whom it does not concern")
    if act["act"] == "upgrade":
        upgrade = {"height": act["height"], "version": act["version"]}
        ledger.write("network", {**network, "upgrade": upgrade})
    elif act["act"] == "roles":
        _roles(ledger, network, act["roles"], body["signers"])
    else:
        _validators(ledger, network, _next_set(ledger, act, transaction))


def evidence(ledger: Ledger, transaction: Json, txid: str) -> None:
    """Two messages of one validator in one place, both by the key that it had at that height."""
    proof = transaction["body"]["proof"]
    name = {"votes": "vote", "proposals": "proposal"}[proof["type"]]
    first, second = proof["first"], proof["second"]
    places = [_place(each[name]) for each in (first, second)]
    digests = [_digest(each[name], name).hex() for each in (first, second)]
    who, height, round_, kind = places[0]
    if places[0] != places[1] or digests[0] >= digests[1] or not 1 <= height <= ledger.height:
        raise Wrong("the evidence is not of two messages in one place")
    validator = next((each for each in ledger.validators(height) if each["name"] == who), None)
    if validator is None:
        raise Wrong(f"the evidence is of {who}, who does not vote at {height}")
    for signed in (first, second):
        if signed[name]["chain"] != transaction["chain"] or not _signed(
            validator["node_key"], _digest(signed[name], name), signed["signature"]
        ):
            raise Wrong(f"the evidence has a message that {who} did not sign")
    key = f"evidence/{who}/{height}/{round_}/{kind}"
    shown = {"institution": validator["institution"], "node_key": validator["node_key"]}
    ledger.write(key, {**shown, "first": digests[0], "second": digests[1]})


def _roles(ledger: Ledger, network: Json, roles: Json, signers: list[str]) -> None:
    if roles == network["roles"]:
        raise Wrong("the offices were given to those who held them")
    written: dict[str, Json] = {"network": {**network, "roles": roles}}
    for role, new in roles.items():
        old = network["roles"][role]
        if old == new:
            continue
        if new not in signers:
            raise Wrong(f"{new} became {role} without its signature")
        for who in (old, new):
            key = f"participant/{who}"
            if key not in ledger.records:
                continue
            participant = written.get(key, ledger.value(key))
            held = set(participant["roles"]) - {role} | ({role} if who == new else set())
            written[key] = {**participant, "roles": sorted(held)}
    for key in sorted(written):
        ledger.write(key, written[key])


def _next_set(ledger: Ledger, act: Json, transaction: Json) -> list[Json]:
    """The validators after the act; who gets a vote or a key has signed, and the key too."""
    validators = ledger.sets[-1][1]
    given = {"name": act["remove"]} if "remove" in act else act.get("add", act)
    old = next((each for each in validators if each["name"] == given["name"]), None)
    if (old is None) != ("add" in act):
        raise Wrong(f"{given['name']} votes already, or does not vote")
    if "remove" in act:
        return [each for each in validators if each is not old]
    institution = act["add"]["institution"] if old is None else old["institution"]
    new = {"institution": institution, "name": given["name"], "node_key": given["node_key"]}
    _check_new(transaction, new, given["proof"])
    if any(each["node_key"] == new["node_key"] for each in validators):
        raise Wrong(f"the key of {new['name']} votes already")
    if old is not None:
        return [new if each is old else each for each in validators]
    if 3 * (1 + sum(each["institution"] == institution for each in validators)) >= len(validators) + 1:
        raise Wrong(f"{institution} is behind a third of the validators")
    return [*validators, new]


def _check_new(transaction: Json, new: Json, proof: str) -> None:
    claim = {"chain": transaction["chain"], "name": new["name"], "node_key": new["node_key"]}
    message = digest("tallystick/node/1", canonical(claim))
    if not _signed(new["node_key"], message, proof):
        raise Wrong(f"the new key of {new['name']} has not signed")
    if new["institution"] not in transaction["body"]["signers"]:
        raise Wrong(f"{new['name']} votes by a key that its institution has not signed for")


def _validators(ledger: Ledger, network: Json, validators: list[Json]) -> None:
    since, (before, old) = ledger.height + 2, ledger.sets[-1]
    names, node_keys = ({each[part] for each in validators} for part in ("name", "node_key"))
    if before > ledger.height or not len(names) == len(node_keys) == len(validators) >= 4:
        raise Wrong("the validators may not change so")
    written: dict[str, Json] = {
        "network": {**network, "validators": validators, "validators_from": since},
        f"validators/{since}": {"previous": before, "validators": validators},
    }
    if before == 1:
        written["validators/1"] = {"validators": old}
    for key in sorted(written):
        ledger.write(key, written[key])
    ledger.sets.append((since, validators))


def _place(message: Json) -> tuple[str, int, int, str]:
    who = message.get("validator") or message["proposer"]
    return who, message["height"], message["round"], message.get("type", "proposal")


def _digest(message: Json, name: str) -> bytes:
    return digest(f"tallystick/{name}/1", canonical(message))


def _signed(node_key: str, message: bytes, signature: str) -> bool:
    return verify(bytes.fromhex(node_key), message, bytes.fromhex(signature))

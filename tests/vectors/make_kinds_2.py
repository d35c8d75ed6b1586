"""Makes kinds_2.json, what version 2 added, byte for byte: `python -m tests.vectors.make_kinds_2`.

What version 1 has stays in kinds.json, and is good in version 2 too.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from clients import build, governance, signing
from clients.build import Frame
from ledger.protocol import genesis as kernel_genesis
from ledger.protocol import governance as kernel_governance
from ledger.protocol import state_tree
from ledger.protocol.consensus.evidence import in_order
from ledger.protocol.consensus.messages import (
    Evidence,
    Proposal,
    ProposalEvidence,
    SignedProposal,
    SignedVote,
    Vote,
    VoteEvidence,
)
from ledger.protocol.validators import validators_at
from tests.protocol.memory import MemorySource
from tests.protocol.stories.govern_validators import governed, joined, rotation
from tests.protocol.town import Town
from tests.protocol.world import HOUSES
from tests.vectors.kinds_cases import FRAME_JSON, Case
from tests.vectors.kinds_cast import CHAIN, FRAME, Cast, Json, cast, plain, seed, wallet
from tests.vectors.kinds_refused import Change, put
from tests.vectors.make_kinds import signed_case, verdict

PATH: Final = Path(__file__).with_name("kinds_2.json")
VERSION: Final = 2
SIGNERS: Final = ("csd", "regulator", "issuer")
NODE: Final = wallet("node of the broker")


def make() -> str:
    """The file's text; the same on every machine."""
    everybody = cast()
    cases = list(every_case(everybody))
    sections = {
        "source": "python -m tests.vectors.make_kinds_2; frozen: a change here is a change of the protocol",
        "frame": FRAME_JSON,
        "wallets": everybody.described(),
        "node": {"node_key": NODE.card.sign, "message": _message().hex()},
        "cases": [signed_case(case, everybody, VERSION) for case in cases],
        "evidence_by": {"node_key": NODE.card.sign, "other": wallet("other").card.sign},
        "refused": [_refused(name, raw) for name, raw in every_refusal(everybody, cases)],
        "lineage": _lineage(),
    }
    return json.dumps(sections, indent=1, ensure_ascii=False) + "\n"


def every_case(cast: Cast) -> Iterator[Case]:
    """All acts of `govern` in version 2, and evidence of both forms."""
    possessed = {
        "name": "broker",
        "node_key": NODE.card.sign,
        "proof": governance.prove(CHAIN, "broker", NODE.card.sign, NODE.sign),
    }
    institution = {"institution": cast.at("broker")}
    upgrade = {"height": 1_000, "version": 3}
    offices = {"central_bank": cast.at("issuer"), "csd": cast.at("broker"), "regulator": cast.at("regulator")}
    yield _govern(cast, "upgrade", upgrade, governance.upgrade(**upgrade))
    adding = institution | possessed
    yield _govern(cast, "addValidator", adding, governance.add_validator(**adding), "broker")
    yield _govern(cast, "removeValidator", {"name": "exchange"}, governance.remove_validator("exchange"))
    yield _govern(cast, "newNodeKey", possessed, governance.new_node_key(**possessed), "broker")
    yield _govern(cast, "setRoles", offices, governance.set_roles(**offices), "broker")
    yield _evidence("evidence of votes", _votes())
    yield _evidence("evidence of proposals", _proposals())


def _govern(cast: Cast, builder: str, fields: Json, act: Json, *others: str) -> Case:
    signers = (*SIGNERS, *others)
    addresses = [cast.at(name) for name in signers]
    parameters = {"act": {"builder": builder, "fields": fields}, "signers": addresses}
    made = build.govern(FRAME, act, signers=addresses, network_version=7)
    return Case(f"govern: {builder}", "govern", parameters, made, signers, 7)


def _evidence(name: str, proof: Evidence) -> Case:
    shown = plain(in_order(proof))
    said = shown["first"].get("vote") or shown["first"]["proposal"]
    kind = said.get("type", "proposal")
    key = f"evidence/broker/{said['height']}/{said['round']}/{kind}@0"
    made = build.transaction(Frame(CHAIN, 0, 86_400), "evidence", {"proof": shown}, [key])
    return Case(name, "evidence", {"proof": shown}, made, ())


def _votes() -> VoteEvidence:
    votes = [Vote(block, CHAIN, 17, 3, "precommit", "broker") for block in ("", seed("block").hex())]
    return VoteEvidence(*(SignedVote(NODE.signature(vote.signing_bytes()), vote) for vote in votes))


def _proposals() -> ProposalEvidence:
    offers = [Proposal(seed("block").hex(), CHAIN, 17, pol_round, "broker", 3) for pol_round in (-1, 2)]
    return ProposalEvidence(
        *(SignedProposal(offer, NODE.signature(offer.signing_bytes())) for offer in offers)
    )


def _message() -> bytes:
    return kernel_governance.possession_message(CHAIN, "broker", NODE.card.sign)


REFUSED: Final[list[tuple[str, str, Change]]] = [
    ("govern: addValidator", "add and remove", put("exchange", "body", "act", "remove")),
    ("govern: addValidator", "neither add nor remove", put(None, "body", "act", "add")),
    ("govern: addValidator", "no proof", put(None, "body", "act", "add", "proof")),
    ("govern: addValidator", "a proof by nobody", put("ab" * 64, "body", "act", "add", "proof")),
    ("govern: addValidator", "a proof for another name", put("brokers", "body", "act", "add", "name")),
    ("govern: addValidator", "a name in capitals", put("Broker", "body", "act", "add", "name")),
    ("govern: addValidator", "an institution that is no address", put("b", "body", "act", "add", "institution")),
    ("govern: newNodeKey", "another key than has signed", put("ab" * 32, "body", "act", "node_key")),
    ("govern: newNodeKey", "a key of small order", put("01" + "00" * 31, "body", "act", "node_key")),
    ("govern: setRoles", "no regulator", put(None, "body", "act", "roles", "regulator")),
    ("govern: setRoles", "one office more", put("x", "body", "act", "roles", "notary")),
    ("govern: removeValidator", "no such act", put("abolish", "body", "act", "act")),
    ("evidence of votes", "from another time", put(1, "from")),
    ("evidence of votes", "consumes nothing", put([], "inputs")),
    ("evidence of votes", "consumes a second version", put(["evidence/broker/17/3/precommit@1"], "inputs")),
    ("evidence of votes", "not in order", lambda each: _turned(each["body"]["proof"])),
    ("evidence of votes", "one message twice", lambda each: _doubled(each["body"]["proof"])),
    ("evidence of votes", "of two rounds", put(4, "body", "proof", "second", "vote", "round")),
    ("evidence of votes", "of two heights", put(18, "body", "proof", "second", "vote", "height")),
    ("evidence of votes", "of two kinds", put("prevote", "body", "proof", "second", "vote", "type")),
    ("evidence of votes", "of two validators", put("csd", "body", "proof", "second", "vote", "validator")),
    ("evidence of votes", "of another chain", put("other", "body", "proof", "first", "vote", "chain")),
    ("evidence of votes", "of another form", put("proposals", "body", "proof", "type")),
    ("evidence of votes", "an unknown field", put(1, "body", "proof", "first", "vote", "time")),
    ("evidence of proposals", "a proposal for nil", put("", "body", "proof", "first", "proposal", "block")),
    ("evidence of proposals", "of round -1", put(-1, "body", "proof", "first", "proposal", "round")),
    ("evidence of proposals", "for somebody", put([{}], "outputs")),
]  # fmt: skip


def every_refusal(cast: Cast, cases: list[Case]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every case."""
    by_name = {case.name: case for case in cases}
    for of, name, change in REFUSED:
        transaction = copy.deepcopy(by_name[of].transaction)
        change(transaction)
        assert transaction != by_name[of].transaction, name
        signers = (cast[each] for each in by_name[of].signers)
        yield f"{of}: {name}", signing.sign(transaction, *signers).raw
    bob = cast["bob"]
    yield (
        "evidence of votes: signed by somebody",
        signing.sign(by_name["evidence of votes"].transaction, bob).raw,
    )
    refusal = build.refuse(FRAME, seed("p").hex(), "notary", {"act": "x"}, code="ZZZZ", text="no")
    yield "refuse: a code of no list", signing.sign(refusal, cast["notary"]).raw


def _turned(proof: Json) -> None:
    proof["first"], proof["second"] = proof["second"], proof["first"]


def _doubled(proof: Json) -> None:
    proof["second"] = proof["first"]


def _refused(name: str, raw: bytes) -> Json:
    reason = verdict(raw, version=VERSION)
    # Whether a rule-built transaction has witnesses is judged with the state here, and without it in a wallet.
    reason = reason or ("WRONG_WITNESSES" if "signed by somebody" in name else "")
    assert reason, f"not refused: {name}"
    return {"name": name, "text": raw.decode(), "reason": reason}


def _lineage() -> Json:
    """Four validators, then five, six, and one of them with another key; genesis is of version 2."""
    town = joined(Town("light", version=2), "issuer", "notary")
    town.submit(governed(town, rotation(town), *HOUSES, "issuer"))
    for _ in range(3):
        town.block()
    shown = [
        {
            "certificate": plain(town.certificate(block)),
            "header": plain(block.header),
            "validators": plain(validators_at(town.open(), block.header.height + 1)),
        }
        for block in town.blocks
        if block.header.next_validators_root != block.header.validators_root
    ]
    last = town.blocks[-1]
    first = MemorySource(kernel_genesis.first_records(town.genesis))
    return {
        "genesis": msgspec.to_builtins(town.genesis),
        "chain": town.chain,
        "state_root": state_tree.state_root(len(first.leaves), first.tree_root).hex(),
        "handovers": shown,
        "header": plain(last.header),
        "certificate": plain(town.certificate(last)),
        "sets": [[each.name for each in validators_at(town.open(), at)] for at in range(1, town.height + 1)],
    }


if __name__ == "__main__":
    PATH.write_text(make())

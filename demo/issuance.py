"""Chapter two: acts that need several institutions; each answers at its own node, after it judged the act itself."""

import re
import time
from collections.abc import Mapping
from typing import Final

from clients import acts, build, registration
from clients.build import Json
from clients.files import TermSheet
from clients.signing import Signer, Task
from demo.actors import Actor, StoryFailed, until
from demo.stage import Stage

DECIDE_SECONDS: Final = 30 * 86_400
DESTINATION: Final = (
    "Register of a depository abroad (made up for this demonstration), in the holder's own name"
)
_PERCENT = re.compile(r"\d+\.\d+ %")


def propose(by: Actor, act: Json, *others: Signer, notary: str | None = None) -> str:
    """Ask for an act; the proposal's id, once it is on the ledger."""
    deadline = int(time.time()) + DECIDE_SECONDS
    asked = build.propose(by.frame, act, proposer=by.address, deadline=deadline, notary=notary)
    return by.commit(asked, *others).id


def approve_all(stage: Stage, by: Actor, role: str, open_acts: Mapping[str, Json]) -> None:
    """One institution's yes to several proposals, under one signature, as its own node shows them."""
    if not open_acts:
        return
    tasks = [Task(build.approve(by.frame, id, role, seen_at(by, id, act))) for id, act in open_acts.items()]
    answers = by.commit_batch(tasks)
    stage.tally.approvals += len(answers)
    stage.reach(max(answer.height or 0 for answer in answers))


def seen_at(by: Actor, proposal: str, expected: Json) -> Json:
    """The act as this institution's own node has it; what it signs is never what somebody else sent it."""
    record = until(lambda: by.own.record(f"proposal/{proposal}"), f"proposal {proposal} at {by.name}")
    assert record
    act: Json = record["value"]["act"]
    if build.basis(act) != build.basis(expected):
        raise StoryFailed(f"{by.name}'s node shows another act than was proposed: {act}")
    return act


def co_sign(stage: Stage, proposal: str, act: Json) -> None:
    """Regulator and notary approve at the same moment; the later of the two executes."""
    signers = {"notary": stage.institution("notary"), "regulator": stage.founder("regulator")}
    signed = {}
    for role, actor in signers.items():
        act_seen = seen_at(actor, proposal, act)
        signed[role] = actor.sign(build.approve(actor.frame, proposal, role, act_seen))
        actor.node.submit([signed[role]])[0].raise_if_refused()
    for role, actor in signers.items():
        stage.reach(actor.settle([signed[role]])[0].height)
        stage.tally.approvals += 1


def register_all(stage: Stage) -> None:
    """Every issuer asks for initial registration; where there is a draft, that first, and it is refused."""
    for isin, sheet in sorted(stage.script.sheets.items()):
        issuer = stage.institution(stage.script.issuer_of(isin).key)
        if issuer.node.record(f"instrument/{isin}") is not None:
            stage.say(f"{sheet.name} is registered already")
            continue
        if isin in stage.script.drafts:
            _ask_with_draft(stage, issuer, stage.script.drafts[isin])
        act = registration_act(stage, sheet)
        proposal = propose(issuer, act, notary=stage.institution("notary").address)
        if objection := objection_to(
            seen_at(stage.founder("regulator"), proposal, act), stage.script.documents
        ):
            raise StoryFailed(f"{isin}: {objection}")
        co_sign(stage, proposal, act)
        stage.say(f"{sheet.name}: registered for {len(act['holders'])} entries, regulator and notary signed")


def registration_act(stage: Stage, sheet: TermSheet) -> Json:
    """What an issuer asks for: its term sheet and its list of first holders, as acts name them."""
    issuers = {key: stage.institution(key).address for key in sheet.rules.claim_issuers}
    digests = {name: registration.document_digest(raw) for name, raw in stage.script.documents.items()}
    terms = registration.terms(sheet, claim_issuers=issuers, documents=digests)
    rows = stage.script.holders[sheet.isin]
    addresses = {name: actor.address for name, actor in stage.people(row.name for row in rows).items()}
    return acts.register(terms, holders=registration.first_holders(rows, addresses))


def objection_to(act: Json, documents: Mapping[str, bytes]) -> str:
    """What the regulator has against a registration: a rate that the documents, named by digest, do not have."""
    named = {each["digest"] for each in act["documents"]}
    read = [raw.decode() for raw in documents.values() if registration.document_digest(raw) in named]
    if len(read) != len(named):
        return "A document that the act names was not handed in."
    for line in act["terms"]:
        rate = _PERCENT.search(line["text"]) if line["label"] == "Interest" else None
        if rate and not all(rate[0] in text or rate[0].replace(" ", "") in text for text in read):
            return f"The coupon of {rate[0]} differs from the terms of issue in the documents."
    return ""


def increase_all(stage: Stage) -> None:
    """Capital increases whose lists of new holders are in the input."""
    for isin in sorted(stage.script.increases):
        issuer, sheet = stage.institution(stage.script.issuer_of(isin).key), stage.script.sheets[isin]
        if issued(issuer, isin) > sheet.quantity:
            stage.say(f"{sheet.name}: the increase was made already")
        else:
            _increase(stage, issuer, sheet)


def _increase(stage: Stage, issuer: Actor, sheet: TermSheet) -> None:
    """The new holders are lodged as a long list, and entered chunk by chunk by rule."""
    isin, rows = sheet.isin, stage.script.increases[sheet.isin]
    quantity = sum(row.quantity for row in rows)
    addresses = {name: actor.address for name, actor in stage.people(row.name for row in rows).items()}
    outputs = registration.list_rows(stage.asset(isin), rows, addresses)
    act = acts.increase(isin, quantity, version=version(issuer, isin), rows=outputs)
    lodged = issuer.own.lodge_list(outputs)
    if {"chunks": lodged["chunks"], "root": lodged["root"]} != act["list"]:
        raise StoryFailed(f"the node and the issuer disagree about the list: {lodged}")
    co_sign(stage, propose(issuer, act, notary=stage.institution("notary").address), act)
    until(lambda: issued(issuer, isin) == sheet.quantity + quantity, "the allotment of the increase")
    stage.say(f"{sheet.name}: {quantity:,} more, allotted by rule from a list of {len(rows)} lines")


def withdraw_part(stage: Stage, isin: str, holder: str, quantity: int) -> None:
    """A holder takes part of his units to another register: he, the issuer, the regulator and the notary sign."""
    issuer, owner = stage.institution(stage.script.issuer_of(isin).key), stage.person(holder)
    if issued(issuer, isin) < stage.script.sheets[isin].quantity:
        stage.say(f"{holder} has left the register with a part already")
        return
    asset = stage.asset(isin)
    coins = owner.pick(asset, quantity)
    parted = owner.sign(build.transfer(owner.frame, coins, [build.output(asset, owner.address, quantity)]))
    stage.reach(owner.settle([parted])[0].height)
    act = acts.withdraw(isin, DESTINATION, version=version(issuer, isin), outpoints=[f"{parted.id}:0"])
    proposal = propose(issuer, act, owner.wallet, notary=stage.institution("notary").address)
    co_sign(stage, proposal, act)
    stage.say(f"{holder} took {quantity:,} units to another register; its owner signed, nobody else could")


def issued(actor: Actor, isin: str) -> int:
    """How much of an instrument is on the register, by this actor's node."""
    instrument = actor.node.instrument(isin)
    if instrument is None:
        raise StoryFailed(f"{isin} is not registered")
    return int(instrument["issued"])


def version(actor: Actor, isin: str) -> int:
    """The version of the instrument's record that an act has judged."""
    record = actor.node.record(f"instrument/{isin}")
    if record is None:
        raise StoryFailed(f"{isin} is not registered")
    return int(record["version"])


def _ask_with_draft(stage: Stage, issuer: Actor, draft: TermSheet) -> None:
    act = registration_act(stage, draft)
    proposal = propose(issuer, act, notary=stage.institution("notary").address)
    regulator = stage.founder("regulator")
    seen = seen_at(regulator, proposal, act)
    objection = objection_to(seen, stage.script.documents)
    if not objection:
        raise StoryFailed(f"the regulator finds nothing wrong with the draft of {draft.isin}")
    no = build.refuse(regulator.frame, proposal, "regulator", seen, code="DSEC", text=objection)
    stage.reach(regulator.commit(no).height)
    record = issuer.node.record(f"proposal/{proposal}")
    if record is None or record["value"]["status"] != "refused":
        raise StoryFailed(f"the draft of {draft.isin} is not refused at its issuer's node: {record}")
    stage.tally.refused_proposals += 1
    stage.say(f"{draft.name}: the regulator refused. {objection} The issuer corrects it and asks again")

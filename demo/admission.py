"""Chapter one: institutions are admitted by CSD and regulator, and claim issuers attest who their investors are."""

import secrets
import time
from typing import Final

from clients import acts, build
from clients.signing import Task
from demo.actors import Actor
from demo.issuance import approve_all, propose
from demo.script import Person
from demo.stage import Stage

CLAIM_SECONDS: Final = 2 * 365 * 86_400


def admit_participants(stage: Stage) -> None:
    """Everybody of participants.json who was not there at genesis; the CSD proposes, the regulator approves."""
    csd, regulator = stage.founder("csd"), stage.founder("regulator")
    open_acts = {}
    for participant in stage.script.participants:
        actor = stage.institution(participant.key)
        if csd.node.record(f"participant/{actor.address}") is None:
            act = acts.admit(
                actor.wallet,
                holder=secrets.token_hex(16),
                name=participant.name,
                roles=participant.roles,
                lei=participant.lei,
            )
            open_acts[propose(csd, act, actor.wallet)] = act
    approve_all(stage, regulator, "regulator", open_acts)
    names = len(stage.script.participants)
    stage.say(
        f"{len(open_acts)} institutions admitted now, {names} take part; two of three people sign for each"
    )


def attest_people(stage: Stage) -> None:
    """One identity claim for every investor; a claim issuer signs all of his with one signature."""
    by_issuer: dict[str, list[Person]] = {}
    unknown = {each.name for each in stage.script.receiver("no_claim")}
    people = stage.script.people()
    for name, key in stage.script.claim_issuers().items():
        if name not in unknown:
            by_issuer.setdefault(key, []).append(people[name])
    for key, known in sorted(by_issuer.items()):
        issuer = stage.institution(key)
        new = [person for person in known if not _has_claim(stage, issuer, person)]
        if new:
            answers = issuer.commit_batch([_attest(stage, issuer, person) for person in new])
            stage.reach(max(answer.height or 0 for answer in answers))
        stage.say(f"{issuer.name} attested {len(new)} investors with one signature, {len(known)} in all")


def _has_claim(stage: Stage, issuer: Actor, person: Person) -> bool:
    wallet = stage.person(person.name).address
    return issuer.node.record(f"claim/{issuer.address}/{wallet}/{build.TOPIC}") is not None


def _attest(stage: Stage, issuer: Actor, person: Person) -> Task:
    """The claim that the investor signs too: so nobody attests a wallet that is not his."""
    owner = stage.person(person.name)
    claim = {
        "card": owner.wallet.card,
        "class": person.investor_class,
        "country": person.country,
        "holder": secrets.token_hex(16),
        "issuer": issuer.address,
        "until": int(time.time()) + CLAIM_SECONDS,
        "wallet": owner.address,
    }
    return Task(build.attest(issuer.frame, claim), (owner.wallet,))

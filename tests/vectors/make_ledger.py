"""Makes the kept chains that every later release replays: `python -m tests.vectors.make_ledger`.

ledger.json is of version 1. The others begin with version 1 too, and upgrade step by step to the version in their name.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from clients import acts, build, governance
from clients.signing import Task, sign, sign_batch
from tests.protocol import lists
from tests.protocol.liars import evidence, two_proposals, two_votes
from tests.protocol.stories.govern import upgrade
from tests.protocol.stories.govern_validators import governed, joined, offices, rotation
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import HOUSES, NOW, node, person

PATH = Path(__file__).with_name("ledger.json")
PATH_2 = Path(__file__).with_name("ledger_2.json")
PATH_3 = Path(__file__).with_name("ledger_3.json")


def make() -> str:
    """The text of ledger.json; the same on every machine."""
    return _lived("kept", issue, trade, claims, lists_and_trust, burn_and_exit, refuse_and_govern)


def make_2() -> str:
    """The text of ledger_2.json."""
    return _lived(
        "kept-2", upgrade_first, issue, trade, claims, lists_and_trust, burn_and_exit, grow_and_rotate,
        refuse_and_govern,
    )  # fmt: skip


def make_3() -> str:
    """The text of ledger_3.json."""
    return _lived(
        "kept-3", upgrade_first, upgrade_again, issue, trade, claims, lists_and_trust, burn_and_exit, amend,
        grow_and_rotate, refuse_and_govern,
    )  # fmt: skip


def _lived(label: str, *steps: Callable[[Town], None]) -> str:
    town = Town(label, version=1)
    for step in steps:
        step(town)
        town.time += 10
    sections = {
        "source": "python -m tests.vectors.make_ledger; frozen: a change here is a change of the protocol",
        "genesis": msgspec.to_builtins(town.genesis),
        "chain": town.chain,
        "blocks": [
            {
                "certificate": msgspec.to_builtins(block.certificate),
                "hash": block.hash,
                "header": msgspec.to_builtins(block.header),
                "transactions": [each.raw.decode() for each in block.transactions],
            }
            for block in town.blocks
        ],
        "state": {
            "counters": dict(sorted(town.source.counters.items())),
            "root": town.source.commitment,
            "size": len(town.source.leaves),
        },
    }
    return json.dumps(sections, indent=1) + "\n"


def issue(t: Town) -> None:
    """A share under rules, a bond without; a capital increase."""
    rules = {
        "claims": {"countries": ["DE"], "issuers": [t.house.address]},
        "max_holders": 4,
        "max_per_holder": 200,
    }
    terms = {"label": "Voting", "text": "One vote a share. 每股一票."}
    t.register({"ann": 100, "issuer": 200}, rules=rules, terms=[terms], nominal=100)
    t.register({"bob": 50}, isin=BOND, cfi="DBFTFB", decimals=2)
    lines = [{"locked_until": NOW + 60, "owner": t.at("bob"), "quantity": 5}]
    t.decide(acts.increase(SHARE, 5, version=1, holders=lines, authorised=2_000), t.issuer)


def trade(t: Town) -> None:
    """Change, a spend of it in the same block, and an exchange of two assets."""
    first = t.pay("ann", "bob", 30)
    change = build.transaction(
        t.frame, "transfer", {}, [f"{first.id}:1"], [build.output(f"{SHARE}.1", t.at("cho"), 70)]
    )
    t.block(first, sign(change, t.ann))
    coins = [t.coins("cho")[0], t.coins("bob", BOND)[0]]
    paid = [build.output(f"{SHARE}.1", t.at("bob"), 70), build.output(f"{BOND}.1", t.at("cho"), 50)]
    swap = build.transfer(t.frame, coins, paid)
    t.submit(sign_batch([Task(swap, (t.bob,))], t.cho)[0])


def claims(t: Town) -> None:
    """A claim is revoked and made again; a wallet gets a new card, the regulator a seal key for a quarter."""
    fresh = person("cho, fresh")
    gone = build.revoke(t.frame, issuer=t.house.address, wallet=t.at("ann"), reason="Moved", version=1)
    seal = {"epoch": "2027Q2", "from": NOW, "key": person("seal 2").card.seal, "until": NOW + 9}
    t.block(
        sign(gone, t.house),
        t.attestation("ann", version=2),
        sign(build.rotate_card(t.frame, t.at("cho"), fresh.card, version=1), t.cho, fresh),
        sign(build.rotate_seal(t.frame, t.regulator.address, seal), t.regulator),
    )


def lists_and_trust(t: Town) -> None:
    """A list in two chunks; Dan's units are held until he is known, then handed over."""
    isin = "DE000A0F5UF5"
    rows = lists.rows_of(*["ann"] * 500, "dan", isin=isin)
    lists.allot(t, rows, isin=isin, rules={"claims": {"issuers": [t.house.address]}})
    t.submit(t.attestation("dan"))
    t.submit(t.pay("issuer", "dan", 1, isin=isin))


def burn_and_exit(t: Town) -> None:
    """A holder tenders, a part leaves the register, then the whole bond."""
    t.decide(acts.decrease(SHARE, [t.coins("issuer")[0].outpoint], version=2), t.issuer)
    out = acts.withdraw(SHARE, "The register of Oslo", version=2, outpoints=[t.coins("bob")[0].outpoint])
    t.decide(out, t.issuer, t.bob)
    t.decide(acts.withdraw(BOND, "The register of Oslo", version=1), t.issuer)


def amend(t: Town) -> None:
    """Another name, words and a document; then rules without claims, by which the notary may receive."""
    words = {"label": "Voting", "text": "Two votes a share. 每股两票."}
    paper = {"digest": "ab" * 32, "title": "Articles as of 2027"}
    at = t.version(f"instrument/{SHARE}")
    t.decide(acts.amend(SHARE, version=at, fisn="TOWN/NEW", terms=[words], documents=[paper]), t.issuer)
    t.decide(acts.amend(SHARE, version=at + 1, rules={"max_holders": 5}), t.issuer)
    t.submit(t.pay("bob", "notary", 1))


def upgrade_first(t: Town) -> None:
    """Version 2 from the earliest height on."""
    _upgraded(t, 2)


def upgrade_again(t: Town) -> None:
    """Version 3 as soon as version 2 is in force."""
    _upgraded(t, 3)


def _upgraded(t: Town, protocol: int) -> None:
    height = t.height + 11
    t.submit(upgrade(t, protocol=protocol, version=t.version("network")))
    while t.height < height - 1:
        t.block()


def grow_and_rotate(t: Town) -> None:
    """Five, then six validators; one leaves; one gets a new key; two lied; the exchange becomes the CSD."""
    joined(t, "issuer", "notary")
    t.submit(governed(t, governance.remove_validator("notary"), *HOUSES, "issuer"))
    t.block(evidence(t, two_votes(t)), evidence(t, two_proposals(t, "notary", height=t.height)))
    t.submit(governed(t, rotation(t), *HOUSES))
    t.block(evidence(t, two_votes(t, "csd", height=t.height)))
    t.block(evidence(t, two_votes(t, "csd", height=t.height + 1, key=node("csd, later"))))
    t.submit(governed(t, offices(t, csd="exchange"), *HOUSES))
    t.submit(governed(t, offices(t), *HOUSES))


def refuse_and_govern(t: Town) -> None:
    """A refusal, a retraction, a suspension, and the next version scheduled far ahead."""
    act = t.registration({"ann": 1}, isin="US0378331005")
    t.submit(t.refused(t.propose(act, t.issuer), "notary", act))
    again = t.propose(act | {"authorised": 2}, t.issuer)
    t.submit(sign(build.retract(t.frame, again), t.issuer))
    t.decide(acts.suspend(t.notary.address, "Under inspection"), t.csd)
    houses = [t.csd, t.regulator, t.bank]
    if "issuer" in [each.name for each in t.value("network").validators]:
        houses.append(t.issuer)  # of five validators, four sign
    signers, protocol = [house.address for house in houses], t.blocks[-1].header.version + 1
    version = t.version("network")
    made = build.upgrade(t.frame, height=10_000, protocol=protocol, signers=signers, network_version=version)
    t.submit(sign(made, *houses))
    t.block()  # certifies the state after the last transaction


if __name__ == "__main__":
    PATH.write_text(make())
    PATH_2.write_text(make_2())
    PATH_3.write_text(make_3())

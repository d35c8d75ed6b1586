"""A random market over the rules: whoever is there does something right or wrong, one seed a history."""

from collections import Counter
from random import Random
from typing import Any, Final

from clients import acts, build
from clients.build import Json
from clients.signing import Signed, Signer, sign
from ledger.protocol.keys import address
from ledger.protocol.reasons import Rejected
from ledger.protocol.records import Wallet, wallet_key
from ledger.protocol.signed import read
from ledger.protocol.state import Entry
from ledger.protocol.transition import apply_block
from tests.protocol import lists
from tests.protocol.books import Books
from tests.protocol.memory import MemorySource
from tests.protocol.town import BOND, LATER, SHARE, Town
from tests.protocol.world import first_records, holder, institution, person

FUND: Final = "LU0378438732"
ISINS: Final = (SHARE, BOND, FUND)
PEOPLE: Final = (
    "ann",
    "bob",
    "cho",
    "dan",
    "ann 2",
    "bob 2",
)  # the last two are second wallets of ann and bob
OFFICES: Final = ("issuer", "notary", "house", "newcomer")
RULES: Final[dict[str, Json]] = {
    SHARE: {"max_per_holder": 160},
    BOND: {"max_holders": 3},
}


class Market(Town):
    """A Town with three instruments and everything that was ever signed, beside the simplest account of it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, Signer] = {}
        for who in (*map(person, PEOPLE), *map(institution, OFFICES), self.csd, self.regulator):
            self.keys[who.address] = who
        self.block(*(self.attestation(name, holder=holder(name[:3])) for name in ("ann 2", "bob 2")))
        claims = {"claims": {"issuers": [self.house.address], "countries": ["DE", "FR"]}}
        for isin, rules in RULES.items():
            self.register({"ann": 60, "bob": 40, "issuer": 100}, isin, rules=rules)
        rows = lists.rows_of("ann", "bob", "dan", "dan", isin=FUND, quantity=25)  # dan's are held for him
        lists.allot(self, rows, FUND, rules=claims, authorised=1_000)
        self.submit(self.attestation("dan"))
        self.books, self.rows = Books(self.source, ISINS), dict[str, list[Json]]()

    def copy(self) -> "Market":
        """Another market that goes on from here."""
        other = super().copy()
        other.keys = self.keys.copy()
        other.books, other.rows = Books(other.source, ISINS), {}
        return other

    def now(self, owner: str) -> Signer:
        """Whoever signs for an address today."""
        if wallet_key(owner) not in self.source.records:
            return self.keys[owner]
        wallet: Wallet = self.value(wallet_key(owner))
        return self.keys[address(wallet.card)]

    def step(self, rng: Random) -> None:
        """One block of one to four things that people do, or each alone where one of them spoils the block."""
        self.time += rng.choice((0, 1, 30, 3_000))
        listed = [self.idea(rng) for _ in range(rng.randint(1, 4))]
        ready = [signed for signed in listed if signed is not None]
        if not self.commit(*ready):
            for signed in ready:
                self.commit(signed)

    def commit(self, *listed: Signed) -> bool:
        """Whether the block was committed; if not, nothing changed."""
        before = self.source.commitment
        try:
            self.block(*listed)
        except Rejected as refusal:
            self.books.seen[refusal.reason] += 1
            assert self.source.commitment == before, "a refused block left something behind"
            return False
        for signed in listed:
            self.books.follow(signed)
        self.books.check()
        return True

    def idea(self, rng: Random) -> Signed | None:
        """What somebody may think of; quite a few of them are not allowed."""
        what = rng.choice(
            ("pay",) * 6 + ("ask",) * 3 + ("answer",) * 8 + ("allot",) * 2 + ("claim", "rotate", "again")
        )
        self.books.seen[what] += 1
        return getattr(self, what)(rng)  # type: ignore[no-any-return]

    def some(self, rng: Random, isin: str = "") -> dict[str, Entry]:
        """Some live outputs, of anybody."""
        live = [item for item in self.source.live().items() if item[1].output.asset.startswith(isin)]
        return dict(rng.sample(live, min(len(live), rng.randint(1, 3))))

    def pay(self, rng: Random) -> Signed:  # type: ignore[override]
        """A transfer of one to three outputs to anybody; sometimes with a sum, a signer or an input that is wrong."""
        spent = self.some(rng)
        totals: Counter[str] = Counter()
        for entry in spent.values():
            totals[entry.output.asset] += entry.output.quantity
        waiting = [entry.output.hold.to for entry in spent.values() if entry.output.hold]
        outputs: list[Json] = []
        for asset, total in totals.items():
            first = rng.randint(0, total)
            for part in (first, total - first):
                taker = rng.choice([self.at(rng.choice((*PEOPLE, "issuer"))), *waiting * 3])
                outputs += [build.output(asset, taker, part)] if part else []
        signers = [self.now(entry.output.owner) for entry in spent.values()]
        inputs, fault = list(spent), rng.randint(0, 15)
        match fault:
            case 0:
                outputs[0]["quantity"] += 1
            case 1:
                outputs.pop()
            case 2:
                signers = self.but_one(signers)
            case 3:
                inputs += rng.sample(sorted(self.books.spent), 1) if self.books.spent else ["ab" * 32 + ":0"]
            case 4:
                outputs[0]["asset"] = f"{outputs[0]['asset'][:-1]}2"
        signed = sign(build.transaction(self.frame, "transfer", {}, inputs, outputs), *signers)
        return self.marked(signed, fault < 5)

    def but_one(self, signers: list[Signer]) -> list[Signer]:
        """One of the owners does not sign; a stranger does, so that somebody signs."""
        return [who for who in signers if who.address != signers[0].address] or [person("nobody")]

    def marked(self, signed: Signed, wrong: bool) -> Signed:
        """Remembered as what must never be committed, if it is wrong."""
        if wrong:
            self.books.wrong.add(signed.raw)
        return signed

    def ask(self, rng: Random) -> Signed:
        """A proposal of some act."""
        isin = rng.choice(ISINS)
        version = self.version(f"instrument/{isin}") + rng.choice((0, 0, 0, 1))
        names = [rng.choice((*PEOPLE, "issuer")) for _ in range(rng.randint(1, 4))]
        kind = rng.choice(
            ("increase", "increase", "list", "decrease", "decrease", "withdraw", "amend", "admit", "suspend")
        )
        others: list[Signer] = []
        by, robbed = self.issuer, False
        match kind:
            case "increase":
                lines = [{"owner": self.at(name), "quantity": rng.randint(1, 90)} for name in names]
                act = acts.increase(
                    isin, sum(line["quantity"] for line in lines), version=version, holders=lines
                )
            case "list":
                names *= rng.choice((1, 1, 170))  # also more than one chunk
                rows = lists.rows_of(*names, isin=isin)
                act = acts.increase(isin, len(rows), version=version, rows=rows)
            case "decrease" | "withdraw":
                burnt = self.some(rng, isin)
                others = [self.now(entry.output.owner) for entry in burnt.values()]
                robbed = rng.random() < 0.2 and any(who.address != self.issuer.address for who in others)
                others = [self.issuer] if robbed else others
                act = acts.decrease(isin, list(burnt), version=version)
                if kind == "withdraw":
                    act = acts.withdraw(isin, "another depository", version=version, outpoints=list(burnt))
            case "amend":
                rules = rng.choice(({}, {"max_per_holder": rng.randint(1, 900)}, {"max_holders": 3}))
                act = acts.amend(isin, version=version, rules=rules)
            case "admit":
                by, others = self.csd, [institution("newcomer")]
                act = self.admission("newcomer", rng.choice(("broker", "notary", "claim_issuer")))
            case _:
                by, act = (
                    self.csd,
                    acts.suspend(self.at(rng.choice(("notary", "house"))), "It did not pay its fees."),
                )
        signed = self.proposal(act, by, *others)
        self.books.acts[signed.id] = act
        if "list" in act:
            self.rows[signed.id] = rows
        return self.marked(signed, robbed)

    def answer(self, rng: Random) -> Signed | None:
        """A yes, a no, or a withdrawal, to a proposal that may be closed by now."""
        if not self.books.acts:
            return None
        id = rng.choice(list(self.books.acts)[-4:])
        act, role = self.books.acts[id], rng.choice(("regulator", "notary"))
        if rng.random() < 0.03:
            return sign(
                build.retract(self.frame, id), self.csd if act["act"] in ("admit", "suspend") else self.issuer
            )
        if rng.random() < 0.03:
            return self.refused(id, role, act)
        return self.approval(id, role, act if rng.random() < 0.95 else act | {"act": "other"})

    def allot(self, rng: Random) -> Signed | None:
        """The next chunk of some list, or one out of turn."""
        open_ = [id for id in self.rows if f"allotment/{id}" in self.source.records]
        if not open_:
            return None
        id = rng.choice(open_)
        allotment = self.value(f"allotment/{id}")
        if allotment.next >= allotment.chunks:
            return None
        index = allotment.next if rng.random() < 0.9 else rng.randrange(allotment.chunks)
        return lists.chunk(self, id, self.rows[id], index)

    def claim(self, rng: Random) -> Signed:
        """A claim is made, made again, or taken back."""
        name = rng.choice(PEOPLE)
        key = f"claim/{self.house.address}/{self.at(name)}/identity"
        version, who = self.version(key), self.now(self.at(name))
        if rng.random() < 0.4:
            taken = build.revoke(
                self.frame,
                issuer=self.house.address,
                wallet=self.at(name),
                reason="It moved.",
                version=version,
            )
            return sign(taken, self.house)
        return self.attestation(
            name, version=version, by=(self.house, who), wallet=self.at(name), card=who.card,
            holder=holder(name[:3]), country=rng.choice(("DE", "FR", "US")), until=self.time + rng.choice((5, LATER)),
        )  # fmt: skip

    def rotate(self, rng: Random) -> Signed:
        """A new card."""
        owner = self.at(rng.choice(PEOPLE))
        version = self.version(wallet_key(owner))
        fresh = person(f"{owner} {rng.randint(0, 10**9)}")
        self.keys[fresh.address] = fresh
        return sign(build.rotate_card(self.frame, owner, fresh.card, version=version), self.now(owner), fresh)

    def again(self, rng: Random) -> Signed | None:
        """What was committed before, byte for byte."""
        return rng.choice(self.books.past) if self.books.past else None

    def replay(self) -> MemorySource:
        """The same blocks from genesis, each transaction read again from its bytes."""
        world = MemorySource(first_records(self.genesis))
        for block in self.blocks:
            state = type(self.open())(world, len(world.leaves))
            assert block.header.state_root == world.commitment
            apply_block(state, block.header, [read(one.raw) for one in block.transactions])
            world.keep(state)
        return world


def holdings(source: MemorySource) -> dict[str, Any]:
    """All that is owned and counted."""
    return {"live": source.live(), "counters": {name: n for name, n in source.counters.items() if n}}

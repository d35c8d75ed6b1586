"""The world that most tests start in: an issuer, a notary, a claim issuer, holders, one share. One line a step."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from clients import acts, build
from clients.build import Json
from clients.coins import Coin
from clients.keys import Wallet
from clients.signing import Signed, Signer, Task, sign, sign_batch
from clients.wallet import MultiWallet
from tests.protocol.world import NEWEST, NOW, World, holder, institution, person

SHARE: Final = "DE0007236101"
BOND: Final = "DE0001102341"
LEI: Final = "W38RGI023J3WT1HWRP32"
LATER: Final = NOW + 2 * 365 * 86_400


class Town(World):
    """A World in which the usual people live; every helper commits, unless it says that it only signs."""

    def __init__(self, label: str = "test", version: int = NEWEST) -> None:
        super().__init__(label, version)
        self.issuer, self.notary, self.house = map(institution, ("issuer", "notary", "house"))
        self.ann, self.bob, self.cho, self.dan = map(person, ("ann", "bob", "cho", "dan"))
        self.join("issuer", "issuer")
        self.join("notary", "notary")
        self.join("house", "claim_issuer")
        self.block(*[self.attestation(each) for each in ("ann", "bob", "cho")])  # dan is a stranger

    def join(self, name: str, *roles: str) -> str:
        """A participant with these roles."""
        return self.decide(self.admission(name, *roles), self.csd, institution(name))

    def admission(self, name: str, /, *roles: str, **changes: Any) -> Json:
        """The act."""
        return acts.admit(institution(name), holder=holder(name), name=name, roles=roles) | changes

    def attestation(
        self, name: str, *, version: int = 0, by: Sequence[Signer] = (), **changes: Any
    ) -> Signed:
        """Signed by the claim issuer and by the wallet: a private investor of Germany, one wallet a holder."""
        who = person(name)
        said: Json = {"class": "RETL", "country": "DE", "holder": holder(name), "until": LATER}
        whose: Json = {"card": who.card, "issuer": self.house.address, "wallet": who.address}
        claim = build.attest(self.frame, said | whose | changes, version=version)
        return sign(claim, *(by or (self.house, who)))

    def terms(self, isin: str = SHARE, **changes: Any) -> Json:
        """What the issuer says of an instrument: up to 1,000 units, no rules."""
        return {
            "authorised": 1_000, "cfi": "ESVUFR", "currency": "EUR", "decimals": 0, "documents": [],
            "fisn": "TOWN/SHARE", "isin": isin, "lei": LEI, "nominal": 0, "quantity": 300, "rules": {}, "terms": [],
        } | changes  # fmt: skip

    def registration(self, holders: Mapping[str, int], isin: str = SHARE, **changes: Any) -> Json:
        """The act, for first holders by name; `issuer` is the issuer's own wallet."""
        lines = [{"owner": self.at(name), "quantity": quantity} for name, quantity in holders.items()]
        return acts.register(self.terms(isin, quantity=sum(holders.values())) | changes, holders=lines)

    def register(self, holders: Mapping[str, int], isin: str = SHARE, **changes: Any) -> list[Coin]:
        """An instrument; the coins of its first holders, in order."""
        last = self.decide(self.registration(holders, isin, **changes), self.issuer)
        return [
            Coin(f"{last}:{index}", f"{isin}.1", self.at(name), quantity)
            for index, (name, quantity) in enumerate(holders.items())
        ]

    @staticmethod
    def at(name: str) -> str:
        """The address of a person, or of the issuer, the notary or the claim issuer."""
        return (institution(name) if name in ("issuer", "notary", "house") else person(name)).address

    def proposal(self, act: Json, by: MultiWallet, *others: Signer, **changes: Any) -> Signed:
        """Only signed: the proposal of an act, with the notary where the act needs one."""
        notary = None if act["act"] in ("admit", "suspend") else self.notary.address
        deadline = self.time + 86_400
        asked = build.propose(self.frame, act, proposer=by.address, deadline=deadline, notary=notary)
        asked["body"] |= changes
        return sign(asked, by, *others)

    def propose(self, act: Json, by: MultiWallet, *others: Signer) -> str:
        """The id of the proposal, open."""
        return self.submit(self.proposal(act, by, *others))

    def approval(self, id: str, role: str, act: Json, by: Signer | None = None) -> Signed:
        """Only signed: the regulator's or the notary's yes."""
        return sign(build.approve(self.frame, id, role, act), by or self.officer(role))

    def refused(self, id: str, role: str, act: Json, **changes: Any) -> Signed:
        """Only signed: the regulator's or the notary's no."""
        no = build.refuse(self.frame, id, role, act, code="DSEC", text="The terms are not the document's.")
        no["body"] |= changes
        return sign(no, self.officer(role))

    def officer(self, role: str) -> MultiWallet:
        """Who answers in this role."""
        return {"regulator": self.regulator, "notary": self.notary}[role]

    def decide(self, act: Json, by: MultiWallet, *others: Signer) -> str:
        """Propose, and let everybody approve; the id under which the act's outputs hang."""
        id = self.propose(act, by, *others)
        last = self.submit(self.approval(id, "regulator", act))
        if act["act"] in ("admit", "suspend"):
            return last
        return self.submit(self.approval(id, "notary", act))

    def coins(self, name: str, isin: str = SHARE) -> list[Coin]:
        """The live outputs of a wallet, oldest first."""
        live = sorted(self.source.live().items(), key=lambda item: item[1].position)
        return [
            Coin(outpoint, e.output.asset, e.output.owner, e.output.quantity, held=e.output.hold is not None)
            for outpoint, e in live
            if e.output.owner == self.at(name) and e.output.asset == f"{isin}.1"
        ]

    def total(self, name: str, isin: str = SHARE) -> int:
        """How much a wallet has."""
        return sum(coin.quantity for coin in self.coins(name, isin))

    def pay(
        self,
        giver: str,
        taker: str,
        quantity: int,
        *,
        by: Sequence[Signer] = (),
        isin: str = SHARE,
        **changes: Any,
    ) -> Signed:
        """Only signed: a transfer from the giver's first coin, with change; `since` stands for `from`."""
        coin = self.coins(giver, isin)[0]
        transfer = build.transfer(self.frame, [coin], [build.output(coin.asset, self.at(taker), quantity)])
        return sign(altered(transfer, **changes), *(by or (self.signer(giver),)))

    @staticmethod
    def batched(signed: Signed, by: Signer) -> Signed:
        """The same transaction under a signature for a batch of one."""
        return sign_batch([Task(signed.transaction)], by)[0]

    def signer(self, name: str) -> Signer:
        """Whoever signs for a name."""
        return self.issuer if name == "issuer" else person(name)

    def stranger(self) -> Wallet:
        """A wallet that the ledger has never seen."""
        return self.dan


def altered(transaction: Json, **changes: Any) -> Json:
    """Another transaction: fields replaced, `since` for `from`; before it is signed."""
    renamed = {"from" if name == "since" else name: value for name, value in changes.items()}
    return transaction | renamed

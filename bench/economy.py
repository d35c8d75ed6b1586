"""A small economy made by signing clients: institutions, attested wallets, one share, and transfers ready to send."""

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clients import acts, build
from clients.build import Frame
from clients.coins import Coin
from clients.keys import Wallet, generate
from clients.signing import Signed, Signer, Task, sign, sign_batch

ISIN: Final = "US0378331005"
HOLDERS: Final = 500
UNITS: Final = 100  # of each output; a transfer sends some and gets the rest back
LIFETIME: Final = 86_000
TERMS: Final[dict[str, Any]] = {
    "authorised": 10**12, "cfi": "ESVUFR", "currency": "EUR", "decimals": 0, "documents": [],
    "fisn": "BENCH/SH", "isin": ISIN, "lei": "HWUPKR0MPOU8FGXBT394", "nominal": 0, "terms": [],
}  # fmt: skip


@dataclass
class Economy:
    """Everything that is signed, stage by stage: each stage may be committed once the one before it is."""

    chain: str
    csd: Signer
    regulator: Signer
    issuer: Wallet = field(default_factory=generate)
    notary: Wallet = field(default_factory=generate)
    witness: Wallet = field(default_factory=generate)  # the claim issuer
    holders: list[Wallet] = field(default_factory=lambda: [generate() for _ in range(HOLDERS)])
    coins: list[tuple[Wallet, Coin]] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        """Valid for as long as a run may take."""
        return Frame.at(self.chain, int(time.time()), LIFETIME)

    def stages(self, outputs: int) -> Iterator[list[Signed]]:
        """Admission, claims, registration, and increases until there are this many outputs."""
        proposals = [self._admit(self.issuer, "issuer"), self._admit(self.notary, "notary"),
                     self._admit(self.witness, "claim_issuer")]  # fmt: skip
        yield proposals
        yield [self._approve(proposal, "regulator", self.regulator) for proposal in proposals]
        yield sign_batch([self._attest(holder) for holder in self.holders], self.witness)
        register = self._propose(
            acts.register({**TERMS, **self._rules(), "quantity": UNITS * HOLDERS}, holders=self._lines())
        )
        yield from self._registration([register])
        rounds = -(-outputs // HOLDERS) - 1
        increase = acts.increase(ISIN, UNITS * HOLDERS, version=1, holders=self._lines())
        for start in range(0, rounds, 20):
            yield from self._registration([self._propose(increase) for _ in range(min(20, rounds - start))])

    def transfers(self, count: int) -> list[Signed]:
        """This many transfers of one output each, to the next holder."""
        chosen, self.coins = self.coins[:count], self.coins[count:]
        assert len(chosen) == count, "too few outputs were issued"
        frame = self.frame
        return [self._transfer(frame, number, *coin) for number, coin in enumerate(chosen)]

    def _transfer(self, frame: Frame, number: int, owner: Wallet, coin: Coin) -> Signed:
        receiver = self.holders[(number + 1) % HOLDERS]
        return sign(build.transfer(frame, [coin], [build.output(f"{ISIN}.1", receiver.address, 40)]), owner)

    def _registration(self, proposals: Sequence[Signed]) -> Iterator[list[Signed]]:
        yield list(proposals)
        yield [self._approve(proposal, "regulator", self.regulator) for proposal in proposals]
        last = [self._approve(proposal, "notary", self.notary) for proposal in proposals]
        yield last
        self.coins += [
            (
                holder,
                Coin.parse({"outpoint": f"{done.id}:{index}", **self._line(holder), "asset": f"{ISIN}.1"}),
            )
            for done in last
            for index, holder in enumerate(self.holders)
        ]

    def _rules(self) -> dict[str, Any]:
        return {
            "rules": {
                "claims": {"issuers": [self.witness.address]},
                "max_holders": 10**6,
                "max_per_holder": 10**9,
            }
        }

    def _line(self, holder: Wallet) -> dict[str, Any]:
        return {"owner": holder.address, "quantity": UNITS}

    def _lines(self) -> list[dict[str, Any]]:
        return [self._line(holder) for holder in self.holders]

    def _admit(self, wallet: Wallet, role: str) -> Signed:
        act = acts.admit(wallet, holder=secrets.token_hex(16), name=f"Bench {role}", roles=[role])
        proposal = build.propose(
            self.frame, act, proposer=self.csd.address, deadline=int(time.time()) + 86_400
        )
        return sign(proposal, self.csd, wallet)

    def _propose(self, act: dict[str, Any]) -> Signed:
        # The deadline tells proposals of the same act apart: otherwise they would be one.
        deadline = int(time.time()) + 86_400 + secrets.randbelow(80 * 86_400)
        proposal = build.propose(
            self.frame, act, proposer=self.issuer.address, deadline=deadline, notary=self.notary.address
        )
        return sign(proposal, self.issuer)

    def _approve(self, proposal: Signed, role: str, signer: Signer) -> Signed:
        return sign(build.approve(self.frame, proposal.id, role, proposal.transaction["body"]["act"]), signer)

    def _attest(self, holder: Wallet) -> Task:
        claim = {
            "card": holder.card, "class": "RETL", "country": "DE", "holder": secrets.token_hex(16),
            "issuer": self.witness.address, "until": int(time.time()) + 10**7, "wallet": holder.address,
        }  # fmt: skip
        return Task(build.attest(self.frame, claim), (holder,))

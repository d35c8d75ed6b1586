"""Every kind and act that clients build, judged by the kernel: accepted, or refused where it must be."""

import pytest

from clients import acts, build, notes
from clients.coins import Coin
from clients.keys import Wallet, generate
from clients.signing import Task, sign, sign_batch
from clients.wallet import MultiWallet
from ledger.protocol.reasons import Reason, Rejected
from tests.clients.paper_ledger import NOW, PaperLedger

ISIN = "DE0007236101"
ASSET = ISIN + ".1"


class Town:
    """A ledger with an issuer, a notary, a claim issuer, and three attested holders."""

    def __init__(self) -> None:
        self.ledger = PaperLedger()
        self.issuer, self.notary, self.house = (
            MultiWallet.of(2, [generate() for _ in range(3)]) for _ in range(3)
        )
        roles = (
            ("Issuer", "issuer", self.issuer),
            ("Notary", "notary", self.notary),
            ("House", "claim_issuer", self.house),
        )
        for number, (name, role, wallet) in enumerate(roles):
            act = acts.admit(wallet, holder=f"{number:031x}a", name=name, roles=[role])
            self.decide(act, self.ledger.csd, wallet, notary=None)
        self.holders = [generate() for _ in range(3)]
        tasks = [Task(self.attest(each, number), (each,)) for number, each in enumerate(self.holders)]
        for signed in sign_batch(tasks, self.house):
            self.ledger.commit(signed)

    def attest(self, who: Wallet, number: int) -> build.Json:
        said = {"class": "RETL", "country": "DE", "holder": f"{number:031x}b", "until": 2 * NOW}
        whose = {"card": who.card, "issuer": self.house.address, "wallet": who.address}
        return build.attest(self.ledger.frame, said | whose)

    def propose(self, act: build.Json, by: MultiWallet, *others: object, notary: str | None) -> str:
        frame = self.ledger.frame
        asked = build.propose(frame, act, proposer=by.address, deadline=NOW + 86_400, notary=notary)
        return self.ledger.commit(sign(asked, by, *others))  # type: ignore[arg-type]

    def decide(self, act: build.Json, by: MultiWallet, *others: object, notary: str | None) -> str:
        """Propose it, and let everybody who is asked approve; the last approval's id."""
        id = self.propose(act, by, *others, notary=notary)
        last = self.ledger.commit(
            sign(build.approve(self.ledger.frame, id, "regulator", act), self.ledger.regulator)
        )
        if notary:
            last = self.ledger.commit(sign(build.approve(self.ledger.frame, id, "notary", act), self.notary))
        return last

    def register(self) -> list[Coin]:
        holders = [{"owner": each.address, "quantity": 100} for each in self.holders]
        act = acts.register(self.terms(), holders=holders)
        last = self.decide(act, self.issuer, notary=self.notary.address)
        return [
            Coin(f"{last}:{number}", ASSET, each.address, 100) for number, each in enumerate(self.holders)
        ]

    def terms(self) -> build.Json:
        return {
            "authorised": 1_000, "cfi": "ESVUFR", "currency": "EUR", "decimals": 0, "documents": [],
            "fisn": "SIEMENS AG/NAM.AKT. O.N.", "isin": ISIN, "lei": "W38RGI023J3WT1HWRP32", "nominal": 0,
            "quantity": 300, "rules": {"claims": {"issuers": [self.house.address]}}, "terms": [],
        }  # fmt: skip

    def issued(self) -> int:
        return self.ledger.state.counter(f"issued/{ASSET}")


@pytest.fixture
def town() -> Town:
    return Town()


def test_participants_claims_and_a_registration_go_through(town: Town):
    town.register()
    assert town.issued() == 300


def test_a_refused_registration_can_be_asked_for_again(town: Town):
    act = acts.register(town.terms(), holders=[{"owner": town.holders[0].address, "quantity": 300}])
    id = town.propose(act, town.issuer, notary=town.notary.address)
    no = build.refuse(
        town.ledger.frame, id, "regulator", act, code="DSEC", text="The terms are not the document's."
    )
    town.ledger.commit(sign(no, town.ledger.regulator))
    late = build.approve(town.ledger.frame, id, "notary", act)
    assert town.ledger.refusal(sign(late, town.notary)) is Reason.PROPOSAL_CLOSED
    town.register()


def test_a_proposal_is_retracted(town: Town):
    act = acts.register(town.terms(), holders=[{"owner": town.holders[0].address, "quantity": 300}])
    id = town.propose(act, town.issuer, notary=town.notary.address)
    town.ledger.commit(sign(build.retract(town.ledger.frame, id), town.issuer))
    late = build.refuse(town.ledger.frame, id, "notary", act, code="OTHR", text="Too late.")
    assert town.ledger.refusal(sign(late, town.notary)) is Reason.PROPOSAL_CLOSED


def test_a_transfer_gives_change_and_its_note_is_read_by_two(town: Town):
    coin = town.register()[0]
    giver, taker, third = town.holders
    regulator = town.ledger.regulator.address
    readers = [
        notes.to_receiver(taker.address, taker.card),
        notes.to_institution(regulator, "2026Q4", town.ledger.seal.card.seal),
    ]
    bare = build.transfer(town.ledger.frame, [coin], [build.output(ASSET, taker.address, 30)])
    transfer, ciphertexts = notes.attach(bare, giver.address, "Geschenk 礼物", readers)
    town.ledger.commit(sign(transfer, giver, notes=ciphertexts))
    assert [each["quantity"] for each in transfer["outputs"]] == [30, 70]
    for place, key in ((0, taker.seal), (1, town.ledger.seal.seal)):
        assert notes.read(transfer, giver.address, ciphertexts, place, key) == "Geschenk 礼物"
        with pytest.raises(Rejected, match="opens nothing"):
            notes.read(transfer, giver.address, ciphertexts, place, third.seal)


def test_an_increase_by_list_opens_an_allotment_with_the_lists_root(town: Town):
    town.register()
    rows = [build.output(ASSET, town.holders[0].address, 50)]
    act = acts.increase(ISIN, 50, version=1, rows=rows)
    town.decide(act, town.issuer, notary=town.notary.address)
    assert town.ledger.state.counter(f"promised/{ASSET}") == 50
    assert acts.list_root(rows * 501)["chunks"] == 2


def test_more_than_is_authorised_is_not_even_proposed(town: Town):
    town.register()
    act = acts.increase(ISIN, 701, version=1, holders=[{"owner": town.holders[0].address, "quantity": 701}])
    asked = build.propose(
        town.ledger.frame, act, proposer=town.issuer.address, deadline=NOW + 1, notary=town.notary.address
    )
    assert town.ledger.refusal(sign(asked, town.issuer)) is Reason.OVER_ISSUE


def test_outputs_leave_only_with_their_owners_signature(town: Town):
    coins = town.register()
    burnt = acts.decrease(ISIN, [coins[0].outpoint], version=1)
    with pytest.raises(Rejected):
        town.decide(burnt, town.issuer, notary=town.notary.address)
    town.decide(burnt, town.issuer, town.holders[0], notary=town.notary.address)
    moved = acts.withdraw(ISIN, "A register abroad", version=1, outpoints=[coins[1].outpoint])
    town.decide(moved, town.issuer, town.holders[1], notary=town.notary.address)
    assert town.issued() == 100
    town.decide(acts.withdraw(ISIN, "A register abroad", version=1), town.issuer, notary=town.notary.address)


def test_claims_are_revoked_and_attested_again(town: Town):
    frame, who = town.ledger.frame, town.holders[0]
    gone = build.revoke(frame, issuer=town.house.address, wallet=who.address, reason="Moved away", version=1)
    town.ledger.commit(sign(gone, town.house))
    claim = town.attest(who, 0)
    assert town.ledger.refusal(sign(claim, town.house, who)) is Reason.STALE
    town.ledger.commit(sign(build.attest(frame, claim["body"], version=2), town.house, who))


def test_a_new_card_keeps_the_address(town: Town):
    who, fresh = town.holders[0], generate()
    coin = town.register()[0]
    rotated = build.rotate_card(town.ledger.frame, who.address, fresh.card, version=1)
    town.ledger.commit(sign(rotated, who, fresh))
    spend = build.transfer(town.ledger.frame, [coin], [build.output(ASSET, town.holders[1].address, 100)])
    assert town.ledger.refusal(sign(spend, who)) is Reason.WRONG_WITNESSES
    town.ledger.commit(sign(spend, fresh))


def test_seals_suspension_and_upgrade(town: Town):
    frame, regulator = town.ledger.frame, town.ledger.regulator
    seal = {"epoch": "2027Q1", "from": NOW, "key": generate().card.seal, "until": NOW + 1}
    town.ledger.commit(sign(build.rotate_seal(frame, regulator.address, seal), regulator))
    town.decide(acts.suspend(town.house.address, "Under inspection"), town.ledger.csd, notary=None)
    everyone = [town.ledger.csd, regulator, town.ledger.bank]
    signers = [each.address for each in everyone]
    next_version = build.upgrade(frame, height=10_000, protocol=2, signers=signers, network_version=1)
    town.ledger.commit(sign(next_version, *everyone))

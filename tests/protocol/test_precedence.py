"""A transaction with every fault at once is refused for the first; mend that one, and the next shows."""

from collections.abc import Callable
from typing import Any

from clients import build
from clients.build import Json
from clients.signing import Signed, sign
from ledger.protocol.reasons import Reason, Rejected
from tests.protocol.stories.scenes import output
from tests.protocol.stories.story import with_witnesses
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import NOW, holder, institution, person

ORDER = list(Reason)
Mend = tuple[Reason, dict[str, Any]]


def mended(
    town: Town, make: Callable[..., Signed | bytes], faults: dict[str, Any], mends: list[Mend]
) -> None:
    """Each step is refused for its reason until its fault is mended; at the end it is committed."""
    now = dict(faults)
    for reason, mend in mends:
        assert town.refusal(make(**now)) is reason
        now |= mend
    assert [reason for reason, _ in mends] == sorted((reason for reason, _ in mends), key=ORDER.index)
    assert town.refusal(make(**now)) is None


def test_transfer(town: Town) -> None:
    rules = {
        "claims": {"countries": ["DE"], "issuers": [town.house.address]},
        "lock_up": NOW + 5,
        "max_per_holder": 60,
    }
    coin = town.register({"ann": 60, "issuer": 60}, rules=rules)[0]
    gone = town.register({"ann": 1}, isin=BOND)[0]
    town.submit(town.pay("ann", "bob", 1, isin=BOND))
    town.submit(town.attestation("cho", version=1, country="US"))
    spent, good = sorted([gone.outpoint, coin.outpoint]), [coin.outpoint]

    def make(inputs: list[str], pays: list[Json], by: str, seal: bool, **fields: Any) -> Signed | bytes:
        town.time = fields.pop("time")
        made = build.transaction(town.frame, "transfer", {}, (), pays) | {"inputs": inputs} | fields
        signed = sign(made, person(by))
        other = person(by).signature(b"something else")
        return signed if seal else with_witnesses(signed, lambda shown: [shown[0] | {"signature": other}])

    town.submit(town.attestation("bob", version=1))
    faults = {
        "chain": "other", "expires": NOW, "from": NOW, "inputs": good * 2, "pays": [output(town, "dan", 61)],
        "by": "bob", "seal": False, "time": NOW,
    }  # fmt: skip
    mends: list[Mend] = [
        (Reason.WRONG_CHAIN, {"chain": town.chain}),
        (Reason.BAD_VALIDITY, {"from": NOW - 9}),
        (Reason.DUPLICATE_INPUT, {"inputs": spent[::-1]}),
        (Reason.WRONG_INPUTS, {"inputs": spent}),
        (Reason.EXPIRED, {"expires": NOW + 9}),
        (Reason.BAD_SIGNATURE, {"seal": True}),
        (Reason.SPENT, {"inputs": good}),
        (Reason.WRONG_WITNESSES, {"by": "ann"}),
        (Reason.NOT_CONSERVED, {"pays": [output(town, "dan", 60)]}),
        (Reason.LOCKED, {"time": NOW + 5}),
        (Reason.WALLET_UNKNOWN, {"pays": [output(town, "cho", 60)]}),
        (Reason.NOT_ELIGIBLE, {"pays": [output(town, "bob", 60)]}),
    ]
    mended(town, make, faults, mends)
    assert town.total("bob", SHARE) == 60


def test_approve(town: Town) -> None:
    act = town.registration({"ann": 1_001})  # proposed while 1,001 were authorised, by another act
    fair = town.registration({"ann": 10})
    id = town.propose(fair, town.issuer)
    admission = town.propose(town.admission("house", "bank"), town.csd, town.house)

    def make(proposal: str, role: str, by: Any, judged: Json, version: int) -> Signed:
        made = build.approve(town.frame, proposal, role, judged)
        made["inputs"] = [f"approval/{proposal}/{role}@{version}"]
        return sign(made, by)

    faults = {"proposal": "ab" * 32, "role": "notary", "by": town.ann, "judged": act, "version": 1}
    mended(
        town,
        make,
        faults,
        [
            (Reason.WRONG_INPUTS, {"version": 0}),
            (Reason.UNKNOWN_RECORD, {"proposal": admission}),
            (Reason.WRONG_ROLE, {"proposal": id}),
            (Reason.WRONG_WITNESSES, {"by": town.notary}),
            (Reason.STALE_BASIS, {"judged": fair}),
        ],
    )


def test_propose(town: Town) -> None:
    town.register({"ann": 10})

    def make(by: Any, proposer: str, notary: str, deadline: int, **changes: Any) -> Signed:
        act = town.registration({"ann": 10}, **changes)
        body = {"act": act, "deadline": deadline, "notary": notary, "proposer": proposer}
        return sign(build.transaction(town.frame, "propose", body), by)

    town.join("both", "issuer", "notary")
    both = institution("both")
    faults = {
        "by": town.ann, "proposer": both.address, "notary": town.ann.address, "deadline": NOW, "isin": SHARE,
        "authorised": 1, "lei": "W38RGI023J3WT1HWRP33",
    }  # fmt: skip
    mended(
        town,
        make,
        faults,
        [
            (Reason.BAD_IDENTIFIER, {"lei": town.terms()["lei"]}),
            (Reason.WRONG_WITNESSES, {"by": both}),
            (Reason.NOT_A_PARTICIPANT, {"notary": both.address}),
            (Reason.SAME_WALLET, {"notary": town.notary.address}),
            (Reason.BAD_DEADLINE, {"deadline": NOW + 9}),
            (Reason.INSTRUMENT_EXISTS, {"isin": BOND}),
            (Reason.OVER_ISSUE, {"authorised": 10}),
        ],
    )


def test_attest(town: Town) -> None:
    def make(version: int, by: tuple[Any, ...], **changes: Any) -> Signed:
        return town.attestation("ann", version=version, by=by, **changes)

    faults = {"version": 0, "by": (town.bob, town.dan), "until": NOW, "holder": holder("bob")}
    mended(
        town,
        make,
        faults,
        [
            (Reason.STALE, {"version": 1}),
            (Reason.WRONG_WITNESSES, {"by": (town.house, town.ann)}),
            (Reason.BAD_DEADLINE, {"until": NOW + 9}),
            (Reason.HOLDER_MISMATCH, {"holder": holder("ann")}),
        ],
    )


def test_the_sentence_names_what_is_wrong_and_where(town: Town) -> None:
    """Every refusal tells a person what to do, and a program which field."""
    town.register({"ann": 10})
    try:
        town.submit(town.pay("ann", "bob", 11))
    except Rejected as refusal:
        assert (refusal.reason, refusal.field, refusal.iso) == (Reason.NOT_CONSERVED, "outputs", "DQUA")
        assert refusal.detail == f"Inputs have 10 of {SHARE}.1, outputs 11."

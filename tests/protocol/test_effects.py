"""What stands on the ledger after an act or a kind took effect, and what no longer does."""

import pytest
from msgspec.structs import replace

from clients import acts, build
from clients.build import Json
from clients.signing import sign
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.transition import check_transaction
from ledger.protocol.values import Hold
from tests.protocol import lists
from tests.protocol.stories import scenes
from tests.protocol.stories.story import opened, with_witnesses
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import NEWEST, NOW, holder, institution, person

ASSET = f"{SHARE}.1"
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's base point


def counters(t: Town, isin: str = SHARE) -> tuple[int, int, int]:
    return tuple(t.counter(f"{name}/{isin}.1") for name in ("issued", "holders", "promised"))  # type: ignore[return-value]


def test_a_registration_makes_the_instrument_and_its_holders(town: Town) -> None:
    id = town.propose(act := town.registration({"ann": 60, "bob": 40}), town.issuer)
    town.submit(town.approval(id, "regulator", act))
    assert town.value(f"proposal/{id}").status == "open"
    assert town.version(f"instrument/{SHARE}") == 0
    town.submit(town.approval(id, "notary", act))
    instrument = town.value(f"instrument/{SHARE}")
    assert (instrument.status, instrument.edition) == ("active", 1)
    assert (instrument.issuer, instrument.notary) == (town.issuer.address, town.notary.address)
    assert town.value(f"proposal/{id}").status == "executed"
    assert counters(town) == (100, 2, 0)
    assert (town.total("ann"), town.total("bob")) == (60, 40)


def test_a_refusal_closes_and_a_corrected_proposal_goes_through(town: Town) -> None:
    id = town.propose(act := town.registration({"ann": 60}), town.issuer)
    town.submit(town.refused(id, "regulator", act))
    assert town.value(f"proposal/{id}").status == "refused"
    assert town.value(f"approval/{id}/regulator").reason == "DSEC: The terms are not the document's."
    town.register({"ann": 60}, nominal=100)
    assert counters(town) == (60, 1, 0)


def test_an_approval_whose_act_fails_leaves_the_proposal_open(town: Town) -> None:
    town.register({"ann": 60})
    act = acts.decrease(SHARE, [town.coins("ann")[0].outpoint], version=1)
    id = town.propose(act, town.issuer, town.ann)
    town.submit(town.approval(id, "regulator", act))
    town.submit(town.pay("ann", "bob", 1))
    assert town.refusal(town.approval(id, "notary", act)) is Reason.SPENT
    assert town.value(f"proposal/{id}").status == "open"
    town.submit(sign(build.retract(town.frame, id), town.issuer))
    assert town.value(f"proposal/{id}").status == "retracted"


def test_burnt_units_are_out_of_every_counter(town: Town) -> None:
    town.register({"ann": 60, "bob": 40})
    town.decide(acts.decrease(SHARE, [town.coins("ann")[0].outpoint], version=1), town.issuer, town.ann)
    assert counters(town) == (40, 1, 0)
    assert town.counter(f"position/{ASSET}/{holder('ann')}") == 0


def test_nobodys_units_are_burnt_without_his_signature(town: Town) -> None:
    """Issuer, regulator and notary together cannot."""
    town.register({"ann": 60})
    act = acts.decrease(SHARE, [town.coins("ann")[0].outpoint], version=1)
    for signers in ([], [town.regulator], [town.notary, town.regulator], [town.csd]):
        assert town.refusal(town.proposal(act, town.issuer, *signers)) is Reason.WRONG_WITNESSES
    assert town.total("ann") == 60


def test_after_withdrawal_outputs_stay_as_evidence(town: Town) -> None:
    town.register({"ann": 60})
    town.decide(acts.withdraw(SHARE, "The register of Oslo", version=1), town.issuer)
    instrument = town.value(f"instrument/{SHARE}")
    assert (instrument.status, instrument.exit_height) == ("withdrawn", town.height)
    assert town.total("ann") == 60
    assert town.refusal(town.pay("ann", "bob", 1)) is Reason.INSTRUMENT_CLOSED


def rules(t: Town) -> Json:
    return {"claims": {"issuers": [t.house.address]}}


def test_allotted_in_trust_and_handed_over_when_known(town: Town) -> None:
    """Dan is a stranger: the issue goes on, the issuer holds his units for him and can give them to him only."""
    lists.allot(town, lists.rows_of("ann", "dan", quantity=5), rules=rules(town))
    held = next(entry.output for entry in town.source.live().values() if entry.output.hold)
    assert (held.owner, held.hold) == (town.issuer.address, Hold(to=town.at("dan"), kind="allotment"))
    assert town.value(f"instrument/{BOND}").status == "active"
    assert counters(town, BOND) == (10, 2, 0)
    hand_over = town.pay("issuer", "dan", 5, isin=BOND)
    assert town.refusal(town.pay("issuer", "issuer", 5, isin=BOND)) is Reason.HELD
    assert town.refusal(town.pay("issuer", "dan", 4, isin=BOND)) is Reason.HELD
    assert town.refusal(hand_over) is Reason.WALLET_UNKNOWN
    town.submit(town.attestation("dan"))
    town.submit(hand_over)
    assert [coin.held for coin in town.coins("dan", BOND)] == [False]
    town.submit(town.pay("dan", "ann", 5, isin=BOND))


def test_a_list_is_not_traded_before_its_last_chunk(town: Town) -> None:
    rows = lists.rows_of(*["ann"] * 501)
    id = lists.announce(town, rows)
    assert counters(town, BOND) == (0, 0, 501)
    town.submit(lists.chunk(town, id, rows, 0))
    assert counters(town, BOND) == (500, 1, 1)
    assert town.refusal(town.pay("ann", "bob", 1, isin=BOND)) is Reason.INSTRUMENT_CLOSED
    town.submit(lists.chunk(town, id, rows, 1))
    assert counters(town, BOND) == (501, 1, 0)
    town.submit(town.pay("ann", "bob", 1, isin=BOND))


def test_an_increase_by_list_trades_on(town: Town) -> None:
    town.register({"ann": 60})
    rows = lists.rows_of("bob", isin=SHARE, quantity=40)
    id = lists.opened(town, acts.increase(SHARE, 40, version=1, rows=rows))
    town.submit(town.pay("ann", "cho", 1))
    assert counters(town) == (60, 2, 40)
    town.submit(lists.chunk(town, id, rows, 0))
    assert counters(town) == (100, 3, 0)


def test_limits_count_holders_not_wallets(town: Town) -> None:
    town.submit(town.attestation("dan", holder=holder("ann")))
    town.register({"ann": 60, "bob": 60}, rules={"max_per_holder": 60, "max_holders": 2})
    assert town.refusal(town.pay("bob", "dan", 1)) is Reason.OVER_HOLDER_LIMIT
    town.submit(town.pay("ann", "dan", 60))  # her other wallet
    assert counters(town) == (120, 2, 0)
    assert town.counter(f"position/{ASSET}/{holder('ann')}") == 60


def test_a_suspended_claim_issuers_claims_stay(town: Town) -> None:
    town.register({"ann": 60}, rules=rules(town))
    town.decide(acts.suspend(town.house.address, "Under inspection"), town.csd)
    town.submit(town.pay("ann", "bob", 1))
    assert town.refusal(town.attestation("dan")) is Reason.NOT_A_PARTICIPANT
    town.time += 1
    town.join("house", "claim_issuer")
    town.submit(town.attestation("dan"))


def test_a_new_card_keeps_address_outputs_and_claims(town: Town) -> None:
    town.register({"ann": 60}, rules=rules(town))
    scenes.rotated(town)
    fresh = person("ann, fresh")
    assert town.refusal(town.pay("ann", "bob", 1)) is Reason.WRONG_WITNESSES
    town.submit(town.pay("ann", "bob", 1, by=[fresh]))
    town.submit(town.pay("bob", "ann", 1))
    assert town.total("ann") == 60


def test_a_scheduled_version_is_in_force_from_its_height(town: Town) -> None:
    houses = [town.csd, town.regulator, town.bank]
    signers = [house.address for house in houses]
    height = town.height + 11
    town.submit(
        sign(
            build.upgrade(town.frame, height=height, protocol=NEWEST + 1, signers=signers, network_version=1),
            *houses,
        )
    )
    while town.height < height - 1:
        assert town.block().header.version == NEWEST
    assert town.header([], None).version == NEWEST + 1


@pytest.mark.parametrize("members", [(0,), (0, 1, 2), (1, 0), (1, 1), (0, 3)])
def test_an_institution_signs_with_exactly_m_members_in_order(town: Town, members: tuple[int, ...]) -> None:
    retraction = build.retract(town.frame, town.propose(town.registration({"ann": 1}), town.issuer))
    signed = sign(retraction, town.issuer)
    given = opened(signed)["witnesses"][0]["signature"]
    other = [given[member % 2] | {"member": member} for member in members]
    wrong = with_witnesses(signed, lambda shown: [shown[0] | {"signature": other}])
    assert town.refusal(wrong) is Reason.BAD_WITNESS
    assert town.refusal(with_witnesses(signed, lambda shown: [shown[0] | {"signature": given}])) is None


def test_one_person_of_an_institution_is_not_the_institution(town: Town) -> None:
    town.register({"issuer": 5})
    assert town.refusal(town.pay("issuer", "ann", 1, by=[person("issuer 0")])) is Reason.WRONG_WITNESSES


def test_a_malleable_signature_is_none(town: Town) -> None:
    """S + L fits the same equation; it would be the same body under another whole digest."""
    town.register({"ann": 5})
    signed = town.pay("ann", "bob", 1)
    raw = bytes.fromhex(opened(signed)["witnesses"][0]["signature"])
    moved = int.from_bytes(raw[32:], "little") + ORDER
    other = (raw[:32] + moved.to_bytes(32, "little")).hex()
    assert (
        town.refusal(with_witnesses(signed, lambda shown: [shown[0] | {"signature": other}]))
        is Reason.BAD_SIGNATURE
    )


def test_the_same_wallet_in_two_roles_of_one_act(town: Town) -> None:
    town.join("both", "issuer", "notary")
    both = institution("both")
    asked = town.proposal(town.registration({"ann": 1}), both, notary=both.address)
    assert town.refusal(asked) is Reason.SAME_WALLET
    town.decide(town.registration({"ann": 1}), both)  # before another notary it may


def test_time_alone_changes_nothing(town: Town) -> None:
    town.register({"ann": 5}, rules=rules(town))
    town.block()
    before = town.source.commitment
    town.time = NOW + 10 * 365 * 86_400  # every claim has lapsed
    town.block()
    assert town.source.commitment == before


def test_exactly_two_thirds_of_the_validators_are_not_enough(town: Town) -> None:
    """Two of three; with four validators the question does not arise."""
    network = town.value("network")
    three = town.open().imagine("network", replace(network, validators=network.validators[:3]))
    houses = [town.csd, town.regulator]
    signers = [house.address for house in houses]
    made = build.upgrade(
        town.frame, height=town.height + 11, protocol=NEWEST + 1, signers=signers, network_version=1
    )
    submitted = town.admit(sign(made, *houses))
    with pytest.raises(Rejected) as refusal:
        check_transaction(submitted, three, time=town.time, height=town.height + 1)
    assert refusal.value.reason is Reason.NOT_ENOUGH_VALIDATORS

"""The demonstration's own input: it is valid, adds up, and sets each rule's scene as its README says."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from clients.files import Holder, read_holders, read_participants, read_receivers, read_term_sheet

INPUT = Path(__file__).parents[2] / "demo" / "input"
SHEETS = {sheet.isin: sheet for sheet in map(read_term_sheet, sorted(INPUT.glob("instruments/*.json")))}
RECEIVERS = {receiver.scene: receiver for receiver in read_receivers(INPUT / "receivers.csv")}


def holders(isin: str) -> list[Holder]:
    sheet = SHEETS[isin]
    path = INPUT / "holders" / f"{isin}.csv"
    return read_holders(path, decimals=sheet.decimals, total=sheet.quantity)


def positions(isin: str) -> Counter[str]:
    held: Counter[str] = Counter()
    for holder in holders(isin):
        held[holder.name] += holder.quantity
    return held


def test_a_share_a_bond_and_a_fund_with_about_sixty_holders() -> None:
    assert sorted(sheet.kind for sheet in SHEETS.values()) == ["bond", "fund", "share"]
    assert len({holder.name for isin in SHEETS for holder in holders(isin)}) >= 55


@pytest.mark.parametrize("isin", sorted(SHEETS))
def test_first_registers_respect_the_rules(isin: str) -> None:
    rules = SHEETS[isin].rules
    for holder in holders(isin):
        assert holder.country in rules.countries
        assert holder.investor_class in rules.classes
    held = positions(isin)
    assert rules.max_holders is None or len(held) <= rules.max_holders
    assert rules.max_per_holder is None or max(held.values()) <= rules.max_per_holder


def test_one_name_is_one_person_in_all_files() -> None:
    described = defaultdict(set)
    for isin in SHEETS:
        for holder in holders(isin):
            described[holder.name].add((holder.country, holder.investor_class))
    for receiver in read_receivers(INPUT / "receivers.csv"):
        described[receiver.name].add((receiver.country, receiver.investor_class))
    assert not {name: found for name, found in described.items() if len(found) > 1}


def test_the_increase_fits_what_is_authorised_and_the_limits() -> None:
    share = SHEETS["DE0007236101"]
    increase = read_holders(INPUT / "increase" / "DE0007236101.csv", total=40_000)
    assert share.quantity + 40_000 <= share.authorised
    held = positions(share.isin)
    for holder in increase:
        assert holder.name in held
        held[holder.name] += holder.quantity
    assert share.rules.max_per_holder
    assert max(held.values()) <= share.rules.max_per_holder


def test_the_draft_differs_in_the_coupon_only() -> None:
    draft = json.loads((INPUT / "drafts" / "DE000BU2Z023.json").read_text())
    good = json.loads((INPUT / "instruments" / "DE000BU2Z023.json").read_text())
    assert draft["bond"].pop("coupon_rate") != good["bond"].pop("coupon_rate")
    assert draft == good
    assert read_term_sheet(INPUT / "drafts" / "DE000BU2Z023.json").isin == "DE000BU2Z023"


def test_each_rule_has_its_scene() -> None:
    fund = SHEETS[RECEIVERS["wrong_country"].isin]
    assert RECEIVERS["wrong_country"].country not in fund.rules.countries
    bond = SHEETS[RECEIVERS["wrong_class"].isin]
    assert RECEIVERS["wrong_class"].investor_class not in bond.rules.classes
    assert RECEIVERS["wrong_class"].country in bond.rules.countries

    full = positions(RECEIVERS["holder_too_many"].isin)
    assert SHEETS[RECEIVERS["holder_too_many"].isin].rules.max_holders == len(full)
    assert RECEIVERS["holder_too_many"].name not in full
    over = RECEIVERS["over_limit"]
    assert positions(over.isin)[over.name] == 58_000
    assert SHEETS[over.isin].rules.max_per_holder == 60_000
    assert any(holder.name == "Erika Mustermann" and holder.locked_until for holder in holders(over.isin))


def test_everybody_else_in_a_scene_could_receive() -> None:
    for scene in ("new_holder", "claim_revoked", "no_claim", "holder_too_many", "over_limit"):
        receiver = RECEIVERS[scene]
        rules = SHEETS[receiver.isin].rules
        assert receiver.country in rules.countries
        assert receiver.investor_class in rules.classes


def test_participants_are_the_issuers_a_notary_and_the_claim_issuers_the_rules_trust() -> None:
    participants = {each.key: each for each in read_participants(INPUT / "participants.json")}
    issued = {isin: each for each in participants.values() for isin in each.instruments}
    for isin, sheet in SHEETS.items():
        assert (issued[isin].lei, issued[isin].name) == (sheet.issuer.lei, sheet.issuer.name)
        for key in sheet.rules.claim_issuers:
            assert "claim_issuer" in participants[key].roles
    assert any("notary" in each.roles for each in participants.values())
    for each in participants.values():
        assert each.fictional == (each.lei is None)

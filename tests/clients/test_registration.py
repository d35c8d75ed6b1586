"""The demonstration's input as the ledger's acts say it, and what the regulator finds in them."""

import pytest

from clients import registration
from clients.acts import CHUNK_ROWS, list_root, register
from clients.build import Json
from clients.files import utc_seconds
from clients.keys import generate
from demo.issuance import objection_to
from demo.script import Script, load
from ledger.protocol.acts.issue import HolderList
from ledger.protocol.acts.register import Register
from ledger.protocol.encoding import canonical, parse

SHARE, BOND = "DE0007236101", "DE000BU2Z023"


@pytest.fixture(name="script", scope="module")
def script_fixture() -> Script:
    return load()


def act(script: Script, isin: str, *, draft: bool = False) -> Json:
    sheet = (script.drafts if draft else script.sheets)[isin]
    addresses = {name: generate().address for name in script.people()}
    digests = {name: registration.document_digest(raw) for name, raw in script.documents.items()}
    issuers = {each.key: generate().address for each in script.participants}
    terms = registration.terms(sheet, claim_issuers=issuers, documents=digests)
    return register(terms, holders=registration.first_holders(script.holders[isin], addresses))


def test_a_term_sheet_becomes_an_act_of_the_protocols_form(script: Script):
    for isin in script.sheets:
        parse(canonical(act(script, isin)), Register, limit=100_000).check_form()


def test_quantities_locks_and_rules_are_in_the_ledgers_units(script: Script):
    share, bond = act(script, SHARE), act(script, BOND)
    assert (bond["quantity"], bond["nominal"], bond["decimals"]) == (5_000_000_000, 100, 2)
    assert bond["rules"]["max_per_holder"] == 800_000_000
    assert sum(line["quantity"] for line in share["holders"]) == share["quantity"]
    row = next(row for row in script.holders[SHARE] if row.locked_until)
    locked = [line["locked_until"] for line in share["holders"] if "locked_until" in line]
    assert row.locked_until is not None
    assert set(locked) == {utc_seconds(row.locked_until)}


def test_the_regulator_objects_to_the_draft_and_not_to_the_corrected_sheet(script: Script):
    assert "2.60 %" in objection_to(act(script, BOND, draft=True), script.documents)
    for isin in script.sheets:
        assert objection_to(act(script, isin), script.documents) == ""


def test_the_regulator_asks_for_every_document(script: Script):
    assert "not handed in" in objection_to(act(script, BOND), {})


def test_everybody_has_a_claim_issuer_that_all_his_instruments_accept(script: Script):
    issuers = script.claim_issuers()
    assert set(issuers) == set(script.people())
    assert set(issuers.values()) == {"kerbholz", "foil-and-stock"}
    assert all(issuers[row.name] == "kerbholz" for row in script.holders[BOND])


def test_a_long_list_is_cut_into_chunks():
    rows = [{"asset": SHARE + ".1", "owner": "tally1x", "quantity": 1}] * (2 * CHUNK_ROWS + 1)
    said = list_root(rows)
    assert said["chunks"] == 3
    assert parse(canonical(said), HolderList, limit=1_000)
    assert list_root(rows[:-1])["root"] != said["root"]

"""A transaction's story, kind by kind: what happened, who signed as what, who can see it, what changed."""

from typing import Any

import pytest

from portal.stories.changes import changes
from portal.stories.facts import Facts
from portal.stories.places import parts
from portal.stories.sentence import TELLERS, sentences
from portal.stories.signers import signers
from portal.templatetags import words
from portal.words import KINDS

SINGLE = {"card": {"scheme": "ed25519+x25519", "seal": "", "sign": ""}, "signature": ""}
JOINT = {"card": {"scheme": "multi", "m": 2, "cards": [{}, {}, {}]}, "signature": [], "path": {}}
ISIN = "DE0007236101"
REGISTER = {
    "act": "register",
    "isin": ISIN,
    "fisn": "TOWN",
    "quantity": 1500,
    "decimals": 2,
    "holders": [1, 2],
    "documents": [{}],
}
PROPOSAL = {"act": REGISTER, "approvers": {}, "proposer": "i", "status": "executed"}
NAMES = {"i": "Town Works", "n": "Dr. Pen", "c": "Kerbholz Bank", "r": "Watch"}
CLAIM = {"issuer": "c", "wallet": "w"}


def told(kind: str, body: dict[str, Any], by: dict[str, Any], **more: Any) -> Facts:
    transaction = {
        "kind": kind,
        "body": body,
        "inputs": more.pop("inputs", []),
        "outputs": more.pop("outputs", []),
    }
    return Facts(transaction, list(by.values()), list(by), NAMES, {ISIN: "TOWN"}, **more)


STORIES = {
    "transfer": told(
        "transfer", {"note": {}}, {"a": SINGLE}, inputs=["00:0", "00:1"], outputs=[{"asset": f"{ISIN}.1"}] * 2
    ),
    "propose": told("propose", {"act": REGISTER, "proposer": "i"}, {"i": JOINT}),
    "approve": told(
        "approve", {"role": "notary", "proposal": "p"}, {"n": JOINT}, proposal=PROPOSAL, executed=True
    ),
    "refuse": told(
        "refuse", {"role": "regulator", "proposal": "p", "reason": {"code": "DSEC", "text": "Wrong terms."}},
        {"r": SINGLE}, proposal=PROPOSAL,
    ),
    "retract": told("retract", {"proposal": "p"}, {"i": JOINT}, proposal=PROPOSAL),
    "attest": told("attest", CLAIM, {"c": SINGLE, "w": SINGLE}),
    "revoke": told("revoke", CLAIM, {"c": SINGLE}),
    "rotate": told("rotate", {"wallet": "w"}, {"w": SINGLE}),
    "govern": told("govern", {"act": {"act": "upgrade", "version": 2, "height": 90_000}}, {"r": JOINT}),
    "evidence": told("evidence", {"proof": {}}, {}),
    "allot": told("allot", {"proposal": "p"}, {}, outputs=[{"asset": f"{ISIN}.1"}], proposal=PROPOSAL),
}  # fmt: skip

REGISTERED = "initial registration of TOWN (DE0007236101)."
OPENINGS = {
    "transfer": "Ownership of TOWN (DE0007236101) changed hands.",
    "propose": "Town Works asked for an act that needs several signatures: " + REGISTERED,
    "approve": "Dr. Pen approved, as notary: " + REGISTERED,
    "refuse": "Watch refused, as regulator: " + REGISTERED,
    "retract": "The proposer took back its proposal: " + REGISTERED,
    "attest": "Kerbholz Bank attested that it knows who stands behind a wallet.",
    "revoke": "Kerbholz Bank took back its statement about a wallet.",
    "rotate": "A wallet exchanged its key. Its address stays the same, so nothing it owns has to move.",
    "govern": "More than two thirds of the validators' institutions decided to change the rules.",
    "evidence": "A validator signed two different things where it may sign one, and both are on the ledger now.",
    "allot": "The next 1 holding of an approved list was handed out.",
}


def test_every_kind_has_words_and_a_story():
    assert set(TELLERS) == set(KINDS) == set(STORIES) == set(OPENINGS)


@pytest.mark.parametrize("kind", OPENINGS)
def test_the_opening_says_what_happened(kind: str):
    assert sentences(STORIES[kind])[0] == OPENINGS[kind]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (
            {"act": "validators", "add": {"name": "bank"}},
            "The node bank votes too, from two blocks later on.",
        ),
        ({"act": "validators", "remove": "bank"}, "The node bank votes no more, from two blocks later on."),
        (
            {"act": "node_key", "name": "csd"},
            "The node csd goes on with another key, from two blocks later on.",
        ),
        ({"act": "roles"}, "The offices of depository, regulator and central bank were given anew."),
    ],
)
def test_what_the_network_decided_about_itself(act: dict[str, Any], sentence: str):
    decided = told("govern", {"act": act}, {"r": JOINT})
    assert sentences(decided)[1] == sentence
    assert len(changes(decided)) == 1


def test_signers_stand_by_name_and_capacity_institutions_first():
    attested = [(one.name, one.capacity, one.scheme) for one in signers(STORIES["attest"])]
    assert attested == [
        ("Kerbholz Bank", "claim issuer", "one key"), ("", "owner of the wallet, agreeing", "one key"),
    ]  # fmt: skip
    (notary,) = signers(STORIES["approve"])
    assert (notary.capacity, notary.scheme) == ("notary", "2 of 3 keys, one signature for a batch")
    assert signers(STORIES["allot"]) == []


def test_a_sealed_note_is_named_as_a_part_of_its_own():
    assert [part.what for part in parts(STORIES["transfer"]) if not part.open_to_all] == [
        "Signatures", "Addresses and quantities", "The note's words",
    ]  # fmt: skip
    assert "The reason of the refusal" in [part.what for part in parts(STORIES["refuse"])]
    assert "Name and identity papers" in [part.what for part in parts(STORIES["attest"])]


def test_what_changed_is_counted_and_executed_acts_say_what_they_did():
    assert changes(STORIES["transfer"]) == ["2 holdings were consumed.", "2 holdings were created."]
    assert changes(STORIES["approve"]) == [
        "An approval was recorded.", "The act took effect: initial registration.", "Units issued by it: 15.00.",
        "First holders entered: 2.",
    ]  # fmt: skip


def test_an_act_or_kind_of_a_later_version_is_told_without_failing():
    later = told("propose", {"act": {"act": "merge"}, "proposer": "x"}, {"x": SINGLE})
    assert "an act that this node does not know" in sentences(later)[0]
    assert sentences(told("teleport", {}, {"x": SINGLE})) == ["teleport"]


@pytest.mark.parametrize(
    ("filter", "arguments", "text"),
    [
        (words.number, (1_234_567,), "1,234,567"),
        (words.number, (None,), "–"),
        (words.units, (123_456_789, 2), "1,234,567.89"),
        (words.units, (5, 3), "0.005"),
        (words.units, (7, 0), "7"),
        (words.share, (1, 3), "33.33 %"),
        (words.share, (2, 3), "66.66 %"),
        (words.share, (1, 0), "–"),
        (
            words.utc,
            (0,),
            '<time datetime="1970-01-01T00:00:00Z">1970-01-01 00:00:00<span class="zone"> UTC</span></time>',
        ),
        (words.utc, (None,), "–"),
        (words.ago, (0,), "now"),
        (words.ago, (1,), "1 second ago"),
        (words.ago, (None,), "never"),
        (words.ago, (600,), "10 minutes ago"),
        (words.ago, (7_200,), "2 hours ago"),
        (words.ago, (864_000,), "10 days ago"),
        (words.short, ("ab" * 32,), "abababab…babab"),
        (words.short, ("tally1qqqqqqqqqqqqqqqqqq",), "tally1qqqqqq…qqqqq"),
        (words.short, (ISIN,), ISIN),
    ],
)
def test_numbers_times_and_hashes_look_the_same_everywhere(filter: Any, arguments: tuple, text: str):
    assert filter(*arguments) == text

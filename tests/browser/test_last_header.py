"""The wallet keeps the newest header that it has verified: an older state is said, another past is refused."""

from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from clients.keys import generate, sign
from ledger.protocol import merkle
from ledger.protocol.block import Header, header_hash, validators_root
from ledger.protocol.consensus.messages import Vote
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import address
from ledger.protocol.records import Validator
from ledger.protocol.state_tree import leaf_hash, state_root
from tests.browser.modules import run

pytestmark = pytest.mark.browser

Json = dict[str, Any]
ENTRY = {"key": "instrument/DE0007236101", "value": {"decimals": 0, "fisn": "TOWN/SHARE"}, "version": 1}


class Council:
    """Four validators from genesis on, and whatever they sign."""

    def __init__(self) -> None:
        self.keys = {name: generate() for name in ("central_bank", "csd", "exchange", "regulator")}
        self.validators = tuple(
            Validator(institution=address(wallet.card), name=name, node_key=wallet.card.sign)
            for name, wallet in self.keys.items()
        )
        self.genesis = {"label": "test", "validators": msgspec.to_builtins(self.validators)}
        self.fingerprint = digest("tallystick/genesis/1", canonical(self.genesis)).hex()
        self.chain = f"test-{self.fingerprint[:16]}"

    def proof(self, height: int, **changes: Any) -> Json:
        """The entry in the state that a final header of this height commits to."""
        leaf = leaf_hash(digest("tallystick/record/1", canonical(ENTRY)))
        zero, voters = "0" * 64, validators_root(self.validators)
        given = {
            "chain": self.chain, "height": height, "next_validators_root": voters, "previous": zero,
            "previous_certificate": zero, "proposer": "csd", "state_root": state_root(1, leaf).hex(),
            "time": 1_800_000_000 + height, "transactions_root": zero, "validators_root": voters, "version": 1,
        }  # fmt: skip
        header = msgspec.convert(given | changes, Header)
        block = header_hash(header)
        certificate = {
            "block": block,
            "height": height,
            "precommits": self.precommits(block, height),
            "round": 0,
        }
        entry = {"entry": ENTRY, "path": merkle.path([leaf], 0), "position": 0, "size": 1}
        return entry | {"certificate": certificate, "header": msgspec.to_builtins(header)}

    def precommits(self, block: str, height: int) -> list[Json]:
        """Of three of them."""

        def signature(name: str) -> str:
            vote = Vote(
                block=block, chain=self.chain, height=height, round=0, type="precommit", validator=name
            )
            return sign(self.keys[name].sign, vote.signing_bytes()).hex()

        return [{"signature": signature(name), "validator": name} for name in sorted(self.keys)[:3]]


def shown(page: Page, council: Council, *proofs: Json) -> list[Json]:
    """What a wallet makes of each proof, in this order; a page of its own for each."""
    return [
        run(page, "told", council.genesis, council.fingerprint, proof, module="last_header")
        for proof in proofs
    ]


def test_an_older_state_than_was_seen_is_said(page: Page) -> None:
    council = Council()
    answers = shown(page, council, council.proof(7), council.proof(9), council.proof(8), council.proof(9))
    sentence = (
        "This portal shows an old state: this browser has seen block 9 of 2027-01-15 08:00:09 UTC already."
    )
    assert [sentence in each["warnings"] for each in answers] == [False, False, True, False]
    assert all(each["name"] == "TOWN/SHARE" and each["fork"] == "" for each in answers)
    assert answers[-1]["kept"] == 9


def test_another_header_of_the_same_height_is_evidence_of_a_fork(page: Page) -> None:
    council = Council()
    first, second = council.proof(9), council.proof(9, time=1_900_000_000)
    good, forked, again = shown(page, council, first, second, council.proof(8))
    assert good["fork"] == "" and again["fork"] == "" and again["kept"] == 9
    for proof in (first, second):
        assert header_hash(msgspec.convert(proof["header"], Header)) in forked["fork"]
    assert "evidence of a fork" in forked["fork"] and forked["name"] is None


def test_validators_must_be_those_of_the_header_that_was_seen(page: Page) -> None:
    council = Council()
    coming = council.proof(9, next_validators_root="ab" * 32)  # a handover that the node then leaves out
    (seen, later) = shown(page, council, coming, council.proof(12))
    assert seen["fork"] == "" and "shows another past" in later["fork"]


def test_each_chain_has_its_own(page: Page) -> None:
    one, other = Council(), Council()
    assert shown(page, one, one.proof(50))[0]["kept"] == 50
    answer = shown(page, other, other.proof(3))[0]
    assert answer["kept"] == 3 and answer["warnings"] == []

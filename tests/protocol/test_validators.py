"""Sets of validators: from which height each votes, what headers and records say of it, and what the versions know."""

import pytest
from msgspec.structs import replace

from clients import governance
from ledger.protocol import light
from ledger.protocol.block import Block, validators_root
from ledger.protocol.consensus.messages import Certificate, Signature
from ledger.protocol.genesis import first_records
from ledger.protocol.light import Handover, Lineage
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.transactions.evidence import BLOCK_EVIDENCE
from ledger.protocol.transition import apply_block
from ledger.protocol.validators import validators_at
from tests.protocol.liars import evidence, two_votes
from tests.protocol.stories.amend import asked
from tests.protocol.stories.govern import upgrade
from tests.protocol.stories.govern_validators import governed, joined, joining, offices, rotation
from tests.protocol.stories.scenes import share
from tests.protocol.town import Town
from tests.protocol.world import HOUSES, NEWEST, NODE_KEYS, founded, holder, institution


def names(t: Town, height: int) -> list[str]:
    return [each.name for each in validators_at(t.open(), height)]


def test_a_change_is_in_force_two_blocks_later_and_named_one_block_before(town: Town) -> None:
    town.submit(governed(town, joining(town), *HOUSES, "issuer"))
    at = town.height
    assert (names(town, at + 1), names(town, at + 2)) == ([*HOUSES], [*HOUSES, "issuer"])
    between, after = town.block(), town.block()
    old, new = (validators_root(validators_at(town.open(), height)) for height in (at + 1, at + 2))
    assert old != new
    assert (between.header.validators_root, between.header.next_validators_root) == (old, new)
    assert (after.header.validators_root, after.header.next_validators_root) == (new, new)
    assert len(town.certificate(between).precommits) == 3
    assert len(town.certificate(after).precommits) == 4


@pytest.mark.parametrize("field", ["validators_root", "next_validators_root", "proposer"])
def test_a_header_may_not_run_ahead_or_behind(town: Town, field: str) -> None:
    town.submit(governed(town, joining(town), *HOUSES, "issuer"))
    header = town.header([], None)
    new = validators_root(validators_at(town.open(), town.height + 2))
    other = {"validators_root": new, "next_validators_root": header.validators_root, "proposer": "issuer"}
    apply_block(town.open(), header, [])
    with pytest.raises(Rejected) as refusal:
        apply_block(town.open(), replace(header, **{field: other[field]}), [])
    assert (refusal.value.reason, refusal.value.field) == (Reason.BAD_BLOCK, field)


def test_every_set_that_ever_was_stays_on_the_ledger(town: Town) -> None:
    joined(town, "issuer", "notary", "house")
    town.submit(governed(town, governance.remove_validator("exchange"), *HOUSES, "issuer"))
    town.block()
    town.submit(governed(town, rotation(town), "csd", "regulator", "central_bank", "issuer", "notary"))
    town.block()
    sets = sorted(int(key.partition("/")[2]) for key in town.source.records if key.startswith("validators/"))
    assert len(sets) == 6 and sets[0] == 1
    expected = [
        [*HOUSES],
        [*HOUSES, "issuer"],
        [*HOUSES, "issuer", "notary"],
        [*HOUSES, "issuer", "notary", "house"],
        ["csd", "regulator", "central_bank", "issuer", "notary", "house"],
        ["csd", "regulator", "central_bank", "issuer", "notary", "house"],
    ]
    for since, until, members in zip(sets, [*sets[1:], town.height + 2], expected, strict=True):
        assert all(names(town, height) == members for height in range(since, until))
        assert [each.name for each in town.value(f"validators/{since}").validators] == members
        assert town.version(f"validators/{since}") == 1
    keys = [
        {each.name: each.node_key for each in town.value(f"validators/{at}").validators} for at in sets[-2:]
    ]
    assert [name for name in keys[0] if keys[0][name] != keys[1][name]] == ["csd"]


def test_an_office_changes_hands_with_its_role(town: Town) -> None:
    town.submit(governed(town, offices(town, csd="house"), "csd", "regulator", "exchange", "house"))
    assert town.value("network").roles.csd == town.house.address
    assert town.value(f"participant/{town.house.address}").roles == ("claim_issuer", "csd")
    assert town.value(f"participant/{town.csd.address}").roles == ()
    act = town.admission("bank", "bank")
    assert (
        town.refusal(town.proposal(act, town.csd, institution("bank"))) is Reason.NOT_A_PARTICIPANT
    )  # the old one proposes no more
    town.decide(act, town.house, institution("bank"))
    assert holder("bank") == town.value(f"wallet/{institution('bank').address}").holder


def test_a_block_holds_so_much_evidence(town: Town) -> None:
    lies = [
        evidence(town, two_votes(town, name, height=height))
        for name in HOUSES[:3]
        for height in range(1, BLOCK_EVIDENCE // 2)
    ][: BLOCK_EVIDENCE + 1]
    assert town.copy().refusal(*lies) is Reason.BAD_BLOCK
    assert town.refusal(*lies[1:]) is None


class TestVersions:
    """What version 2 brought, version 1 does not know; an upgrade brings it."""

    @pytest.fixture
    def old(self) -> Town:
        return Town("old", version=1)

    def test_version_1_knows_nothing_of_it(self, old: Town) -> None:
        for act, others in (
            (joining(old), ["issuer"]),
            (rotation(old), []),
            (offices(old, csd="house"), ["house"]),
        ):
            assert old.refusal(governed(old, act, *HOUSES, *others)) is Reason.MALFORMED
        assert old.refusal(evidence(old, two_votes(old))) is Reason.UNKNOWN_KIND

    def test_a_network_of_version_1_upgrades(self, old: Town) -> None:
        height = old.height + 11
        old.submit(upgrade(old, protocol=2))
        while old.height < height - 1:
            assert old.block().header.version == 1
        assert old.header([], None).version == 2
        joined(old, "issuer")
        old.submit(evidence(old, two_votes(old)))  # of height 1, long before
        assert old.value("validators/1").validators == old.genesis.validators
        assert old.header([], None).version == 2
        assert old.refusal(upgrade(old, *HOUSES, protocol=3, version=old.version("network"))) is None

    def test_an_amendment_came_with_version_3(self) -> None:
        town = share(Town("old", version=2))
        assert town.refusal(asked(town, fisn="TOWN/NEW")) is Reason.MALFORMED
        height = town.height + 11
        town.submit(upgrade(town, protocol=3))
        while town.height < height - 1:
            town.block()
        town.submit(asked(town, fisn="TOWN/NEW"))

    def test_a_network_may_begin_with_a_later_version(self) -> None:
        first = dict(first_records(founded("test")))
        assert first["network"].upgrade is not None and first["network"].upgrade.version == NEWEST
        assert dict(first_records(founded("test", 1)))["network"].upgrade is None
        town = Town()
        assert town.blocks[0].header.version == NEWEST

    def test_an_address_with_a_wrong_checksum_was_let_through_by_version_1_only(self, old: Town) -> None:
        new = Town()
        for town, verdict in ((old, None), (new, Reason.MALFORMED)):
            right = town.house.address
            wrong = right[:-1] + ("q" if right[-1] != "q" else "p")
            good, bad = (
                town.registration({"issuer": 1}, rules={"claims": {"issuers": [issuer]}})
                for issuer in (right, wrong)
            )
            assert town.copy().refusal(town.proposal(bad, town.issuer)) is verdict
            assert town.refusal(town.proposal(good, town.issuer)) is None


@pytest.fixture(scope="module")
def grown() -> Town:
    """Six validators, one of them with a new key; nobody changes it."""
    town = joined(Town(), "issuer", "notary")
    town.submit(governed(town, rotation(town), *HOUSES, "issuer"))
    for _ in range(3):
        town.block()
    return town


class TestLight:
    """From genesis and the handovers alone: who votes at a height, and whether a header is final."""

    def handovers(self, t: Town) -> list[Handover]:
        return [
            Handover(
                certificate=t.certificate(block),
                header=block.header,
                validators=validators_at(t.open(), block.header.height + 1),
            )
            for block in t.blocks
            if block.header.next_validators_root != block.header.validators_root
        ]

    def known(self, t: Town) -> Lineage:
        return light.lineage(t.genesis, self.handovers(t))

    def refused(self, t: Town, *handovers: Handover) -> str:
        with pytest.raises(Rejected) as refusal:
            light.lineage(t.genesis, handovers)
        assert refusal.value.reason is Reason.BAD_BLOCK
        return str(refusal.value)

    def test_every_header_is_judged_by_the_validators_of_its_height(self, grown: Town) -> None:
        known = self.known(grown)
        assert len(known.sets) == 4
        for block in grown.blocks:
            assert known.at(block.header.height) == validators_at(grown.open(), block.header.height)
            light.verify_final(block.header, grown.certificate(block), known)

    def test_the_old_validators_are_no_longer_believed(self, grown: Town) -> None:
        last = grown.blocks[-1]
        with pytest.raises(Rejected, match="other validators"):
            light.verify_final(last.header, grown.certificate(last), light.lineage(grown.genesis))

    def test_a_handover_left_out_or_out_of_order_is_noticed(self, grown: Town) -> None:
        first, second, third = self.handovers(grown)
        assert "other validators" in self.refused(grown, second)
        assert "other validators" in self.refused(grown, first, third)
        assert "not in order" in self.refused(grown, first, first)

    def test_an_altered_handover_is_noticed(self, grown: Town) -> None:
        first, second, _ = self.handovers(grown)
        stranger = replace(first.validators[-1], name="stranger")
        assert "introduces" in self.refused(grown, replace(first, validators=(stranger,)))
        assert "another block" in self.refused(grown, replace(first, certificate=second.certificate))
        other = replace(first.header, next_validators_root=second.header.next_validators_root)
        assert "another block" in self.refused(grown, replace(first, header=other))
        foreign = replace(first.header, chain="test-0000000000000000")
        assert "another chain" in self.refused(grown, replace(first, header=foreign))

    @pytest.mark.parametrize("change", ["short", "twice", "unsorted", "forged beside a quorum"])
    def test_a_certificate_has_one_form(self, grown: Town, change: str) -> None:
        first = self.handovers(grown)[0]
        block = grown.blocks[first.header.height - 1]
        given = all_sign(grown, block).precommits
        forged = Signature(given[0].signature, given[3].validator)
        precommits = {
            "short": given[:2],
            "twice": (given[0], *given),
            "unsorted": given[::-1],
            "forged beside a quorum": (*given[:3], forged),
        }[change]
        altered = replace(first.certificate, precommits=precommits)
        sentence = self.refused(grown, replace(first, certificate=altered))
        assert ("not enough" if change == "short" else "not valid") in sentence
        light.lineage(grown.genesis, [replace(first, certificate=all_sign(grown, block))])


def all_sign(t: Town, block: Block) -> Certificate:
    """The precommits of all validators of the height, and not only of as many as suffice."""
    height = block.header.height
    votes = replace(t.certificate(block), precommits=tuple(
        Signature("00" * 64, each.name)
        for each in sorted(validators_at(t.open(), height), key=lambda each: each.name)
    ))  # fmt: skip
    keys = {each.name: NODE_KEYS[each.node_key] for each in validators_at(t.open(), height)}
    signed = tuple(
        Signature(keys[vote.vote.validator].signature(vote.vote.signing_bytes()), vote.vote.validator)
        for vote in votes.votes(t.chain)
    )
    return replace(votes, precommits=signed)

"""What one node admits: one answer each, nothing twice, nothing partial; races decided once."""

import json
import threading
from collections import Counter
from collections.abc import Sequence

import pytest
from django.db import connection
from msgspec.structs import replace

from clients import acts, build
from clients.signing import Signed, sign
from ledger import selectors, services
from ledger.protocol.block import Block, transactions_root
from ledger.protocol.encoding import canonical
from ledger.protocol.sealing import Binding, ReaderKey, seal_note
from ledger.protocol.signed import read
from ledger.services import Answer
from ledger.store import pool
from tests.ledger.world import NodeTown, count
from tests.protocol.town import SHARE, altered
from tests.protocol.world import person


def ask_together(town: NodeTown, listed: Sequence[Signed]) -> list[Answer]:
    """Submit these at the same moment, each by a thread with a connection of its own."""
    gate, answers = threading.Barrier(len(listed)), list[Answer]()

    def run(one: Signed) -> None:
        gate.wait()
        try:
            answers.extend(town.ask(one))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in listed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db
class TestOneRequest:
    def test_a_transfer_is_pending_then_committed(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        (answer,) = town.ask(paid)
        assert answer.status == "pending"
        assert selectors.status([paid.id])[paid.id].status == "pending"
        block = town.commit()
        found = selectors.status([paid.id])[paid.id]
        assert (found.status, found.height, found.final) == ("committed", block.header.height, True)
        assert (town.total("ann"), town.total("bob")) == (70, 80)

    def test_each_of_many_gets_its_own_answer(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        good, forged = town.pay("ann", "bob", 30), town.pay("bob", "ann", 1, by=[person("cho")])
        answers = town.ask(b"{", good, forged, good, b'{"transaction": 1}')
        assert [answer.status for answer in answers] == [
            "refused",
            "pending",
            "refused",
            "refused",
            "refused",
        ]
        assert [answer.reason for answer in answers] == [
            "MALFORMED", None, "WRONG_WITNESSES", "CONFLICTS_WITH_PENDING", "MALFORMED"
        ]  # fmt: skip
        assert count("ledger_pending") == 1

    def test_the_same_bytes_again_are_the_same_answer(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        assert [town.ask(paid)[0].status for _ in range(3)] == ["pending"] * 3
        town.commit()
        (again,) = town.ask(paid)
        assert (again.status, again.height) == ("committed", town.height)

    def test_a_body_with_other_witnesses_is_another_thing(self, town: NodeTown) -> None:
        """Pending, in a block, and after commit; whether or not this node has verified the true one before."""
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        other = sign(paid.transaction, person("ann"), person("cho"))
        town.ask(paid)
        assert town.ask(other)[0].reason == "CONFLICTS_WITH_PENDING"
        true = town.build()
        forged = _with(true, read(other.raw))
        refusal = services.check_block(block=forged)
        assert refusal is not None and refusal.reason == "WRONG_WITNESSES"
        unsigned = read(sign(paid.transaction, person("cho")).raw)
        refusal = services.check_block(block=_with(true, unsigned))
        assert refusal is not None and refusal.reason == "WRONG_WITNESSES"
        town.commit(true)
        assert town.ask(other)[0].reason == "ALREADY_COMMITTED"

    def test_a_block_of_a_node_that_cached_nothing_is_checked_in_full(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = read(town.pay("ann", "bob", 30).raw)
        town.ask(paid.raw)
        block = town.build()
        pool.end([paid.id], "refused", "TEST", "this node never had it", 1)
        assert services.check_block(block=block) is None
        signature = paid.signed.witnesses[0].signature
        assert isinstance(signature, str)
        wrong = replace(paid.signed.witnesses[0], signature=f"{int(signature[0], 16) ^ 1:x}{signature[1:]}")
        forged = _with(block, read(canonical(replace(paid.signed, witnesses=(wrong,)))))
        refusal = services.check_block(block=forged)
        assert refusal is not None and refusal.reason == "BAD_SIGNATURE"

    def test_notes_travel_beside_and_are_kept(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        noted = _noted(town)
        town.submit(noted)
        assert [len(bytes.fromhex(text)) for text in selectors.notes(noted.id)] == [272, 272]

    def test_dry_run_says_it_before_signing(self, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50}, rules={"max_per_holder": 100})
        unsigned = [_bare(town.pay("ann", "bob", quantity)) for quantity in (50, 51)]
        answers = [one for raw in unsigned for one in services.dry_run(raws=[raw], caller=town.at("ann"))]
        assert [answer.status for answer in answers] == ["acceptable", "refused"]
        assert answers[1].reason == "OVER_HOLDER_LIMIT"
        assert count("ledger_pending") == 0

    def test_void_by_time_and_by_a_rival(self, town: NodeTown) -> None:
        coins = town.register({"ann": 100, "bob": 50})
        now = town.time
        short = town.pay("ann", "bob", 1)
        short = sign(altered(short.transaction, since=now - 10, expires=now + 30), person("ann"))
        town.ask(short)
        late = services.build_block(time=now + 60, proposer="csd", certificate=town.last_certificate)
        assert late.transactions == ()
        town.commit(late)
        found = selectors.status([short.id])[short.id]
        assert (found.status, found.reason, found.final) == ("void", "EXPIRED", True)
        assert coins

    def test_a_thousand_transfers_under_a_holder_limit_in_one_block(self, town: NodeTown) -> None:
        """No conflict, and the limit is exact: bob may hold 1,010 and has 20."""
        lines = [{"owner": town.at("ann"), "quantity": 1}] * 999
        terms = town.terms(quantity=1019, authorised=5000, rules={"max_per_holder": 1010})
        town.decide(
            acts.register(terms, holders=[*lines, {"owner": town.at("bob"), "quantity": 20}]), town.issuer
        )
        town.decide(acts.increase(SHARE, 1, version=1, holders=lines[:1]), town.issuer)
        frame, bob = town.frame, town.at("bob")
        paid = [
            sign(build.transfer(frame, [coin], [build.output(coin.asset, bob, 1)]), person("ann"))
            for coin in town.coins("ann")
        ]
        answers = services.submit(raws=[one.raw for one in paid])
        assert Counter(answer.reason for answer in answers) == {None: 990, "OVER_HOLDER_LIMIT": 10}
        assert len(town.commit().transactions) == 990
        assert town.total("bob") == 1010


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_one_output_from_fifty_threads(self, shared_town: NodeTown) -> None:
        town = shared_town
        town.register({"ann": 100, "bob": 50})
        rivals = [town.pay("ann", "bob", quantity) for quantity in range(1, 51)]
        answers = ask_together(town, rivals)
        assert sorted(answer.status for answer in answers) == ["pending"] + ["refused"] * 49
        assert {answer.reason for answer in answers if answer.reason} <= {"CONFLICTS_WITH_PENDING"}
        assert len(town.commit().transactions) == 1
        assert town.total("ann") + town.total("bob") == 150

    def test_regulator_and_notary_at_the_same_moment_a_hundred_times(self, shared_town: NodeTown) -> None:
        """Both answers are taken at once, never a retry; in whichever order they come, the act is executed once."""
        town = shared_town
        town.register({"ann": 100}, authorised=10_000)
        for number in range(100):
            line = {"owner": town.at("ann"), "quantity": 1 + number}
            act = acts.increase(SHARE, 1 + number, version=1, holders=[line])
            id = town.propose(act, town.issuer)
            both = [town.approval(id, role, act) for role in ("regulator", "notary")]
            assert [answer.status for answer in ask_together(town, both)] == ["pending", "pending"]
            assert len(town.commit().transactions) == 2
            assert town.value(f"proposal/{id}")["status"] == "executed"
        assert town.total("ann") == 100 + sum(range(1, 101))


def _with(block: Block, transaction: object) -> Block:
    """The same block with this one transaction instead, and a header that says so."""
    listed = (transaction,)
    root = transactions_root(one.digest for one in listed)  # type: ignore[attr-defined]
    return Block(replace(block.header, transactions_root=root), block.certificate, listed)  # type: ignore[arg-type]


def _bare(signed: Signed) -> bytes:
    return canonical({"transaction": signed.transaction, "witnesses": []})


def _noted(town: NodeTown) -> Signed:
    """A transfer with a note to bob and the regulator."""
    paid = town.pay("ann", "bob", 30).transaction
    sender, receiver, regulator = town.at("ann"), town.at("bob"), town.regulator.address
    binding = Binding(town.chain, sender, receiver, paid["inputs"], paid["outputs"])
    keys = [
        ReaderKey(receiver, bytes.fromhex(person("bob").card.seal), bytes(32)),
        ReaderKey(regulator, bytes.fromhex(person("cho").card.seal), bytes([1] * 32), "2026Q4"),
    ]
    note, ciphertexts = seal_note("thank you", bytes([7] * 32), binding, keys)
    paid["body"] = {"note": json.loads(canonical(note))}
    return sign(paid, person("ann"), notes=ciphertexts)

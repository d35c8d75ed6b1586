"""verify_chain: agrees with an honest node, and finds one tampering per committed column, naming the height."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.transaction import atomic

from clients import acts, build, governance
from clients.signing import sign
from ledger import services
from ledger.audit import Finding, verify_chain
from ledger.protocol.values import Output
from ledger.store import rows
from tests.ledger.world import NodeTown, record_evidence
from tests.protocol.liars import two_proposals, two_votes
from tests.protocol.stories.govern_validators import governed, joined, offices, rotation
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import HOUSES, NEWEST, person

pytestmark = pytest.mark.django_db

# Every committed column of every ledger table and read model, with a value that is not what the chain says.
TAMPERED = {
    "genesis": {"chain": "'other-0000000000000000'", "document": "document || ' '", "state_size": "state_size + 1",
                "state_root": "set_byte(state_root, 0, get_byte(state_root, 0) # 1)"},
    "block": {"height": "-1", "hash": "set_byte(hash, 0, get_byte(hash, 0) # 1)", "header": "header || ' '",
              "previous_certificate": "previous_certificate || ' '", "certificate": "certificate || ' '",
              "time": "time + 1", "proposer": "'nobody'", "transaction_count": "transaction_count + 1",
              "state_size": "state_size + 1", "state_root": "set_byte(state_root, 0, get_byte(state_root, 0) # 1)"},
    "transaction": {"sequence": "-1", "height": "height + 1", "index": "index + 1",
                    "txid": "set_byte(txid, 0, get_byte(txid, 0) # 1)",
                    "digest": "set_byte(digest, 0, get_byte(digest, 0) # 1)", "kind": "'govern'",
                    "first_position": "first_position + 1", "output_count": "output_count + 1", "raw": "raw || ' '"},
    "output": {"position": "-1", "txid": "set_byte(txid, 0, get_byte(txid, 0) # 1)", "index": "index + 1",
               "asset": "'XX0000000000.1'", "owner": "'tally1mallory'", "quantity": "quantity + 1",
               "held_for": "'tally1mallory'", "locked_until": "1", "created_height": "created_height + 1"},
    "spend": {"position": "-1", "spent_height": "spent_height + 1",
              "spent_by": "set_byte(spent_by, 0, get_byte(spent_by, 0) # 1)"},
    "recordversion": {"position": "-1", "version": "version + 99", "key": "'claim/nobody'",
                      "value": "value || ' '", "height": "height + 1"},
    "record": {"key": "'claim/nobody'", "position": "-1", "version": "version + 1", "value": "value || ' '",
               "height": "height + 1"},
    "counter": {"name": "'issued/nothing'", "value": "value + 1"},
    "statepage": {"level": "99", "index": "99", "hashes": "set_byte(hashes, 0, get_byte(hashes, 0) # 1)"},
}  # fmt: skip
# Which row, and the height that a finding must name.
VICTIM = {
    "genesis": ("id = 1", "0"),
    "block": ("height = (SELECT max(height) - 2 FROM ledger_block)", "height"),
    "transaction": ("kind = 'transfer'", "height"),
    "output": ("position = (SELECT max(position) FROM ledger_output)", "created_height"),
    "spend": ("position = (SELECT max(position) FROM ledger_spend)", "spent_height"),
    "recordversion": ("position = (SELECT max(position) FROM ledger_recordversion)", "height"),
    "record": ("position = (SELECT max(position) FROM ledger_record)", "height"),
    "counter": (f"name = 'issued/{SHARE}.1'", "(SELECT max(spent_height) FROM ledger_spend)"),
    "statepage": ("level = 0 AND index = 0", "(SELECT max(height) FROM ledger_transaction)"),
}


@pytest.fixture
def lived(town: NodeTown) -> NodeTown:
    """A town in which every kind and act has happened."""
    coins = town.register({"ann": 100, "bob": 100, "issuer": 100})
    town.submit(town.pay("ann", "bob", 30))
    town.decide(
        acts.increase(SHARE, 50, version=1, holders=[{"owner": town.at("ann"), "quantity": 50}]), town.issuer
    )
    treasury = coins[2].outpoint
    act = acts.decrease(SHARE, [treasury], version=1)
    town.decide(act, town.issuer)
    leaving = town.coins("bob")[0].outpoint
    act = acts.withdraw(SHARE, "to a paper register", version=1, outpoints=[leaving])
    town.decide(act, town.issuer, person("bob"))
    act = town.registration({"ann": 5}, BOND)
    town.submit(town.refused(town.propose(act, town.issuer), "regulator", act))
    town.submit(
        sign(
            build.retract(town.frame, town.propose(town.registration({"cho": 5}, BOND), town.issuer)),
            town.issuer,
        )
    )
    _allotted(town)
    house, cho = town.house.address, town.at("cho")
    town.submit(
        sign(build.revoke(town.frame, issuer=house, wallet=cho, reason="moved", version=1), town.house)
    )
    new = person("ann again")
    town.submit(sign(build.rotate_card(town.frame, town.at("ann"), new.card, version=1), person("ann"), new))
    town.decide(acts.suspend(house, "licence returned"), town.csd)
    _governed(town)
    town.commit()
    return town


def _governed(town: NodeTown) -> None:
    """Five validators, then four others, one with a new key, another regulator; one lied; an upgrade is announced."""
    joined(town, "issuer")
    town.submit(governed(town, governance.remove_validator("exchange"), *HOUSES))
    town.commit()
    town.submit(governed(town, rotation(town), "csd", "regulator", "central_bank"))
    town.commit()
    for proof in (two_votes(town), two_proposals(town, "issuer", height=town.height)):
        record_evidence(proof)
    town.commit()
    town.submit(governed(town, offices(town, regulator="notary"), "csd", "issuer", "central_bank", "notary"))
    act = governance.upgrade(height=town.height + 20, version=NEWEST + 1)
    town.submit(governed(town, act, "csd", "regulator", "central_bank"))


def _allotted(town: NodeTown) -> None:
    """A bond by a long list, one of whose wallets nobody has attested: its units go in trust."""
    lines = [build.output(f"{BOND}.1", town.at(name), 10) for name in ("ann", "dan")]
    services.lodge_list(
        outputs=[Output(asset=f"{BOND}.1", owner=line["owner"], quantity=10) for line in lines],
        issuer=town.issuer.address,
    )
    rules = {"claims": {"issuers": [town.house.address]}}
    town.decide(acts.register(town.terms(BOND, quantity=20, rules=rules), rows=lines), town.issuer)
    town.commit()
    assert town.value(f"instrument/{BOND}")["status"] == "active"


def test_an_honest_node_agrees(lived: NodeTown) -> None:
    kinds = {row[0] for row in rows.fetch("SELECT DISTINCT kind FROM ledger_transaction")}
    assert kinds == {
        "transfer", "propose", "approve", "refuse", "retract", "attest", "revoke", "rotate", "govern", "allot",
        "evidence",
    }  # fmt: skip
    report = verify_chain()
    assert report.findings == []
    assert report.height == lived.height
    assert report.state_root == lived.build().header.state_root


def test_the_command_speaks_json(lived: NodeTown) -> None:
    said = StringIO()
    call_command("verify_chain", "--json", stdout=said)
    answer = json.loads(said.getvalue())
    assert answer["ok"] and answer["height"] == lived.height


def test_every_committed_column_is_watched(lived: NodeTown) -> None:
    """One tampering per column, each undone again; the finding names the height of the row that was touched."""
    missed = [case for case in _cases() if not _is_found(*case)]
    assert missed == []


def test_no_column_is_forgotten(lived: NodeTown) -> None:
    columns = rows.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name = ANY(%s)",
        ([f"ledger_{table}" for table in TAMPERED],),
    )
    listed = {(f"ledger_{table}", column) for table, columns in TAMPERED.items() for column in columns}
    assert set(columns) - listed == {("ledger_genesis", "id")}


def test_rows_that_are_gone_or_too_many(lived: NodeTown) -> None:
    for table, (where, _) in VICTIM.items():
        assert _is_found(table, "", f"DELETE FROM ledger_{table} WHERE {where}"), table
    extra = "INSERT INTO ledger_counter (name, value) VALUES ('issued/nothing', 1)"
    assert [finding.table for finding in _findings(extra)] == ["counter"]


def _cases() -> Iterator[tuple[str, str, str]]:
    for table, columns in TAMPERED.items():
        for column, value in columns.items():
            yield table, column, f'UPDATE ledger_{table} SET "{column}" = {value} WHERE {VICTIM[table][0]}'


def _is_found(table: str, column: str, statement: str) -> bool:
    where, height = VICTIM[table]
    expected = rows.fetch(f"SELECT {height} FROM ledger_{table} WHERE {where} LIMIT 1")[0][0]
    return any(finding.height == expected for finding in _findings(statement))


def _findings(tampering: str) -> list[Finding]:
    """What the audit says after a statement that no guard of the database stops; it is undone again."""
    found: list[Finding] = []
    with pytest.raises(_Undo), atomic():
        rows.execute("SET LOCAL session_replication_role = replica")
        assert rows.execute(tampering) >= 1, tampering
        found = verify_chain().findings
        raise _Undo
    return found


class _Undo(Exception):
    """Roll the tampering back."""

"""What `verify_chain` says of a last certificate that proves nothing, and of rows that no block made."""

from collections.abc import Callable

import pytest
from django.db.transaction import atomic
from msgspec.structs import replace

from ledger.audit import Finding, verify_chain
from ledger.protocol.consensus.messages import Certificate, Signature
from ledger.protocol.encoding import canonical
from ledger.store import chain, rows
from tests.ledger.world import NodeTown

pytestmark = pytest.mark.django_db
Parts = tuple[Signature, ...]


@pytest.fixture
def lived(town: NodeTown) -> NodeTown:
    """A town with an instrument."""
    town.register({"ann": 100})
    return town


class _Undo(Exception):
    """Roll the tampering back."""


def findings(statement: str, *values: object) -> list[Finding]:
    """What the audit says after a statement that no guard of the database stops; it is undone again."""
    found: list[Finding] = []
    with pytest.raises(_Undo), atomic():
        rows.execute("SET LOCAL session_replication_role = replica")
        assert rows.execute(statement, values) == 1
        found = verify_chain().findings
        raise _Undo
    return found


def with_certificate(height: int, certificate: Certificate) -> list[Finding]:
    return findings(
        "UPDATE ledger_block SET certificate = %s WHERE height = %s", canonical(certificate), height
    )


# No later header names the last certificate: only its own signatures stand for it.
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda parts: parts[:2], "not enough precommits"),
        (lambda parts: (*parts[:2], parts[1]), "not enough precommits"),
        (lambda parts: (*parts[:2], replace(parts[2], signature=parts[0].signature)), "does not verify"),
        (lambda parts: (*parts[:2], replace(parts[2], validator="stranger")), "does not verify"),
    ],
    ids=["of two", "of one twice", "with another's signature", "with a stranger"],
)
def test_the_last_certificate_needs_a_quorum_of_true_signatures(
    lived: NodeTown, change: Callable[[Parts], Parts], sentence: str
):
    true = chain.certificate_at(lived.height)
    assert true is not None and len(true.precommits) == 3
    assert verify_chain().findings == with_certificate(lived.height, true) == []
    (finding,) = with_certificate(lived.height, replace(true, precommits=change(true.precommits)))
    assert finding.height == lived.height and sentence in finding.what


def test_a_certificate_is_of_its_own_block(lived: NodeTown):
    before = chain.certificate_at(lived.height - 1)
    assert before is not None
    (finding,) = with_certificate(lived.height, before)
    assert "of another block" in finding.what


BEYOND = {
    "transaction": """
        INSERT INTO ledger_transaction (sequence, height, index, txid, digest, kind, first_position, output_count, raw)
        SELECT sequence + 10000000, height + 1000, index, set_byte(txid, 0, get_byte(txid, 0) # 1), digest, kind,
               first_position, output_count, raw FROM ledger_transaction LIMIT 1
        """,
    "output": """
        INSERT INTO ledger_output (position, txid, index, asset, owner, quantity, created_height)
        SELECT position + 10000000, txid, index + 1000, asset, owner, quantity, created_height + 1000
        FROM ledger_output LIMIT 1
        """,
    "recordversion": """
        INSERT INTO ledger_recordversion (position, version, key, value, height)
        SELECT position + 10000000, version + 1000, key, value, height + 1000 FROM ledger_recordversion LIMIT 1
        """,
}


@pytest.mark.parametrize("table", BEYOND)
def test_a_row_of_a_height_that_never_was_is_found(lived: NodeTown, table: str):
    assert {finding.table for finding in findings(BEYOND[table])} == {table}

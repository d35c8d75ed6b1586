"""A ledger that has grown large, for what reads it: rows by COPY, of the shapes that the town's real ones have.

Its blocks agree on nothing and its state has no root: only lists, registers and their queries are tried on it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final

from django.utils import timezone

from ledger.protocol.encoding import canonical
from ledger.store import chain, rows
from portal.models import AuditEvent
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

OTHERS: Final = tuple(f"DE000BIG{number:03d}7" for number in range(39))
SHARE_OF_ALL: Final = 5  # one output in five is the watched instrument's
SPENT: Final = 3  # and one in three of all was spent
TRANSACTIONS_A_BLOCK: Final = 100
OUTPUTS_A_TRANSACTION: Final = 10
AUDIT_ROWS: Final = 2_000
PARTICIPANTS: Final = 200
BUSY: Final = 7


@dataclass(frozen=True, slots=True)
class Size:
    """How many wallets, each of another holder, and how many outputs, live or spent."""

    holders: int
    outputs: int

    @property
    def proposals(self) -> int:
        """What institutions have asked for."""
        return self.holders // 20


def grow(town: NodeTown, size: Size) -> None:
    """Add that much to what the town has, in later blocks than its own."""
    tip, last = chain.tip(), town.blocks[-1]
    first = int(rows.fetch("SELECT max(position) FROM ledger_output")[0][0]) + 10_000_000
    transactions = size.outputs // OUTPUTS_A_TRANSACTION
    heights = range(tip.height + 1, tip.height + 2 + transactions // TRANSACTIONS_A_BLOCK)
    _records(town, size, first)
    _desks(town, size, first + 40_000_000)
    _blocks(heights, tip.time)
    _transactions(heights[0], transactions, first, last.transactions[0].id)
    _outputs(town, size, first, heights[0])
    _counters(size)
    AuditEvent.objects.bulk_create(
        AuditEvent(happened_at=timezone.now(), account="olga", event="register:viewed", subject=SHARE)
        for _ in range(AUDIT_ROWS)
    )
    rows.execute("ANALYZE")


def wallet(number: int) -> str:
    """The address of one of the many."""
    return f"tally1{number:058d}"


def _asset(number: int) -> str:
    return f"{SHARE if number % SHARE_OF_ALL == 0 else OTHERS[number % len(OTHERS)]}.1"


def _owner(number: int, holders: int) -> str:
    """Every holder has the watched instrument, if there are outputs enough."""
    return wallet(number // SHARE_OF_ALL % holders)


def _outputs(town: NodeTown, size: Size, first: int, height: int) -> None:
    """One in ten is the issuer's, whose wallet so has a long history; what is spent is spent a block later."""
    columns = ("position", "txid", "index", "asset", "owner", "quantity", "created_height")
    busy, last = town.issuer.address, size.outputs // OUTPUTS_A_TRANSACTION - 1
    rows.copy("ledger_output", columns, (
        (first + number, _txid(number // OUTPUTS_A_TRANSACTION), number % OUTPUTS_A_TRANSACTION, _asset(number),
         busy if number % 10 == BUSY else _owner(number, size.holders), 1 + number % 997,
         height + number // OUTPUTS_A_TRANSACTION // TRANSACTIONS_A_BLOCK)
        for number in range(size.outputs)
    ))  # fmt: skip
    spent = islice(range(size.outputs), 1, None, SPENT)
    spenders = (
        (number, min(number // OUTPUTS_A_TRANSACTION + TRANSACTIONS_A_BLOCK, last)) for number in spent
    )
    rows.copy("ledger_spend", ("position", "spent_height", "spent_by"), (
        (first + number, height + spender // TRANSACTIONS_A_BLOCK, _txid(spender)) for number, spender in spenders
    ))  # fmt: skip


def _records(town: NodeTown, size: Size, first: int) -> None:
    ann, share = town.value(f"wallet/{town.at('ann')}"), town.value(f"instrument/{SHARE}")
    values: Iterator[tuple[str, dict[str, Any]]] = iter([
        *((f"wallet/{wallet(number)}", ann | {"holder": f"{number:032x}"}) for number in range(size.holders)),
        *((f"instrument/{isin}", share | {"fisn": f"BIG/{isin}"}) for isin in OTHERS),
    ])  # fmt: skip
    columns = ("key", "position", "version", "value", "height")
    rows.copy("ledger_record", columns, (
        (key, first + 20_000_000 + place, 1, canonical(value), 1) for place, (key, value) in enumerate(values)
    ))  # fmt: skip


def _desks(town: NodeTown, size: Size, first: int) -> None:
    """What institutions work on: claims of one issuer, proposals open and closed, other participants."""
    house, known = town.house.address, [json.loads(value) for (value,) in rows.fetch(
        "SELECT value FROM ledger_record WHERE key >= 'proposal/' AND key < 'proposal0' ORDER BY position"
    )]  # fmt: skip
    claim, party = town.value(f"claim/{house}/{town.at('ann')}/identity"), town.value(f"participant/{house}")
    values: Iterator[tuple[str, dict[str, Any]]] = iter([
        *((f"claim/{house}/{wallet(number)}/identity", claim) for number in range(size.holders)),
        *(_proposal(number, known[number % len(known)]) for number in range(size.proposals)),
        *((f"participant/tally1q{number:057d}", party) for number in range(PARTICIPANTS)),
    ])  # fmt: skip
    rows.copy("ledger_record", ("key", "position", "version", "value", "height"), (
        (key, first + place, 1, canonical(value), 1) for place, (key, value) in enumerate(values)
    ))  # fmt: skip


def _proposal(number: int, known: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same about another instrument."""
    id = hashlib.sha256(b"proposal %d" % number).hexdigest()
    return f"proposal/{id}", known | {"act": known["act"] | {"isin": OTHERS[number % len(OTHERS)]}}


def _blocks(heights: range, time: int) -> None:
    """Copies of the last one under later heights."""
    columns = (
        "hash",
        "header",
        "previous_certificate",
        "certificate",
        "proposer",
        "state_size",
        "state_root",
    )
    row = rows.fetch(f"SELECT {', '.join(columns)} FROM ledger_block ORDER BY height DESC LIMIT 1")[0]
    header = json.loads(row[1])
    rows.copy("ledger_block", (*columns, "height", "time", "transaction_count"), (
        (hashlib.sha256(b"block %d" % height).digest(), canonical(header | {"height": height}), *row[2:],
         height, time + height - heights[0], TRANSACTIONS_A_BLOCK)
        for height in heights
    ))  # fmt: skip


def _transactions(height: int, number: int, first: int, known: str) -> None:
    """Copies of a known one under other ids."""
    raw = rows.fetch("SELECT raw FROM ledger_transaction WHERE txid = %s", (bytes.fromhex(known),))[0][0]
    columns = (
        "sequence",
        "height",
        "index",
        "txid",
        "digest",
        "kind",
        "first_position",
        "output_count",
        "raw",
    )
    places = (divmod(each, TRANSACTIONS_A_BLOCK) for each in range(number))
    rows.copy("ledger_transaction", columns, (
        ((height + block) * 10_000 + index, height + block, index, _txid(each), _txid(each), "transfer",
         first + each * OUTPUTS_A_TRANSACTION, OUTPUTS_A_TRANSACTION, raw)
        for each, (block, index) in enumerate(places)
    ))  # fmt: skip


def _counters(size: Size) -> None:
    lines = zip(cycle(("issued", "holders")), [isin for isin in OTHERS for _ in range(2)], strict=False)
    rows.copy("ledger_counter", ("name", "value"), (
        (f"{counter}/{isin}.1", size.outputs) for counter, isin in lines
    ))  # fmt: skip


def _txid(number: int) -> bytes:
    return hashlib.sha256(b"transaction %d" % number).digest()

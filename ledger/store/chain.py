"""The committed chain: genesis, the tip, and the one delta by which a block is entered."""

from collections.abc import Sequence

from ledger.models import Block as BlockRow
from ledger.models import Genesis as GenesisRow
from ledger.protocol import state_tree
from ledger.protocol.block import Block, Header
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.genesis import GENESIS_MAX, Genesis, chain_id, first_records, genesis_digest
from ledger.protocol.records import record_digest
from ledger.protocol.state import Applied, Record, State
from ledger.protocol.tip import Tip
from ledger.protocol.values import output_digest
from ledger.store import rows

SEQUENCE_STEP = 10_000  # more than the transactions of a block


def genesis() -> Genesis | None:
    """The installed genesis, None before `join`."""
    row = GenesisRow.objects.filter(id=1).values_list("document", flat=True).first()
    return None if row is None else parse(bytes(row), Genesis, limit=GENESIS_MAX)


def save_genesis(document: Genesis) -> None:
    """Enter the first records; the caller has checked the document and that there is none yet."""
    entries = first_records(document)
    history = [(key, Record(position, 1, value)) for position, (key, value) in enumerate(entries)]
    size, root = _save_tree(0, {}, [record_digest(key, 1, value) for key, value in entries])
    _save_records(history, 0)
    GenesisRow.objects.create(
        chain=chain_id(document), document=canonical(document), state_size=size, state_root=root
    )


def tip() -> Tip:
    """Where this node's chain ends."""
    row = rows.fetch(
        """
        SELECT g.chain, b.height, b.hash, b.time, b.state_size, b.state_root, g.document, g.state_size, g.state_root
        FROM ledger_genesis g LEFT JOIN LATERAL (SELECT * FROM ledger_block ORDER BY height DESC LIMIT 1) b ON true
        """
    )
    if not row:
        raise LookupError("This node has no genesis yet: run `manage.py join` first.")
    chain, height, hash_, time, size, root, document, genesis_size, genesis_root = row[0]
    if height is None:
        start = parse(document, Genesis, limit=GENESIS_MAX)
        return Tip(chain, 0, genesis_digest(start).hex(), start.time, genesis_size, genesis_root)
    return Tip(chain, height, hash_.hex(), time, size, root)


def certificate_at(height: int) -> Certificate | None:
    """The certificate by which this node decided a height; None for genesis and heights to come."""
    row = BlockRow.objects.filter(height=height).values_list("certificate", flat=True).first()
    return None if row is None else parse(bytes(row), Certificate, limit=100_000)


def header_at(height: int) -> Header | None:
    """The header of a committed block."""
    row = BlockRow.objects.filter(height=height).values_list("header", flat=True).first()
    return None if row is None else parse(bytes(row), Header, limit=10_000)


def save_block(
    block: Block, certificate: Certificate, state: State, applied: Sequence[Applied], before: Tip
) -> None:
    """Enter a block, its transactions and what they changed; one atomic() of the caller's."""
    height = block.header.height
    size, root = _save_tree(before.state_size, *_leaves(state, before.state_size))
    BlockRow.objects.create(
        height=height,
        hash=bytes.fromhex(block.hash),
        header=canonical(block.header),
        previous_certificate=canonical(block.certificate) if block.certificate else None,
        certificate=canonical(certificate),
        time=block.header.time,
        proposer=block.header.proposer,
        transaction_count=len(block.transactions),
        state_size=size,
        state_root=root,
    )
    _save_transactions(block, applied)
    _save_outputs(state, height)
    _save_records(state.history, height)
    _save_counters({name: state.counters[name] for name in state.counted})


def _leaves(state: State, size: int) -> tuple[dict[int, bytes | None], list[bytes | None]]:
    """Entry digests to overwrite, and to append, in the vector that had `size` entries."""
    latest = {record.position: (key, record) for key, record in state.history}
    leaves: dict[int, bytes | None] = {
        position: record_digest(key, record.version, record.value)
        for position, (key, record) in latest.items()
    }
    for outpoint, entry in state.created.items():
        leaves[entry.position] = output_digest(outpoint, entry.output)
    leaves.update((entry.position, None) for entry, _ in state.spent.values())
    changes = {position: leaf for position, leaf in leaves.items() if position < size}
    return changes, [leaves[position] for position in range(size, state.size)]


def _save_tree(
    size: int, changes: dict[int, bytes | None], appended: Sequence[bytes | None]
) -> tuple[int, bytes]:
    needed = state_tree.pages_needed(size, changes)
    levels, indexes = [level for level, _ in needed], [index for _, index in needed]
    found = rows.fetch(
        """
        SELECT p.level, p.index, p.hashes FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
        JOIN ledger_statepage p ON p.level = wanted.level AND p.index = wanted.index
        """,
        (levels, indexes),
    )
    pages = {(level, index): hashes for level, index, hashes in found}
    updated = state_tree.update(pages, size, changes, appended)
    rows.execute(
        """
        INSERT INTO ledger_statepage (level, index, hashes)
        SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
        ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes
        """,
        (
            [level for level, _ in updated.pages],
            [index for _, index in updated.pages],
            list(updated.pages.values()),
        ),
    )
    return updated.size, updated.root


def _save_transactions(block: Block, applied: Sequence[Applied]) -> None:
    height = block.header.height
    columns = (
        "sequence", "height", "index", "txid", "digest", "kind", "first_position", "output_count", "raw"
    )  # fmt: skip
    rows.copy(
        "ledger_transaction",
        columns,
        (
            (
                height * SEQUENCE_STEP + index,
                height,
                index,
                bytes.fromhex(submitted.id),
                bytes.fromhex(submitted.digest),
                submitted.transaction.__struct_config__.tag,
                place.first_position,
                place.output_count,
                submitted.raw,
            )
            for index, (submitted, place) in enumerate(zip(block.transactions, applied, strict=True))
        ),
    )


def _save_outputs(state: State, height: int) -> None:
    columns = (
        "position", "txid", "index", "asset", "owner", "quantity", "held_for", "locked_until", "created_height"
    )  # fmt: skip
    outputs = []
    for outpoint, entry in state.created.items():
        txid, _, index = outpoint.partition(":")
        output = entry.output
        held_for = output.hold.to if output.hold else None
        outputs.append(
            (entry.position, bytes.fromhex(txid), int(index), output.asset, output.owner, output.quantity,
             held_for, output.locked_until, height)
        )  # fmt: skip
    rows.copy("ledger_output", columns, outputs)
    rows.copy(
        "ledger_spend",
        ("position", "spent_height", "spent_by"),
        ((entry.position, height, bytes.fromhex(by)) for entry, by in state.spent.values()),
    )


def _save_records(history: Sequence[tuple[str, Record]], height: int) -> None:
    entries = [(r.position, r.version, key, canonical(r.value), height) for key, r in history]
    columns = ("position", "version", "key", "value", "height")
    rows.copy("ledger_recordversion", columns, entries)
    latest = list({entry[2]: entry for entry in entries}.values())
    rows.execute(
        """
        INSERT INTO ledger_record (position, version, key, value, height)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[])
        ON CONFLICT (key) DO UPDATE SET version = EXCLUDED.version, value = EXCLUDED.value, height = EXCLUDED.height
        """,
        tuple([entry[column] for entry in latest] for column in range(5)),
    )


def _save_counters(counters: dict[str, int]) -> None:
    rows.execute(
        """
        INSERT INTO ledger_counter (name, value) SELECT * FROM unnest(%s::text[], %s::bigint[])
        ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
        """,
        (list(counters), list(counters.values())),
    )

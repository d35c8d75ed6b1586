"""Long lists of first holders: rows, chunks, and the `allot` transactions that a proposer would build."""

from collections.abc import Sequence

from clients import acts, build
from clients.build import Json
from clients.signing import Signed, unsigned
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest
from tests.protocol.town import BOND, Town

CHUNK = 500


def rows_of(*names: str, isin: str = BOND, quantity: int = 1) -> list[Json]:
    """One row a name is not much; `["ann"] * 501` makes two chunks."""
    at = {name: Town.at(name) for name in set(names)}
    return [build.output(f"{isin}.1", at[name], quantity) for name in names]


def listing(t: Town, rows: Sequence[Json], isin: str = BOND, **changes: object) -> Json:
    """The act that registers an instrument with this list."""
    total = sum(row["quantity"] for row in rows)
    return acts.register(t.terms(isin, quantity=total) | changes, rows=rows)


def announce(t: Town, rows: Sequence[Json], isin: str = BOND, **changes: object) -> str:
    """Register by list; the allotment's id."""
    return opened(t, listing(t, rows, isin, **changes))


def opened(t: Town, act: Json) -> str:
    """Decide an act with a list; the allotment's id is the proposal's."""
    id = t.propose(act, t.issuer)
    t.submit(t.approval(id, "regulator", act))
    t.submit(t.approval(id, "notary", act))
    return id


def chunk(t: Town, id: str, rows: Sequence[Json], index: int, **changes: object) -> Signed:
    """The transaction by which this chunk is entered, as any validator would build it."""
    chunks = [list(rows[at : at + CHUNK]) for at in range(0, len(rows), CHUNK)]
    leaves = [merkle.leaf_hash(digest("tallystick/chunk/1", canonical(each))) for each in chunks]
    path = [item.hex() for item in merkle.path(leaves, index)]
    version = t.version(f"allotment/{id}")
    frame = build.Frame(t.chain, 0, 86_400)
    body = {"path": path, "proposal": id}
    made = build.transaction(frame, "allot", body, [f"allotment/{id}@{version}"], chunks[index])
    return unsigned(made | changes)


def allot(t: Town, rows: Sequence[Json], isin: str = BOND, **changes: object) -> str:
    """Register by list and enter every chunk; the id of the last."""
    id = announce(t, rows, isin, **changes)
    return [t.submit(chunk(t, id, rows, index)) for index in range(-(-len(rows) // CHUNK))][-1]

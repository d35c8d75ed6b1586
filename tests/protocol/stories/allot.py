"""The story of `allot`: a long list of first holders is entered chunk by chunk, signed by nobody."""

from clients.build import Json
from clients.signing import Signed, sign
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.reasons import Reason
from tests.protocol import lists
from tests.protocol.stories.scenes import output
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import BOND, SHARE, Town

TWO_CHUNKS = lists.rows_of(*["ann"] * 500, "bob")


def first(t: Town, rows: list[Json] | None = None, index: int = 0, **changes: object) -> Signed:
    """The first chunk of a list, or another one."""
    rows = rows or TWO_CHUNKS
    return lists.chunk(t, lists.announce(t, rows), rows, index, **changes)


def last(t: Town) -> Signed:
    id = lists.announce(t, TWO_CHUNKS)
    t.submit(lists.chunk(t, id, TWO_CHUNKS, 0))
    return lists.chunk(t, id, TWO_CHUNKS, 1)


def again(t: Town, **changes: object) -> Signed:
    id = lists.announce(t, TWO_CHUNKS)
    t.submit(lists.chunk(t, id, TWO_CHUNKS, 0))
    return lists.chunk(t, id, TWO_CHUNKS, 0, **changes)


def repeated(t: Town) -> Signed:
    id = lists.announce(t, TWO_CHUNKS)
    signed = lists.chunk(t, id, TWO_CHUNKS, 0)
    t.submit(signed)
    return signed


def listed(t: Town, rows: list[Json], *, quantity: int) -> Signed:
    """The first chunk of rows whose act says another quantity, as careless signatories might let pass."""
    id = lists.opened(t, lists.listing(t, rows) | {"authorised": 10_000, "quantity": quantity})
    return lists.chunk(t, id, rows, 0)


def short_first(t: Town) -> Signed:
    """The signed root is over two chunks of one row each, which is not how the protocol cuts a list."""
    rows = lists.rows_of("ann", "bob")
    leaves = [digest("tallystick/chunk/1", canonical([row])) for row in rows]
    act = lists.listing(t, rows) | {"list": {"chunks": 2, "root": merkle.root(leaves).hex()}}
    id = lists.opened(t, act | {"authorised": 501, "quantity": 501})
    path = [merkle.leaf_hash(leaves[1]).hex()]
    return lists.chunk(t, id, rows, 0, body={"path": path, "proposal": id}, outputs=rows[:1])


def to_thousand(t: Town) -> list[Json]:
    return [output(t, "ann", 1, BOND)] * 1_000


ACCEPTED = [
    Accepted("the first chunk", first),
    Accepted("the last chunk", last),
    Accepted("for whom nobody knows yet, in trust", lambda t: first(t, lists.rows_of("dan"))),
    Accepted(
        "above a holder's limit: three institutions signed the list",
        lambda t: lists.chunk(t, lists.announce(t, TWO_CHUNKS, rules={"max_per_holder": 1}), TWO_CHUNKS, 0),
    ),
]
REFUSED = [
    Refused(Reason.BAD_VALIDITY, "with times of its own", lambda t: first(t, expires=86_399)),
    Refused(Reason.WRONG_INPUTS, "that consumes nothing", lambda t: first(t, inputs=[])),
    Refused(Reason.BAD_CHUNK, "of nobody", lambda t: first(t, outputs=[])),
    Refused(Reason.BAD_CHUNK, "of two chunks at once", lambda t: first(t, outputs=to_thousand(t))),
    Refused(Reason.STALE, "a second time", repeated),
    Refused(Reason.WRONG_WITNESSES, "signed by somebody", lambda t: sign(first(t).transaction, t.issuer)),
    Refused(Reason.UNKNOWN_RECORD, "of no list", lambda t: first(
        t, body={"path": [], "proposal": "ab" * 32}, inputs=[f"allotment/{'ab' * 32}@0"])),
    Refused(Reason.BAD_CHUNK, "out of turn", lambda t: first(t, index=1)),
    Refused(Reason.BAD_CHUNK, "that was entered before", again),
    Refused(Reason.BAD_CHUNK, "with another holder", lambda t: first(t, outputs=[output(t, "bob", 1, BOND)] * 500)),
    Refused(Reason.BAD_CHUNK, "that is short though not the last", lambda t: short_first(t)),
    Refused(Reason.BAD_CHUNK, "of another asset", lambda t: listed(t, lists.rows_of("ann", isin=SHARE), quantity=1)),
    Refused(Reason.HOLDERS_DO_NOT_ADD_UP, "of more than was said", lambda t: listed(
        t, lists.rows_of("ann", quantity=11), quantity=10)),
    Refused(Reason.HOLDERS_DO_NOT_ADD_UP, "of less than was said, at the end", lambda t: listed(
        t, lists.rows_of("ann", quantity=9), quantity=10)),
]  # fmt: skip

tell("allot", ACCEPTED, REFUSED)

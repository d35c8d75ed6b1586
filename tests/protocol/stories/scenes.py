"""Scenes that several stories begin with: who holds what, and what has happened to it."""

from clients import acts, build, notes
from clients.build import Json
from clients.signing import Signed, sign
from tests.protocol import lists
from tests.protocol.town import BOND, SHARE, Town, altered
from tests.protocol.world import NOW, person


def share(t: Town, **rules: object) -> Town:
    """Ann, Bob and the issuer have 100 each."""
    t.register({"ann": 100, "bob": 100, "issuer": 100}, rules=rules)
    return t


def claimed(t: Town, **more: object) -> Town:
    """The same under claims of the house, for the named countries or classes."""
    return share(t, claims={"issuers": [t.house.address], **more})


def bond(t: Town, **changes: object) -> Town:
    """Beside it, Bob has 50 units of a bond."""
    t.register({"bob": 50}, isin=BOND, **changes)
    return t


def output(t: Town, name: str, quantity: int, isin: str = SHARE, **changes: object) -> Json:
    """An output as a transfer makes it."""
    return altered(build.output(f"{isin}.1", t.at(name), quantity), **changes)


def one(t: Town, taker: str = "bob", **changes: object) -> Signed:
    """Ann pays one of her 100 shares; then the fields are changed, and she signs."""
    return t.pay("ann", taker, 1, **changes)  # type: ignore[arg-type]


def into(t: Town, *outputs: Json) -> Signed:
    """Ann's 100 shares become these outputs."""
    return t.pay("ann", "bob", 1, outputs=list(outputs))


def swap(t: Town) -> Signed:
    """Ann's shares against Bob's bonds, both or nothing."""
    coins = [t.coins("ann")[0], t.coins("bob", BOND)[0]]
    paid = [output(t, "bob", 100), output(t, "ann", 50, BOND)]
    return sign(build.transfer(t.frame, coins, paid), t.ann, t.bob)


def pooled(t: Town, *, reverse: bool = False) -> Signed:
    """Ann and Bob give Cho all they have; `reverse` puts the inputs in the wrong order."""
    transfer = build.transfer(t.frame, t.coins("ann") + t.coins("bob"), [output(t, "cho", 200)])
    inputs = sorted(transfer["inputs"], reverse=reverse)
    return sign(altered(transfer, inputs=inputs), t.ann, t.bob)


def both_to_bob(t: Town) -> Signed:
    """Ann and Bob put their units together, into an output of Bob's."""
    transfer = build.transfer(t.frame, t.coins("ann") + t.coins("bob"), [output(t, "bob", 200)])
    return sign(transfer, t.ann, t.bob)


def trust_for_own(t: Town) -> Signed:
    """The issuer holds 5 for Ann, whose claim lapsed while she had 5: hers go to Bob, the held ones are 'hers'."""
    rules = {"claims": {"issuers": [t.house.address]}}
    lists.allot(t, lists.rows_of("ann", "bob", quantity=5), rules=rules)
    revoked(t, "ann")
    lines = lists.rows_of("ann", quantity=5)
    increase = acts.increase(BOND, 5, version=2, rows=lines, authorised=2_000)
    t.submit(lists.chunk(t, lists.opened(t, increase), lines, 0))
    coins = t.coins("issuer", BOND) + t.coins("ann", BOND)
    paid = [output(t, "ann", 5, BOND), output(t, "bob", 5, BOND)]
    return sign(build.transfer(t.frame, coins, paid), t.issuer, t.ann)


def noted(t: Town, reader: str = "bob") -> tuple[Json, list[bytes]]:
    """Ann pays Bob, with a note that `reader` and the regulator can open."""
    bare = build.transfer(t.frame, t.coins("ann")[:1], [output(t, "bob", 100)])
    readers = [
        notes.to_receiver(t.at(reader), person(reader).card),
        notes.to_institution(t.regulator.address, "2027Q1", t.genesis.seals[0].key),
    ]
    return notes.attach(bare, t.at("ann"), "For the picture", readers)


def with_note(t: Town, reader: str = "bob") -> Signed:
    """The same, signed, with its ciphertexts."""
    transfer, ciphertexts = noted(t, reader)
    return sign(transfer, t.ann, notes=ciphertexts)


def note_of(t: Town, **changes: object) -> Signed:
    """A note of another form."""
    transfer, ciphertexts = noted(t)
    note = transfer["body"]["note"] | changes
    return sign(transfer | {"body": {"note": note}}, t.ann, notes=ciphertexts)


def note_without_words(t: Town) -> Signed:
    """A note whose ciphertexts are missing."""
    return sign(noted(t)[0], t.ann)


def words_without_note(t: Town) -> Signed:
    """Ciphertexts that no note lists."""
    return sign(noted(t)[0] | {"body": {}}, t.ann, notes=[bytes(272), bytes(272)])


def spent(t: Town) -> Signed:
    """Ann's second payment of the same output, signed first."""
    late = one(t)
    t.submit(t.pay("ann", "cho", 100))
    return late


def rotated(t: Town, name: str = "ann") -> Town:
    """A wallet has a new card."""
    fresh = person(f"{name}, fresh")
    t.submit(sign(build.rotate_card(t.frame, t.at(name), fresh.card, version=1), person(name), fresh))
    return t


def in_trust(t: Town) -> Town:
    """The issuer holds 5 bonds for Dan, whom nobody knows yet."""
    lists.allot(t, lists.rows_of("dan", quantity=5))
    return t


def locked(t: Town) -> Town:
    """Ann's 10 bonds are locked up for a second."""
    lines = [{"locked_until": NOW + 1, "owner": t.at("ann"), "quantity": 10}]
    t.decide(acts.register(t.terms(BOND, quantity=10), holders=lines), t.issuer)
    return t


def closed(t: Town) -> Town:
    """The share has left the register."""
    t.decide(acts.withdraw(SHARE, "A register abroad", version=1), t.issuer)
    return t


def half_allotted(t: Town) -> Town:
    """Ann has the first 500 of her 501 bonds, one by one."""
    rows = lists.rows_of(*["ann"] * 501)
    t.submit(lists.chunk(t, lists.announce(t, rows), rows, 0))
    return t


def revoked(t: Town, name: str = "bob") -> Town:
    """The house has taken back its claim."""
    gone = build.revoke(t.frame, issuer=t.house.address, wallet=t.at(name), reason="Moved away", version=1)
    t.submit(sign(gone, t.house))
    return t


def reattested(t: Town, name: str = "bob", **changes: object) -> Town:
    """The house says something else of him."""
    t.submit(t.attestation(name, version=1, **changes))
    return t


def later(t: Town, seconds: int) -> Town:
    """Time has passed."""
    t.time += seconds
    return t

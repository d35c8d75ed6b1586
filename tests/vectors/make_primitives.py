"""Makes primitives.json, our own frozen vectors: `python -m tests.vectors.make_primitives`."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from clients import keys as wallets
from ledger.protocol import encoding, keys, merkle, sealing, state_tree
from ledger.protocol.reasons import Rejected
from tests.vectors.primitive_cases import CANONICAL, ODD_SIGNATURES, REFUSED_JSON, STATE_BLOCKS

PATH = Path(__file__).with_name("primitives.json")
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's base point

ALICE, BOB, CAROL, DAVE = (
    wallets.from_seeds(bytes([number]) * 32, bytes([number + 100]) * 32) for number in range(1, 5)
)
TWO_OF_THREE = wallets.multi_card(2, [ALICE.card, BOB.card, CAROL.card])
ONE_OF_ONE = wallets.multi_card(1, [DAVE.card])


def make() -> str:
    """The file's text; the same on every machine."""
    sections = {
        "source": "python -m tests.vectors.make_primitives; frozen: a change here is a change of the protocol",
        "canonical": [{"json_text": text, "hex": _canonical(text).hex()} for text in CANONICAL],
        "refused_json": REFUSED_JSON,
        "refused_text_ranges": encoding.REFUSED_TEXT,
        "digests": [_digest("tallystick/card/1", b""), _digest("tallystick/transaction/1", b"{}")],
        "cards": [_card(each) for each in (ALICE, BOB, CAROL, DAVE)],
        "multi_cards": [_with_address(card) for card in (TWO_OF_THREE, ONE_OF_ONE)],
        "refused_cards": _refused_cards(),
        "signatures": _signatures(),
        "witnesses": _witnesses(),
        "note": _note(),
        "merkle": [_merkle(size) for size in (0, 1, 2, 3, 5, 8, 13)],
        "state_tree": _state_tree(),
    }
    return json.dumps(sections, indent=1) + "\n"


def _canonical(text: str) -> bytes:
    return encoding.canonical(encoding.parse_json(text))


def _digest(domain: str, data: bytes) -> dict[str, str]:
    return {"domain": domain, "data": data.hex(), "digest": encoding.digest(domain, data).hex()}


def _with_address(card: keys.Card) -> dict[str, Any]:
    address = keys.address(card)
    return {
        "card": msgspec.to_builtins(card),
        "canonical": encoding.canonical(card).hex(),
        "address": address,
        "address_bytes": keys.address_bytes(address).hex(),
    }


def _card(wallet: wallets.Wallet) -> dict[str, Any]:
    private = {"sign_seed": wallet.sign.hex(), "seal_private": wallet.seal.hex()}
    return {**private, **_with_address(wallet.card)}


def _refused_cards() -> list[dict[str, Any]]:
    seal, sign = ALICE.card.seal, ALICE.card.sign
    p = 2**255 - 19
    singles = [
        keys.SingleCard(seal, _hex(y + top)) for y in sorted(keys.SMALL_ORDER_Y) for top in (0, 2**255)
    ]
    singles += [keys.SingleCard(_hex(u), sign) for u in sorted(keys.LOW_ORDER_U)]
    singles += [keys.SingleCard(seal, _hex(y)) for y in (p, p + 1, p + 18, p + 3 + 2**255)]
    singles += [keys.SingleCard(_hex(u), sign) for u in (p, p + 9, 9 + 2**255, 2**256 - 1)]
    members = TWO_OF_THREE.cards
    multis = [
        keys.MultiCard(2, members[::-1]),
        keys.MultiCard(2, (members[0], members[0])),
        keys.MultiCard(4, members),
        keys.MultiCard(1, ()),
        keys.MultiCard(1, (keys.SingleCard(seal, "00" * 32),)),
        keys.MultiCard(1, _sorted_cards(17)),
    ]
    return [msgspec.to_builtins(card) for card in [*singles, *multis]]


def _hex(number: int) -> str:
    return number.to_bytes(32, "little").hex()


def _sorted_cards(number: int) -> tuple[keys.SingleCard, ...]:
    cards = [wallets.from_seeds(bytes([n]) * 32, bytes([n]) * 32).card for n in range(1, number + 1)]
    return tuple(sorted(cards, key=keys.address))


def _signatures() -> list[dict[str, Any]]:
    message = b"to be signed"
    public, good = bytes.fromhex(ALICE.card.sign), wallets.sign(ALICE.sign, message)
    scalar = int.from_bytes(good[32:], "little")
    cases = {
        "good": (public, message, good),
        "S + L: the same signature, malleated": (
            public,
            message,
            good[:32] + (scalar + ORDER).to_bytes(32, "little"),
        ),
        "S = L": (public, message, good[:32] + ORDER.to_bytes(32, "little")),
        "neutral R": (public, message, b"\x01" + bytes(31) + good[32:]),
        "another message": (public, message + b".", good),
        "another key": (bytes.fromhex(BOB.card.sign), message, good),
        "one byte short": (public, message, good[:-1]),
        "one byte more": (public, message, good + b"\x00"),
        "no key": (b"", message, good),
    }
    cases |= {
        name: (bytes.fromhex(pk), text, bytes.fromhex(sig))
        for name, (pk, text, sig) in ODD_SIGNATURES.items()
    }
    return [
        {"name": name, "pk": pk.hex(), "msg": msg.hex(), "sig": sig.hex(), "ok": keys.verify(pk, msg, sig)}
        for name, (pk, msg, sig) in cases.items()
    ]


def _witnesses() -> list[dict[str, Any]]:
    ids = [encoding.digest("tallystick/transaction/1", b"%d" % number) for number in range(5)]
    id, alone = ids[3], keys.signature_message(ids[3])
    hashes = [merkle.leaf_hash(item) for item in ids]
    batch = keys.batch_message(merkle.root_of_hashes(hashes), len(ids))
    path = keys.Path(tuple(item.hex() for item in merkle.path(hashes, 3)), 3, 5)
    single = keys.Witness(ALICE.card, ALICE.signature(alone))
    two = _by_members(alone, (ALICE, BOB))
    three = tuple(sorted({*two, *_by_members(alone, (BOB, CAROL))}, key=lambda each: each.member))
    beyond = (two[0], keys.MemberSignature(3, two[1].signature))
    cases = {
        "single": single,
        "single in a batch": keys.Witness(ALICE.card, ALICE.signature(batch), path),
        "2 of 3": keys.Witness(TWO_OF_THREE, two),
        "2 of 3 in a batch": keys.Witness(TWO_OF_THREE, _by_members(batch, (CAROL, ALICE)), path),
        "signature of another wallet": keys.Witness(BOB.card, single.signature),
        "batch signature without its path": keys.Witness(ALICE.card, ALICE.signature(batch)),
        "path at another index": keys.Witness(
            ALICE.card, ALICE.signature(batch), keys.Path(path.hashes, 2, 5)
        ),
        "path of another size": keys.Witness(
            ALICE.card, ALICE.signature(batch), keys.Path(path.hashes, 3, 6)
        ),
        "path that fits no tree": keys.Witness(
            ALICE.card, ALICE.signature(batch), keys.Path(path.hashes[:1], 3, 5)
        ),
        "list for a single card": keys.Witness(ALICE.card, two),
        "one signature for a multi card": keys.Witness(TWO_OF_THREE, single.signature),
        "too few members": keys.Witness(TWO_OF_THREE, two[:1]),
        "too many members": keys.Witness(TWO_OF_THREE, three),
        "members in the wrong order": keys.Witness(TWO_OF_THREE, two[::-1]),
        "one member twice": keys.Witness(TWO_OF_THREE, (two[0], two[0])),
        "a member that is not there": keys.Witness(TWO_OF_THREE, beyond),
    }
    return [{"name": name, "id": id.hex(), **_judged(witness, id)} for name, witness in cases.items()]


def _by_members(message: bytes, members: tuple[wallets.Wallet, ...]) -> tuple[keys.MemberSignature, ...]:
    given = wallets.JointWallet(TWO_OF_THREE, members).signature(message)
    return msgspec.convert(given, tuple[keys.MemberSignature, ...])


def _judged(witness: keys.Witness, id: bytes) -> dict[str, Any]:
    try:
        keys.verify_witness(witness, id)
        reason = ""
    except Rejected as error:
        reason = str(error.reason)
    return {"canonical": encoding.canonical(witness).decode(), "reason": reason}


def _note() -> dict[str, Any]:
    text, random = "For the long half of the tally: Grüße, 你好 \U0001f600", bytes(range(32))
    outputs = [{"asset": "DE0007236101.1", "owner": keys.address(BOB.card), "quantity": 5}]
    inputs = ["ab" * 32 + ":0"]
    binding = sealing.Binding(
        "demo-0123456789abcdef", keys.address(ALICE.card), keys.address(BOB.card), inputs, outputs
    )
    readers = [
        sealing.ReaderKey(keys.address(BOB.card), bytes.fromhex(BOB.card.seal), b"\x31" * 32),
        sealing.ReaderKey(keys.address(CAROL.card), bytes.fromhex(CAROL.card.seal), b"\x32" * 32, "2026Q4"),
    ]
    note, ciphertexts = sealing.seal_note(text, random, binding, readers)
    return {
        "text": text,
        "random": random.hex(),
        "plaintext": sealing.pad(text, random).hex(),
        "chain": binding.chain,
        "sender": binding.sender,
        "receiver": binding.receiver,
        "inputs": inputs,
        "outputs": outputs,
        "ephemeral_random": [each.random.hex() for each in readers],
        "aad": [binding.aad(each.address).hex() for each in readers],
        "seal_private": [BOB.seal.hex(), CAROL.seal.hex()],
        "note": msgspec.to_builtins(note),
        "ciphertexts": [item.hex() for item in ciphertexts],
    }


def _merkle(size: int) -> dict[str, Any]:
    leaves = [b"leaf %d" % number for number in range(size)]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    return {
        "leaves": [leaf.hex() for leaf in leaves],
        "root": merkle.root(leaves).hex(),
        "proofs": [[item.hex() for item in merkle.path(hashes, index)] for index in range(size)],
    }


def _state_tree() -> dict[str, Any]:
    """Entry n has the digest SHA-256("entry n"); every block appends, then spends the positions it lists."""
    pages: dict[state_tree.PageKey, bytes] = {}
    size, blocks = 0, []
    for appended, spent in STATE_BLOCKS:
        entries = [sha256(b"entry %d" % (size + number)).digest() for number in range(appended)]
        before = {position: None for position in spent if position < size}
        new = [None if size + place in spent else entry for place, entry in enumerate(entries)]
        changed, size, root = state_tree.update(pages, size, before, new)
        pages.update(changed)
        state = state_tree.state_root(size, root).hex()
        blocks.append(
            {"appended": appended, "spent": spent, "size": size, "root": root.hex(), "state_root": state}
        )
    paths = [
        {"position": place, "path": [item.hex() for item in state_tree.path(pages, size, place)]}
        for place in (0, 15, 16, 255, 256, size - 1)
    ]
    return {"blocks": blocks, "paths": paths}


if __name__ == "__main__":
    PATH.write_text(make())

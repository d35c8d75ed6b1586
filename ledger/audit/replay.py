"""Blocks from genesis on, one after another: headers, certificates, witnesses, effects, and the rows they made."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ledger.audit import effects
from ledger.audit.ledger import Json, Ledger, Wrong
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import Witness, address, verify, verify_witness
from ledger.protocol.reasons import Rejected


class Replay:
    """The chain re-derived so far."""

    def __init__(self, document: bytes) -> None:
        self.genesis: Json = msgspec.json.decode(document)
        start = digest("tallystick/genesis/1", document)
        self.chain = f"{self.genesis['label']}-{start.hex()[:16]}"
        self.previous, self.time = start.hex(), self.genesis["time"]
        self.last_certificate: Json | None = None
        self.ledger = Ledger()
        self._found()

    def block(
        self, header: Json, certificate: Json, previous: Json | None, raws: Sequence[bytes]
    ) -> list[tuple[Any, ...]]:
        """Replay one block; returns the transaction rows that it must have made, raises Wrong at the first fault."""
        height = header["height"]
        hash_ = digest("tallystick/block/1", canonical(header)).hex()
        self._check_header(header, previous, raws)
        self._check_certificate(certificate, height, hash_)
        self.ledger.begin(height, header["time"])
        made = [self._transaction(raw, height, index, header["time"]) for index, raw in enumerate(raws)]
        self.previous, self.time = hash_, header["time"]
        return made

    def state_root(self) -> str:
        """What the next header must say of the state."""
        size = self.ledger.tree.size.to_bytes(8, "big")
        return digest("tallystick/state/1", size + self.ledger.tree.root()).hex()

    def _found(self) -> None:
        ledger, genesis = self.ledger, self.genesis
        network = {"roles": genesis["roles"], "validators": genesis["validators"]}
        if genesis["version"] > 1:
            network["upgrade"] = {"height": 1, "version": genesis["version"]}
        ledger.write("network", network)
        ledger.sets.append((1, genesis["validators"]))
        for institution in genesis["institutions"]:
            owner = address(msgspec.convert(institution["card"], Witness.__annotations__["card"]))
            ledger.write(
                f"wallet/{owner}",
                {"card": institution["card"], "freezes": [], "holder": institution["holder"]},
            )
            named = {name: institution[name] for name in ("lei", "name", "roles") if name in institution}
            ledger.write(f"participant/{owner}", {**named, "status": "active"})
        for seal in genesis["seals"]:
            value = {name: seal[name] for name in ("from", "key", "until")}
            ledger.write(f"seal/{seal['institution']}/{seal['epoch']}", value)

    def _check_header(self, header: Json, previous: Json | None, raws: Sequence[bytes]) -> None:
        digests = [digest("tallystick/signed/1", raw) for raw in raws]
        height = header["height"]
        expected = {
            "chain": self.chain,
            "previous": self.previous,
            "previous_certificate": _digest_of(previous),
            "state_root": self.state_root(),
            "transactions_root": merkle.root(digests).hex(),
            "validators_root": self._members(height),
            "next_validators_root": self._members(height + 1),
            "version": self._version(height),
        }
        for name, value in expected.items():
            if header[name] != value:
                raise Wrong(f"the header's {name} is {header[name]}; the chain gives {value}")
        if header["time"] < self.time:
            raise Wrong("the block is older than its parent")
        if previous is not None:
            self._check_certificate(previous, height - 1, self.previous)

    def _check_certificate(self, certificate: Json, height: int, hash_: str) -> None:
        voters = self.ledger.validators(height)
        validators = {item["name"]: bytes.fromhex(item["node_key"]) for item in voters}
        if (certificate["block"], certificate["height"]) != (hash_, height):
            raise Wrong("the certificate is of another block")
        names = [item["validator"] for item in certificate["precommits"]]
        if len(set(names)) != len(names) or 3 * len(names) <= 2 * len(validators):
            raise Wrong("the certificate has not enough precommits")
        for item in certificate["precommits"]:
            vote = {
                "block": hash_,
                "chain": self.chain,
                "height": height,
                "round": certificate["round"],
                "type": "precommit",
                "validator": item["validator"],
            }
            message = digest("tallystick/vote/1", canonical(vote))
            key = validators.get(item["validator"], b"")
            if not verify(key, message, bytes.fromhex(item["signature"])):
                raise Wrong(f"the precommit of {item['validator']} does not verify")

    def _transaction(self, raw: bytes, height: int, index: int, time: int) -> tuple[Any, ...]:
        signed = msgspec.json.decode(raw)
        transaction: Json = signed["transaction"]
        id_ = digest("tallystick/transaction/1", canonical(transaction))
        ruled = transaction["kind"] in ("allot", "evidence")
        if not ruled and not transaction["from"] <= time < transaction["expires"]:
            raise Wrong(f"transaction {id_.hex()} is not valid at the block's time")
        self._check_in_force(transaction, height)
        self._check_witnesses(transaction, signed["witnesses"], id_)
        first = self.ledger.tree.size
        effects.apply(self.ledger, transaction, id_.hex())
        # The outputs come first; records that the transaction makes stand behind them.
        outputs = sum(row[1] == id_ for row in self.ledger.new_outputs.values())
        return (
            height * 10_000 + index, height, index, id_, digest("tallystick/signed/1", raw),
            transaction["kind"], first, outputs, raw,
        )  # fmt: skip

    def _check_in_force(self, transaction: Json, height: int) -> None:
        """With version 2 came evidence, who votes and who the authorities are; with version 3 `amend`."""
        kind = transaction["kind"]
        act = transaction["body"].get("act", {}).get("act", "")
        if self._version(height) < _version_of(kind, act):
            raise Wrong(f"{kind} {act} is not in force at {height}")

    def _check_witnesses(self, transaction: Json, witnesses: list[Json], id_: bytes) -> None:
        owners, new_cards = effects.signers(self.ledger, transaction)
        needed = {self._card_in_force(owner) for owner in owners} | {_address(card) for card in new_cards}
        shown = [_address(witness["card"]) for witness in witnesses]
        if set(shown) != needed or len(set(shown)) != len(shown):
            raise Wrong(f"transaction {id_.hex()} is not signed by exactly those who must")
        for witness in witnesses:
            try:
                verify_witness(msgspec.convert(witness, Witness), id_)
            except Rejected as refusal:
                raise Wrong(f"a signature on {id_.hex()} does not fit: {refusal}") from refusal

    def _card_in_force(self, owner: str) -> str:
        record = self.ledger.records.get(f"wallet/{owner}")
        return owner if record is None else _address(record[2]["card"])

    def _members(self, height: int) -> str:
        return merkle.root([canonical(item) for item in self.ledger.validators(height)]).hex()

    def _version(self, height: int) -> int:
        upgrade = self.ledger.value("network").get("upgrade")
        if upgrade is None:
            return 1
        return int(upgrade["version"]) - (height < upgrade["height"])


def _digest_of(certificate: Json | None) -> str:
    return "" if certificate is None else digest("tallystick/certificate/1", canonical(certificate)).hex()


def _address(card: Json) -> str:
    return address(msgspec.convert(card, Witness.__annotations__["card"]))


def _version_of(kind: str, act: str) -> int:
    """The protocol version that a kind, or the act in it, came with."""
    if kind == "propose":
        return 3 if act == "amend" else 1
    return 2 if kind == "evidence" or (kind == "govern" and act != "upgrade") else 1

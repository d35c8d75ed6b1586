"""The kept chains of each version: made again they are the same, and replayed from their bytes have the same roots."""

import json
from typing import Any

import pytest

from ledger.protocol.block import Header, certificate_digest, header_hash, validators_root
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.genesis import Genesis, chain_id, first_records, genesis_digest
from ledger.protocol.governance import GOVERN_ACTS
from ledger.protocol.keys import verify
from ledger.protocol.records import Validator
from ledger.protocol.signed import check_form, check_signatures, read
from ledger.protocol.state import State
from ledger.protocol.transactions import KINDS
from ledger.protocol.transition import apply_block
from ledger.protocol.validators import validators_at
from tests.protocol.memory import MemorySource
from tests.vectors import make_ledger


@pytest.fixture(scope="module", params=[1, 2, 3], ids=lambda version: f"version {version}")
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def kept(version: int) -> Any:
    return json.loads((make_ledger.PATH, make_ledger.PATH_2, make_ledger.PATH_3)[version - 1].read_text())


def test_made_again_it_is_the_same() -> None:
    assert make_ledger.make() == make_ledger.PATH.read_text()
    assert make_ledger.make_2() == make_ledger.PATH_2.read_text()
    assert make_ledger.make_3() == make_ledger.PATH_3.read_text()


def test_replayed_from_its_bytes_it_has_the_same_roots(kept: Any) -> None:
    genesis = parse(canonical(kept["genesis"]), Genesis, limit=1_000_000)
    assert chain_id(genesis) == kept["chain"]
    source = MemorySource(first_records(genesis))
    previous, time = genesis_digest(genesis).hex(), genesis.time
    voters: tuple[Validator, ...] = ()  # of the parent
    for height, block in enumerate(kept["blocks"], start=1):
        header = parse(canonical(block["header"]), Header, limit=10_000)
        certificate = _certificate(block["certificate"], voters, kept["chain"], previous)
        assert (header.height, header.previous, header.chain) == (height, previous, kept["chain"])
        assert header.previous_certificate == certificate_digest(certificate)
        assert header.state_root == source.commitment  # after the parent
        assert header.time >= time
        ready = [read(text.encode()) for text in block["transactions"]]
        for submitted in ready:
            check_form(submitted, chain=header.chain, version=header.version)
            check_signatures(submitted)
        state = State(source, len(source.leaves))
        voters = validators_at(state, height)
        assert validators_root(voters) == header.validators_root
        apply_block(state, header, ready)
        source.keep(state)
        assert source.naive_root() == source.tree_root
        previous, time = header_hash(header), header.time
        assert previous == block["hash"]
    assert source.commitment == kept["state"]["root"]
    assert len(source.leaves) == kept["state"]["size"]
    assert dict(sorted(source.counters.items())) == kept["state"]["counters"]


def test_it_holds_every_kind_and_every_act(kept: Any, version: int) -> None:
    transactions = [
        json.loads(text)["transaction"] for block in kept["blocks"] for text in block["transactions"]
    ]
    assert {each["kind"] for each in transactions} == set(KINDS[version])
    proposed = {each["body"]["act"]["act"] for each in transactions if each["kind"] == "propose"}
    later = {"amend"} if version >= 3 else set()
    assert proposed == {"admit", "decrease", "increase", "register", "suspend", "withdraw"} | later
    governed = {each["body"]["act"]["act"] for each in transactions if each["kind"] == "govern"}
    assert governed == {str(act.__struct_config__.tag) for act in GOVERN_ACTS[version]}


def _certificate(given: Any, voters: tuple[Validator, ...], chain: str, block: str) -> Certificate | None:
    """The parent's certificate, each of its votes verified."""
    if given is None:
        return None
    certificate = parse(canonical(given), Certificate, limit=100_000)
    assert certificate.block == block
    keys = {validator.name: validator.node_key for validator in voters}
    for signed in certificate.votes(chain):
        key = bytes.fromhex(keys[signed.vote.validator])
        assert verify(key, signed.vote.signing_bytes(), bytes.fromhex(signed.signature))
    assert 3 * len(certificate.precommits) > 2 * len(keys)
    return certificate

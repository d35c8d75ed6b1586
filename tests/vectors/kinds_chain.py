"""A genesis, a final block, votes, and proofs of entries of the state, for kinds.json."""

from typing import Final

import msgspec

from clients import keys as wallets
from ledger.protocol import genesis, merkle, state_tree
from ledger.protocol.block import Header, certificate_digest, header_hash, transactions_root, validators_root
from ledger.protocol.consensus.messages import Certificate, Signature, Vote
from ledger.protocol.encoding import canonical
from ledger.protocol.records import Validator, Wallet, record_digest
from ledger.protocol.values import Output, output_digest
from tests.vectors.kinds_cast import CHAIN, NOW, Cast, Json, plain, seed

NODES: Final = ("csd", "regulator", "exchange", "central_bank")  # not in the order of their names
OWNERS: Final = ("csd", "regulator", "broker", "issuer")


def sections(cast: Cast) -> Json:
    """What concerns the chain as a whole."""
    return {"genesis": _genesis(cast), "block": _block(cast), "state_proofs": _state_proofs(cast)}


def _validators(cast: Cast) -> tuple[Validator, ...]:
    pairs = zip(NODES, OWNERS, strict=True)
    return tuple(
        Validator(institution=cast.at(owner), name=name, node_key=_node(name).card.sign)
        for name, owner in pairs
    )


def _node(name: str) -> wallets.Wallet:
    return wallets.from_seeds(seed(f"node {name}"), seed("unused"))


def _genesis(cast: Cast) -> Json:
    institutions = [
        {"card": cast.card(name), "holder": seed(name).hex()[:32], "name": name, "roles": ["bank"]}
        for name in OWNERS
    ]
    seal = {
        "epoch": "2026Q4",
        "from": NOW,
        "institution": cast.at("regulator"),
        "key": cast.card("bob")["seal"],
        "until": NOW + 9,
    }
    document = {
        "institutions": institutions,
        "label": "demo",
        "roles": {
            "central_bank": cast.at("issuer"),
            "csd": cast.at("csd"),
            "regulator": cast.at("regulator"),
        },
        "seals": [seal],
        "time": NOW,
        "validators": plain(_validators(cast)),
        "version": 1,
    }
    parsed = msgspec.convert(document, genesis.Genesis)
    genesis.check_genesis(parsed)
    names = {"digest": genesis.genesis_digest(parsed).hex(), "chain": genesis.chain_id(parsed)}
    return {"document": document, "canonical": canonical(parsed).hex(), **names}


def _block(cast: Cast) -> Json:
    validators = _validators(cast)
    digests = [seed(f"transaction {number}").hex() for number in range(5)]
    header = _header(cast, digests)
    certificate = _certificate(header_hash(header), 7, 2, NODES[:3])
    return {
        "validators": plain(validators),
        "whole_digests": digests,
        "header": plain(header),
        "hash": header_hash(header),
        "certificate": plain(certificate),
        "certificate_digest": certificate_digest(certificate),
        "refused_certificates": _refused_certificates(header_hash(header)),
    }


def _header(cast: Cast, digests: list[str]) -> Header:
    root = validators_root(_validators(cast))
    return Header(
        chain=CHAIN,
        height=7,
        next_validators_root=root,
        previous=seed("previous").hex(),
        previous_certificate=seed("previous certificate").hex(),
        proposer="exchange",
        state_root=seed("state").hex(),
        time=NOW,
        transactions_root=transactions_root(digests),
        validators_root=root,
        version=1,
    )


def _certificate(
    block: str, height: int, round: int, names: tuple[str, ...], signed: Json | None = None
) -> Certificate:
    """`signed` is what the votes say otherwise than the certificate."""
    said = {"block": block, "chain": CHAIN, "height": height, "round": round, "type": "precommit"} | (
        signed or {}
    )
    signatures = [
        Signature(_node(name).signature(Vote(validator=name, **said).signing_bytes()), name) for name in names
    ]
    return Certificate(block, height, tuple(sorted(signatures, key=lambda each: each.validator)), round)


def _refused_certificates(block: str) -> list[Json]:
    good = _certificate(block, 7, 2, NODES[:3])
    exact = _certificate(block, 7, 2, NODES)
    first = good.precommits[0]
    cases = {
        "two of four are no quorum": _certificate(block, 7, 2, NODES[:2]),
        "of another block": _certificate(seed("other block").hex(), 7, 2, NODES),
        "of another height": _certificate(block, 8, 2, NODES),
        "the signatures are of another height": _certificate(block, 7, 2, NODES, {"height": 8}),
        "the signatures are of another round": _certificate(block, 7, 2, NODES, {"round": 3}),
        "the signatures are of another chain": _certificate(
            block, 7, 2, NODES, {"chain": "demo-0000000000000000"}
        ),
        "the signatures are of another block": _certificate(block, 7, 2, NODES, {"block": ""}),
        "prevotes": _certificate(block, 7, 2, NODES, {"type": "prevote"}),
        "not sorted": Certificate(block, 7, exact.precommits[::-1], 2),
        "one validator twice": Certificate(block, 7, (first, first, *good.precommits[1:2]), 2),
        "a stranger": _certificate(block, 7, 2, (*NODES[:2], "stranger")),
        "one signature is another's": Certificate(
            block, 7, (Signature(good.precommits[1].signature, first.validator), *good.precommits[1:]), 2
        ),
    }
    return [{"name": name, "certificate": plain(each)} for name, each in cases.items()]


def _state_proofs(cast: Cast) -> Json:
    output = Output(asset="DE0007236101.1", owner=cast.at("alice"), quantity=1_200, locked_until=NOW)
    outpoint = f"{seed('outpoint').hex()}:17"
    wallet = Wallet(card=cast["csd"].card, freezes=(), holder="ab" * 16)
    key = f"wallet/{cast.at('csd')}"
    leaves = [seed(f"leaf {number}") for number in range(37)]
    leaves[20], leaves[36], leaves[3] = (
        output_digest(outpoint, output),
        record_digest(key, 4, wallet),
        state_tree.SPENT,
    )
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    root = state_tree.state_root(len(leaves), merkle.root_of_hashes(hashes)).hex()
    entries = {
        20: {"outpoint": outpoint, **plain(output)},
        36: {"key": key, "value": plain(wallet), "version": 4},
    }
    proofs = [
        {
            "digest": leaves[at].hex(),
            "entry": entry,
            "path": [item.hex() for item in merkle.path(hashes, at)],
            "position": at,
        }
        for at, entry in entries.items()
    ]
    return {"size": len(leaves), "state_root": root, "proofs": proofs}

"""Who is in the simulated network: a genesis for any number of validators, their keys, and transactions to commit."""

from functools import cache
from typing import Final

from msgspec.structs import replace
from nacl.signing import SigningKey

from clients import acts, build
from clients.build import Frame
from clients.signing import sign
from ledger.local import Local
from ledger.protocol.genesis import Genesis, chain_id
from ledger.protocol.records import Validator
from tests.protocol.world import HOUSES, NOW, founded, holder, institution, person

VERSION: Final = 2  # of the protocol; consensus is the same in later ones, and kept seeds stay the same runs
EPOCH: Final = NOW + 60  # the moment at which a simulation begins
OBSERVERS: Final = ("watcher", "onlooker")


@cache
def genesis(validators: int) -> Genesis:
    """Of the usual four houses, who run this many validators between them."""
    named = [
        Validator(
            institution=institution(HOUSES[number % len(HOUSES)]).address,
            name=f"v{number}",
            node_key=person(f"node v{number}").card.sign,
        )
        for number in range(validators)
    ]
    return replace(founded("sim", VERSION), validators=tuple(named))


@cache
def resident(validators: int, name: str) -> Local:
    """A node of that network, which knows all the others."""
    document = genesis(validators)
    keys = {each.name: bytes.fromhex(each.node_key) for each in document.validators}
    keys |= {each: bytes.fromhex(person(f"node {each}").card.sign) for each in OBSERVERS}
    key = SigningKey(bytes(person(f"node {name}").sign))
    return Local(name, chain_id(document), key, {each: keys[each] for each in keys if each != name})


@cache
def transaction(validators: int, number: int) -> bytes:
    """Signed, valid for a day, and different for every number: the CSD proposes to admit somebody new."""
    newcomer, csd = institution(f"newcomer {number}"), institution("csd")
    act = acts.admit(newcomer, holder=holder(f"newcomer {number}"), name=f"n{number}", roles=("issuer",))
    frame = Frame.at(chain_id(genesis(validators)), EPOCH - 60, lifetime=80_000)
    asked = build.propose(frame, act, proposer=csd.address, deadline=EPOCH + 80_000, notary=None)
    return sign(asked, csd, newcomer).raw

"""The story of `govern`, continued: who votes, by which key, and who the authorities are."""

from clients import build, governance
from clients.build import Json
from clients.signing import Signed, Signer, sign
from ledger.protocol.reasons import Reason
from tests.protocol.stories.story import Accepted, Refused, rewritten, tell
from tests.protocol.town import Town
from tests.protocol.world import HOUSES, institution, node

THREE = HOUSES[:3]


def governed(t: Town, act: Json, *names: str, by: tuple[Signer, ...] = (), version: int = 0) -> Signed:
    """Signed by these institutions, three houses and no one else unless told otherwise."""
    signers = tuple(institution(name) for name in names or THREE)
    made = build.govern(
        t.frame,
        act,
        signers=[each.address for each in signers],
        network_version=version or t.version("network"),
    )
    return sign(made, *(by or signers))


def joining(
    t: Town, name: str = "issuer", *, of: str = "", key: str = "", chain: str = "", **changes: str
) -> Json:
    """The act by which a node called `name` of the institution `of` joins, its key having signed for it."""
    who = node(key or name)
    proof = governance.prove(chain or t.chain, name, who.card.sign, who.sign)
    fields = {"institution": institution(of or name).address, "node_key": who.card.sign, "proof": proof}
    return governance.add_validator(name=name, **fields | changes)


def joined(t: Town, *names: str) -> Town:
    """These institutions have a validator each, in force."""
    for number, name in enumerate(names):
        t.submit(governed(t, joining(t, name), *HOUSES, *names[: number + 1]))
        t.block()
    return t


def rotation(t: Town, name: str = "csd", key: str = "csd, later", **changes: str) -> Json:
    """The act by which a validator gets a new key, which has signed for it."""
    new = node(key)
    proof = governance.prove(t.chain, name, new.card.sign, new.sign)
    return governance.new_node_key(name, **{"node_key": new.card.sign, "proof": proof} | changes)


def offices(t: Town, **changes: str) -> Json:
    """The act by which other institutions become the authorities, by name."""
    named = {"csd": "csd", "regulator": "regulator", "central_bank": "central_bank"} | changes
    return governance.set_roles(**{role: institution(name).address for role, name in named.items()})


def in_flight(t: Town) -> Town:
    t.submit(governed(t, joining(t), *THREE, "issuer"))
    return t


def suspended(t: Town) -> Town:
    t.decide({"act": "suspend", "address": t.issuer.address, "reason": "Licence returned"}, t.csd)
    return t


def one_of_four(t: Town) -> Signed:
    return governed(t, governance.remove_validator("csd"))


ACCEPTED = [
    Accepted("a fifth validator", lambda t: governed(t, joining(t), *THREE, "issuer")),
    Accepted("a sixth", lambda t: governed(joined(t, "issuer"), joining(t, "notary"), *HOUSES, "notary")),
    Accepted("a second one of an institution, under a third of seven", lambda t: governed(
        joined(t, "issuer", "notary"), joining(t, "issuer_two", of="issuer"), *HOUSES, "notary", "issuer")),
    Accepted("one of five leaves, its institution not asked", lambda t: governed(
        joined(t, "issuer"), governance.remove_validator("issuer"), *HOUSES)),
    Accepted("a new node key", lambda t: governed(t, rotation(t))),
    Accepted("another CSD", lambda t: governed(t, offices(t, csd="house"), *THREE, "house")),
    Accepted("a regulator whose wallet is lost is not asked", lambda t: governed(
        t, offices(t, regulator="house"), "csd", "exchange", "central_bank", "house")),
]  # fmt: skip
REFUSED = [
    Refused(Reason.MALFORMED, "of no act", lambda t: governed(t, {"act": "validators"})),
    Refused(Reason.MALFORMED, "of two acts", lambda t: governed(t, joining(t) | {"remove": "csd"})),
    Refused(Reason.MALFORMED, "without a proof", lambda t: rewritten(
        governed(t, joining(t), *THREE, "issuer"), b'"proof"', b'"proofs"')),
    Refused(Reason.BAD_SIGNATURE, "a key that has not signed", lambda t: governed(
        t, joining(t, proof="ab" * 64), *THREE, "issuer")),
    Refused(Reason.BAD_SIGNATURE, "a key that has signed for another chain", lambda t: governed(
        t, joining(t, chain="test-0000000000000000"), *THREE, "issuer")),
    Refused(Reason.BAD_SIGNATURE, "a key that has signed for another name", lambda t: governed(
        t, rotation(t, "csd") | {"name": "exchange"})),
    Refused(Reason.BAD_SIGNATURE, "another key than has signed", lambda t: governed(
        t, rotation(t, node_key=node("other").card.sign))),
    Refused(Reason.STALE, "over another change", lambda t: governed(
        joined(t, "issuer"), joining(t, "notary"), *HOUSES, "notary", version=1)),
    Refused(Reason.WRONG_WITNESSES, "without one of the signatures", lambda t: governed(
        t, rotation(t), by=(t.csd, t.regulator))),
    Refused(Reason.NOT_A_PARTICIPANT, "for an institution that nobody admitted", lambda t: governed(
        t, joining(t, "stranger"), *THREE, "stranger")),
    Refused(Reason.NOT_A_PARTICIPANT, "for a suspended one", lambda t: governed(
        suspended(t), joining(t), *THREE, "issuer")),
    Refused(Reason.NOT_A_PARTICIPANT, "a stranger as regulator", lambda t: governed(
        t, offices(t, regulator="stranger"), *THREE, "stranger")),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "by two of four and the new one", lambda t: governed(
        t, joining(t), "csd", "regulator", "issuer")),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "by two thirds of six", lambda t: governed(
        joined(t, "issuer", "notary"), governance.remove_validator("notary"), *HOUSES)),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "without the institution that gets a vote", lambda t: governed(
        t, joining(t), *HOUSES)),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "without the institution that gets a key", lambda t: governed(
        t, rotation(t), "regulator", "exchange", "central_bank")),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "without the new CSD", lambda t: governed(
        t, offices(t, csd="house"))),
    Refused(Reason.NOT_ENOUGH_VALIDATORS, "with somebody whom it does not concern", lambda t: governed(
        t, joining(t), *THREE, "issuer", "notary")),
    Refused(Reason.BAD_CHANGE, "while another is on its way", lambda t: governed(
        in_flight(t), joining(t, "notary"), *THREE, "notary")),
    Refused(Reason.BAD_CHANGE, "a key, while another is on its way", lambda t: governed(
        in_flight(t), rotation(t))),
    Refused(Reason.BAD_CHANGE, "so that three stay", one_of_four),
    Refused(Reason.BAD_CHANGE, "a name that is taken", lambda t: governed(
        t, joining(t, "csd", of="issuer", key="issuer"), *THREE, "issuer")),
    Refused(Reason.BAD_CHANGE, "a key that is taken", lambda t: governed(
        t, joining(t, "issuer", key="csd"), *THREE, "issuer")),
    Refused(Reason.BAD_CHANGE, "a new key that is the old one", lambda t: governed(t, rotation(t, key="csd"))),
    Refused(Reason.BAD_CHANGE, "a new key that is another's", lambda t: governed(t, rotation(t, key="exchange"))),
    Refused(Reason.BAD_CHANGE, "a validator that there is not", lambda t: governed(
        t, governance.remove_validator("nobody"))),
    Refused(Reason.BAD_CHANGE, "a new key of one that there is not", lambda t: governed(
        t, rotation(t, "nobody"))),
    Refused(Reason.BAD_CHANGE, "a third of the votes for one institution", lambda t: governed(
        t, joining(t, "csd_two", of="csd"))),
    Refused(Reason.BAD_CHANGE, "exactly a third of them for one institution", lambda t: governed(
        joined(t, "issuer"), joining(t, "issuer_two", of="issuer"), *HOUSES, "issuer")),
    Refused(Reason.SAME_WALLET, "one institution in two offices", lambda t: governed(
        t, offices(t, csd="regulator"))),
    Refused(Reason.BAD_CHANGE, "the offices as they are", lambda t: governed(t, offices(t))),
]  # fmt: skip

tell("govern", ACCEPTED, REFUSED)

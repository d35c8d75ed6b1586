"""Who signed, and in which capacity."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.stories.facts import Facts
from portal.words import ROLES


@dataclass(frozen=True, slots=True)
class Signer:
    """One witness as a public page may show it: an institution's name, or only that it was an owner."""

    name: str
    capacity: str
    scheme: str


def signers(facts: Facts) -> list[Signer]:
    """One line for each witness, institutions first."""
    lines = [
        Signer(name=facts.name(address), capacity=capacity(facts, address), scheme=scheme(witness))
        for address, witness in zip(facts.signers, facts.witnesses, strict=True)
    ]
    return sorted(lines, key=lambda line: not line.name)


def capacity(facts: Facts, address: str) -> str:
    """Why the law asked for this wallet's signature (docs/protocol.md, section 6)."""
    body = facts.body
    if facts.kind in {"approve", "refuse"}:
        return str(ROLES.get(body["role"], body["role"]))
    if facts.kind in {"attest", "revoke"}:
        return str(ROLES["claim_issuer"]) if address == body["issuer"] else _("owner of the wallet, agreeing")
    if facts.kind == "govern":
        return _("institution behind a validator, or one that the decision concerns")
    if facts.kind == "rotate":
        return _("owner of the wallet")
    if facts.kind in {"propose", "retract"}:
        return proposer_capacity(facts, address)
    return _("owner of what was consumed")


def proposer_capacity(facts: Facts, address: str) -> str:
    """A proposal is signed by its proposer, and by whoever gives something or joins through it."""
    if facts.kind == "retract" or address == facts.body["proposer"]:
        return _("proposer")
    return _("candidate, agreeing") if facts.act.get("act") == "admit" else _("owner of what would be burnt")


def scheme(witness: dict) -> str:
    """How many keys stand behind the signature, and whether it signed a whole batch at once."""
    card = witness["card"]
    words = _("one key")
    if card["scheme"] == "multi":
        words = _("%(m)d of %(n)d keys") % {"m": card["m"], "n": len(card["cards"])}
    return _("%(keys)s, one signature for a batch") % {"keys": words} if "path" in witness else words

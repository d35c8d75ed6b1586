"""What the public sees of a record, and who sees all of it: addresses of holders and their numbers are not public."""

from typing import Any, Final

from ledger.api.callers import Caller, acts_for

Json = dict[str, Any]
PUBLIC: Final = ("allotment", "approval", "instrument", "network", "participant", "seal", "validators")
HIDDEN_IN_ACTS: Final = ("holder", "holders")  # first holders of an issue, the number of who is admitted


def is_public(key: str, value: Json) -> bool:
    """Whether nothing of this record has to be hidden from anybody."""
    return public_part(key, value) == value


def public_part(key: str, value: Json) -> Json:
    """What everybody may see: of a wallet its card, of a claim that it is there, of an act all but its holders."""
    family = key.partition("/")[0]
    if family in PUBLIC:
        return value
    if family == "wallet":
        return {"card": value["card"]}
    if family == "proposal":
        act = {name: item for name, item in value["act"].items() if name not in HIDDEN_IN_ACTS}
        return {**value, "act": act}
    return {}


def is_party(caller: object, key: str, value: Json) -> bool:
    """Whether the whole record is this caller's business: a party's own wallet, or one of its people's."""
    return isinstance(caller, Caller) and any(acts_for(caller, each) for each in sorted(_parties(key, value)))


def _parties(key: str, value: Json) -> set[str]:
    family, *rest = key.split("/")
    if family in ("claim", "wallet"):
        return set(rest)  # the wallet, and whoever attested it
    if family == "proposal":
        return {value["proposer"], *value["approvers"].values()}
    return set()

"""Institutions that ask for admission to the network, as a JSON file describes them."""

import re
from dataclasses import dataclass

from clients.files import values
from clients.files.json_fields import Fields, load
from clients.files.problems import Findings, Wrong

# Roles that an institution is admitted to; validators' own roles come from genesis.
ROLES = ("bank", "broker", "ccp", "claim_issuer", "exchange", "issuer", "notary", "observer")
_KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Participant:
    """One institution; `key` is what other files call it, `instruments` are the ISINs it issues here."""

    key: str
    name: str
    country: str
    lei: str | None
    roles: tuple[str, ...]
    instruments: tuple[str, ...]
    fictional: bool


def parse_participants(text: str, *, file: str) -> list[Participant]:
    """The participants in a JSON text, in its order; no key, name or LEI twice."""
    findings = Findings(file)
    fields = load(text, findings)
    participants = [_participant(each) for each in fields.objects("participants")]
    fields.end()
    findings.stop_if_any()
    _check_distinct(participants, findings)
    findings.stop_if_any()
    return participants


def _participant(fields: Fields) -> Participant:
    roles = fields.texts("roles", _role)
    participant = Participant(
        key=fields.take("key", _key),
        name=fields.take("name", values.text),
        country=fields.take("country", values.country),
        lei=fields.take_if("lei", values.lei),
        roles=tuple(sorted(role for role in roles if role)),
        instruments=fields.texts("instruments", values.isin) if "issuer" in roles else (),
        fictional=fields.yes_or_no("fictional"),
    )
    fields.end()
    return participant


def _check_distinct(participants: list[Participant], findings: Findings) -> None:
    for attribute in ("key", "name", "lei"):
        seen: set[str] = set()
        for index, participant in enumerate(participants):
            value = getattr(participant, attribute)
            if value is not None and value in seen:
                findings.add(
                    0, f"participants[{index}].{attribute}", f"“{value}” is there twice", "list each once"
                )
            seen.add(value)


def _role(value: str) -> str:
    if value not in ROLES:
        raise Wrong("there is no such role", f"write one of {', '.join(ROLES)}")
    return value


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise Wrong("it is not a key", "write small letters, digits and hyphens, 32 at most")
    return value

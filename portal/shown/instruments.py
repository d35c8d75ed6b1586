"""Instruments in words: what they are, their rules, and the acts that made them so."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors import explorer
from ledger.selectors.explorer import ActLine
from ledger.selectors.instruments import InstrumentView
from portal.shown.institutions import names_of
from portal.templatetags.words import instant, units
from portal.words import (
    ACTS,
    INSTRUMENT_STATES,
    INVESTOR_CLASSES,
    ROLES,
    instrument_type,
    labelled,
    listed,
    reason_given,
)

# ISO 4217 currencies whose minor unit is not a hundredth.
MINOR_DIGITS: Final = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument as pages show it."""

    isin: str
    name: str
    type: Promise | str
    issuer: str
    issuer_name: str
    issued: int
    holders: int
    decimals: int
    tone: str
    state: Promise | str
    value: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an act in the instrument's timeline."""

    id: str
    words: str
    who: str
    time: int
    tone: str
    reason: str


def shown(views: list[InstrumentView]) -> list[Instrument]:
    """Instruments with their issuers' names; one query."""
    names = names_of(view.value["issuer"] for view in views)
    return [_shown(view, names) for view in views]


def _shown(view: InstrumentView, names: dict[str, str]) -> Instrument:
    value = view.value
    tone, state = INSTRUMENT_STATES.get(value["status"], ("", value["status"]))
    return Instrument(
        isin=view.isin,
        name=value["fisn"],
        type=instrument_type(value["cfi"]),
        issuer=value["issuer"],
        issuer_name=names.get(value["issuer"], value["lei"]),
        issued=view.issued,
        holders=view.holders,
        decimals=value["decimals"],
        tone=tone,
        state=state,
        value=value,
    )


def nominal(value: dict[str, Any]) -> str:
    """The nominal value with its currency."""
    if not value["nominal"]:
        return _("no par value, in %(currency)s") % {"currency": value["currency"]}
    return f"{units(value['nominal'], MINOR_DIGITS.get(value['currency'], 2))} {value['currency']}"


def rules(value: dict[str, Any], names: dict[str, str]) -> list[str]:
    """The instrument's rules as sentences (docs/protocol.md, section 8)."""
    known, lines = value["rules"], []
    if "claims" in known:
        lines += _claim_rule(known["claims"], names)
    if "lock_up" in known:
        day = instant(known["lock_up"])
        lines.append(_("Nothing moves before %(time)s UTC.") % {"time": f"{day:%Y-%m-%d %H:%M}"})
    if "max_holders" in known:
        lines.append(_("At most %(n)s holders.") % {"n": f"{known['max_holders']:,}"})
    if "max_per_holder" in known:
        most = units(known["max_per_holder"], value["decimals"])
        lines.append(_("No holder may have more than %(n)s units.") % {"n": most})
    return lines


def _claim_rule(rule: dict[str, Any], names: dict[str, str]) -> list[str]:
    who = listed(names.get(address, _("a claim issuer")) for address in rule["issuers"])
    lines = [_("Whoever receives needs a valid identity claim of %(who)s.") % {"who": who}]
    if "classes" in rule:
        classes = listed(str(INVESTOR_CLASSES.get(code, code)) for code in rule["classes"])
        lines.append(_("Only for %(classes)s.") % {"classes": classes})
    if "countries" in rule:
        lines.append(_("Only for holders in %(countries)s.") % {"countries": listed(rule["countries"])})
    return lines


def timeline(isin: str) -> list[Step]:
    """Every step of every act about the instrument, newest first; four queries."""
    proposals = selectors.proposals_of(isin)
    values = {proposal.key.partition("/")[2]: proposal.value for proposal, _answers in proposals}
    lines = explorer.steps(proposals)
    parties = {
        address for value in values.values() for address in [value["proposer"], *value["approvers"].values()]
    }
    names = names_of(parties)
    return [_step(one, values[_proposal(one)], names) for one in lines]


def _proposal(one: ActLine) -> str:
    return one.line.id if one.line.kind == "propose" else one.body["proposal"]


def _step(one: ActLine, proposal: dict[str, Any], names: dict[str, str]) -> Step:
    act = str(ACTS.get(proposal["act"]["act"], proposal["act"]["act"]))
    role = one.body.get("role", "issuer")
    address = proposal["approvers"].get(role, proposal["proposer"])
    name = names.get(address) or _("not shown")
    who = labelled(capfirst(str(ROLES.get(role, role))), name)
    templates = {
        "propose": ("", _("%(act)s proposed")),
        "approve": ("good", _("%(act)s approved")),
        "refuse": ("bad", _("%(act)s refused")),
        "retract": ("", _("%(act)s taken back")),
    }
    tone, words = templates[one.line.kind]
    reason = one.body.get("reason")
    why = reason_given(reason) if reason else ""
    return Step(one.line.id, capfirst(words % {"act": act}), who, one.line.time, tone, why)

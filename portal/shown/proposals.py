"""Proposals in words: their state, the steps that they went through, and what differs from what was before."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.selectors import explorer
from ledger.selectors.proposals import ProposalLine, ProposalView, answers_of, position_of, refused_before
from ledger.selectors.records import RecordView, records_with, version_history
from portal.shown import acts
from portal.shown.institutions import names_of
from portal.words import ACTS, ROLES, labelled, reason_given

Json = dict[str, Any]
STATES: Final[dict[str, tuple[str, Promise]]] = {
    "open": ("info", gettext_lazy("Waiting for approvals")),
    "lapsed": ("warn", gettext_lazy("Lapsed")),
    "executed": ("good", gettext_lazy("Executed")),
    "refused": ("bad", gettext_lazy("Refused")),
    "retracted": ("", gettext_lazy("Taken back")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list."""

    id: str
    act: str
    title: str
    proposer: str
    deadline: int
    tone: str
    state: Promise | str
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proposal: done, or still waited for."""

    words: str
    who: str
    tone: str
    time: int | None = None
    height: int | None = None
    transaction: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the act is compared with: a refused proposal, or the instrument as it stands; empty if with nothing."""

    words: str
    value: Json | None
    proposal: str = ""
    reasons: tuple[str, ...] = ()


def state_of(value: Json) -> str:
    """Its status, where one past its deadline counts as lapsed."""
    now = int(timezone.now().timestamp())
    return "lapsed" if value["status"] == "open" and value["deadline"] < now else str(value["status"])


def state(value: Json) -> tuple[str, Promise]:
    """Its tone and its state in words."""
    return STATES[state_of(value)]


def act_words(act: Json) -> str:
    """The act's kind in words, as a heading."""
    return capfirst(str(ACTS.get(act["act"], act["act"])))


def lines(found: list[ProposalLine]) -> list[Line]:
    """For a list; one query."""
    keys = {
        key
        for each in found
        for key in (f"participant/{each.value['proposer']}", acts.subject(each.value["act"]))
    }
    known = records_with(sorted(keys))
    return [_line(each, known) for each in found]


def _line(each: ProposalLine, known: dict[str, RecordView]) -> Line:
    act, (tone, words) = each.value["act"], state(each.value)
    proposer = known.get(f"participant/{each.value['proposer']}")
    return Line(
        id=each.id,
        act=act_words(act),
        title=acts.title(act, known),
        proposer=proposer.value["name"] if proposer else "",
        deadline=each.value["deadline"],
        tone=tone,
        state=words,
        position=each.position,
    )


def steps(view: ProposalView) -> list[Step]:
    """What happened, oldest first, and then whom it waits for; four queries."""
    record = RecordView(f"proposal/{view.id}", view.version, view.value, view.height)
    answers = records_with([f"approval/{view.id}/{role}" for role in view.answers])
    done = list(reversed(explorer.steps([(record, list(answers.values()))])))
    parties = {"proposer": view.value["proposer"], **view.value["approvers"]}
    names = names_of(parties.values())
    found = [_step(one, parties, names) for one in done]
    if view.value["status"] == "executed" and done:
        last = done[-1].line
        executed = Step(
            _("Executed"), _("by the ledger, with the last approval"), "good", last.time, last.height, last.id
        )
        found.append(executed)
    if view.value["status"] == "open":
        lacking = [role for role in view.value["approvers"] if role not in view.answers]
        found += [_waiting(role, names.get(parties[role], "")) for role in lacking]
    return found


def _step(one: explorer.ActLine, parties: dict[str, str], names: dict[str, str]) -> Step:
    role = one.body.get("role", "proposer")
    told = {
        "propose": ("", _("Asked")),
        "approve": ("good", _("Approved")),
        "refuse": ("bad", _("Refused")),
        "retract": ("", _("Taken back")),
    }
    tone, words = told[one.line.kind]
    reason = one.body.get("reason")
    why = reason_given(reason) if reason else ""
    who = _who(role, names.get(parties[role], ""))
    return Step(words, who, tone, one.line.time, one.line.height, one.line.id, why)


def _waiting(role: str, name: str) -> Step:
    return Step(_("Not answered yet"), _who(role, name), "wait")


def _who(role: str, name: str) -> str:
    if role == "proposer":
        return name
    office = capfirst(str(ROLES.get(role, role)))
    return labelled(office, name) if name else office


def comparison(view: ProposalView) -> Comparison:
    """What a judge compares the act with: what an amendment changes, or the last refused act like it."""
    act = view.value["act"]
    if "isin" not in act:
        return Comparison("", None)
    if act["act"] == "amend":
        history = version_history(f"instrument/{act['isin']}")
        before = next((act | each.value for each in history if each.version == act["version"]), None)
        return Comparison(_("Compared with the instrument as it stands until then"), before)
    before = refused_before(act["isin"], act["act"], position_of(view.id))
    if before is not None:
        id = before.key.partition("/")[2]
        reasons = tuple(reason_given(_parted(answer["reason"])) for answer in _refusals(id))
        return Comparison(_("Compared with the version that was refused"), before.value["act"], id, reasons)
    return Comparison("", None)


def _refusals(id: str) -> list[Json]:
    return [answer for answer in answers_of([id])[id].values() if answer["verdict"] == "refused"]


def _parted(said: str) -> dict[str, str]:
    """The code and the words of a reason as the record of an answer has it."""
    code, _colon, text = said.partition(": ")
    return {"code": code, "text": text}

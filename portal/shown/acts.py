"""An act as a table that people judge: every field in words, and what differs from what was asked or is in force."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.protocol.acts.issue import CHUNK_OUTPUTS
from ledger.selectors.records import RecordView
from ledger.selectors.wallets import outputs_at
from ledger.store.pool import list_chunk
from portal.shown.institutions import names_of
from portal.shown.instruments import nominal, rules
from portal.templatetags.words import number, units
from portal.words import ROLES, instrument_type, listed

Json = dict[str, Any]
HOLDERS_PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence of a row that has several: as it stood, `new` or `gone`."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an act, or several sentences; `before` is what it was, where that is another thing."""

    label: str | Promise
    value: str
    before: str | None = None
    is_code: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether there is something to compare, and it differs."""
        return self.before is not None


@dataclass(frozen=True, slots=True)
class Holder:
    """A first holder of an act, or the owner of a holding that it burns."""

    owner: str
    name: str
    quantity: int
    locked_until: int | None


def rows(act: Json, *, decimals: int = 0, before: Json | None = None) -> list[Row]:
    """The act's fields in order; with what they were in `before`, another act or an instrument's record."""
    names = names_of(_addresses(act) | _addresses(before or {}))
    listed = _ROWS[act["act"]](act, names, decimals)
    if before is None:
        return listed
    earlier = {row.label: row for row in _ROWS[act["act"]]({**before, "act": act["act"]}, names, decimals)}
    return [_compared(row, earlier) for row in listed]


def holders(act: Json, page: int = 1) -> list[Holder]:
    """One page of the first holders that the act or its lodged list names, or of what it burns; two queries."""
    start = (page - 1) * HOLDERS_PER_PAGE
    lines = (act.get("holders") or [])[start : start + HOLDERS_PER_PAGE]
    found = [(line["owner"], line["quantity"], line.get("locked_until")) for line in lines]
    if "list" in act:
        found = _lodged(act["list"], start)
    if burnt := (act.get("outputs") or [])[start : start + HOLDERS_PER_PAGE]:
        found = [(owner, quantity, None) for owner, quantity in outputs_at(burnt).values()]
    names = names_of(owner for owner, _quantity, _until in found)
    return [Holder(owner, names.get(owner, ""), quantity, until) for owner, quantity, until in found]


def holder_count(act: Json) -> int | None:
    """How many of them there are; None for a list that this node does not have."""
    if "list" not in act:
        return len(act.get("holders") or act.get("outputs") or [])
    chunks = act["list"]["chunks"]
    last = list_chunk(act["list"]["root"], chunks - 1)
    return None if last is None else (chunks - 1) * CHUNK_OUTPUTS + len(last[0])


def _lodged(named: Json, start: int) -> list[tuple[str, int, int | None]]:
    number, first = divmod(start, CHUNK_OUTPUTS)
    chunk = list_chunk(named["root"], number) if number < named["chunks"] else None
    outputs = chunk[0][first : first + HOLDERS_PER_PAGE] if chunk else ()
    return [(output.owner, output.quantity, output.locked_until) for output in outputs]


def subject(act: Json) -> str:
    """The key of the record that has the name of what the act is about."""
    return f"instrument/{act['isin']}" if "isin" in act else f"participant/{act.get('address', '')}"


def title(act: Json, known: dict[str, RecordView]) -> str:
    """What the act is about, in a few words: an instrument's name, or an institution's; `known` by `subject`."""
    record = known.get(subject(act))
    if "isin" in act:
        name = act.get("fisn") or (record.value["fisn"] if record else "")
        return f"{name} ({act['isin']})" if name else str(act["isin"])
    return str(act.get("name") or (record.value["name"] if record else act.get("address", "")))


def decimals_of(act: Json, instrument: Json | None) -> int:
    """How many decimals the act's quantities have."""
    return int(act.get("decimals", (instrument or {}).get("decimals", 0)))


def _compared(row: Row, earlier: dict[str | Promise, Row]) -> Row:
    was = earlier.get(row.label) or Row(row.label, "")
    if was.value == row.value:
        return row
    return replace(row, before=was.value or _("not there"), parts=_differences(was.parts, row.parts))


def _differences(was: list[Part], now: list[Part]) -> list[Part]:
    """The sentences of both in order, so that a judge sees at once which of them changed."""
    before, after = ([part.text for part in parts] for parts in (was, now))
    found = []
    for tag, i, k, j, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += now[j:m]
        else:
            found += [
                *(Part(text, "new") for text in after[j:m]),
                *(Part(text, "gone") for text in before[i:k]),
            ]
    return found


def _register(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    given = act.get
    found = [
        Row(gettext_lazy("ISIN"), given("isin", ""), is_code=True),
        *_names(act),
        Row(gettext_lazy("Currency"), given("currency", "")),
        Row(gettext_lazy("Nominal value of a unit"), nominal(act) if "nominal" in act else ""),
        Row(gettext_lazy("Decimals of a quantity"), number(given("decimals", 0))),
        Row(gettext_lazy("Authorised"), units(given("authorised"), decimals)),
        Row(gettext_lazy("Issued at registration"), units(given("quantity"), decimals)),
    ]
    found += [Row(line["label"], line["text"]) for line in given("terms", [])]
    return [*found, _rules(act, names, decimals), *_documents(act), *_receivers(act)]


def _amend(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    """Only what the act gives: each of it whole, so that what is left out is seen beside what it was."""
    terms = [f"{line['label']}: {line['text']}" for line in act.get("terms", [])]
    papers = [f"{paper['title']} ({paper['digest'][:8]}…)" for paper in act.get("documents", [])]
    given = {
        "terms": _several(gettext_lazy("Terms in words"), terms or [_("none")]),
        "rules": _rules(act, names, decimals),
        "documents": _several(gettext_lazy("Documents"), papers or [_("none")]),
    }
    return [_isin(act), *_names(act), *(row for name, row in given.items() if name in act)]


def _names(act: Json) -> list[Row]:
    given = {
        "fisn": Row(gettext_lazy("Short name (FISN)"), act.get("fisn", "")),
        "cfi": Row(
            gettext_lazy("Type (CFI)"), f"{instrument_type(act.get('cfi', ''))} ({act.get('cfi', '')})"
        ),
        "lei": Row(gettext_lazy("Issuer (LEI)"), act.get("lei", ""), is_code=True),
    }
    return [row for name, row in given.items() if name in act]


def _rules(act: Json, names: dict[str, str], decimals: int) -> Row:
    sentences = rules({**act, "decimals": decimals}, names) if "rules" in act else []
    return _several(gettext_lazy("Rules"), sentences or [_("No rule limits who may hold it or how much.")])


def _several(label: Promise, sentences: list[str]) -> Row:
    return Row(label, " ".join(sentences), parts=[Part(text) for text in sentences])


def _increase(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    found = [_isin(act), Row(gettext_lazy("Further units"), units(act.get("quantity"), decimals))]
    if "authorised" in act:
        found.append(Row(gettext_lazy("Authorised"), units(act["authorised"], decimals)))
    return [*found, *_receivers(act)]


def _decrease(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    return [
        _isin(act),
        Row(gettext_lazy("Holdings that are cancelled"), number(len(act.get("outputs") or []))),
        Row(gettext_lazy("Units that are cancelled"), _burnt(act, decimals)),
    ]


def _withdraw(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    outputs = act.get("outputs")
    what = number(len(outputs)) if outputs else _("the whole instrument: nothing of it moves any more")
    some = [Row(gettext_lazy("Units that leave the register"), _burnt(act, decimals))] if outputs else []
    return [
        _isin(act),
        Row(gettext_lazy("Holdings that leave the register"), what),
        *some,
        Row(gettext_lazy("Where the register goes on"), act.get("destination", "")),
    ]


def _burnt(act: Json, decimals: int) -> str:
    """All units of what the act burns, as this node's ledger has them."""
    return units(
        sum(quantity for _owner, quantity in outputs_at(act.get("outputs") or []).values()), decimals
    )


def _admit(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    card = act.get("card", {"scheme": ""})
    signs = (
        _("%(m)s of %(n)s people") % {"m": card["m"], "n": len(card["cards"])}
        if card["scheme"] == "multi"
        else _("one person")
    )
    return [
        Row(gettext_lazy("Name"), act.get("name", "")),
        Row(gettext_lazy("LEI"), act.get("lei") or "–", is_code=True),
        Row(
            gettext_lazy("Roles"),
            listed(capfirst(str(ROLES.get(role, role))) for role in act.get("roles", [])),
        ),
        Row(gettext_lazy("Wallet"), act.get("wallet", ""), is_code=True),
        Row(gettext_lazy("Who signs for it"), signs),
    ]


def _suspend(act: Json, names: dict[str, str], decimals: int) -> list[Row]:
    address = act.get("address", "")
    return [
        Row(gettext_lazy("Participant"), names.get(address, address)),
        Row(gettext_lazy("Wallet"), address, is_code=True),
        Row(gettext_lazy("Reason"), act.get("reason", "")),
    ]


def _isin(act: Json) -> Row:
    return Row(gettext_lazy("ISIN"), act.get("isin", ""), is_code=True)


def _documents(act: Json) -> list[Row]:
    titles = listed(document["title"] for document in act.get("documents", []))
    return [Row(gettext_lazy("Documents"), titles or _("none"))]


def _receivers(act: Json) -> list[Row]:
    if "list" in act:
        what = _("a lodged list of up to %(n)s rows") % {"n": number(act["list"]["chunks"] * 500)}
    else:
        what = number(len(act.get("holders") or []))
    return [Row(gettext_lazy("First holders"), what)]


def _addresses(act: Json) -> set[str]:
    issuers: Iterable[str] = act.get("rules", {}).get("claims", {}).get("issuers", [])
    return {*issuers, *([act["address"]] if "address" in act else [])}


_ROWS: Final = {
    "register": _register,
    "increase": _increase,
    "amend": _amend,
    "decrease": _decrease,
    "withdraw": _withdraw,
    "admit": _admit,
    "suspend": _suspend,
}

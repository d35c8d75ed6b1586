"""Makes kinds_3.json, what version 3 added, byte for byte: `python -m tests.vectors.make_kinds_3`.

What the versions before have stays in kinds.json and kinds_2.json, and is good in version 3 too.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clients import acts, build
from tests.vectors.kinds_cases import FRAME_JSON, Case
from tests.vectors.kinds_cast import FRAME, NOW, Cast, Json, cast, seed
from tests.vectors.kinds_refused import Change, changed, put
from tests.vectors.make_kinds import signed_case, verdict

PATH: Final = Path(__file__).with_name("kinds_3.json")
VERSION: Final = 3
ALL: Final = "propose amend"


def make() -> str:
    """The file's text; the same on every machine."""
    everybody = cast()
    cases = list(every_case(everybody))
    sections = {
        "source": "python -m tests.vectors.make_kinds_3; frozen: a change here is a change of the protocol",
        "frame": FRAME_JSON,
        "wallets": everybody.described(),
        "cases": [signed_case(case, everybody, VERSION) for case in cases],
        "refused": [_refused(name, raw) for name, raw in every_refusal(everybody, cases)],
    }
    return json.dumps(sections, indent=1, ensure_ascii=False) + "\n"


def every_case(cast: Cast) -> Iterator[Case]:
    """An amendment of all that may be amended, and one that leaves nothing of it."""
    claims = {"classes": ["PROF"], "countries": ["CN", "DE"], "issuers": [cast.at("claims")]}
    whole = {
        "cfi": "ESNUFR",
        "documents": [{"digest": seed("articles").hex(), "title": "Satzung 2027 – Articles, 章程"}],
        "fisn": "SIEMENS/NAM.AKT. O.ST.",
        "lei": "W38RGI023J3WT1HWRP32",
        "rules": {"claims": claims, "lock_up": NOW, "max_holders": 500, "max_per_holder": 999_999},
        "terms": [{"label": "Stimmrecht", "text": "No vote. 无投票权。"}],
    }
    yield _amend(cast, whole, ALL)
    yield _amend(cast, {"documents": [], "rules": {}, "terms": []}, "propose amend, to nothing")


def _amend(cast: Cast, fields: Json, name: str) -> Case:
    fields = {"isin": "DE0007236101", "version": 7} | fields
    act = acts.amend(**fields)
    notary, proposer = cast.at("notary"), cast.at("issuer")
    about = {"deadline": NOW + 86_400, "notary": notary, "proposer": proposer}
    made = build.propose(FRAME, act, proposer=proposer, deadline=NOW + 86_400, notary=notary)
    return Case(name, "propose", {"act": {"builder": "amend", "fields": fields}, **about}, made, ("issuer",))


REFUSED: Final[list[tuple[str, str, Change]]] = [
    (ALL, "of the currency", put("USD", "body", "act", "currency")),
    (ALL, "of no instrument", put(None, "body", "act", "isin")),
    (ALL, "an ISIN with a wrong check digit", put("DE0007236102", "body", "act", "isin")),
    (ALL, "a LEI with wrong check digits", put("W38RGI023J3WT1HWRP33", "body", "act", "lei")),
    (ALL, "of no version", put(0, "body", "act", "version")),
    (ALL, "no notary", put(None, "body", "notary")),
    (ALL, "a name that hides something", put("SIEMENS\u200b", "body", "act", "fisn")),
    (ALL, "a rule of no claim issuer", put([], "body", "act", "rules", "claims", "issuers")),
    (ALL, "an unknown rule", put(1, "body", "act", "rules", "max_price")),
    (ALL, "of nothing", lambda each: each["body"].update(act={"act": "amend", "isin": "DE0007236101", "version": 7})),
]  # fmt: skip


def every_refusal(cast: Cast, cases: list[Case]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every case."""
    return changed(cast, {case.name: case for case in cases}, REFUSED)


def _refused(name: str, raw: bytes) -> Json:
    reason = verdict(raw, version=VERSION)
    assert reason, f"not refused: {name}"
    return {"name": name, "text": raw.decode(), "reason": reason}


if __name__ == "__main__":
    PATH.write_text(make())

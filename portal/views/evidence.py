"""Evidence of validators that signed two things in one place, for operators of supervisors."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ledger.selectors import evidence
from portal import audit, supervision
from portal.queries import number_in, text_in
from portal.shown.evidence import cases, exported

CASES_PER_PAGE: Final = 25
EXPORTED_AT_ONCE: Final = 1_000


def show(request: HttpRequest) -> HttpResponse:
    """The newest cases, in words."""
    supervision.look(request, audit.Event.EVIDENCE_VIEWED, "evidence")
    before = number_in(request, "before")
    found = evidence(before=before, limit=CASES_PER_PAGE + 1)
    shown = found[:CASES_PER_PAGE]
    context = {
        "area": "network",
        "cases": cases(shown),
        "first": "?" if before is not None else "",
        "next": f"?before={shown[-1].position}" if len(found) > CASES_PER_PAGE else "",
    }
    return render(request, "network/evidence.html", context)


def export(request: HttpRequest) -> HttpResponse:
    """The messages as they were signed: of one case by its transaction, or of the newest thousand."""
    wanted = text_in(request, "transaction", 64)
    supervision.look(request, audit.Event.EVIDENCE_EXPORTED, wanted or "evidence", about="evidence")
    found = [view for view in evidence(limit=EXPORTED_AT_ONCE) if wanted in ("", view.transaction)]
    if wanted and not found:
        raise Http404
    name = f"evidence-{wanted[:16]}.json" if wanted else "evidence.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    said = [exported(view) for view in found]
    return JsonResponse(said[0] if wanted else said, safe=False, headers=headers)

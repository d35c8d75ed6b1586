"""A transaction's story, or where it stands while it is not committed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from ledger import selectors
from ledger.selectors import explorer
from portal.live import page_or_part
from portal.shown import transactions
from portal.stories.changes import changes
from portal.stories.places import parts
from portal.stories.sentence import sentences
from portal.stories.signers import signers


def story(request: HttpRequest, txid: str) -> HttpResponse:
    """What happened, who signed, who can see which part, where it lies, what changed."""
    line = explorer.line(txid)
    if line is None:
        return _status(request, txid)
    if request.htmx:
        return HttpResponseClientRefresh()  # it was pending when this page was opened
    facts = transactions.story(line)
    opening, *more = sentences(facts)
    context = {
        "area": "blocks",
        "line": line,
        "place": line.index + 1,
        "heading": transactions.headline(facts),
        "opening": opening,
        "sentences": more,
        "signers": signers(facts),
        "parts": parts(facts),
        "changes": changes(facts),
        "instruments": [isin for isin in facts.isins if isin in facts.titles],
        "valid_from": facts.transaction["from"],
        "valid_until": facts.transaction["expires"],
    }
    return render(request, "transactions/story.html", context)


def _status(request: HttpRequest, txid: str) -> HttpResponse:
    status = selectors.status([txid])[txid]
    if status.status == "unknown":
        raise Http404
    context = {"area": "blocks", "status": status}
    return page_or_part(request, "transactions/status.html", "transactions/_status.html", context)

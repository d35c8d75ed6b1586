"""One box: a height, a transaction id, a block hash, an ISIN or a part of an instrument's name."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ledger import selectors
from portal.queries import text_in, whole_number


def search(request: HttpRequest) -> HttpResponse:
    """Straight to the page that fits; otherwise a page that says what can be searched for."""
    query = text_in(request, "q", 80)
    target = _target(query) if query else None
    return redirect(target) if target else render(request, "search.html", {"query": query})


def _target(query: str) -> str | None:
    height = whole_number(query)
    if height is not None and selectors.block_at(height):
        return reverse("block", args=[height])
    if re.fullmatch(r"[0-9a-f]{64}", query.lower()):
        return _by_digest(query.lower())
    found = selectors.instruments(search=query, limit=2)
    if len(found) == 1:
        return reverse("instrument", args=[found[0].isin])
    return f"{reverse('instruments')}?{urlencode({'q': query})}" if found else None


def _by_digest(digest: str) -> str | None:
    if selectors.status([digest])[digest].status != "unknown":
        return reverse("transaction", args=[digest])
    block = selectors.block_with_hash(digest)
    return reverse("block", args=[block.height]) if block else None

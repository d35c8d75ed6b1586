"""Pages that keep a part of themselves fresh: htmx asks for the same address again and gets that part only.

In the template the part stands in an element with `hx-get` and `hx-trigger="every 2s"`; `static/js/live.js` sees to
it that hidden tabs do not ask, that the focus stays, and that a changed `data-live-says` inside is said politely.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page_or_part(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or its live part for htmx; a browser's cache never takes one for the other."""
    response = render(request, part if request.htmx else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response

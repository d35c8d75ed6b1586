"""Error pages: what happened and what to do next, in the same language as every other page; JSON for programs."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

# What the API's own views cannot say, because none of them was reached.
SAID: Final = {
    400: ("MALFORMED", "The request cannot be read: look at its address, its headers and its host."),
    403: ("FORBIDDEN", "Nobody may open this address."),
    404: ("NOT_FOUND", "The API has no such address: GET /api/schema/ lists all of them."),
    500: ("OUR_MISTAKE", "This node made a mistake. Its operator finds it in the log."),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form could not be read."""
    return _error(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the page is for somebody else."""
    return _error(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from another site."""
    return render(request, "errors/csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is kept at this address."""
    return _error(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; the page asks nothing of the database, which may be what failed."""
    return _error(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _error(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if not request.path.startswith("/api/"):
        shown = None if status == HTTPStatus.INTERNAL_SERVER_ERROR else request
        return render(shown, f"errors/{status.value}.html", status=status)
    reason, detail = SAID[status]
    said = {"reason": reason, "iso": "NARR", "field": "", "detail": detail}
    return JsonResponse(said, status=status, headers={"Cache-Control": "no-store"})

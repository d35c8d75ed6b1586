"""The wallet's release, for everybody: its digest, to be compared over another channel, and the list under it."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition

from portal.release import Release, release


@cache
def current() -> Release:
    """What this process serves; files change only with a restart."""
    return release()


def show(request: HttpRequest) -> HttpResponse:
    """The page: the portal's word, beside what this browser has accepted."""
    context = {"area": "wallet", "release": current(), "origin": settings.ORIGIN}
    return render(request, "wallet/release.html", context)


@condition(etag_func=lambda _request: f'"{current().digest}"')
def listed(_request: HttpRequest) -> HttpResponse:
    """The list itself: its SHA-256 is the release's digest."""
    return HttpResponse(
        current().listed, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )

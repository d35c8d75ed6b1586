"""What a request must be before anything reads it."""

import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

LENGTH: Final = re.compile(r"[0-9]{0,15}\Z")


class ReadableRequestMiddleware:
    """Refuses with 400, before anybody asks who signed in, what would only fail further inside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; BadRequest becomes our 400 page, or its JSON."""
        if any("\x00" in value for value in request.COOKIES.values()):
            raise BadRequest("A cookie holds a NUL, which no database takes.")
        if not LENGTH.match(request.META.get("CONTENT_LENGTH") or ""):
            raise BadRequest("The length of the body is not a number of bytes.")
        return self.get_response(request)

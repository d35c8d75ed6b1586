"""JSON that a page's own script posts: closed schemas in, and refusals out in the API's words."""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException

from ledger.protocol.reasons import Reason, Rejected

T = TypeVar("T")
BODY_MAX: Final = 1_000_000
PRIVATE: Final = {"Cache-Control": "no-store"}


def read(request: HttpRequest, type: type[T], *, limit: int = BODY_MAX) -> T:
    """The body as this type; Rejected with the field that is wrong."""
    length = request.headers.get("Content-Length", "0")
    if int(length or 0) > limit:  # a number: portal.requests has looked
        raise Rejected(Reason.OVERSIZED, "", f"The body has {length} bytes; the limit is {limit}.")
    try:
        return msgspec.json.decode(request.body, type=type)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, RawPostDataException) as error:
        sentence, _, path = str(error).partition(" - at `")
        raise Rejected(Reason.MALFORMED, path.rstrip("`") or "$", sentence) from error


def answers_json(view: Callable[..., JsonResponse]) -> Callable[..., HttpResponse]:
    """For a view whose caller is a script: Rejected becomes 400 with reason, ISO code, field and sentence."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Rejected as error:
            said = {"reason": error.reason, "iso": error.iso, "field": error.field, "detail": error.detail}
            return JsonResponse(said, status=400, headers=PRIVATE)

    return answer

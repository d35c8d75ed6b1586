"""Every refusal of the API as JSON: reason, ISO code, field, and a sentence with the remedy."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response

from ledger.protocol.reasons import Rejected
from ledger.selectors import NotCertified


class Refusal(exceptions.APIException):
    """An answer that is not one of the ledger's reasons: not there, not yours, not now."""

    def __init__(self, status: int, reason: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.status_code = status
        self.said = {"reason": reason, "iso": "NARR", "field": field, "detail": detail}


def not_found(what: str, field: str) -> Refusal:
    """404 with a sentence."""
    return Refusal(404, "NOT_FOUND", f"There is no {what} on this node.", field)


def forbidden(detail: str) -> Refusal:
    """403 with a sentence."""
    return Refusal(403, "FORBIDDEN", detail, "Authorization")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the framework: whatever a request can cause has an answer below 500."""
    if isinstance(error, Rejected):
        said = {"reason": error.reason, "iso": error.iso, "field": error.field, "detail": error.detail}
        return Response(said, status=400)
    if isinstance(error, Refusal):
        return Response(error.said, status=error.status_code)
    if isinstance(error, NotCertified):
        detail = "The newest state is being certified: ask again in a moment."
        said = {"reason": "NOT_READY", "iso": "NARR", "field": "", "detail": detail}
        return Response(said, status=503, headers={"Retry-After": "1"})
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    return None


def _framework(error: exceptions.APIException) -> Response:
    reasons = {
        401: "UNAUTHENTICATED",
        403: "FORBIDDEN",
        404: "NOT_FOUND",
        405: "METHOD_NOT_ALLOWED",
        429: "TOO_MANY",
    }
    headers = {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(error.wait or 1))
    reason = reasons.get(error.status_code, "MALFORMED")
    said = {"reason": reason, "iso": "NARR", "field": "", "detail": str(error.detail)}
    return Response(said, status=error.status_code, headers=headers)

"""Every refusal of the API as JSON: reason, ISO code, field, and a sentence with the remedy."""

import logging
from typing import Any

import django.db
import psycopg
from rest_framework import exceptions
from rest_framework.response import Response

from ledger.protocol.reasons import Rejected
from ledger.selectors import NotCertified

log = logging.getLogger(__name__)


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
        return _not_ready("The newest state is being certified: ask again in a moment.")
    if isinstance(error, django.db.OperationalError | psycopg.OperationalError):
        log.error("The database does not answer: %s", error)
        return _not_ready("This node's database does not answer: ask again in a moment, or ask another node.")
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    return None


def _not_ready(detail: str) -> Response:
    said = {"reason": "NOT_READY", "iso": "NARR", "field": "", "detail": detail}
    return Response(said, status=503, headers={"Retry-After": "1"})


def _framework(error: exceptions.APIException) -> Response:
    reasons = {
        401: "UNAUTHENTICATED",
        403: "FORBIDDEN",
        404: "NOT_FOUND",
        405: "METHOD_NOT_ALLOWED",
        406: "NOT_ACCEPTABLE",
        429: "TOO_MANY",
    }
    headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(error.wait or 1))
    reason = reasons.get(error.status_code, "MALFORMED")
    said = {"reason": reason, "iso": "NARR", "field": "", "detail": str(error.detail)}
    return Response(said, status=error.status_code, headers=headers)

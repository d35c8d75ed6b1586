"""The access matrix: every URL and who may open it. A URL without a row is refused to everybody."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ledger.api.urls import API_NAMES
from portal import audit
from portal.models import Account


class Audience(StrEnum):
    """Who a page is for."""

    ANYONE = "anyone"  # public: no addresses, no quantities of single transactions
    SIGNED_IN = "signed-in"  # any account of this node's institution
    OPERATOR = "operator"  # operators of this node's institution
    SUPERVISOR = "supervisor"  # operators, and only where the institution is the regulator or the CSD
    REGISTER = "register"  # operators, and only where the institution may see that instrument's register
    PROGRAM = "program"  # the API: no session, no cookie; it asks programs for their token where it must


MATRIX: Final[dict[str, Audience]] = {
    "home": Audience.ANYONE,
    "network": Audience.ANYONE,
    "evidence": Audience.SUPERVISOR,
    "evidence-json": Audience.SUPERVISOR,
    "blocks": Audience.ANYONE,
    "block": Audience.ANYONE,
    "transaction": Audience.ANYONE,
    "instruments": Audience.ANYONE,
    "instrument": Audience.ANYONE,
    "register": Audience.REGISTER,
    "register-csv": Audience.REGISTER,
    "search": Audience.ANYONE,
    "set_language": Audience.ANYONE,
    "sign-in": Audience.ANYONE,
    "sign-out": Audience.ANYONE,
    "audit-log": Audience.OPERATOR,
    "api-docs": Audience.ANYONE,
    "api-schema": Audience.ANYONE,
    **dict.fromkeys(API_NAMES, Audience.PROGRAM),
}


class AccessMiddleware:
    """Asks the matrix before any view runs; `portal.registers` and `portal.supervision` ask whose node it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and MATRIX.get(match.view_name) not in {Audience.ANYONE, Audience.PROGRAM}:
            response.headers.setdefault(
                "Cache-Control", "no-store"
            )  # nor by the browser, for who sits there next
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        """None lets the view run; otherwise the way to sign in, or 403."""
        audience = MATRIX.get(request.resolver_match.view_name)
        if audience is None:
            raise PermissionDenied
        if admits(audience, request.user):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        audit.record(event=audit.Event.REFUSED, account=request.user.get_username(), subject=request.path)
        raise PermissionDenied


def admits(audience: Audience, user: Account | AnonymousUser) -> bool:
    """Whether a page for this audience may be opened by this visitor, as far as the page alone can tell."""
    if audience in {Audience.ANYONE, Audience.PROGRAM}:
        return True
    if not user.is_authenticated:
        return False
    return audience is Audience.SIGNED_IN or user.is_operator

"""The access matrix: every URL and who may open it. A URL without a row is refused to everybody."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from ledger.api.urls import API_NAMES
from portal import audit
from portal.models import Account
from portal.signing_in import lacks_second_factor
from portal.wallets import addresses_of

M = TypeVar("M", bound=Model)


class Audience(StrEnum):
    """Who a page is for."""

    ANYONE = "anyone"  # public: no addresses, no quantities of single transactions
    SIGNED_IN = "signed-in"  # any account, also before it has added the second factor that it needs
    OWN = "own"  # any account, but only its own or its organisation's things: `own` gives 404 for all others
    PREPARE = "prepare"  # own things, and the mandate to prepare or to sign
    SIGN = "sign"  # own things, and the mandate to sign
    ADMINISTRATOR = "administrator"  # administrators, for their own organisation
    OPERATOR = "operator"  # administrators of this node's institution
    SUPERVISOR = (
        "supervisor"  # people at work on this node, where its institution is the regulator or the CSD
    )
    REGISTER = "register"  # any account; `portal.registers` knows whose instrument it is
    PROGRAM = "program"  # the API: no session, no cookie; it asks programs for their token where it must


# Before anybody is known: the password, the second factor, a passkey, a forgotten password, an invitation.
DOORS: Final = (
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_signup",
    "invitation",
)
OF_ONES_OWN_ACCOUNT: Final = (
    "mfa_index",
    "sessions",
    "session-end",
    "account_change_password",
    "account_reset_password_from_key_done",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
)

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
    "register-xlsx": Audience.REGISTER,
    "search": Audience.ANYONE,
    "set_language": Audience.ANYONE,
    **dict.fromkeys(DOORS, Audience.ANYONE),
    **dict.fromkeys(OF_ONES_OWN_ACCOUNT, Audience.SIGNED_IN),
    "members": Audience.ADMINISTRATOR,
    "member": Audience.ADMINISTRATOR,
    "invitation-removal": Audience.ADMINISTRATOR,
    "organisations": Audience.OPERATOR,
    "organisation": Audience.OPERATOR,
    "audit-log": Audience.OPERATOR,
    "purpose": Audience.OWN,  # of the session alone; what it opens asks again
    "holdings": Audience.OWN,
    "holdings-history": Audience.OWN,
    "holdings-send": Audience.OWN,
    "address-book": Audience.OWN,
    "address-labels": Audience.OWN,
    "address-removal": Audience.OWN,
    "claims": Audience.OWN,
    "claim-ask": Audience.OWN,
    "claim-answer": Audience.OWN,
    "claim-decline": Audience.PREPARE,
    "claim-drafted": Audience.PREPARE,
    "claim-revocation": Audience.OWN,
    "wallet": Audience.SIGNED_IN,
    "wallet-new": Audience.SIGNED_IN,
    "wallet-restore": Audience.SIGNED_IN,
    "wallet-release": Audience.ANYONE,
    "wallet-release-list": Audience.ANYONE,
    **dict.fromkeys(("notices", "notices-bell", "notices-read", "notices-mail", "notice-read"), Audience.OWN),
    "wallet-links": Audience.OWN,
    "wallet-link-removal": Audience.OWN,
    "inbox": Audience.OWN,
    "drafts": Audience.OWN,
    "draft": Audience.OWN,
    "draft-json": Audience.OWN,
    "draft-signatures": Audience.SIGN,
    "draft-withdrawal": Audience.PREPARE,
    "requests": Audience.OWN,
    "request": Audience.OWN,
    "request-register": Audience.OWN,
    "request-change": Audience.OWN,
    "participants": Audience.OWN,
    "participant-application": Audience.OWN,
    "participant-admission": Audience.OWN,
    "participant-suspension": Audience.OWN,
    "api-docs": Audience.ANYONE,
    "api-schema": Audience.ANYONE,
    **dict.fromkeys(API_NAMES, Audience.PROGRAM),
}


OPEN: Final = {Audience.ANYONE, Audience.PROGRAM, Audience.SIGNED_IN}


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
            unprotected = audience not in OPEN and lacks_second_factor(request.user)
            return redirect("mfa_index") if unprotected else None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        audit.record(event=audit.Event.REFUSED, account=request.user.get_username(), subject=request.path)
        raise PermissionDenied


def admits(audience: Audience, user: Account | AnonymousUser) -> bool:
    """Whether a page for this audience may be opened by this visitor, as far as the page alone can tell."""
    if audience in {Audience.ANYONE, Audience.PROGRAM}:
        return True
    return user.is_authenticated and user.is_active and ASKED[audience](user)


ASKED: Final[dict[Audience, Callable[[Account], bool]]] = {
    Audience.SIGNED_IN: lambda account: True,
    Audience.OWN: lambda account: True,
    Audience.PREPARE: lambda account: account.may_prepare,
    Audience.SIGN: lambda account: account.may_sign,
    Audience.ADMINISTRATOR: lambda account: account.is_administrator,
    Audience.OPERATOR: lambda account: account.is_operator,
    Audience.SUPERVISOR: lambda account: account.may_look_up,
    Audience.REGISTER: lambda account: True,
}


def own(rows: QuerySet[M], account: Account, **lookup: object) -> M:
    """The one row of the account's organisation that fits; 404 for another organisation's, as for none."""
    return get_object_or_404(rows, organisation=account.organisation, **lookup)


def own_address(account: Account, address: str) -> str:
    """The address, if the account may see this wallet's things; 404 for any other wallet."""
    if address not in addresses_of(account):
        raise Http404
    return address

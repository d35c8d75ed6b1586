"""Which wallets an account has proved to hold: list, link, forget. JSON, for the wallet's own script."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Meta

from ledger.api.callers import Possession
from portal import wallets
from portal.access import own
from portal.bodies import PRIVATE, answers_json, read
from portal.models import WalletLink


class LinkRequest(Possession):
    """The proof that POST /api/tokens takes, with a name for the wallet."""

    label: Annotated[str, Meta(max_length=80, pattern=r"\A[^\x00-\x1f\x7f]*\Z")] = ""


@require_http_methods(["GET", "POST"])
@answers_json
def links(request: HttpRequest) -> JsonResponse:
    """GET: this account's wallets and its organisation's. POST: one more, proved by its card in force."""
    if request.method == "POST":
        asked = read(request, LinkRequest)
        made = wallets.link(account=request.user, proof=asked, label=asked.label)
        return JsonResponse(_shown(made), status=201, headers=PRIVATE)
    found = WalletLink.objects.filter(account=request.user)
    said = {"wallets": [_shown(each) for each in found], "organisation": _organisation(request)}
    return JsonResponse(said, headers=PRIVATE)


@require_POST
def forget(request: HttpRequest, link: int) -> JsonResponse:
    """The wallet is no longer shown to this account; 404 for anybody else's link."""
    wallets.unlink(link=own(WalletLink.objects.filter(account=request.user), request.user, pk=link))
    return JsonResponse({}, headers=PRIVATE)


def _shown(link: WalletLink) -> dict[str, Any]:
    return {"id": link.pk, "address": link.address, "label": link.label}


def _organisation(request: HttpRequest) -> dict[str, Any]:
    organisation = request.user.organisation
    return {"name": organisation.name, "address": wallets.address_of(organisation)}

"""A person's own account: who one is here, second factors, and the devices that are signed in."""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import audit
from portal.navigation import office
from portal.shown.devices import device
from portal.signing_in import lacks_second_factor


class Overview(IndexView):
    """Who one is here, and what protects the account."""

    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        user = self.request.user
        return found | {"area": "account", "must_add": lacks_second_factor(user), "office": office(user)}


def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which this account is signed in."""
    found = UserSession.objects.purge_and_list(request.user)
    shown = [
        {"row": each, "device": device(each.user_agent), "is_current": each.is_current()}
        for each in sorted(found, key=lambda each: each.last_seen_at, reverse=True)
    ]
    return render(request, "accounts/sessions.html", {"area": "account", "sessions": shown})


@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out one browser of one's own; 404 for anybody else's."""
    found = get_object_or_404(UserSession, user=request.user, pk=session)
    found.end()
    audit.record(
        event=audit.Event.SESSION_ENDED, account=request.user.username, subject=device(found.user_agent)
    )
    messages.success(request, _("That browser is signed out."))
    return redirect("sessions")

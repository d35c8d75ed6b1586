"""Signing in as a person of this node's institution, and the log of what such persons looked at."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import audit
from portal.models import AuditEvent

EVENTS_PER_PAGE = 50


class SignIn(LoginView):
    """Name and password; both outcomes are written to the audit log."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        audit.record(event=audit.Event.SIGNED_IN, account=form.get_user().get_username())
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        audit.record(event=audit.Event.SIGN_IN_FAILED, account=form.data.get("username", ""))
        return super().form_invalid(form)


class SignOut(LogoutView):
    """The end of a session."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            audit.record(event=audit.Event.SIGNED_OUT, account=request.user.get_username())
        return super().post(request, *args, **kwargs)


def audit_log(request: HttpRequest) -> HttpResponse:
    """Who looked at what, newest first."""
    page = Paginator(AuditEvent.objects.all(), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/audit_log.html", {"page": page})

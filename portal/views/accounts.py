"""Signing in as a person of this node's institution, and the log of what such persons looked at."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import attempts, audit
from portal.models import AuditEvent

EVENTS_PER_PAGE = 50


class SignIn(LoginView):
    """Name and password; both outcomes are written to the audit log."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """No password is looked at while its address has to wait."""
        if attempts.too_many(request, request.POST.get("username", "")):
            form = AuthenticationForm(request)
            return self.render_to_response(self.get_context_data(form=form, must_wait=True), status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.succeeded(self.request, form.get_user().get_username())
        audit.record(event=audit.Event.SIGNED_IN, account=form.get_user().get_username())
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.failed(self.request, form.data.get("username", ""))
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

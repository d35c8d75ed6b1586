"""Signing in and out: name and password, then the second factor of those who have one."""

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.contrib.auth.views import LogoutView
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from portal import attempts, audit


class SignIn(LoginView):
    """Name or e-mail address, and password; both outcomes are written to the audit log."""

    template_name = "accounts/sign_in.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """No password is looked at while its address has to wait."""
        if attempts.too_many(request, request.POST.get("login", "")):
            form = self.get_form_class()(request=request)
            return self.render_to_response(self.get_context_data(form=form, must_wait=True), status=429)
        return super().post(request, *args, **kwargs)


class SecondFactor(AuthenticateView):
    """A code or a passkey of whoever has shown the password; a wrong one is written down."""

    def form_invalid(self, form: Form) -> HttpResponse:
        audit.record(event=audit.Event.FACTOR_FAILED, account=self.stage.login.user.username)
        return super().form_invalid(form)


class SignOut(LogoutView):
    """The end of a session."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            audit.record(event=audit.Event.SIGNED_OUT, account=request.user.get_username())
        return super().post(request, *args, **kwargs)

"""Addresses of one's own account. Names that begin with account_ and mfa_ are those that allauth asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path, reverse_lazy
from django.views.generic import RedirectView

from portal.views import accounts, signing_in

to_overview = RedirectView.as_view(url=reverse_lazy("mfa_index"))

urlpatterns = [
    path("", accounts.Overview.as_view(), name="mfa_index"),
    path("sessions/", accounts.sessions, name="sessions"),
    path("sessions/<int:session>/end/", accounts.end_session, name="session-end"),
    path(
        "password/",
        account.PasswordChangeView.as_view(success_url=reverse_lazy("mfa_index")),
        name="account_change_password",
    ),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/new/done/", to_overview, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", signing_in.SecondFactor.as_view(), name="mfa_authenticate"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/removal/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", to_overview, name="mfa_list_webauthn"),
    path("passkeys/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/removal/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

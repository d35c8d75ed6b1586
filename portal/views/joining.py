"""How one comes to an account: by invitation, or as an investor who asks for one."""

from allauth.core import ratelimit
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal import invitations
from portal.forms import AcceptForm, AskForm
from portal.models import Invitation
from portal.node import this_node


def join(request: HttpRequest) -> HttpResponse:
    """An investor asks for an account; the answer does not say whether the address has one."""
    form = AskForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/join.html", {"form": form})
    if refused := ratelimit.consume_or_429(request, action="signup"):
        return refused
    link = invitations.ask(email=form.cleaned_data["email"])
    context = {"email": form.cleaned_data["email"], "link": link if this_node().is_demonstration else ""}
    return render(request, "accounts/joining.html", context)


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: a name, a password, and then the way to sign in."""
    invitation = invitations.find(token)
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=404)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _accepted(form, invitation):
        messages.success(request, _("Your account is open. Sign in with your name and password."))
        return redirect("account_login")
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})


def _accepted(form: AcceptForm, invitation: Invitation) -> bool:
    try:
        invitations.accept(invitation=invitation, **form.cleaned_data)
    except IntegrityError:  # somebody took the name, or the address, between the look and the step
        form.add_error("username", _("This name or e-mail address has an account by now."))
        return False
    except Invitation.DoesNotExist:
        form.add_error(None, _("This invitation was accepted by now."))
        return False
    return True

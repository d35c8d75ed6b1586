"""The people of one's own organisation: who they are, what they may, and who is invited."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import invitations, members
from portal.access import own
from portal.forms import InviteForm, MemberForm
from portal.models import Account, Invitation
from portal.node import this_node

MEMBERS_PER_PAGE = 50


def index(request: HttpRequest) -> HttpResponse:
    """The list, with the form for one more."""
    form, link = InviteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data
        link, sent = invitations.invite(by=request.user, organisation=request.user.organisation, **place)
        say_where(request, place["email"], sent)
        form = InviteForm()
    return render(request, "accounts/members.html", _shown(request) | {"form": form, "link": _to_copy(link)})


def say_where(request: HttpRequest, email: str, sent: bool) -> None:
    """Whether the link is on its way."""
    if sent:
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": email})
    else:
        messages.error(
            request,
            _("The mail server did not take the link for %(email)s. Invite again later.") % {"email": email},
        )


@require_POST
def change(request: HttpRequest, member: int) -> HttpResponse:
    """A member's mandate, administration, and whether the account is open."""
    found, form = own(Account.objects.all(), request.user, pk=member), MemberForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a mandate from the list."))
        return redirect("members")
    try:
        members.change(by=request.user, member=found, **form.cleaned_data)
        messages.success(request, _("%(name)s is changed.") % {"name": found.username})
    except members.OwnPower:
        messages.error(request, _("Another administrator has to take your own powers."))
    return redirect("members")


@require_POST
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """An invitation that nobody accepted ends."""
    own(Invitation.objects.filter(accepted_by=None), request.user, pk=invitation).delete()
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("members")


def _shown(request: HttpRequest) -> dict[str, object]:
    organisation = request.user.organisation
    people = Account.objects.filter(organisation=organisation).order_by("-is_active", "username")
    waiting = Invitation.objects.filter(
        organisation=organisation, accepted_by=None, expires_at__gt=timezone.now()
    )
    return {
        "area": "members",
        "page": Paginator(people, MEMBERS_PER_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting[:MEMBERS_PER_PAGE],
        "mandates": Account.Mandate.choices,
    }


def _to_copy(link: str) -> str:
    return link if this_node().is_demonstration else ""

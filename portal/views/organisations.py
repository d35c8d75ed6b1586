"""Organisations on this portal, for administrators of the node's institution."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import invitations, organisations
from portal.forms import LinkForm, OrganisationForm
from portal.models import Account, Organisation
from portal.node import this_node
from portal.views.members import say_where

ORGANISATIONS_PER_PAGE = 50


def index(request: HttpRequest) -> HttpResponse:
    """The list, with the form for one more."""
    form, link = OrganisationForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        link = _make(request, form.cleaned_data)
        form = OrganisationForm()
    found = (
        Organisation.objects.filter(is_person=False)
        .annotate(people=Count("members"))
        .order_by("-is_home", "name")
    )
    context = {
        "area": "organisations",
        "page": Paginator(found, ORGANISATIONS_PER_PAGE).get_page(request.GET.get("page")),
        "unclaimed": form.participants,
        "form": form,
        "link": link if this_node().is_demonstration else "",
    }
    return render(request, "accounts/organisations.html", context)


@require_POST
def link(request: HttpRequest, organisation: int) -> HttpResponse:
    """An organisation that has been admitted becomes its participant; once only."""
    found = get_object_or_404(Organisation, pk=organisation, address=None, is_home=False, is_person=False)
    form = LinkForm(request.POST)
    if form.is_valid():
        organisations.link(by=request.user, organisation=found, address=form.cleaned_data["participant"])
        messages.success(request, _("%(name)s is linked to its wallet.") % {"name": found.name})
    else:
        messages.error(request, _("Choose a participant from the list."))
    return redirect("organisations")


def _make(request: HttpRequest, said: dict[str, str]) -> str:
    made = organisations.make(by=request.user, name=said["name"], address=said["participant"] or None)
    rights = {"mandate": Account.Mandate.SIGN, "is_administrator": True}
    link, sent = invitations.invite(by=request.user, organisation=made, email=said["email"], **rights)
    say_where(request, said["email"], sent)
    return link

"""A supervisor says why something is looked at."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.purposes import PurposeForm, keep


@require_POST
def state(request: HttpRequest) -> HttpResponse:
    """Keep it for this session, and go on to the page that asked."""
    form = PurposeForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "subject": request.POST.get("subject", "")[:128]}
        return render(request, "accounts/purpose.html", context)
    said = form.cleaned_data
    keep(request, said["subject"], said["purpose"])
    ours = url_has_allowed_host_and_scheme(said["next"], allowed_hosts={request.get_host()})
    return redirect(said["next"] if ours else "home")

"""Notices on the page: the bell with its count, the list, what is read."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.models import Account, Notice
from portal.shown.notices import place, shown

NOTICES_PER_PAGE = 30


def index(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    page = Paginator(Notice.objects.filter(account=request.user), NOTICES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"area": "notices", "page": page, "notices": [shown(each) for each in page]}
    return render(request, "accounts/notices.html", context)


def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread; asked for by the header of every page, and no page by itself."""
    if not request.htmx:
        return redirect("notices")
    unread = Notice.objects.filter(account=request.user, read_at=None).count()
    return render(request, "accounts/_bell.html", {"unread": unread})


@require_POST
def read(request: HttpRequest, notice: int) -> HttpResponse:
    """This one is read: on to where it leads. 404 for anybody else's."""
    found = get_object_or_404(Notice, account=request.user, pk=notice)
    Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
    return redirect(place(found))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All are read."""
    Notice.objects.filter(account=request.user, read_at=None).update(read_at=timezone.now())
    return redirect("notices")


@require_POST
def by_mail(request: HttpRequest) -> HttpResponse:
    """Whether e-mails are wanted, too."""
    Account.objects.filter(pk=request.user.pk).update(wants_mail="wants_mail" in request.POST)
    return redirect("notices")

"""The audit log, for administrators of this node's institution."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import AuditEvent
from portal.queries import text_in
from portal.shown import audit_log as shown

EVENTS_PER_PAGE = 50


def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did, looked at and was refused what, newest first; of one account, one kind of event, one subject."""
    asked = {name: text_in(request, name, 150) for name in ("account", "event", "subject")}
    found = AuditEvent.objects.filter(**{name: text for name, text in asked.items() if text})
    page = Paginator(found, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "area": "account",
        "page": page,
        "lines": shown.lines(page),
        "asked": asked,
        "events": shown.EVENTS.items(),
        "is_filtered": any(asked.values()),
    }
    return render(request, "accounts/audit_log.html", context)

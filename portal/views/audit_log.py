"""The audit log, for administrators of this node's institution."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import AuditEvent

EVENTS_PER_PAGE = 50


def audit_log(request: HttpRequest) -> HttpResponse:
    """Who looked at what, newest first."""
    page = Paginator(AuditEvent.objects.all(), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/audit_log.html", {"area": "audit-log", "page": page})

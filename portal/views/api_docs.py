"""The API's own documentation, drawn in the page from the served schema."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def api_docs(request: HttpRequest) -> HttpResponse:
    """The page; its script reads the schema's address from an attribute, so nothing is inline."""
    return render(request, "api_docs.html")

"""The wallet's pages: empty frames, in which the browser's own keyring says what there is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def show(request: HttpRequest) -> HttpResponse:
    """The wallets of this browser."""
    return _page(request, "wallet/wallet.html")


def new(request: HttpRequest) -> HttpResponse:
    """A new wallet, and its backup."""
    return _page(request, "wallet/new.html")


def restore(request: HttpRequest) -> HttpResponse:
    """A wallet from its backup."""
    return _page(request, "wallet/restore.html")


def _page(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, {"area": "wallet", "links_url": reverse("wallet-links")})

"""How often a password may be guessed from one network address; who guesses is held up, not whose name it is."""

from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

SECONDS: Final = 15 * 60
OF_ONE_NAME: Final = 5  # failures from one address
OF_ANY_NAME: Final = 30


def too_many(request: HttpRequest, name: str) -> bool:
    """Whether this address has failed so often that it has to wait; each process of the portal counts by itself."""
    one, any_ = _keys(request, name)
    return cache.get(one, 0) >= OF_ONE_NAME or cache.get(any_, 0) >= OF_ANY_NAME


def failed(request: HttpRequest, name: str) -> None:
    """Count a failure; a quarter of an hour after the first one all are forgotten."""
    for key in _keys(request, name):
        if not cache.add(key, 1, SECONDS):
            cache.incr(key)


def succeeded(request: HttpRequest, name: str) -> None:
    """Forget the slips of whoever knew the password in the end; those of other names still count."""
    cache.delete(_keys(request, name)[0])


def _keys(request: HttpRequest, name: str) -> tuple[str, str]:
    address = BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # as the API counts: the proxy's word, if there is one
    return f"sign-in {address} {name[:150].encode().hex()}", f"sign-in {address}"

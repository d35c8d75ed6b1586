"""Every URL of the portal by its name in the access matrix, and an address at which each leads to something."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.access import MATRIX, Audience
from tests.protocol.town import SHARE
from tests.protocol.world import institution

ADDRESS = institution("house").address


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its full name, such as `api:submit`."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{before}{entry.namespace}:" if entry.namespace else before
            yield from patterns(entry, space)
        else:
            yield before + str(entry.name), entry


NAMES = sorted({name for name, _ in patterns(get_resolver())})


def portal_names() -> list[str]:
    """The names of all that people open; the rest is the programs' API."""
    return [name for name in NAMES if MATRIX.get(name) is not Audience.PROGRAM]


# Arguments that name a thing of somebody's own: 1 where nothing was made.
OWNED = {"claim_request", "link", "pk", "session", "member", "invitation", "contact", "notice"}


def arguments_of(name: str) -> set[str]:
    """What stands in an address of this name."""
    pattern = next(entry for found, entry in patterns(get_resolver()) if found == name).pattern
    return set(pattern.converters) | set(pattern.regex.groupindex)


def address_of(name: str, share: str, **owned: int | str) -> str:
    """An address of this name that leads to something; a new kind of argument needs a line here."""
    arguments = {
        "txid": share,
        "isin": SHARE,
        "height": 1,
        "kind": "increase",
        "address": ADDRESS,
        "uidb36": "1",
        "key": "set-password",
        "token": "x",
        "organisation": 1,
        "wallet": ADDRESS,
    }
    arguments = arguments | dict.fromkeys(OWNED, 1) | owned
    return reverse(name, kwargs={key: arguments[key] for key in arguments_of(name)})

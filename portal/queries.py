"""What people type into addresses and forms, read without ever failing."""

from django.http import HttpRequest

MOST = 10**15


def whole_number(text: str) -> int | None:
    """A number from 0 to a quadrillion, thousands separators allowed; None for anything else."""
    digits = text.strip().replace(",", "").replace(" ", "").replace("\u202f", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        return None
    return int(digits)


def number_in(request: HttpRequest, name: str) -> int | None:
    """The number that the address carries under this name, if it carries one."""
    return whole_number(request.GET.get(name, ""))


def text_in(request: HttpRequest, name: str, most: int) -> str:
    """The text under this name, without what a database refuses."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]

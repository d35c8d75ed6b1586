"""Template words: numbers, times, hashes and icons look the same on every page."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ledger.protocol.reasons import SENTENCES, Reason
from portal.words import ROLES, listed

register = template.Library()
SECONDS = re.compile(r"\b(\d{1,16}) \(UTC seconds\)")  # how the ledger writes a time into a sentence
LAST_SECOND = 253_402_300_799  # of the year 9999; an issuer may lock a share up for longer


@register.filter
def number(value: int | None) -> str:
    """Thousands separated, in every language by a comma; a dash where there is no number."""
    return "–" if value is None else f"{value:,}"


@register.filter
def units(value: int | None, decimals: int = 0) -> str:
    """A quantity in minor units, written in whole units with exactly its decimals."""
    if value is None:
        return "–"
    whole, part = divmod(value, 10**decimals)
    return f"{whole:,}.{part:0{decimals}d}" if decimals else f"{whole:,}"


@register.filter
def signed_units(value: int, decimals: int = 0) -> str:
    """The same of a change, with a real minus sign where it is one."""
    return units(value, decimals) if value >= 0 else f"−{units(-value, decimals)}"


@register.filter
def share(part: int, whole: int) -> str:
    """A percentage with two decimals, rounded down, so that parts never add up to more than the whole."""
    if not whole:
        return "–"
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


@register.filter
def instant(value: int | datetime) -> datetime:
    """Ledger times are UTC seconds, the database's are datetimes: both as one; beyond the calendar its last second."""
    if isinstance(value, int):
        return datetime.fromtimestamp(min(value, LAST_SECOND), UTC)
    return value.astimezone(UTC)


@register.filter
def utc(value: int | datetime | None) -> str | SafeString:
    """Date and time to the second, with the zone."""
    if value is None:
        return "–"
    moment = instant(value)
    return format_html(
        '<time datetime="{}">{}<span class="zone"> UTC</span></time>',
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
    )


@register.filter
def ago(seconds: int | None) -> str:
    """How long ago, in the largest unit that says enough."""
    if seconds is None:
        return _("never")
    if seconds < 1:
        return _("now")
    if seconds < 120:
        return ngettext("%(n)d second ago", "%(n)d seconds ago", seconds) % {"n": seconds}
    if seconds < 7200:
        minutes = seconds // 60
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if seconds < 172_800:
        hours = seconds // 3600
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    days = seconds // 86_400
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


@register.filter
def short(value: str) -> str:
    """Both ends of a hash or an address: enough to compare by eye, never to copy."""
    head = 12 if value.startswith("tally1") else 8
    return value if len(value) <= head + 6 else f"{value[:head]}…{value[-5:]}"


@register.filter
def role_words(roles: Iterable[str]) -> str:
    """A participant's roles in words."""
    return listed(ROLES.get(role, role) for role in roles)


@register.filter
def refusal(said: str, detail: str | None = None) -> str:
    """A node's reason, or "REASON: detail", for people.

    In English its detail, with times as pages write them; else the reason's own sentence.
    """
    reason, _colon, rest = said.partition(": ")
    if reason not in Reason.__members__:
        return said
    sentence = SENTENCES[Reason(reason)][1]
    if not (get_language() or "en").startswith("en"):
        return _(sentence)
    return SECONDS.sub(
        lambda found: f"{instant(int(found[1])):%Y-%m-%d %H:%M:%S} UTC", detail or rest or sentence
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite; decoration only, so screen readers skip it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )

"""An instrument's register of holders, for its issuer and its supervisors: page and CSV file."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors.holdings import RegisterLine
from portal import audit, registers
from portal.queries import number_in, text_in, whole_number
from portal.registers import ROWS_PER_PAGE, Moment, NoSuchBlock
from portal.shown import instruments

COLUMNS = ("isin", "height", "time", "address", "holder", "quantity_minor", "decimals", "locked_minor")


def show(request: HttpRequest, isin: str) -> HttpResponse:
    """The register now, or as of a block."""
    asked, number = text_in(request, "height", 20), max(1, min(number_in(request, "page") or 1, 10**6))
    at, trouble = _moment(asked)
    view = registers.look_up(request.user, isin, audit.Event.REGISTER_VIEWED, height=at.height, page=number)
    spread = registers.spread(view, at)
    rows = registers.page(view, at, spread.total, number) if spread.total else []
    context: dict[str, Any] = {
        "area": "instruments",
        "instrument": instruments.shown([view])[0],
        "at": at,
        "is_now": not asked or bool(trouble),
        "asked": asked,
        "trouble": trouble,
        "spread": spread,
        "largest": registers.largest(spread, 1),
        "ten_largest": registers.largest(spread, 10),
        "curve": registers.curve(spread),
        "spread_words": registers.spread_words(spread),
        "rows": rows[:ROWS_PER_PAGE],
        "page": number,
        "has_more": len(rows) > ROWS_PER_PAGE,
    }
    return render(request, "instruments/register.html", context)


def export(request: HttpRequest, isin: str) -> HttpResponse | StreamingHttpResponse:
    """The whole register as a CSV file, quantities in minor units."""
    asked = text_in(request, "height", 20)
    at, trouble = _moment(asked)
    if trouble:
        raise Http404
    view = registers.look_up(request.user, isin, audit.Event.REGISTER_EXPORTED, height=at.height)
    lines = selectors.register(view.asset, height=at.height, time=at.time)
    rows = _csv_rows(isin, at, view.value["decimals"], lines)
    name = f"register-{isin}-{at.height}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def _moment(asked: str) -> tuple[Moment, str]:
    """The block asked for; the newest one and a sentence where there is no such block."""
    if not asked:
        return registers.moment(None), ""
    try:
        return registers.moment(_height(asked)), ""
    except NoSuchBlock:
        return registers.moment(None), _(
            "This node has no such block. The register is shown as it stands now."
        )


def _height(asked: str) -> int:
    height = whole_number(asked)
    if height is None:
        raise NoSuchBlock
    return height


class _Line:
    """A file that gives each written line back."""

    def write(self, text: str) -> str:
        return text


def _csv_rows(isin: str, at: Moment, decimals: int, lines: list[RegisterLine]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for line in lines:
        yield writer.writerow(
            (isin, at.height, at.time, line.owner, line.holder, line.quantity, decimals, line.locked)
        )

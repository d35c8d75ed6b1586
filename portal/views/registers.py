"""An instrument's register of holders, for its issuer and its supervisors: page, CSV and XLSX."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors.instruments import InstrumentView
from ledger.selectors.registers import Order
from portal import audit, register_files, registers
from portal.register_files import Content
from portal.register_query import Question, asked
from portal.shown import instruments
from portal.shown.institutions import names_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(request: HttpRequest, isin: str) -> HttpResponse:
    """The register now, or as of a day or a block; all of it or what fits the filter."""
    view = registers.instrument_for(request.user, isin)
    question = asked(request, view.value["decimals"])
    _write_down(request, view, audit.Event.REGISTER_VIEWED, question, page=question.page)
    spread = registers.spread(view, question.at)
    context: dict[str, Any] = {
        "area": "instruments",
        "instrument": instruments.shown([view])[0],
        "question": question,
        "spread": spread,
        "largest": registers.largest(spread, 1),
        "ten_largest": registers.largest(spread, 10),
        "curve": registers.curve(spread),
        "spread_words": registers.spread_words(spread),
        "columns": _columns(question.wanted.order),
        "orders": _orders(),
    }
    if spread.total:
        context["page"] = registers.page(view, question.at, question.wanted, spread.total, question.page)
    return render(request, "instruments/register.html", context)


def export(request: HttpRequest, isin: str) -> StreamingHttpResponse:
    """What the page's filter finds, whole, as a CSV file."""
    content, name = _content(request, isin)
    rows = register_files.csv_rows(content)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def export_xlsx(request: HttpRequest, isin: str) -> FileResponse:
    """The same as a workbook."""
    content, name = _content(request, isin)
    file = register_files.xlsx(content)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _content(request: HttpRequest, isin: str) -> tuple[Content, str]:
    """The file's content and its name; 404 where the address asks for what there is not."""
    view = registers.instrument_for(request.user, isin)
    question = asked(request, view.value["decimals"])
    if question.troubles:
        raise Http404
    _write_down(request, view, audit.Event.REGISTER_EXPORTED, question)
    at, wanted = question.at, question.wanted
    lines = selectors.register(view.asset, height=at.height, time=at.time, wanted=wanted)
    names = names_of(line.owner for line in lines)
    return Content(view, at, lines, names), f"register-{isin}-{at.height}"


def _write_down(
    request: HttpRequest, view: InstrumentView, event: audit.Event, question: Question, **detail: int
) -> None:
    """The look-up, before it is answered, with its purpose; whom it was about, if it was about somebody."""
    sought = {"sought": question.wanted.text} if question.wanted.text else {}
    audit.record(
        event=event,
        account=request.user.username,
        subject=view.isin,
        height=question.at.height,
        **registers.purpose_for(request, view),
        **sought,
        **detail,
    )


def _orders() -> list[tuple[str, str]]:
    return [
        (Order.LARGEST, _("largest first")),
        (Order.SMALLEST, _("smallest first")),
        (Order.ADDRESS, _("by wallet")),
        (Order.LOCKED, _("most locked up first")),
    ]


def _columns(order: Order) -> list[dict[str, str]]:
    """The table's heads: what each sorts by when pressed, and how it is sorted now."""
    by_quantity = Order.SMALLEST if order is Order.LARGEST else Order.LARGEST
    heads = (
        (_("Wallet"), Order.ADDRESS, "", {Order.ADDRESS: "ascending"}),
        (_("Quantity"), by_quantity, "right", {Order.LARGEST: "descending", Order.SMALLEST: "ascending"}),
        (_("Share"), None, "right", {}),
        (_("Locked up"), Order.LOCKED, "right", {Order.LOCKED: "descending"}),
    )
    return [
        {"words": words, "order": to.value if to else "", "place": place, "sorted": sorts.get(order, "")}
        for words, to, place, sorts in heads
    ]

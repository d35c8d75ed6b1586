"""What a register's address asks for: as of when, which lines, in which order; what cannot be read is told."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors.registers import Order, Wanted
from portal.queries import number_in, text_in, whole_number
from portal.registers import Moment

TEXT_MAX: Final = 80
PAGES_MAX: Final = 10**6


@dataclass(frozen=True, slots=True)
class Question:
    """A readable question, what was typed for it, and a sentence for each part that could not be read."""

    at: Moment
    wanted: Wanted
    page: int
    is_now: bool = True
    typed: dict[str, str] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether lines were left out on purpose."""
        return bool(self.wanted.text or self.wanted.least)


class Unreadable(Exception):
    """A part of the question that leads nowhere; its text is for the person who typed it."""


def asked(request: HttpRequest, decimals: int) -> Question:
    """The question in this address; parts that lead nowhere are left aside, each with a sentence."""
    names = {"height": 20, "date": 10, "q": TEXT_MAX, "least": 24, "order": 12}
    typed = {name: text_in(request, name, most) for name, most in names.items()}
    order = Order(typed["order"]) if typed["order"] in list(Order) else Order.LARGEST
    number = max(1, min(number_in(request, "page") or 1, PAGES_MAX))
    question = Question(_newest(), Wanted(typed["q"], order=order), number, typed=typed)
    try:
        at = _moment(typed)
        question = replace(question, at=at or question.at, is_now=at is None)
    except Unreadable as trouble:
        question = replace(question, troubles=(str(trouble),))
    try:
        least = minor_units(typed["least"], decimals)
        return replace(question, wanted=replace(question.wanted, least=least))
    except Unreadable as trouble:
        return replace(question, troubles=(*question.troubles, str(trouble)))


def minor_units(text: str, decimals: int) -> int:
    """A quantity as people write it, thousands separated or not, in minor units; 0 for nothing."""
    plain = re.sub(r"[\s,]", "", text)
    if not plain:
        return 0
    if not re.fullmatch(rf"\d{{1,15}}(\.\d{{1,{max(decimals, 1)}}})?", plain, re.ASCII):
        raise Unreadable(_least_words(decimals))
    whole, _dot, part = plain.partition(".")
    if len(part) > decimals:
        raise Unreadable(_least_words(decimals))
    return int(whole + part.ljust(decimals, "0"))


def _least_words(decimals: int) -> str:
    return _(
        "The least quantity could not be read. Write a number such as 1,000, with at most %(n)d decimals."
    ) % {"n": decimals}


def _moment(typed: dict[str, str]) -> Moment | None:
    if typed["height"] and typed["date"]:
        raise Unreadable(_("Give a date or a block, not both. The register is shown as it stands now."))
    if typed["height"]:
        return _at_block(typed["height"])
    return _at_end_of(typed["date"]) if typed["date"] else None


def _newest() -> Moment:
    latest = selectors.headline()
    return Moment(latest.height, latest.time)


def _at_block(typed: str) -> Moment:
    height = whole_number(typed)
    block = selectors.block_at(height) if height else None
    if block is None:
        raise Unreadable(_("This node has no such block. The register is shown as it stands now."))
    return Moment(block.height, block.time)


def _at_end_of(typed: str) -> Moment:
    """The last block of that day in UTC."""
    try:
        day = date.fromisoformat(typed)
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        raise Unreadable(
            _("That is no date. Write it as 2026-11-23. The register is shown as it stands now.")
        ) from None
    block = selectors.block_as_of(int(end.timestamp()) - 1)
    if block is None:
        raise Unreadable(
            _("On that day this ledger had no block yet. The register is shown as it stands now.")
        )
    return Moment(block.height, block.time)

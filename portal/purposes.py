"""Why a supervisor looks: asked before the first look at each thing, kept for the session, written down each time."""

from collections.abc import Callable
from typing import Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

KEPT: Final = "purposes"
SUBJECTS_MOST: Final = 200  # of one session


class PurposeNeeded(Exception):
    """A supervisor has not said yet why this is looked at."""

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.subject = subject


class PurposeForm(forms.Form):
    """A few words, or the number of a case."""

    purpose = forms.CharField(
        label=_("Purpose"),
        min_length=3,
        max_length=120,
        help_text=_(
            "A case number or a few words. It is written to the audit log beside every look of this session."
        ),
    )
    subject = forms.CharField(max_length=128, widget=forms.HiddenInput)
    next = forms.CharField(max_length=500, widget=forms.HiddenInput)


def purpose_of(request: HttpRequest, subject: str) -> str:
    """What this session's person gave as the purpose of looking at the subject; PurposeNeeded if nothing yet."""
    said: dict[str, str] = request.session.get(KEPT, {})
    if subject not in said:
        raise PurposeNeeded(subject)
    return said[subject]


def keep(request: HttpRequest, subject: str, purpose: str) -> None:
    """From now on looks at this subject have this purpose, until the session ends."""
    said = dict(list(request.session.get(KEPT, {}).items())[-SUBJECTS_MOST + 1 :])
    request.session[KEPT] = said | {subject: purpose}


class PurposeMiddleware:
    """Answers with the question instead of the page, where a view lacks the purpose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """As it comes."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The form; only a page that is read can be asked for again behind it."""
        if not isinstance(error, PurposeNeeded):
            return None
        if request.method != "GET":
            raise PermissionDenied
        form = PurposeForm(initial={"subject": error.subject, "next": request.get_full_path()})
        return render(request, "accounts/purpose.html", {"form": form, "subject": error.subject})

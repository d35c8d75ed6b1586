"""Translations, without gettext; `python -m portal.frontend.languages` takes new sentences into locale/."""

import io
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from ledger.protocol.reasons import SENTENCES

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCALE = BASE_DIR / "locale"
PYTHON_FOLDERS = ("portal", "ledger")
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def compile_all() -> None:
    """Write each language's .mo beside its .po when the .po is newer."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as readable, target.open("wb") as writable:
            write_mo(writable, read_po(readable))


def update_all() -> None:
    """Add the sentences of today's pages to every .po and drop the ones no page says any more."""
    template = extracted()
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as readable:
            catalog = read_po(readable)
        # A date that changes with every sentence only makes conflicts.
        template.creation_date = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        with path.open("wb") as writable:
            write_po(writable, catalog, width=110, omit_header=False, no_location=True, sort_output=True)


def extracted() -> Catalog:
    """Every sentence marked for translation in our Python files and templates."""
    catalog = Catalog(charset="utf-8")
    for _path, text in sources():
        lines = io.BytesIO(text.encode())
        for lineno, message, _comments, context in extract("python", lines, keywords=KEYWORDS):
            catalog.add(message, None, [("", lineno)], context=context)
    for _code, sentence in SENTENCES.values():  # the kernel knows no languages; pages show them in each
        catalog.add(sentence)
    return catalog


def sources() -> Iterator[tuple[Path, str]]:
    """Our Python files as they are, and templates as the Python-like text Django makes of them."""
    for folder in PYTHON_FOLDERS:
        for path in sorted((BASE_DIR / folder).rglob("*.py")):
            yield path, path.read_text()
    for path in sorted(
        each for each in (BASE_DIR / "templates").rglob("*.*") if each.suffix in {".html", ".txt"}
    ):
        text = templatize(path.read_text(), origin=str(path))
        yield path, "\n".join(line.lstrip() for line in text.splitlines())


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    django.setup()
    update_all()
    compile_all()

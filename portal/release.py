"""The wallet's release: every script that a page may run, with its digest, and one digest over all of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

# Any script of this origin could use an unlocked wallet: so the release is all that pages load, not the wallet alone.
PARTS: Final = (
    "wallet/",
    "js/",
    "vendor/",
    "django_htmx/htmx-2.min.js",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
)
SCRIPTS: Final = (".js", ".mjs")


@dataclass(frozen=True, slots=True)
class Script:
    """One file as it is served: what it is called in the source, where it is served, its SHA-256."""

    name: str
    path: str
    digest: str


@dataclass(frozen=True)
class Release:
    """The scripts by their paths."""

    scripts: tuple[Script, ...]

    @cached_property
    def listed(self) -> str:
        """The canonical list, as `sha256sum` writes and checks it."""
        return "".join(f"{each.digest}  {each.path}\n" for each in self.scripts)

    @cached_property
    def digest(self) -> str:
        """The release's digest: SHA-256 of the list, in hex."""
        return hashlib.sha256(self.listed.encode()).hexdigest()


def release() -> Release:
    """What this portal serves now, read from the collected files; empty where none were collected."""
    names: Mapping[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    chosen = [name for name in names if belongs(name)]
    scripts = [_script(name, names[name]) for name in chosen]
    return Release(tuple(sorted(scripts, key=lambda each: each.path)))


def belongs(name: str) -> bool:
    """Whether a static file is a script of the release."""
    return name.startswith(PARTS) and name.endswith(SCRIPTS)


def _script(name: str, served: str) -> Script:
    content = (Path(settings.STATIC_ROOT) / served).read_bytes()
    path = settings.STATIC_URL.lstrip("/") + served
    return Script(name, path, hashlib.sha256(content).hexdigest())

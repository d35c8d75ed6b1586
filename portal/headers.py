"""Headers of static files."""

import re
from collections.abc import MutableMapping
from typing import Final

WORKER: Final = re.compile(r"/wallet/worker\.[0-9a-f]{12}\.js\Z")


def add_headers(headers: MutableMapping[str, str], _path: str, url: str) -> None:
    """The worker that checks the wallet's files stands over every page, not only over its own folder."""
    if WORKER.search(url):
        headers["Service-Worker-Allowed"] = "/"

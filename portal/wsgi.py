"""The portal as gunicorn serves it: `gunicorn -c python:portal.gunicorn portal.wsgi`."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_CHARSET: Final = re.compile(r";\s*charset[^;]*", re.IGNORECASE)
_portal = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Everything is UTF-8, whatever a content type says.

    Django takes any codec of Python's that one names, `zlib` and `undefined` included, and fails before our code runs.
    """
    environ["CONTENT_TYPE"] = _CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
    return _portal(environ, start_response)

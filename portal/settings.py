"""Settings of one node; everything that differs between nodes comes from the environment."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

BASE_DIR = Path(__file__).resolve().parent.parent


def database(url: str) -> dict[str, object]:
    """Django's dictionary for `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlparse(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(query.get("port", [parts.port or ""])[0]),
    }


TALLYSTICK_NODE = os.environ.get("TALLYSTICK_NODE", "")
TALLYSTICK_HOME = Path(os.environ.get("TALLYSTICK_HOME", BASE_DIR / ".run" / (TALLYSTICK_NODE or "node")))
BROKER_URL = os.environ.get("BROKER_URL", "")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///tallystick"))}

SECRET_KEY = os.environ.get("TALLYSTICK_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TALLYSTICK_HOSTS", "localhost,127.0.0.1").split(",")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "ledger",
]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

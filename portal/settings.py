"""Settings of one node; everything that differs between nodes comes from the environment."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.headers import add_headers

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
        "CONN_MAX_AGE": None,  # connecting costs 3 ms and more; a message between nodes should not pay it
    }


def is_served_by_https(origin: str) -> bool:
    """Plain http is for this machine only: browsers give WebCrypto to no other page without https."""
    parts = urlparse(origin)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise ImproperlyConfigured(f"TALLYSTICK_ORIGIN must be https outside this machine, not {origin}")
    return parts.scheme == "https"


def refuse_demonstrations(home: Path) -> None:
    """A chain whose wallets a program holds is never served to the world (docs/protocol.md section 11)."""
    network = home / "network.json"
    if network.exists() and json.loads(network.read_text())["chain"].startswith("demo-"):
        raise ImproperlyConfigured(
            "This node is on a demonstration's chain, whose keys a program holds: found a network of your own, "
            "whose label does not begin with demo-, before you serve it by https."
        )


# The node
TALLYSTICK_NODE = os.environ.get("TALLYSTICK_NODE", "")
TALLYSTICK_HOME = Path(os.environ.get("TALLYSTICK_HOME", BASE_DIR / ".run" / (TALLYSTICK_NODE or "node")))
BROKER_URL = os.environ.get("BROKER_URL", "")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///tallystick"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The portal's address decides how strict cookies and redirects are
ORIGIN = os.environ.get("TALLYSTICK_ORIGIN", "http://localhost:8000")
HTTPS = is_served_by_https(ORIGIN)
if HTTPS:
    refuse_demonstrations(TALLYSTICK_HOME)
SECRET_KEY = os.environ.get("TALLYSTICK_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TALLYSTICK_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "ledger",
    "portal",
]
MIDDLEWARE = [
    "portal.requests.ReadableRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.access.AccessMiddleware",
    "portal.purposes.PurposeMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.node",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.templatetags.words",
            ],
        },
    }
]

# Who signs in
AUTH_USER_MODEL = "portal.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.signing_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"  # the link of an invitation went there
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a changed password and of second factors
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "signup": "10/h/ip",
    "login_failed": "30/15m/ip",  # by address, not by name: nobody locks somebody else out (portal.attempts)
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TALLYSTICK_BEHIND_PROXY", "0"))
MFA_ADAPTER = "portal.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = f"Tallystick {TALLYSTICK_NODE}".strip()
SECOND_FACTOR_REQUIRED = (
    HTTPS  # of whoever signs or administrates; offered where the chain is a demonstration
)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# E-mail: by TALLYSTICK_EMAIL=smtp://user:password@host:port (smtps for TLS from the start), else into files
EMAIL_URL = urlparse(os.environ.get("TALLYSTICK_EMAIL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL.hostname else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = TALLYSTICK_HOME / "mail"
EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = EMAIL_URL.scheme == "smtps", EMAIL_URL.scheme == "smtp"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TALLYSTICK_EMAIL_FROM", "tallystick@localhost")

# Cookies carry the node's name: two portals on one host must not sign each other's users out
COOKIE_PREFIX = ("__Host-" if HTTPS else "") + f"tallystick_{TALLYSTICK_NODE or 'node'}"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "tallystick_language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# What a browser may do with our pages
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("TALLYSTICK_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's stylesheet draws carets and ticks as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("TALLYSTICK_STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.storage.HashedStaticFiles"},
}
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers

# Languages and time
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# The API
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    33_000_000  # a long list, or a thousand transactions; ledger.api.bodies says more
)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["ledger.api.callers.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # what is not public asks for its caller itself (ledger.api.callers.allow)
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "ledger.api.errors.handle",
    # Whose word on the caller's address counts: nobody's but the proxy's, where there is one.
    "NUM_PROXIES": int(os.environ.get("TALLYSTICK_BEHIND_PROXY", "0")),
    "DEFAULT_THROTTLE_CLASSES": [
        "ledger.api.callers.AddressThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": os.environ.get("TALLYSTICK_RATE", "400/s"),  # requests of one network address
        "user": os.environ.get("TALLYSTICK_RATE", "400/s"),  # and of one wallet with its token, from wherever
        "bulk": os.environ.get("TALLYSTICK_RATE_BULK", "100/s"),  # each up to a thousand transactions
        "tokens": os.environ.get("TALLYSTICK_RATE_TOKENS", "50/s"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tallystick",
    "DESCRIPTION": "The public API of one node: submit signed transactions, follow them, read the ledger.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("TALLYSTICK_LOG_LEVEL", "INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}, "httpx": {"level": "WARNING"}},
}

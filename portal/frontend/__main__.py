"""`python -m portal.frontend`: prepare all static files of the portal; instant when nothing has changed."""

import os
import sys

from portal.frontend import bundle, languages


def main() -> None:
    """Bundle vendor code, compile translations and collect hashed static files, each only when needed."""
    bundle.build()
    languages.compile_all()
    collect()


def collect() -> None:
    """Copy static files to STATIC_ROOT under hashed names, unless exactly these were collected before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    stamp = settings.STATIC_ROOT / ".stamp"
    wanted = bundle.fingerprint(settings.BASE_DIR / "static", settings.BASE_DIR / "requirements.txt")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    # The extensions of htmx are not used, and one imports a file by a name that it does not have here.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=["hx-*.js"])
    stamp.write_text(wanted)


if __name__ == "__main__":
    try:
        main()
    except bundle.FrontendError as error:
        sys.exit(f"portal.frontend: {error}")

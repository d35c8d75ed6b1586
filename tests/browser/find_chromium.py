"""Where the browser of the tests is; `python -m tests.browser.find_chromium` installs one if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The program: named in TALLYSTICK_CHROMIUM, on PATH, or Playwright's own; None if there is none."""
    named = os.environ.get("TALLYSTICK_CHROMIUM")
    on_path = (shutil.which(name) for name in NAMES)
    return named or next(filter(None, on_path), None) or _of_playwright()


def main() -> int:
    """Try what needs no rights first."""
    if find_chromium():
        return 0
    print("Installing a browser for the tests.", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    if not find_chromium() and os.geteuid() == 0 and shutil.which("apt-get"):
        _try(["apt-get", "update"])
        _try(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    if find_chromium():
        return 0
    print(
        "No Chromium was found and none could be installed: install one, or name it in TALLYSTICK_CHROMIUM."
    )
    return 1


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _try(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())

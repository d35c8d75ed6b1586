"""Shared by the browser's tests: Chromium, and a town's node with its portal."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings

from tests.browser.find_chromium import find_chromium
from tests.browser.modules import served_files
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.portal.conftest import account, issue

T = TypeVar("T")


def beside(call: Callable[[], T]) -> T:
    """What this answers in a thread of its own, which leaves no database connection behind."""

    def run() -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def town(transactional_db: None, settings: Settings, tmp_path: Path) -> NodeTown:
    """The usual people, an instrument, and an operator of the CSD's node."""
    settings.TALLYSTICK_HOME = tmp_path / "node"
    town = NodeTown()
    issue(town)
    account("olga", "operator")
    return town


@pytest.fixture
def portal(town: NodeTown) -> Iterator[RunningPortal]:
    """The CSD's portal."""
    with RunningPortal() as running:
        yield running


@pytest.fixture
def browser(portal: RunningPortal) -> Iterator[Browser]:
    """Chromium. Its event loop runs in this thread until the test ends: the database is for `beside`."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One page for a whole file of tests of the wallet's modules; no portal is behind it."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with served_files() as address, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        opened = running.new_page()
        opened.goto(f"{address}/static/wallet/encoding.js")
        yield opened
        running.close()

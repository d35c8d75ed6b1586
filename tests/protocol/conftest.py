"""Shared by the tests of the rules: a town, made once a run and copied for each test."""

from functools import cache

import pytest

from tests.protocol.town import Town


@cache
def _founded() -> Town:
    return Town()


@pytest.fixture
def town() -> Town:
    """Everybody is admitted and attested; nothing is issued yet."""
    return _founded().copy()

"""Loaded before Django's settings: what a node's environment would say, where a test run has none."""

import os

from hypothesis import settings

settings.register_profile(
    "same", derandomize=True, deadline=None
)  # the same examples in every run, however slow
settings.load_profile("same")
os.environ.setdefault("TALLYSTICK_SECRET_KEY", "only for tests, and long enough for Django's own check of it")

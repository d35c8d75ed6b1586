"""Loaded before Django's settings: what a node's environment would say, where a test run has none."""

import os

os.environ.setdefault("TALLYSTICK_SECRET_KEY", "only for tests, and long enough for Django's own check of it")

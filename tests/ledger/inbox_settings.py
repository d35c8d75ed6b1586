"""Settings of the inbox workers that the transport's tests start: no database, and a recorder for the driver."""

from portal.settings import *  # noqa: F403

INSTALLED_APPS: list[str] = []
DATABASES: dict[str, object] = {}
TALLYSTICK_RECEIVER = "inbox_recorder.receive"
TALLYSTICK_PACEMAKER = "inbox_recorder"

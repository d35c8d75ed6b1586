"""Places where a test kills this process, to see that a restart loses nothing and says nothing twice.

They do nothing unless TALLYSTICK_FAILPOINT names one: `event.saved`, or `event.saved:3` for the third time there.
"""

import os
import signal
from typing import Final

_NAME, _, _TIMES = os.environ.get("TALLYSTICK_FAILPOINT", "").partition(":")
_left: Final = [int(_TIMES or 1)]


def reached(name: str) -> None:
    """End the process here and now, as a power cut would, if this is the place and the time."""
    if name == _NAME:
        _left[0] -= 1
        if _left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

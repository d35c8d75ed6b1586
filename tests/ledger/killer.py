"""Lets a node die at one of its commits, inside this process: its connection is gone."""

from collections.abc import Callable
from typing import Any

from django.db import Error


class Killer:
    """Has a node die at its commit number `count` from now: just before it, or just after."""

    def __init__(self, connection: Any, count: int, *, committed: bool) -> None:
        self.connection, self.left, self.committed = connection, count, committed
        self.real: Callable[[], None] = connection._commit
        connection._commit = self._commit

    @property
    def has_killed(self) -> bool:
        """Whether it came to that."""
        return self.left <= 0

    def _commit(self) -> None:
        self.left -= 1
        if self.left == 0 and not self.committed:
            self._kill()
        self.real()
        if self.left == 0:
            self._kill()

    def _kill(self) -> None:
        self.connection.connection.close()  # the server takes back what was not committed
        raise Error("killed")

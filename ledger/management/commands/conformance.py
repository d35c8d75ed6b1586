"""Answers outside test vectors: one JSON object a line on standard input, one a line on standard output."""

import sys

from django.core.management.base import BaseCommand

from ledger.conformance import run


class Command(BaseCommand):
    """Pure: needs no database, no node and no settings of its own."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Answer until the input ends; each answer is flushed, so that a caller may wait for it."""
        for answer in run(sys.stdin.buffer):
            sys.stdout.buffer.write(answer)
            sys.stdout.buffer.flush()

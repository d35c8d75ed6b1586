"""`manage.py network status`: what this node is doing, and where its peers are."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from ledger import selectors

SILENT_SECONDS = 15


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status"])
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = selectors.network_status()
        except (Error, LookupError) as error:
            raise CommandError(f"This node cannot be asked: {error}") from error
        troubles = trouble(status)
        if options["json"]:
            self.stdout.write(json.dumps({**status, "troubles": troubles}))
        else:
            self._tell(status, troubles)
        if troubles:
            sys.exit(1)

    def _tell(self, status: dict[str, Any], troubles: list[str]) -> None:
        self.stdout.write(
            f"{status['chain']}, protocol version {status['version']}: height {status['height']}, "
            f"state {status['state_root'][:16]}…, {status['pending']} pending"
        )
        for peer in status["peers"]:
            heard = f"heard {peer['seconds_ago']:.0f} s ago"
            self.stdout.write(f"  {peer['name']:<16} height {peer['height']:>8}  {peer['step']:<10} {heard}")
        for sentence in troubles:
            self.stdout.write(sentence)


def trouble(status: dict[str, Any]) -> list[str]:
    """What an operator should look at, in sentences; empty when all is well."""
    found = [f"THIS NODE HAS STOPPED: {status['halted']}"] if status["halted"] else []
    tips = [peer["height"] for peer in status["peers"] if peer["seconds_ago"] < SILENT_SECONDS]
    if tips and max(tips) > status["height"] + 2:
        found.append(f"This node is behind: a peer is at height {max(tips)}, this one at {status['height']}.")
    silent = [peer["name"] for peer in status["peers"] if peer["seconds_ago"] >= SILENT_SECONDS]
    if silent:
        found.append(f"Not heard for {SILENT_SECONDS} s: {', '.join(silent)}.")
    return found

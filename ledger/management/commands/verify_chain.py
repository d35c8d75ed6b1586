"""`manage.py verify_chain`: re-derive this node's ledger from genesis and compare every column."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from ledger.audit import verify_chain


class Command(BaseCommand):
    help = "Replays the chain from genesis and compares it with every ledger table and read model."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["json"] or not sys.stderr.isatty()
        report = verify_chain() if quiet else verify_chain(self._progress)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not report.findings, **asdict(report)}))
        else:
            for finding in report.findings:
                self.stdout.write(f"height {finding.height}: {finding.table}: {finding.what}")
            outcome = f"{len(report.findings)} findings" if report.findings else "everything agrees"
            self.stdout.write(
                f"{outcome}: {report.height} blocks, {report.transactions} transactions, state {report.state_root}"
            )
        if report.findings:
            sys.exit(1)

    def _progress(self, done: int, of: int) -> None:
        self.stderr.write(f"\r{done} of {of} blocks", ending="" if done < of else "\n")

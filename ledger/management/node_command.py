"""What the commands about a node's own files share: sentences instead of tracebacks, no database needed."""

from abc import abstractmethod
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.node.files import Home, NodeError
from ledger.protocol.reasons import Rejected


class NodeCommand(BaseCommand):
    """A command whose refusals are sentences."""

    requires_system_checks = ()

    def add_home(self, parser: CommandParser) -> None:
        """The option that says which node is meant."""
        parser.add_argument("--home", type=Path, default=settings.TALLYSTICK_HOME, help="the node's folder")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and turn what a person can put right into one sentence."""
        try:
            self.run(**options)
        except NodeError as error:
            raise CommandError(str(error)) from error
        except Rejected as error:
            raise CommandError(f"{error.field}: {error}" if error.field else str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or 'The disk'}: {error.strerror}.") from error

    @abstractmethod
    def run(self, **options: Any) -> None:
        """Do it; raise NodeError or Rejected to refuse."""

    def tell(self, sentence: str) -> None:
        """One line for the person at the keyboard."""
        self.stdout.write(sentence)


def home(options: dict[str, Any]) -> Home:
    """The node that is meant."""
    return Home(options["home"])

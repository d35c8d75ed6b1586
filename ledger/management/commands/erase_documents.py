"""manage.py erase_documents DIGEST …: sealed copies leave this node; their digests stay on the ledger."""

import re
from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError

from ledger import services


class Command(BaseCommand):
    """Each institution erases on its own node."""

    help = "Erase every sealed copy of the documents with these digests from this node."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("digests", nargs="+", metavar="DIGEST", help="as the act names the document")

    def handle(self, *args: object, digests: list[str], **options: object) -> None:
        """Say how many copies there were."""
        if wrong := [each for each in digests if not re.fullmatch("[0-9a-f]{64}", each)]:
            raise CommandError(f"{wrong[0]} is no digest: 64 lower-case hexadecimal digits.")
        self.stdout.write(f"{services.erase_documents(documents_=digests)} copies erased on this node.")

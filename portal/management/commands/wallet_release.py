"""`manage.py wallet_release`: every script of this release with its SHA-256, and the digest to compare."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.release import release


class Command(BaseCommand):
    """Reads the collected files only: anybody who has the source gets the same digest on his own machine."""

    help = "List the scripts of the wallet's release with their digests, as sha256sum does, and the release's digest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--digest", action="store_true", help="only the release's digest")

    def handle(self, *_args: str, digest: bool, **_options: object) -> None:
        found = release()
        if not found.scripts:
            raise CommandError("No files have been collected: run `make frontend` first.")
        if not digest:
            self.stdout.write(found.listed, ending="")
        self.stdout.write(found.digest if digest else f"\nRelease {found.digest}")

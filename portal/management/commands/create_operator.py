"""`manage.py create_operator NAME`: an account of this node's own institution, by default an administrator's."""

import getpass
import os

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.transaction import atomic

from ledger.node.files import NodeError
from portal import audit
from portal.models import Account
from portal.organisations import home_organisation


class Command(BaseCommand):
    """Asks for the password, or reads it from the environment, so that it is never in a command line."""

    help = "Create an account, or give it a new password. TALLYSTICK_OPERATOR_PASSWORD is used if it is set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=("operator", "viewer"), default="operator")

    def handle(self, *_args: str, name: str, role: str, **_options: object) -> None:
        password = os.environ.get("TALLYSTICK_OPERATOR_PASSWORD") or getpass.getpass(f"Password for {name}: ")
        is_administrator = role == "operator"
        try:
            home = home_organisation()
        except NodeError as error:
            raise CommandError(str(error)) from None
        account = Account.objects.filter(username=name).first() or Account(username=name, organisation=home)
        if account.pk and account.is_operator == is_administrator and account.check_password(password):
            self.stdout.write(f"{name} can sign in on this node as {role} already.")
            return
        try:
            validate_password(password, account)
            account.organisation, account.is_administrator = home, is_administrator
            account.set_password(password)
            account.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        with atomic():
            account.save()
            audit.record(event=audit.Event.CREATED, account=name, role=role)
        self.stdout.write(f"{name} can sign in on this node as {role}.")

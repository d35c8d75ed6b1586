"""A thread of the jobs worker: every two seconds it makes the notices of new blocks, and sends their e-mails."""

import logging
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.db.transaction import atomic
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal import mail, notices
from portal.models import Account, Notice
from portal.shown.notices import sentence

LOOK_SECONDS: Final = 2.0
MAILS_AT_ONCE: Final = 200

log = logging.getLogger(__name__)


class Follower(Thread):
    """Goes on whatever the database does, until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="follower", daemon=True)
        self.ended = Event()

    def run(self) -> None:
        """Look, and look again."""
        while not self.ended.wait(LOOK_SECONDS):
            try:
                close_old_connections()
                while notices.follow():
                    pass
                post()
            except Error as error:
                log.warning("Notices have to wait: %s", error)
        connection.close()


def post() -> None:
    """Send what nobody was written about yet, one e-mail a person; at most once, so that none comes twice."""
    with atomic():
        waiting = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(mailed_at=None)
        rows = list(waiting.select_related("account").order_by("id")[:MAILS_AT_ONCE])
        Notice.objects.filter(pk__in=[each.pk for each in rows]).update(mailed_at=timezone.now())
    for account in {each.account for each in rows}:
        if account.wants_mail and account.email and account.is_active:
            _write(account, [each for each in rows if each.account == account])


def _write(account: Account, rows: list[Notice]) -> None:
    with override(account.language):
        sentences = [sentence(each) for each in rows]
    link = settings.ORIGIN + reverse("notices")
    mail.send(to=account.email, language=account.language, about="notices", sentences=sentences, link=link)

"""E-mails: plain text, in the reader's language, with no address and no quantity in them."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import override

log = logging.getLogger(__name__)


def send(*, to: str, language: str, about: str, **facts: object) -> bool:
    """Send `templates/mail/<about>.txt`, whose first line is the subject; whether the mail server took it."""
    with override(language):
        subject, _, body = (
            render_to_string(f"mail/{about}.txt", facts | {"origin": settings.ORIGIN}).strip().partition("\n")
        )
    try:
        return bool(send_mail(subject, body.strip() + "\n", None, [to]))
    except (OSError, smtplib.SMTPException) as error:
        log.error("An e-mail about %s was not sent: %s", about, error)
        return False

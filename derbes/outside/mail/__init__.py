"""Mail, through Django's backends: console, file, SMTP, and memory for tests.

Always holds: one message goes to one address; no exception carries the address, the subject or the text; a
message that was not taken raises `NotSent`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.core.mail.backends import console, filebased, locmem, smtp
from django.core.mail.backends.base import BaseEmailBackend

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PERMANENT = 500  # answers from here on are for good (RFC 5321 §4.2.1)
ONE_ADDRESS = re.compile(r"[^\s,;<>@\"]+@[^\s,;<>@\"]+")


class NotSent(Exception):
    """The message was not taken; `reason` is one of: not_an_address, bad_subject, refused, not_let_in; unreachable,
    which may be tried again.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True)
class Attachment:
    """A file that goes along; its name must not tell who the person is."""

    name: str
    mime: str
    data: bytes = field(repr=False)


class Mail:
    """Sends by one backend from one sender."""

    def __init__(self, connection: BaseEmailBackend, sender: str) -> None:
        self._connection = connection
        self._sender = sender

    def send(
        self, to: str, subject: str, text: str, attachments: Iterable[Attachment] = (), mark: str = ""
    ) -> None:
        """Send a plain text message to one address; raises NotSent. The same `mark` gives the same Message-ID."""
        if not ONE_ADDRESS.fullmatch(to):
            raise NotSent("not_an_address", "The address is not one e-mail address.")
        if "\n" in subject or "\r" in subject:
            raise NotSent("bad_subject", "The subject must be one line.")
        headers = {"Message-ID": f"<{mark}@{self._sender.rpartition('@')[2]}>"} if mark else {}
        message = EmailMessage(
            subject, text, self._sender, [to], connection=self._connection, headers=headers
        )
        for attachment in attachments:
            message.attach(attachment.name, attachment.data, attachment.mime)
        try:
            message.send()
        except (SMTPException, OSError) as failure:
            # without the cause: the server's answer repeats the address
            reason = "refused" if _for_good(failure) else "unreachable"
            raise NotSent(reason, "The mail server did not take the message.") from None

    def reach(self) -> None:
        """Return when the server lets us in; raises NotSent (unreachable, not_let_in). Nothing is sent."""
        try:
            self._connection.open()
            self._connection.close()
        except SMTPAuthenticationError:
            raise NotSent("not_let_in", "The mail server does not let us in.") from None
        except (SMTPException, OSError):
            raise NotSent("unreachable", "The mail server does not answer.") from None


def open_mail(settings: Mapping[str, Any], *, development: bool = False) -> Mail:
    """Return the sender that the settings name; raises ValueError with what is wrong in them.

    `settings`: "driver" (console, file, memory, smtp), "from" (the sender's address) and, for file, "path". The
    mail server is named by Django's own EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS ….
    """
    return Mail(_connection(settings, development=development), settings["from"])


def _for_good(failure: Exception) -> bool:
    """Whether the server will never take this message: a permanent answer to the address or to the text."""
    if isinstance(failure, SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in failure.recipients.values())
    return isinstance(failure, SMTPDataError) and failure.smtp_code >= _PERMANENT


def _connection(settings: Mapping[str, Any], *, development: bool) -> BaseEmailBackend:
    match settings["driver"]:
        case "console" if not development:
            raise ValueError(
                "Mail: the console driver shows codes on the screen; it is for development only."
            )
        case "console":
            return console.EmailBackend()
        case "file":
            return filebased.EmailBackend(file_path=str(settings["path"]))
        case "memory":
            return locmem.EmailBackend()
        case "smtp":
            return _protected(smtp.EmailBackend())
        case unknown:
            raise ValueError(f"Mail: there is no driver {unknown!r}; use console, file, memory or smtp.")


def _protected(connection: smtp.EmailBackend) -> smtp.EmailBackend:
    if connection.host in LOOPBACK or connection.use_tls or connection.use_ssl:
        return connection
    raise ValueError(
        "Mail: personal data does not travel in clear. Turn TLS on, or use a server on this machine."
    )


def send(to: str, subject: str, text: str, attachments: Iterable[Attachment] = (), mark: str = "") -> None:
    """Send by the driver of this installation, as `settings.MAIL` says; raises NotSent."""
    mail = open_mail(django_settings.MAIL, development=django_settings.DEVELOPMENT)
    mail.send(to, subject, text, attachments, mark)


def reach() -> None:
    """Return when this installation can send mail; raises NotSent, and ValueError with what is wrong in the settings."""
    open_mail(django_settings.MAIL, development=django_settings.DEVELOPMENT).reach()

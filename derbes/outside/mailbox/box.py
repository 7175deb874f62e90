"""The IMAP side: sign in, look for letters one by one, remove each that was taken in."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings as django_settings

from derbes.outside.mailbox.letters import Letter, Limits, Unreadable, parse

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUT = 20.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_CAME = re.compile(rb'INTERNALDATE "([^"]+)"')
_UID = re.compile(rb"\d{1,10}")


class Unreachable(OSError):
    """The mailbox did not answer, or did not let us in; `reason`: unreachable, not_let_in, no_folder."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Settings:
    """Where the mailbox is. Values come from the environment, so the port may be text."""

    host: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    port: int | str = 993
    timeout: float = TIMEOUT


class Mailbox:
    """An open folder of the mailbox."""

    def __init__(self, connection: imaplib.IMAP4, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits

    def waiting(self) -> list[str]:
        """Return the names (UIDs) of the letters that lie there and are not left for a person, the oldest first. Raises `Unreachable`."""
        answer = self._ask("SEARCH", "UNDELETED", "UNFLAGGED")
        words = b" ".join(part for part in answer if isinstance(part, bytes)).split()
        return [word.decode() for word in words if _UID.fullmatch(word)]

    def read(self, uid: str) -> Letter:
        """Return one letter without marking it. Raises `Unreadable` (with the reason), `Unreachable`."""
        about = _bytes_of(self._ask("FETCH", uid, "(RFC822.SIZE INTERNALDATE)"))
        size = _SIZE.search(about)
        if size is None:
            raise Unreadable("damaged")
        if int(size[1]) > self._limits.size:
            raise Unreadable("too_big")
        whole = [part[1] for part in self._ask("FETCH", uid, "(BODY.PEEK[])") if isinstance(part, tuple)]
        if not whole or not isinstance(whole[0], bytes):
            raise Unreadable("damaged")
        return replace(parse(whole[0], self._limits), came=_came(about))

    def remove(self, uid: str) -> None:
        """Remove a letter that was taken in. Raises `Unreachable`."""
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        try:
            self._connection.expunge()
        except (imaplib.IMAP4.error, OSError):
            raise Unreachable("unreachable") from None

    def leave(self, uid: str) -> None:
        """Mark a letter that cannot be taken in as one that a person has to look at. Raises `Unreachable`."""
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Flagged \Seen)")

    def _ask(self, command: str, *words: str) -> list[Any]:
        try:
            status, answer = self._connection.uid(command, *words)
        except (imaplib.IMAP4.error, OSError):
            raise Unreachable("unreachable") from None  # the cause may quote the letter
        if status != "OK":
            raise Unreachable("unreachable")
        return [part for part in answer if part is not None]


def configured() -> bool:
    """Return whether this installation has a mailbox."""
    return bool(django_settings.MAILBOX.get("host"))


@contextmanager
def open_mailbox(settings: Mapping[str, Any], limits: Limits = Limits()) -> Iterator[Mailbox]:  # noqa: B008  frozen
    """Open the folder that the settings name (fields of `Settings`). Raises `Unreachable`."""
    chosen = Settings(**settings)
    connection = _connected(chosen)
    try:
        _let_in(connection, chosen)
        yield Mailbox(connection, limits)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()
        with suppress(OSError):
            connection.shutdown()  # who was hung up on has not closed its own end


def _connected(chosen: Settings) -> imaplib.IMAP4:
    port = int(chosen.port)
    try:
        if chosen.host in LOOPBACK:
            return imaplib.IMAP4(chosen.host, port, timeout=chosen.timeout)
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(chosen.host, port, ssl_context=context, timeout=chosen.timeout)
    except (imaplib.IMAP4.error, OSError):
        raise Unreachable("unreachable") from None


def _let_in(connection: imaplib.IMAP4, chosen: Settings) -> None:
    try:
        connection.login(chosen.user, chosen.password)
    except (imaplib.IMAP4.error, OSError):
        raise Unreachable("not_let_in") from None
    try:
        status, _ = connection.select(f'"{chosen.folder}"')
    except (imaplib.IMAP4.error, OSError):
        raise Unreachable("unreachable") from None
    if status != "OK":
        raise Unreachable("no_folder")


def _came(about: bytes) -> datetime | None:
    """When the server received the letter; its sender has no say in that."""
    found = _CAME.search(about)
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _bytes_of(answer: list[Any]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else part[0] for part in answer)

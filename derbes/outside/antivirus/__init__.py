"""Antivirus: a client of clamd, protocol INSTREAM, over a unix socket or TCP.

Always holds: only the reply "OK" lets a file through; silence, an error or an unknown reply is `Unavailable`.
Nothing of the file is written to disk here.
"""

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings as django_settings

CHUNK = 64 * 1024
REPLY = 4096


class Infected(Exception):
    """A signature matched; `signature` is its name in the virus database."""

    code = "infected"

    def __init__(self, signature: str) -> None:
        super().__init__("The file is infected and was not kept.")
        self.signature = signature


class Unavailable(Exception):
    """The file could not be checked, so it is not let through."""

    code = "antivirus_unavailable"


@dataclass(frozen=True)
class Settings:
    """Where clamd listens: "unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", or "" for no antivirus."""

    address: str = ""
    timeout: float = 10.0  # seconds, for each step of the talk


class Clamd:
    """One installation's antivirus; each scan is a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def configured(self) -> bool:
        """Say whether an antivirus was named at all."""
        return bool(self._settings.address)

    def scan(self, stream: BinaryIO) -> None:
        """Read `stream` to its end and return when it is clean; raises Infected or Unavailable."""
        try:
            with closing(self._connect()) as clamd:
                clamd.sendall(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK):
                    clamd.sendall(len(chunk).to_bytes(4, "big") + chunk)
                clamd.sendall(bytes(4))
                reply = _read_reply(clamd)
        except OSError as failure:
            raise Unavailable("The antivirus does not answer.") from failure
        _judge(reply)

    def reach(self) -> None:
        """Return when clamd answers; raises Unavailable."""
        try:
            with closing(self._connect()) as clamd:
                clamd.sendall(b"zPING\0")
                reply = _read_reply(clamd)
        except OSError as failure:
            raise Unavailable("The antivirus does not answer.") from failure
        if reply != b"PONG":
            raise Unavailable("What answers at the antivirus's address is no clamd.")

    def _connect(self) -> socket.socket:
        scheme, _, place = self._settings.address.partition(":")
        host, _, port = place.rpartition(":")
        if scheme == "tcp" and port.isdigit():
            return socket.create_connection((host.strip("[]"), int(port)), self._settings.timeout)
        if scheme == "unix":
            return self._connect_locally(place)
        raise Unavailable("No antivirus is configured; name it as unix:/path or tcp:host:port.")

    def _connect_locally(self, path: str) -> socket.socket:
        talk = socket.socket(socket.AF_UNIX)
        try:
            talk.settimeout(self._settings.timeout)
            talk.connect(path)
        except OSError:
            talk.close()
            raise
        return talk


def _read_reply(clamd: socket.socket) -> bytes:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < REPLY:
        more = clamd.recv(REPLY)
        if not more:
            raise ConnectionError("clamd closed the connection in the middle of its reply")
        reply += more
    return reply.removesuffix(b"\0").strip()


def _judge(reply: bytes) -> None:
    if reply == b"stream: OK":
        return
    if reply.startswith(b"stream: ") and reply.endswith(b" FOUND"):
        raise Infected(reply[len(b"stream: ") : -len(b" FOUND")].decode("ascii", "replace"))
    raise Unavailable("The antivirus did not check the file: " + reply[:200].decode("ascii", "replace"))


def open_antivirus(settings: Mapping[str, Any]) -> Clamd:
    """Return the antivirus that the settings name (fields of Settings); an empty address means none."""
    return Clamd(Settings(**settings))


def configured() -> bool:
    """Say whether this installation has an antivirus, as `settings.ANTIVIRUS` says."""
    return open_antivirus(django_settings.ANTIVIRUS).configured()


def scan(stream: BinaryIO) -> None:
    """Return when `stream` is clean; raises Infected or Unavailable (also when none is configured)."""
    open_antivirus(django_settings.ANTIVIRUS).scan(stream)


def reach(*, seconds: float = 5.0) -> None:
    """Return when the antivirus of this installation answers; raises Unavailable, also when none is configured."""
    open_antivirus({**django_settings.ANTIVIRUS, "timeout": seconds}).reach()

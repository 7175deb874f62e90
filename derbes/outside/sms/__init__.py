"""Text messages to Kazakhstan's mobiles.

Always holds: only numbers of the form +77XXXXXXXXX are written to; no exception carries the number or the
text; a message that the gateway did not take raises `NotSent`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings as django_settings

from derbes.outside.sms.drivers import Console, Folder, HttpGateway, NotSent

__all__ = ["Console", "Folder", "HttpGateway", "NotSent", "Settings", "open_sms", "send"]

MOBILE = re.compile(r"\+77[0-9]{9}")


@dataclass(frozen=True)
class Settings:
    """Which driver, and what it needs: `path` for "file"; `url`, `secret`, `timeout` for "http_gateway"."""

    driver: str
    path: Path | None = None
    url: str = ""
    secret: str = field(default="", repr=False)
    timeout: float = 10.0  # seconds


class Driver(Protocol):
    """One way of sending."""

    def send(self, to: str, text: str, mark: str = "") -> None:
        """Hand the message over; raises NotSent. What was handed over with the same `mark` is the same message."""

    def reach(self) -> None:
        """Return when messages can be handed over, as far as can be seen without one; raises NotSent."""


class Sms:
    """Checks the number, then sends by the driver."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def send(self, to: str, text: str, mark: str = "") -> None:
        """Send `text` to a mobile in the form +77XXXXXXXXX; raises NotSent."""
        if not MOBILE.fullmatch(to):
            raise NotSent("not_a_mobile", "The number is not a mobile of Kazakhstan (+77 and nine digits).")
        if not text:
            raise NotSent("empty", "The message has no text.")
        self._driver.send(to, text, mark)

    def reach(self) -> None:
        """Return when the driver is there; raises NotSent. Nothing is sent."""
        self._driver.reach()


def open_sms(settings: Mapping[str, Any], *, development: bool = False) -> Sms:
    """Return the sender that the settings name (fields of Settings); raises ValueError with what is wrong."""
    return Sms(_driver(Settings(**settings), development=development))


def _driver(settings: Settings, *, development: bool) -> Driver:
    if settings.driver == "console":
        if not development:
            raise ValueError("SMS: the console driver shows codes on the screen; it is for development only.")
        return Console()
    if settings.driver == "file":
        if settings.path is None:
            raise ValueError("SMS: the file driver needs a path.")
        return Folder(settings.path)
    if settings.driver == "http_gateway":
        return HttpGateway(settings.url, secret=settings.secret, timeout=settings.timeout)
    raise ValueError(f"SMS: there is no driver {settings.driver!r}; use console, file or http_gateway.")


def send(to: str, text: str, mark: str = "") -> None:
    """Send by the driver of this installation, as `settings.SMS` says; raises NotSent.

    A message with a `mark` may be handed over again when nobody knows whether it went out (docs/reliability.md).
    """
    open_sms(django_settings.SMS, development=django_settings.DEVELOPMENT).send(to, text, mark)


def reach() -> None:
    """Return when this installation can send messages; raises NotSent, and ValueError with what is wrong in the settings."""
    open_sms(django_settings.SMS, development=django_settings.DEVELOPMENT).reach()

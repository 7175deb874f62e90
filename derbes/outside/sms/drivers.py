"""Three ways of sending a text message: to the console, to a folder, to an HTTP gateway."""

import http.client
import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NotSent(Exception):
    """The message was not taken; `reason` is one of: not_a_mobile, empty, refused, unreachable."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Console:
    """Shows the message to a developer, the middle of the number hidden."""

    def send(self, to: str, text: str, mark: str = "") -> None:
        """Write one line to standard output."""
        del mark
        sys.stdout.write(f"SMS to {to[:4]}*****{to[-3:]}: {text}\n")
        sys.stdout.flush()

    def reach(self) -> None:
        """The screen is there."""


class Folder:
    """Writes one file a message, 0600, whole when it appears: for tests and for a modem's spool folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, to: str, text: str, mark: str = "") -> None:
        """Write the file: a line "To: +77…", an empty line, the text. Its name tells nothing.

        The same `mark` gives the same file.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / f"{mark or secrets.token_hex(16)}.txt"
            unfinished = self._folder / f"{secrets.token_hex(16)}.part"
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"To: {to}\n\n{text}\n")
            unfinished.rename(path)
        except OSError as failure:
            raise NotSent("unreachable", "The message folder cannot be written.") from failure

    def reach(self) -> None:
        """Look whether the folder can be written; raises NotSent."""
        found = next(folder for folder in (self._folder, *self._folder.parents) if folder.exists())
        if not os.access(found, os.W_OK | os.X_OK):
            raise NotSent("unreachable", "The message folder cannot be written.")


class HttpGateway:
    """Posts {"to", "text"} as JSON to a gateway, with a bearer secret; any 2xx answer means taken.

    Redirects are not followed. A time-out leaves it unknown whether the message went out: what may be sent again
    carries a mark as `Idempotency-Key`, by which a gateway that keeps it sends once.
    """

    def __init__(self, url: str, *, secret: str, timeout: float) -> None:
        """Raise ValueError unless the URL is https (or http to this machine) and the secret is given."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("SMS: the gateway's URL must be https; numbers do not travel in the clear.")
        if not parts.hostname or not secret:
            raise ValueError("SMS: the gateway needs a URL with a host, and a secret.")
        self._scheme, self._host, self._port = parts.scheme, parts.hostname, parts.port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._secret, self._timeout = secret, timeout

    def send(self, to: str, text: str, mark: str = "") -> None:
        """Hand the message to the gateway; raises NotSent (refused; unreachable, which may be tried again)."""
        gateway = self._connection()
        headers = {
            "Authorization": f"Bearer {self._secret}",
            "Content-Type": "application/json; charset=utf-8",
        }
        headers |= {"Idempotency-Key": mark} if mark else {}
        body = json.dumps({"to": to, "text": text}, ensure_ascii=False).encode()
        try:
            gateway.request("POST", self._target, body, headers)
            status = gateway.getresponse().status
        except (OSError, http.client.HTTPException) as failure:
            raise NotSent("unreachable", "The SMS gateway does not answer.") from failure
        finally:
            gateway.close()
        if status >= 500 or status == 429:  # noqa: PLR2004  it may take it later, RFC 9110 §15.6, RFC 6585 §4
            raise NotSent("unreachable", f"The SMS gateway cannot take the message now (status {status}).")
        if status // 100 != 2:  # noqa: PLR2004  the class of success, RFC 9110 §15.3
            raise NotSent("refused", f"The SMS gateway refused the message (status {status}).")

    def reach(self) -> None:
        """Connect, with TLS, and hang up; raises NotSent."""
        gateway = self._connection()
        try:
            gateway.connect()
        except OSError as failure:
            raise NotSent("unreachable", "The SMS gateway does not answer.") from failure
        finally:
            gateway.close()

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._scheme == "https" else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)

"""The installation looks at itself from in front, as a visitor does: through its public address and what stands before it.

Always holds: one request, for an address that says nothing of anybody; redirects are not followed.
"""

from __future__ import annotations

import http.client
import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

_OK = 200


class Unanswered(Exception):
    """Nobody answers there as this installation would; the sentence says what was met instead."""


@dataclass(frozen=True, slots=True)
class Front:
    """What a visitor meets: until when the certificate is good; None without TLS."""

    until: datetime | None


def look(origin: str, *, seconds: float = 5.0) -> Front:
    """Ask `origin`, such as https://data.example.kz, whether it is alive. Raises `Unanswered`."""
    parts = urlsplit(origin)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=seconds)) as line:
        try:
            line.connect()
            until = _until(line.sock) if isinstance(line.sock, ssl.SSLSocket) else None
            line.request("GET", "/healthz")
            answer = line.getresponse()
            said = answer.read(16)
        except ssl.SSLCertVerificationError as failure:
            raise Unanswered(f"its certificate is not trusted: {failure.verify_message}") from None
        except (OSError, http.client.HTTPException) as failure:
            raise Unanswered(f"no answer: {type(failure).__name__}") from None
    if answer.status != _OK or said != b"ok\n":
        raise Unanswered(f"something else answers (status {answer.status})")
    return Front(until)


def _until(line: ssl.SSLSocket) -> datetime:
    certificate = line.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)

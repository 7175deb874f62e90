"""One POST with a bound on its time and on the length of its answer. Redirects are not followed."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from threading import Event, Timer
from urllib.parse import urlsplit

MOST = 65536


class Unreachable(Exception):
    """No whole answer came in time, or a longer one than can be meant."""


def post(address: str, body: bytes, kind: str, *, seconds: float) -> tuple[int, bytes]:
    """Return status and body of the answer to `body`, within `seconds` in all; raise `Unreachable`.

    A time-out of the socket alone would begin anew with every byte: a timer closes the connection.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreachable("the address is no http or https address")
    secure = parts.scheme == "https"
    connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(
        parts.hostname, parts.port, timeout=seconds
    )
    timer, late = None, Event()
    try:
        connection.connect()
        timer = Timer(
            seconds, _hang_up, [connection.sock, late]
        )  # the connection forgets it when the answer begins
        timer.daemon = True
        timer.start()
        connection.request("POST", parts.path or "/", body, {"Content-Type": kind})
        answer = connection.getresponse()
        data = answer.read(MOST + 1)
        cut_short = late.is_set() or answer.length not in {0, None}
    except (OSError, http.client.HTTPException) as failure:
        raise Unreachable("no whole answer came in time") from failure
    finally:
        if timer is not None:
            timer.cancel()
        connection.close()
    if len(data) > MOST or cut_short:
        raise Unreachable("the answer is cut short or too long")
    return answer.status, data


def _hang_up(line: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)

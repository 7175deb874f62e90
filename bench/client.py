"""A client that costs little: it shares the machine with what it measures. HTTP/1.1 over a few kept connections."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

_END = b"\r\n\r\n"


class Unexpected(Exception):
    """An answer other than the one that was measured: its first line and its body."""


@dataclass(slots=True)
class Load:
    """What was done: how many answers a second, and how long each took, in seconds, sorted."""

    rate: float
    took: list[float]

    def at(self, share: float) -> float:
        """The time within which `share` of the answers came, in seconds."""
        return self.took[min(int(len(self.took) * share), len(self.took) - 1)]


@dataclass(slots=True)
class _Line:
    sock: socket.socket
    sent: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def request(path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it goes over the wire: POST with a body, else GET."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _END + body


def load(port: int, requests: Iterator[bytes], *, times: int, status: int = 200, lines: int = 8) -> Load:
    """Send `times` requests over `lines` connections, each its next when it has its answer."""
    poll = selectors.DefaultSelector()
    took: list[float] = []
    expected = f"HTTP/1.1 {status} ".encode()
    began, left = perf_counter(), times
    for _ in range(min(lines, times)):
        line = _Line(socket.create_connection(("127.0.0.1", port)))
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(line.sock, selectors.EVENT_READ, line)
        _send(line, next(requests))
        left -= 1
    while len(took) < times:
        for key, _ in poll.select(timeout=60):
            line = key.data
            line.got += line.sock.recv(1 << 16)
            if not _whole(line.got, expected):
                continue
            took.append(perf_counter() - line.sent)
            if left:
                _send(line, next(requests))
                left -= 1
    rate = times / (perf_counter() - began)
    for key in list(poll.get_map().values()):
        key.data.sock.close()
    poll.close()
    return Load(rate, sorted(took))


def answer(port: int, asked: bytes) -> bytes:
    """The body of one answer."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(asked)
        got = bytearray()
        while not _whole(got, b"HTTP/1.1 2"):
            got += sock.recv(1 << 16)
    return bytes(got).partition(_END)[2]


def _send(line: _Line, asked: bytes) -> None:
    line.got.clear()
    line.sent = perf_counter()
    line.sock.sendall(asked)


def _whole(got: bytearray, expected: bytes) -> bool:
    """Whether an answer is all there. Raises `Unexpected`."""
    end = got.find(_END)
    if end < 0:
        return False
    head = bytes(got[:end]).lower()
    _, known, after = head.partition(b"content-length: ")
    if not (
        len(got) >= end + 4 + int(after.split(b"\r\n", 1)[0]) if known else got.endswith(b"\r\n0" + _END)
    ):
        return False
    if not got.startswith(expected):
        raise Unexpected(bytes(got[:12]), bytes(got[end + 4 :])[:500])
    return True

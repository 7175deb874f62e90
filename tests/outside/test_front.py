"""The installation looks at its own address as a visitor does, and says what it met there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from derbes.outside import front


@pytest.fixture
def served() -> Iterator[Callable[[int, bytes], str]]:
    """Return a function that serves one answer and returns the address."""
    servers = []

    def serve(status: int, body: bytes) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_): ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_its_own_answer_is_known(served):
    assert front.look(served(200, b"ok\n")) == front.Front(None)


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (301, b"ok\n"), (502, b"")])
def test_another_answer_is_not_taken_for_its_own(served, status, body):
    with pytest.raises(front.Unanswered, match=f"status {status}"):
        front.look(served(status, body))


def test_nobody_there_and_no_tls_there_are_told(served):
    with pytest.raises(front.Unanswered, match="ConnectionRefusedError"):
        front.look("http://127.0.0.1:9")
    with pytest.raises(front.Unanswered, match="no answer: SSLError"):
        front.look(served(200, b"ok\n").replace("http:", "https:"))

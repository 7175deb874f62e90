"""Where the time of one piece of work goes: `make profile WORK=read` (or register), in process, through the WSGI door.

First by function, the server's own time only; then by statement, as the caller waits for it.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

TIMES, PEOPLE = 300, 200


def main(work: str) -> None:
    """Make a small installation, call the service `TIMES` times and tell."""
    world.prepare()
    token, people = world.token(), world.Portfolio().values()
    for _ in range(PEOPLE):
        world.register(next(people))
    calls = web.reads(token) if work == "read" else web.registrations(token, people)
    for _ in range(30):
        called(next(calls))
    profiler = Profiler(interval=0.0002)
    with profiler:
        for _ in range(TIMES):
            called(next(calls))
    shown = ConsoleRenderer(show_all=True, processor_options={"filter_threshold": 0.02})
    sys.stdout.write(profiler.output(shown))
    for sql, took in sorted(statements(calls).items(), key=lambda pair: -sum(pair[1])):
        sys.stdout.write(f"{len(took):6} × {median(took) * 1e6:7,.0f} µs  {' '.join(sql.split())[:120]}\n")


def statements(calls: Iterator[bytes]) -> dict[str, list[float]]:
    """How long the caller waited for each statement of `TIMES` calls."""
    waited = defaultdict[str, list[float]](list)

    def timed(execute: Any, sql: str, *rest: Any) -> Any:
        began = perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            waited[sql].append(perf_counter() - began)

    with connection.execute_wrapper(timed):
        for _ in range(TIMES):
            called(next(calls))
    return waited


def called(request: bytes) -> bytes:
    """Send a request through the WSGI door of this process; return the body of its answer."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        environ[name if name.startswith("CONTENT_") else f"HTTP_{name}"] = value
    told = list[str]()
    answer = application(environ, lambda status, _headers, _error=None: told.append(status))
    whole = b"".join(answer)
    answer.close()
    assert told[0].startswith("2"), (told, whole)
    return whole


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as state:
        os.environ.update(
            DERBES_STATE=state, DJANGO_SETTINGS_MODULE="derbes.settings", DERBES_ORIGIN="http://127.0.0.1"
        )
        import django

        django.setup()
        from django.db import connection
        from pyinstrument import Profiler
        from pyinstrument.renderers import ConsoleRenderer

        from bench import web, world
        from derbes.wsgi import application

        main((sys.argv[1:] or ["read"])[0])

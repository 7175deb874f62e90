"""Where the time of one piece of work goes: `make profile WORK=read` (or register), in process, through the WSGI door.

First by function. Then the processor time of a call, here and in PostgreSQL, and by statement as PostgreSQL counts it: twice, so
that what grows with each call is seen.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

TIMES, PEOPLE = 300, 200


def main(work: str) -> None:
    """Make a small installation, call the service `TIMES` times and tell."""
    world.prepare()
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_stat_statements")
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
    for part in ("first", "second"):
        sys.stdout.write(f"\nThe {part} {TIMES} calls: {processor(calls)}\n{statements()}")


def processor(calls: Iterator[bytes]) -> str:
    """The processor time that one of `TIMES` calls takes, here and in PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        cursor.execute("SELECT pg_stat_statements_reset()")
    asked = [next(calls) for _ in range(TIMES)]
    here, there = process_time(), int(server.read_text().split()[0])
    for one in asked:
        called(one)
    here, there = process_time() - here, int(server.read_text().split()[0]) - there
    return f"{here / TIMES * 1e6:,.0f} µs here, {there / TIMES / 1e3:,.0f} µs in PostgreSQL"


def statements() -> str:
    """What PostgreSQL counted since: how often, how long on average, and what; the dearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT calls, mean_exec_time * 1000, query FROM pg_stat_statements WHERE calls >= %s"
            " ORDER BY total_exec_time DESC LIMIT 12",
            [TIMES],
        )
        return "".join(
            f"{calls:6} × {mean:7,.0f} µs  {' '.join(query.split())[:120]}\n"
            for calls, mean, query in cursor.fetchall()
        )


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

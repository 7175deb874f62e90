"""What this machine can do, told first: figures of different machines do not compare."""

from __future__ import annotations

import os
import platform
import tempfile
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from bench import web
from bench.servers import Server

ROWS, BYTES = 50_000, 400


def machine(floor: Server) -> dict[str, str]:
    """Name the machine, what runs on it, and what it does of the plainest: a durable write, COPY, a bare view that inserts."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "postgresql": version.split()[0],
        "load": f"{os.getloadavg()[0]:.1f}",
        "durable write of 4 KiB": f"{fdatasync() * 1000:.2f} ms",
        f"COPY of rows of {BYTES} bytes": f"{copying():,.0f}/s",
        "bare view that inserts a row": f"{web.inserting(floor):,.0f}/s",
    }


def copying() -> float:
    """How many rows a second COPY takes, into a table without an index."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copied (body bytea)")
        began = perf_counter()
        with cursor.copy("COPY bench_copied FROM STDIN") as copy:
            for _ in range(ROWS):
                copy.write_row((b"x" * BYTES,))
        rate = ROWS / (perf_counter() - began)
        cursor.execute("DROP TABLE bench_copied")
    return rate


def fdatasync() -> float:
    """The median of a durable write of 4 KiB here, in seconds."""
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(50):
            began = perf_counter()
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fdatasync(file.fileno())
            took.append(perf_counter() - began)
    return median(took)

"""What this machine can do, told first: figures of different machines do not compare."""

from __future__ import annotations

import os
import platform
import tempfile
from statistics import median
from time import perf_counter

from django.db import connection


def machine() -> dict[str, str]:
    """Name the machine and what runs on it."""
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
    }


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

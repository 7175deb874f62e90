"""Web servers of a measurement, as `make run` starts them: on a free port of this machine, ended with the block."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

WORKERS, THREADS = "2", os.environ.get("BENCH_THREADS", "2")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on `port`; `pid` is the process that its workers descend from."""

    port: int
    pid: int

    def memory(self) -> int:
        """The most that any one worker has had in memory, in bytes."""
        return max(_peak(pid) for pid in _children(self.pid))


@contextmanager
def serving(application: str) -> Iterator[Server]:
    """Serve a WSGI application, with the environment of this process."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", WORKERS, "--blocking-threads", THREADS]
    command += ["--log-level", "warning", application]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 30
    while monotonic() < until and process.poll() is None:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    message = "the server has not begun to answer"
    raise RuntimeError(message)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found] or [pid]


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0

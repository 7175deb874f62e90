"""One target in a process of its own: `python -m tests.fuzz.one MODULE NAME [libFuzzer's arguments]` throws bytes at it.

`python -m tests.fuzz.one MODULE NAME --smaller FILE` makes a finding smaller. A process may die or hang: that is what it
is for. It cannot take more than a gigabyte and a half, nor write much. An input lies in a file while it is tried, and a
process that goes on for much longer than it was told ends with the place where it hangs: so a library that hears no
signal leaves both behind.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import io
import logging
import resource
import signal
import sys
import time
import warnings
from pathlib import Path

import atheris

SLOWEST = 3  # seconds for one input
MEMORY = 1536 * 1024 * 1024
GRACE = 60  # seconds more than it was told, before a process is taken to hang
EFFORT = 20  # seconds to make a finding smaller

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
with (
    atheris.instrument_imports(include=["derbes", "verify", "email", "tomllib", "zipfile"]),
    contextlib.redirect_stderr(io.StringIO()),
):
    from tests.fuzz.target import Target, beside, remembered

    TARGETS: tuple[Target, ...] = importlib.import_module(f"tests.fuzz.{sys.argv[1]}").TARGETS


def _dawdled(_signal: int, _frame: object) -> None:
    raise TimeoutError


def outcome(target: Target, data: bytes) -> str:
    """Return the kind of failure that `data` brings about, or nothing."""
    signal.signal(signal.SIGALRM, _dawdled)
    signal.alarm(SLOWEST)
    try:
        target.run(data)
    except Exception as failure:  # noqa: BLE001  any failure is what is looked for
        return (
            f"{type(failure).__name__}: {failure}"[:60]
            if isinstance(failure, AssertionError)
            else type(failure).__name__
        )
    finally:
        signal.alarm(0)
    return ""


def smaller(target: Target, data: bytes) -> bytes:
    """Return as little of `data` as still fails in the same way."""
    wanted, deadline = outcome(target, data), time.monotonic() + EFFORT
    step = len(data) // 2
    while wanted and step:
        at = 0
        while at < len(data) and time.monotonic() < deadline:
            less = data[:at] + data[at + step :]
            if outcome(target, less) == wanted:
                data = less
            else:
                at += step
        step //= 2
    return data


def main() -> None:
    """Fuzz, or make smaller."""
    target = next(one for one in TARGETS if one.name == sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if sys.argv[3] == "--smaller":
        file = Path(sys.argv[4])
        data = file.read_bytes()
        sys.stdout.write(outcome(target, data) + "\n")
        file.write_bytes(smaller(target, data))
        return
    given = dict(one[1:].split("=", 1) for one in sys.argv[3:] if one.startswith("-"))
    faulthandler.dump_traceback_later(int(given["max_total_time"]) + GRACE, exit=True)
    atheris.Setup([sys.argv[0], *sys.argv[3:]], remembered(target, beside(Path(sys.argv[3]))))
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""A disk that is full for some seconds: the one on which the whole installation stands, if it is small enough to fill.

`torture/small_disk.sh` makes one.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SMALL = 2 * 1024**3  # bytes: nothing greater is filled
_ONCE = 1024 * 1024


def small(folder: Path) -> bool:
    """Whether the disk that `folder` is on may be filled."""
    return shutil.disk_usage(folder).total <= SMALL


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no room on the disk that `folder` is on; what others give up is taken too."""
    ballast, over = folder / "ballast", threading.Event()
    filling = threading.Thread(target=_fill, args=(ballast, over), daemon=True)
    filling.start()
    try:
        yield
    finally:
        over.set()
        filling.join()
        ballast.unlink(missing_ok=True)


def _fill(ballast: Path, over: threading.Event) -> None:
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        once = _ONCE
        while not over.wait(0.0 if once > 1 else 0.05):
            try:
                os.write(handle, bytes(once))
            except OSError:
                once = max(1, once // 2)  # down to the last byte
    finally:
        os.close(handle)

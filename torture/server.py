"""The database server under torture: found by the address in DERBES_DATABASE, killed, and started again.

The cluster is made by scripts/postgres.sh, which removes it in the end; the postmaster that this module starts
again is the same one to it, for it goes by the data folder.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PATIENCE = 60.0  # seconds to come up again, recovery from the log included


class Server:
    """One PostgreSQL cluster of our own."""

    def __init__(self, address: str) -> None:
        self.place = Path(parse_qs(urlsplit(address).query)["host"][0])
        self.data = self.place / "data"
        words = shlex.split((self.data / "postmaster.opts").read_text())
        self._binaries = Path(words[0]).parent
        self._options = shlex.join(words[3:]) if words[1] == "-D" else shlex.join(words[1:])
        owner = self.data.stat().st_uid
        self._as = (
            ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups"]
            if owner != os.getuid()
            else []
        )

    def postmaster(self) -> int:
        """The postmaster's process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def alive(self) -> bool:
        """Whether the postmaster is there."""
        try:
            os.kill(self.postmaster(), 0)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def backends(self) -> list[int]:
        """The processes that serve connections."""
        found = list[int]()
        if not self.alive():
            return found
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if words.startswith(b"postgres: derbes") and parent == self.postmaster():
                found.append(int(folder.name))
        return sorted(found)

    def kill(self) -> None:
        """SIGKILL the postmaster: its children see that it is gone and leave without a word."""
        if self.alive():
            os.kill(self.postmaster(), signal.SIGKILL)

    def start(self) -> float:
        """Start it again; return after how many seconds it took connections. Raises `TimeoutError`."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            if self._pg_ctl("-o", self._options, "-l", str(self.place / "log"), "-w", "-t", "30", "start"):
                return time.monotonic() - began
            time.sleep(0.2)  # a child of the killed one is still there
        raise TimeoutError("PostgreSQL does not come up again")

    def _pg_ctl(self, *words: str) -> bool:
        command = [*self._as, str(self._binaries / "pg_ctl"), "-D", str(self.data), *words]
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, stdin=subprocess.DEVNULL)
        return done.returncode == 0

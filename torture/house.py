"""The processes of the installation: started, killed, started again; what clients say is written down as it comes."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0  # seconds in which a process must be up
BREACHES_FROM = 3  # with fewer clients a run is short, and the worker tells of a breach in half a minute only
_DIE_WITH_PARENT = 1  # prctl(2): PR_SET_PDEATHSIG
_libc = ctypes.CDLL(None, use_errno=True)

Told = Callable[[dict[str, Any]], None]


def _bound_to_us() -> None:
    """In the child: end when we end, however we end."""
    _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@dataclass(slots=True)
class Part:
    """One process with its children, in a group of its own."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, told: bytes | None = None) -> None:
        """Start it. With `told` it has that as its input, and we its output."""
        pipe = subprocess.PIPE if told is not None else subprocess.DEVNULL
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=pipe,
                stdout=pipe if told is not None else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_bound_to_us,  # noqa: PLW1509  we have no threads that hold locks then
            )
        if told is not None and self.process.stdin:
            self.process.stdin.write(told)
            self.process.stdin.flush()

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL it with everything that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            if self.process.stdin:
                with suppress(OSError):
                    self.process.stdin.close()

    def end(self, seconds: float = 20.0) -> None:
        """Ask it to end, then make it."""
        if self.process is None:
            return
        with suppress(OSError):
            if self.process.stdin:
                self.process.stdin.close()
            else:
                os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def children(self) -> list[int]:
        """Its own children: the web server's workers."""
        if self.process is None:
            return []
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with suppress(OSError):
            return [int(word) for word in path.read_text().split()]
        return []


@dataclass(slots=True)
class House:
    """An installation with its processes, in a state folder of its own."""

    state: Path
    seed: int
    clients: int
    port: int = field(default_factory=free_port)
    parts: dict[str, Part] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    lives: dict[str, int] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)  # when each client was answered last
    _ears: dict[str, threading.Thread] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the installation is told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "derbes.settings",
            "DERBES_STATE": str(self.state),
            "DERBES_ORIGIN": f"http://127.0.0.1:{self.port}",
            "DERBES_SMS": "file",
            "DERBES_MAIL": "file",
            "PYTHONPATH": str(ROOT),
        }

    def prepare(self) -> None:
        """Make tables, keys, an edition; name the parts."""
        (self.state / "origin").write_text(self.environment["DERBES_ORIGIN"])
        self.run("torture.ground")
        python, manage = sys.executable, [sys.executable, "manage.py"]
        web = [str(Path(python).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        web += [
            "--port",
            str(self.port),
            "--workers",
            "2",
            "--blocking-threads",
            "2",
            "--log-level",
            "warning",
        ]
        web += ["--respawn-failed-workers", "--respawn-interval", "0.5", "derbes.wsgi:application"]
        commands = {
            "web": web,
            "worker": [*manage, "worker"],
            "sequencer": [python, "-m", "torture.sequencer"],
        }
        commands |= {f"client-{n}": [python, "-m", "torture.client"] for n in range(self.clients)}
        for name, command in commands.items():
            self.parts[name] = Part(name, command, self.environment, self.state / f"{name}.log")

    def run(self, module: str, *words: str) -> str:
        """Run a module of ours to its end and return what it says. Raises `RuntimeError` when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def start(self, name: str) -> None:
        """Start a part; a client goes on with the people it has."""
        part = self.parts[name]
        if not name.startswith("client-"):
            part.start()
            return
        place = int(name.partition("-")[2])
        if name in self._ears:
            self._ears[name].join(PATIENCE)  # what it said last in its life before is taken in first
        life = self.lives[name] = self.lives.get(name, 0) + 1
        told = {
            "seed": self.seed,
            "place": place,
            "life": life,
            "api": "",
            "breaches": place == 0 and self.clients >= BREACHES_FROM,
            **self._of(place),
        }
        if place == self.clients - 1:  # the last one is a program of the operator
            token = (self.state / "token").read_text()
            told["api"] = f"http://127.0.0.1:{self.port} {token}"
        part.start(told=json.dumps(told).encode() + b"\n")
        if part.process and part.process.stdout:
            ear = threading.Thread(target=self._listen, args=(name, part.process.stdout), daemon=True)
            self._ears[name] = ear
            ear.start()

    def start_all(self) -> None:
        """Start everything and wait until it is at work."""
        for name in self.parts:
            self.start(name)
        self.wait_for(lambda: all(self.at_work(name) for name in self.parts if name != "sequencer"))

    def stop(self, kind: str = "") -> None:
        """Ask the parts whose name begins so to end."""
        for name, part in self.parts.items():
            if name.startswith(kind):
                part.end()

    def kill_all(self) -> None:
        """Leave nothing running."""
        for part in self.parts.values():
            part.kill()

    def at_work(self, name: str, since: float = 0.0) -> bool:
        """Whether a part does its work again: the web is ready, a client was answered after `since`."""
        if name == "web":
            return self.get("/readyz")[0] == 200  # noqa: PLR2004
        if name.startswith("client-"):
            return self.heard.get(name, 0.0) > since
        return self.parts[name].alive()

    def wait_for(self, ready: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """Wait until `ready`; return the seconds. Raises `TimeoutError`."""
        began = time.monotonic()
        while not ready():
            if time.monotonic() - began > seconds:
                raise TimeoutError("not at work again in time")
            time.sleep(0.1)
        return time.monotonic() - began

    def get(self, path: str, seconds: float = 5.0) -> tuple[int, bytes]:
        """Ask the web for a page; (0, b"") when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        except (OSError, ValueError, HTTPException):  # nobody there, or they died in the middle of the answer
            return 0, b""

    def _listen(self, name: str, pipe: IO[bytes]) -> None:
        with pipe:
            for raw in pipe:
                if not raw.endswith(b"\n"):
                    break
                line = json.loads(raw)
                with self._lock:
                    self.lines.append(line)
                if line["k"] == "ack":
                    self.heard[name] = time.monotonic()

    def _of(self, place: int) -> dict[str, Any]:
        """What a client is told of its earlier lives: the last turn, and who is still there to be acted on."""
        known, turn = dict[str, tuple[str, str, bool]](), 0
        with self._lock:
            for begun, answer in begun_and_answered(self.lines):
                client, _, number = begun["who"].partition("-")
                if int(client) != place:
                    continue
                turn = max(turn, int(number))
                thing = begun["do"]
                if thing in {"register", "begin"} and answer and answer["k"] == "ack":
                    known[begun["who"]] = (begun["who"], answer["subject"], thing == "begin")
                elif (
                    answer
                    and answer["k"] == "ack"
                    and (
                        answer["answer"] == "unknown"
                        or (thing in {"destroy", "discard"} and answer["answer"] == "done")
                    )
                ):
                    known.pop(begun["who"], None)
        return {"turn": turn, "known": list(known.values())}


def begun_and_answered(lines: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every call that clients began, in order, with its answer: `ack`, `err`, or None when there was none."""
    answers = {line["i"]: line for line in lines if line["k"] in {"ack", "err"}}
    for line in lines:
        if line["k"] == "try":
            yield line, answers.get(line["i"])


def choose(seed: int, what: str) -> random.Random:
    """A stream of choices that is the same for the same seed."""
    return random.Random(f"{seed}/{what}")  # noqa: S311  reproducible on purpose

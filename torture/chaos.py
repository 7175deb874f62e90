"""Rounds of killing: while clients act, processes die at random moments and are started again; then all is checked."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from torture import disk, people
from torture.house import ROOT, House, choose
from torture.server import Server

ROUND = 75.0  # seconds of killing before everything is looked at
PAGES = ("/policy", "/ru/policy", "/en/register", "/journal/checkpoint")
APART = (0.3, 3.0)  # seconds between two kills
HURRIED = 0.5  # how often it is not waited for what was killed
DOWN = (0.0, 1.5)  # seconds for which what was killed stays down
FULL = (2.0, 8.0)  # seconds for which a small disk is full
ALMATY = ZoneInfo("Asia/Almaty")  # where the operator's day begins
PEOPLE = 4500  # people in one file that is imported: more than two of its chunks
FIRST_PORTFOLIO = 60  # places of files, after those of clients
CRASH_LOOP = (
    6.0  # the server gives up, and leaves it to its keeper, when the same worker dies twice in 5.5 seconds
)
RESUMED = 120.0  # seconds after which everything must be at work again: four times what is promised, on a machine shared with others


@dataclass(slots=True)
class Told:
    """What came of a run."""

    kills: Counter[str] = field(default_factory=Counter)
    back: dict[str, float] = field(
        default_factory=dict
    )  # the longest that each kind took to be at work again
    violations: list[str] = field(default_factory=list)
    checked: dict[str, Any] = field(default_factory=dict)
    rounds: int = 0
    pages: Counter[int] = field(default_factory=Counter)  # how pages answered: 0 is nobody, 503 is not now


class Chaos:
    """One run."""

    def __init__(self, house: House, server: Server | None, seed: int) -> None:
        self.house, self.server = house, server
        self.random = choose(seed, "chaos")
        self.told = Told()
        self.seen: list[str] = []
        self._watching = threading.Event()
        self._portfolios = 0
        self._struck = 0.0  # when a worker of the web was killed last

    def run(self, seconds: float) -> Told:
        """Kill for so many seconds, in rounds; return what was found."""
        until = time.monotonic() + seconds
        threading.Thread(target=self._watch, daemon=True).start()
        while (left := until - time.monotonic()) > 0 and not self.told.violations:
            try:
                self.house.start_all()
            except TimeoutError:
                self.told.violations.append("it did not come up at all")
                break
            self._round(min(left, ROUND))
            self._look()
            self.told.rounds += 1
        self._watching.set()
        return self.told

    def _round(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.random.uniform(*APART))
            kinds, weights = zip(*self._kinds().items(), strict=True)
            kind = self.random.choices(kinds, weights)[0]
            try:
                getattr(self, f"_{kind}")()
            except TimeoutError:
                self.told.violations.append(
                    f"after the death of {kind}: not at work again in {RESUMED:.0f} s"
                )
                return
        self._everything()

    def _everything(self) -> None:
        """When nobody is killed any more, all of it is at work again in the time that is promised."""
        ended = [name for name, part in self.house.parts.items() if not part.alive()]
        self.told.violations += [f"{name} ended by itself" for name in ended]
        since = time.monotonic()
        clients = [name for name in self.house.parts if name.startswith("client-")]
        try:
            self.house.wait_for(
                lambda: all(self.house.at_work(one, since) for one in ("web", *clients)), RESUMED
            )
        except TimeoutError:
            self.told.violations.append(f"after a round: not all at work again in {RESUMED:.0f} s")

    def _kinds(self) -> dict[str, int]:
        """What may die, and how often compared with the rest."""
        ours = {
            "client": 6,
            "worker": 3,
            "sequencer": 2,
            "web": 1,
            "web_worker": 2,
            "rotation": 1,
            "pause": 1,
        }
        if disk.small(self.house.state):
            ours["disk"] = 4
        if self._portfolios <= self.told.rounds:
            ours["portfolio"] = 2
        return ours | ({"postmaster": 2, "backend": 2} if self.server else {})

    def _client(self) -> None:
        name = f"client-{self.random.randrange(self.house.clients)}"
        self._kill("client", name)

    def _worker(self) -> None:
        self._kill("worker", "worker")

    def _sequencer(self) -> None:
        self._kill("sequencer", "sequencer")

    def _web(self) -> None:
        self._kill("web", "web")

    def _web_worker(self) -> None:
        children = [pid for pid in self.house.parts["web"].children() if pid]
        if not children or time.monotonic() - self._struck < CRASH_LOOP:
            return
        self._struck = time.monotonic()
        with suppress(ProcessLookupError):
            os.kill(self.random.choice(children), signal.SIGKILL)
        self._back("web_worker", lambda: self.house.at_work("web"), time.monotonic())

    def _pause(self) -> None:
        """A process stands still with whatever it holds, and is killed or goes on."""
        part = self.house.parts[f"client-{self.random.randrange(self.house.clients)}"]
        if part.process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(part.process.pid, signal.SIGSTOP)
            time.sleep(self.random.uniform(0.5, 3))
            os.kill(part.process.pid, signal.SIGCONT)
        self.told.kills["pause"] += 1

    def _rotation(self) -> None:
        """A rotation of keys, the old epochs ended at once, dies on its way."""
        command = [sys.executable, "manage.py", "rotate", "--now"]
        with (self.house.state / "rotation.log").open("ab") as log:
            one = subprocess.Popen(command, cwd=ROOT, env=self.house.environment, stdout=log, stderr=log)
            with suppress(subprocess.TimeoutExpired):
                one.wait(self.random.uniform(1.0, 4.0))
            one.kill()
            one.wait()
        self.told.kills["rotation"] += 1

    def _portfolio(self) -> None:
        """A file of people is imported; the import dies on its way and is begun again, as often as it takes."""
        self._portfolios += 1
        place = FIRST_PORTFOLIO + self._portfolios
        file = self.house.state / f"portfolio-{place}.csv"
        file.write_text(people.portfolio(place, PEOPLE, datetime.now(ALMATY).date()))
        command = [sys.executable, "manage.py", "import", str(file), "--by", "d-01", "--language", "en"]
        with (self.house.state / "import.log").open("ab") as log:
            for patience in (self.random.uniform(2.0, 6.0), self.random.uniform(2.0, 6.0), None):
                one = subprocess.Popen(command, cwd=ROOT, env=self.house.environment, stdout=log, stderr=log)
                with suppress(subprocess.TimeoutExpired):
                    one.wait(patience)
                    break
                one.kill()
                one.wait()
                self.told.kills["import"] += 1
        self.house.lines.append({"k": "note", "what": "portfolio", "place": place, "people": PEOPLE})

    def _disk(self) -> None:
        """The disk is full for some seconds; what died of it is started again, as its keeper would do."""
        with disk.full(self.house.state.parent):
            time.sleep(self.random.uniform(*FULL))
        since = time.monotonic()
        if self.server and not self.server.alive():
            self.server.start()
        for name, part in self.house.parts.items():
            if not part.alive():
                self.house.start(name)
        names = [f"client-{n}" for n in range(self.house.clients)]
        self._back(
            "disk",
            lambda: self.house.at_work("web") and all(self.house.at_work(n, since) for n in names),
            since,
        )

    def _postmaster(self) -> None:
        self._server_dies("postmaster", Server.kill)

    def _backend(self) -> None:
        if self.server and (backends := self.server.backends()):
            self._server_dies("backend", lambda _: os.kill(self.random.choice(backends), signal.SIGKILL))

    def _server_dies(self, kind: str, kill: Callable[[Server], None]) -> None:
        assert self.server is not None  # noqa: S101  see _kinds
        with suppress(ProcessLookupError):
            kill(self.server)
        since = time.monotonic()
        if kind == "postmaster":
            time.sleep(self.random.uniform(*DOWN))
            since = time.monotonic()
            self.server.start()
        names = [f"client-{n}" for n in range(self.house.clients)]
        again = time.monotonic()  # what is answered from now on was done by the server that came back
        self._back(
            kind,
            lambda: self.house.at_work("web") and all(self.house.at_work(n, again) for n in names),
            since,
        )

    def _kill(self, kind: str, name: str) -> None:
        self.house.parts[name].kill()
        time.sleep(self.random.uniform(*DOWN))
        since = time.monotonic()
        self.house.start(name)
        self._back(kind, lambda: self.house.at_work(name, since), since)

    def _back(self, kind: str, ready: Callable[[], bool], since: float) -> None:
        """Wait until it is at work again, or now and then only a moment, so that deaths fall together.

        `since` is when it was started, or left to itself.
        """
        self.told.kills[kind] += 1
        hurried, moment = self.random.random() < HURRIED, self.random.uniform(0, 2)
        try:
            self.house.wait_for(ready, moment if hurried else RESUMED)
        except TimeoutError:
            if hurried:
                return
            raise
        seconds = time.monotonic() - since
        self.told.back[kind] = max(round(seconds, 2), self.told.back.get(kind, 0.0))

    def _look(self) -> None:
        """Let clients finish what they are at, then have everything checked while the worker goes on."""
        self.house.stop("client-")
        self.house.stop("web")
        said, seen = self.house.state / "said.jsonl", self.house.state / "seen.json"
        said.write_text("".join(json.dumps(line) + "\n" for line in self.house.lines))
        seen.write_text(json.dumps(self.seen))
        self.told.checked = json.loads(self.house.run("torture.check", str(said), str(seen)))
        self.told.violations += self.told.checked["violations"]
        if wrong := {status for status in self.told.pages if status not in {0, 200, 503}}:
            self.told.violations.append(f"pages answered {sorted(wrong)}")
        self.house.stop()

    def _watch(self) -> None:
        """Look at the journal's head as the public does, and keep every one that is seen; count how pages answer."""
        pages = choose(0, "pages")
        while not self._watching.wait(0.5):
            self.told.pages[self.house.get(pages.choice(PAGES), 5.0)[0]] += 1
            status, note = self.house.get("/journal/checkpoint", 2.0)
            text = note.decode()
            if status == 200 and text not in self.seen[-1:]:  # noqa: PLR2004
                self.seen.append(text)


def torture(minutes: float, seed: int, *, clients: int = 4, keep: bool = False) -> Told:
    """Make an installation, torture it for so long, and remove it."""
    address = os.environ.get("DERBES_DATABASE", "")
    state = Path(tempfile.mkdtemp(prefix="derbes-torture."))
    house = House(state, seed, clients)
    chaos = Chaos(house, Server(address) if address.startswith("postgres") else None, seed)
    try:
        house.prepare()
        if disk.small(state):
            house.lines.append({"k": "note", "what": "disk"})
        return chaos.run(minutes * 60)
    finally:
        house.kill_all()
        if keep or chaos.told.violations:
            sys.stderr.write(f"what was said and logged is kept in {state}\n")
        else:
            shutil.rmtree(state, ignore_errors=True)


def new_seed() -> int:
    """A seed for whoever names none."""
    return random.SystemRandom().randrange(10**6)

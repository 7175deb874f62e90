"""Two flows at once, one statement at a time: each in a thread of its own, with its own connection and a gate.

Before every statement, commit and rollback the thread stops at its gate until it is let go on. What always
holds: at most one thread runs, so a schedule gives the same order each time; a thread that waits for the other's
lock is seen to wait (pg_blocking_pids; on SQLite whoever would begin while the other writes), and the other goes on.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from django.db import connection

PATIENCE = 15.0  # seconds for a step of a thread before the harness gives up
GLANCE = 0.002  # seconds before it is asked whether a thread waits for a lock
OUTSIDE = 3.0  # seconds after which a thread waits for something that is not in the database


class At(Enum):
    """Where a thread is."""

    GATE = auto()
    RUNNING = auto()
    WAITING = auto()  # for a lock that the other holds
    DONE = auto()


class Stuck(Exception):
    """Neither thread goes on: a wait that the database does not end by itself."""


class Seat(threading.Thread):
    """A thread for one flow after another, on one connection."""

    def __init__(self, name: str, arrivals: queue.SimpleQueue[tuple[Seat, At]]) -> None:
        super().__init__(name=name, daemon=True)
        self.arrivals = arrivals
        self.jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self.go = threading.Semaphore(0)
        self.at = At.DONE
        self.label = ""
        self.outcome: object = None
        self.freely = False
        self.pid = 0
        self.raw: Any = None
        self.start()

    def run(self) -> None:
        connection.ensure_connection()
        connection.execute_wrappers.append(self._statement)
        for name in ("commit", "rollback"):
            self._gated(name)
        while (job := self.jobs.get()) is not None:
            connection.ensure_connection()
            self.raw = connection.connection
            self.pid = self.raw.info.backend_pid if connection.vendor == "postgresql" else 0
            self.stop("START")
            try:
                self.outcome = job()
            except Exception as error:  # noqa: BLE001  whatever reaches the user is the outcome
                self.outcome = error
            self.arrivals.put((self, At.DONE))
        connection.close()

    def stop(self, label: str) -> None:
        """Stop at the gate until let go on."""
        if self.freely:
            return
        self.label = label
        self.arrivals.put((self, At.GATE))
        self.go.acquire()

    def _statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.stop(" ".join(str(sql).split()))
        return execute(sql, params, many, context)

    def _gated(self, name: str) -> None:
        plain = getattr(connection, f"_{name}")

        def ended() -> object:
            if connection.connection is not None:
                self.stop(name.upper())
            return plain()

        setattr(connection, f"_{name}", ended)

    def begin(self, job: Callable[[], object]) -> None:
        """Give the thread a flow; it stops before the first statement."""
        self.at, self.outcome = At.RUNNING, None
        self.jobs.put(job)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction of this thread is open in the database."""
        if self.raw is None or self.at is At.DONE:
            return False
        if self.pid:
            return bool(self.raw.info.transaction_status.value)
        return bool(self.raw.in_transaction)


@dataclass
class Schedule:
    """Who begins, and after how many steps the turn goes to the other; then each to its end."""

    first: int
    turns: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{'ab'[self.first]}{''.join(f' {n}' for n in self.turns)}"


@dataclass
class Run:
    """What happened: the steps in their order, how many of each turn were taken, who waited, what came out."""

    steps: list[tuple[int, str]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    waits: int = 0
    outcomes: tuple[object, object] = (None, None)

    def told(self) -> str:
        """The order of the statements, for a message."""
        return "\n".join(f"  {'ab'[who]}  {label[:110]}" for who, label in self.steps)


class Pair:
    """The two seats, and who of them goes on."""

    def __init__(self) -> None:
        self.arrivals: queue.SimpleQueue[tuple[Seat, At]] = queue.SimpleQueue()
        self.seats = [Seat(name, self.arrivals) for name in ("race a", "race b")]

    def close(self) -> None:
        for seat in self.seats:
            seat.jobs.put(None)
        for seat in self.seats:
            seat.join(PATIENCE)

    def run(self, jobs: tuple[Callable[[], object], Callable[[], object]], choose: Callable[..., int]) -> Run:
        """Run both flows; before each step `choose(run, able)` names one of those `able` to go on."""
        run = Run()
        try:
            for seat, job in zip(self.seats, jobs, strict=True):
                seat.begin(job)
                self._settle(run)
            while able := self._able(run):
                who = choose(run, able)
                seat = self.seats[who]
                run.steps.append((who, seat.label))
                seat.at = At.RUNNING
                seat.go.release()
                self._settle(run)
        except BaseException:
            self._let_go()
            raise
        run.outcomes = (self.seats[0].outcome, self.seats[1].outcome)
        return run

    def _let_go(self) -> None:
        """Nobody directs any more: both flows run to their ends."""
        for seat in self.seats:
            seat.freely = True
            seat.go.release()
        while any(seat.at is not At.DONE for seat in self.seats):
            self._arrived(PATIENCE)
        for seat in self.seats:
            seat.freely = False
            seat.go = threading.Semaphore(0)

    def _able(self, run: Run) -> list[int]:
        able = [n for n, seat in enumerate(self.seats) if seat.at is At.GATE and not self._must_wait(n)]
        if not able and self._waited():
            return self._able(run)
        if not able and any(seat.at is not At.DONE for seat in self.seats):
            raise Stuck(run.told())
        return able

    def _waited(self) -> bool:
        """Whether a thread that waited for something outside of the database came on after all."""
        if all(seat.at is not At.WAITING for seat in self.seats):
            return False
        with suppress(queue.Empty):
            self._arrived(PATIENCE)
            return True
        return False

    def _must_wait(self, who: int) -> bool:
        """On SQLite whoever begins to write while the other writes would wait in the database."""
        seat, other = self.seats[who], self.seats[1 - who]
        if seat.pid or seat.in_transaction or not other.in_transaction:
            return False
        return not seat.label.startswith(("START", "SELECT", "PRAGMA", "COMMIT", "ROLLBACK"))

    def _settle(self, run: Run) -> None:
        """Until each thread is at a gate, done, or seen to wait for the other."""
        began, elsewhere = time.monotonic(), set[str]()
        while self._running(elsewhere):
            with suppress(queue.Empty):
                self._arrived(GLANCE)
                continue
            spent = time.monotonic() - began
            for seat in self.seats:
                if seat.at is At.RUNNING and (self._waits(seat) or spent > OUTSIDE):
                    seat.at = At.WAITING
                    run.waits += 1
                    elsewhere |= {seat.name} if spent > OUTSIDE else set()
            if spent > PATIENCE:
                raise Stuck(run.told())
        if all(seat.at is At.WAITING for seat in self.seats):
            self._untangle(began + PATIENCE)

    def _running(self, elsewhere: set[str]) -> bool:
        """Whether somebody runs; who waited runs again once what they waited for is free."""
        if any(seat.at is At.RUNNING for seat in self.seats):
            return True
        for seat in self.seats:
            if seat.at is At.WAITING and seat.name not in elsewhere and not self._waits(seat):
                seat.at = At.RUNNING
        return any(seat.at is At.RUNNING for seat in self.seats)

    def _untangle(self, until: float) -> None:
        """Both wait: PostgreSQL ends one of them after a second (deadlock_timeout)."""
        while all(seat.at is At.WAITING for seat in self.seats) and time.monotonic() < until:
            with suppress(queue.Empty):
                self._arrived(0.1)

    def _arrived(self, seconds: float) -> None:
        """Take down where the next thread has arrived. Raises `queue.Empty`."""
        seat, seat.at = self.arrivals.get(timeout=seconds)

    def _waits(self, seat: Seat) -> bool:
        if not seat.pid:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [seat.pid])
            return bool(cursor.fetchone()[0])


def by(schedule: Schedule) -> Callable[[Run, list[int]], int]:
    """Return the choice that a schedule makes."""
    turns = [*schedule.turns]

    def choose(run: Run, able: list[int]) -> int:
        if not run.taken:
            run.taken.append(0)
        turn = len(run.taken) - 1
        who = (schedule.first + turn) % 2
        if turn < len(turns) and (run.taken[turn] == turns[turn] or who not in able):
            run.taken.append(0)
            who = 1 - who
        if who not in able:
            return able[0]
        run.taken[-1] += 1
        return who

    return choose

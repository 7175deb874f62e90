"""`manage.py worker`: what is done by schedule. The journal's sequencer, the end of drafts, the epochs of keys."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from threading import Event, Thread
from time import monotonic
from typing import Any

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import (
    affected,
    anchoring,
    appeals,
    blocking,
    callers,
    destruction,
    installation,
    journal,
    replay,
    retention,
    rotation,
    scans,
    serving,
    strays,
)

log = logging.getLogger(__name__)

PAUSE = 0.3  # seconds between looks at the journal: how far behind a quiet system may be
SOON = 30.0  # seconds between looks for people to be found or told of a breach
OUTSIDE = 60.0  # seconds between submissions to witnesses
POST = 300.0  # seconds between looks into the mailbox
EVERY = 3600.0  # seconds between sweeps
SWEPT = 2000  # people whose terms are looked at in one sweep: the journal's sequencer waits for it
ALARMS = {anchoring.Outcome.AHEAD, anchoring.Outcome.SPLIT}
NOTED = 60.0  # seconds after which it is noted again that a duty is done, for `manage.py doctor`


#: What is done every hour, a part at a time until a part finds nothing: the sequencer comes between.
PARTS: dict[str, Callable[[], int]] = {
    "drafts": lambda: destruction.sweep_drafts(at=timezone.now()),
    "scans": lambda: scans.sweep(at=timezone.now()),
    "blocking": lambda: blocking.sweep(at=timezone.now()),
}


class Command(Spoken):
    help = (
        "Does what is done without anybody: places journal entries and shows them to witnesses, ends what is over its "
        "term, changes epochs, takes letters, lets clocks of appeals and breaches ring. Ctrl-C ends it."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._noted: dict[str, tuple[float, str]] = {}

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        Thread(target=self._ask_outsiders, args=[stop], daemon=True).start()
        rest = soon = post = 0.0
        parts = dict[str, Callable[[], int]]()
        while not stop.is_set():
            self._try("journal", lambda: journal.integrate(at=timezone.now()))
            if soon <= 0:
                busy = self._try("breaches", lambda: affected.sweep(at=timezone.now()))
                soon = 0.0 if busy else SOON
            if rest <= 0:
                self._sweep()
                rest, parts = EVERY, dict(PARTS)
            parts = {duty: work for duty, work in parts.items() if self._try(duty, work)}
            if post <= 0:
                self._try("letters", lambda: appeals.fetch(at=timezone.now()))
                post = POST
            stop.wait(PAUSE)
            rest, soon, post = rest - PAUSE, soon - PAUSE, post - PAUSE

    def _sweep(self) -> None:
        """Do what is done every hour."""
        self._try("appeals", lambda: appeals.sweep(at=timezone.now()))
        self._try("retention", lambda: retention.run(retention.SYSTEM, at=timezone.now(), most=SWEPT))
        self._try("rotation", lambda: rotation.sweep(at=timezone.now()))
        self._try("erasures", lambda: replay.settle(at=timezone.now()))
        self._try("strays", lambda: strays.sweep(at=timezone.now()))
        self._try("callers", lambda: callers.sweep(at=timezone.now()))

    def _ask_outsiders(self, stop: Event) -> None:
        """Beside all other work: a witness that is slow holds up nobody."""
        rounds = int(EVERY / OUTSIDE)
        for number in count():
            outcomes = self._try("witnesses", lambda: anchoring.settle(at=timezone.now()))
            if isinstance(outcomes, dict) and ALARMS & set(outcomes.values()):
                self._note("witnesses", "Split")
            if number % rounds == 0:
                self._try("time-stamp", lambda: anchoring.stamp(at=timezone.now()))
            if stop.wait(OUTSIDE):
                break
        connection.close()

    def _try(self, duty: str, work: Callable[[], object]) -> object:
        """Do it; when the database or the policy is not there, say so and try again at the next round."""
        done, failed = None, ""
        try:
            close_old_connections()
            serving.check()
            done = work()
        except serving.Restored:
            return None  # until the replay nothing is done here
        except (
            Error,
            LookupError,
            OSError,
            anchoring.Misconfigured,
            rotation.Unfinished,
            rotation.KeysRefused,
            replay.Damaged,
        ) as failure:
            failed = type(failure).__name__
            log.warning("put off: %s", failed)
        except Exception as failure:  # noqa: BLE001  a duty that fails keeps no other from being done
            failed = type(failure).__name__
            log.error("failed: %s at %s", failed, _place(failure))  # noqa: TRY400  its text may hold values
        self._note(duty, failed)
        return done

    def _note(self, duty: str, failed: str) -> None:
        """Leave word in the database when it is news, or the last word has grown old."""
        now, (last, said) = monotonic(), self._noted.get(duty, (0.0, "?"))
        if said == failed and now - last < NOTED:
            return
        with suppress(Error, OSError):  # the database is away: the next round says it
            installation.note(duty, failed=failed, at=timezone.now())
            self._noted[duty] = (now, failed)


def _place(failure: BaseException) -> str:
    at = failure.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "?"

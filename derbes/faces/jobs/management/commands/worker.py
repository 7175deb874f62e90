"""`manage.py worker`: what is done by schedule. The journal's sequencer, the end of drafts, the epochs of keys."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from itertools import count
from threading import Event, Thread
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


class Command(Spoken):
    help = (
        "Does what is done without anybody: places journal entries and shows them to witnesses, ends what is over its "
        "term, changes epochs, takes letters, lets clocks of appeals and breaches ring. Ctrl-C ends it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        Thread(target=self._ask_outsiders, args=[stop], daemon=True).start()
        rest = soon = post = 0.0
        while not stop.is_set():
            self._try(lambda: journal.integrate(at=timezone.now()))
            if soon <= 0:
                busy = self._try(lambda: affected.sweep(at=timezone.now()))
                soon = 0.0 if busy else SOON
            if rest <= 0:
                self._try(lambda: appeals.sweep(at=timezone.now()))
                self._try(lambda: destruction.sweep_drafts(at=timezone.now()))
                self._try(lambda: scans.sweep(at=timezone.now()))
                self._try(lambda: blocking.sweep(at=timezone.now()))
                self._try(lambda: retention.run(retention.SYSTEM, at=timezone.now(), most=SWEPT))
                self._try(lambda: rotation.sweep(at=timezone.now()))
                self._try(lambda: replay.settle(at=timezone.now()))
                self._try(lambda: strays.sweep(at=timezone.now()))
                self._try(lambda: callers.sweep(at=timezone.now()))
                rest = EVERY
            if post <= 0:
                self._try(lambda: appeals.fetch(at=timezone.now()))
                post = POST
            stop.wait(PAUSE)
            rest, soon, post = rest - PAUSE, soon - PAUSE, post - PAUSE

    def _ask_outsiders(self, stop: Event) -> None:
        """Beside all other work: a witness that is slow holds up nobody."""
        rounds = int(EVERY / OUTSIDE)
        for number in count():
            self._try(lambda: anchoring.settle(at=timezone.now()))
            if number % rounds == 0:
                self._try(lambda: anchoring.stamp(at=timezone.now()))
            if stop.wait(OUTSIDE):
                break
        connection.close()

    def _try(self, work: Callable[[], object]) -> object:
        """Do it; when the database or the policy is not there, say so and try again at the next round."""
        try:
            close_old_connections()
            serving.check()
            return work()
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
            log.warning("put off: %s", type(failure).__name__)
            return None
        except Exception as failure:  # noqa: BLE001  a duty that fails keeps no other from being done
            log.error("failed: %s at %s", type(failure).__name__, _place(failure))  # noqa: TRY400  its text may hold values
            return None


def _place(failure: BaseException) -> str:
    at = failure.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "?"

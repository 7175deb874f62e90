"""The clocks of appeals, set by policy, norms and the calendar in force. A due date moves only with an event that says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.calendar import models as days
from derbes.core.publications import lawbook, shelf
from derbes.law import appeals as law
from derbes.law.deadlines import Calendar, local_day
from derbes.law.permission import Actor
from derbes.law.policy import Policy

ABOUT_THE_CLOCK = frozenset({"received", "retyped", "paused", "resumed", "extended"})


def calendar() -> Calendar:
    """Return the calendar of working days in force: norms/days_off, and what orders have changed since."""
    return days.now(lawbook.norms().days_off)


def starting(
    kind: law.Kind, received_at: datetime, *, at: datetime, keep: bool = True
) -> tuple[law.Clock, str]:
    """Return the clock of an appeal of `kind` received at `received_at`, and the version of the calendar used.

    `keep`: an appeal will name that version, so it is kept; not when the term is only to be told.
    """
    first = law.Event(law.Happened.RECEIVED, local_day(received_at), kind=kind)
    using = calendar()
    if keep:
        days.Kept.keep(using)
    return law.clock([first], _terms(received_at, at), using), using.version


def running(appeal: Appeal, using: Calendar, *, at: datetime, also: Sequence[law.Event] = ()) -> law.Clock:
    """Return the clock of `appeal` under a calendar, after all that happened and `also`."""
    rows = AppealEvent.objects.of(appeal).filter(code__in=ABOUT_THE_CLOCK)
    return law.clock([*(_event(appeal, row) for row in rows), *also], _terms(appeal.received_at, at), using)


def set_by(appeal: Appeal, event: law.Event, *, at: datetime) -> tuple[law.Clock, str]:
    """Return the clock of `appeal` once `event` has happened, and the version of the calendar used."""
    using = calendar()
    days.Kept.keep(using)
    return running(appeal, using, at=at, also=[event]), using.version


def recompute(actor: Actor, *, at: datetime) -> int:
    """Compute the due dates of all live appeals anew under the calendar in force; return how many moved.

    Each that moves has an event with both dates and both versions. Runs in the caller's transaction.
    """
    using = calendar()
    moved = 0
    for appeal in Appeal.objects.live().exclude(calendar=using.version).iterator(chunk_size=500):
        clock = running(appeal, using, at=at)
        before, was = appeal.due, appeal.calendar
        if clock.due == before or not appeal.keep_time(clock, using.version):
            continue
        moved += 1
        AppealEvent.add(
            appeal,
            law.Happened.RECOMPUTED,
            actor=actor.kind.value,
            by=actor.code,
            at=at,
            before=before.isoformat(),
            due=clock.due.isoformat(),
            was=was,
            calendar=using.version,
        )
    if moved:
        days.Kept.keep(using)
    return moved


def _event(appeal: Appeal, row: AppealEvent) -> law.Event:
    received = row.code == law.Happened.RECEIVED
    return law.Event(
        law.Happened(row.code),
        local_day(appeal.received_at if received else row.at),
        kind=law.Kind(row.detail.get("kind", law.Kind.UNSORTED)),
        days=row.detail.get("days", 0),
    )


def _terms(received_at: datetime, at: datetime) -> partial[tuple[law.Length, ...]]:
    """The terms that bound the operator on the day of receipt."""
    return partial(
        law.lengths,
        policy=_policy(received_at, at),
        norms=lawbook.norms(),
        day=local_day(received_at),
    )


def _policy(received_at: datetime, at: datetime) -> Policy:
    """The policy of that day; for what came before the first one, the policy of now."""
    try:
        return shelf.in_force(received_at).policy
    except shelf.NothingPublished:
        return shelf.in_force(at).policy

"""The nightly run of terms: so many people whose data end on one day, against the removal of their keys alone.

`prepare` makes the people, `floor` and `sweep` each take as many of them as they are told and say how many it were.
"""

import csv
import secrets
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.agreements.models import Agreement
from derbes.core.subjects.models import Subject
from derbes.faces.jobs import portfolio, rejections
from derbes.flows import enrolment, retention

BATCH = 10_000
RESPONSIBLE = "d-02"


def prepare(people: int) -> datetime:
    """Enrol `people` whose service has ended long ago, approve what is due; return the moment of the run.

    To be called once, on an installation of `world.prepare`.
    """
    now = timezone.now()
    User.employ(RESPONSIBLE, unit="compliance", role="dpo", password=secrets.token_hex(), at=now)
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as folder:
        file = Path(folder) / "portfolio.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(portfolio.COLUMNS)
            writer.writerows(portfolio.rows(people, at=now, also=("site",)))
        for _ in enrolment.run(
            retention.SYSTEM, file, by=RESPONSIBLE, say=rejections.sentence, clock=lambda: now
        ):
            pass
    Agreement.objects.update(ended_at=now, end_reason="left")
    due = now + timedelta(days=4 * 366)
    Subject.objects.update(review_at=due)
    for part in retention.dry_runs(retention.SYSTEM, at=due):
        retention.approve(retention.SYSTEM, part.waiting, at=due)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_key AS SELECT * FROM vault_personkey")
        cursor.execute("CREATE UNIQUE INDEX bench_key_subject ON bench_key (subject)")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return due


def sweep(due: datetime, *, most: int | None = None) -> int:
    """Decide and destroy: permission, journal entry, act, key, ciphertext, index, tombstone; return how many people ended."""
    return sum(len(part.done) for part in retention.sweep(retention.SYSTEM, at=due, search=0, most=most))


def floor(*, most: int | None = None) -> int:
    """Remove copies of keys in batches, each committed, and nothing else; return how many."""
    removed = 0
    while most is None or removed < most:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(_FLOOR[connection.vendor], [BATCH if most is None else min(BATCH, most - removed)])
            if not cursor.rowcount:
                break
            removed += cursor.rowcount
    return removed


_FLOOR = {
    "postgresql": "DELETE FROM bench_key WHERE subject IN "
    "(SELECT subject FROM bench_key ORDER BY subject DESC LIMIT %s FOR UPDATE SKIP LOCKED)",
    "sqlite": "DELETE FROM bench_key WHERE subject IN "
    "(SELECT subject FROM bench_key ORDER BY subject DESC LIMIT %s)",
}


def _rate(work: Callable[[], int]) -> float:
    began = perf_counter()
    done = work()
    return done / (perf_counter() - began)

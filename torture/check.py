"""Is everything as it was acknowledged? Asked of the database while nobody acts, after every round.

Reads what clients said (first argument: a file of JSON lines) and the checkpoints that were seen (second); writes
one JSON object: violations, counts, how long it took until nothing waited.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from derbes.core.incidents.models import Affected, Incident  # noqa: E402
from derbes.core.journal.models import Entry  # noqa: E402
from derbes.flows import journal, replay, rotation, strays  # noqa: E402
from derbes.outside import keys  # noqa: E402
from torture import ledger as ledgers  # noqa: E402
from torture import marks, persons, sent  # noqa: E402
from torture.evidence import Evidence  # noqa: E402

CAUGHT_UP = 60.0  # seconds in which what waits must be done, once nobody is killed any more


def main() -> None:
    """Check, and say what was found."""
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    seen: list[str] = json.loads(Path(sys.argv[2]).read_text())
    violations, counts = list[str](), Counter[str]()
    seconds = _until(lambda: not Entry.objects.waiting().exists() and not _untold())
    if seconds is None:
        violations.append("work did not resume: entries wait for a place, or people to be told")
    replay.settle(at=timezone.now() + 2 * replay.SETTLED)
    removed = sum(strays.remove(part, at=timezone.now() + 2 * strays.AGE) for part in strays.PARTS)
    violations += _rotated()
    ledger = ledgers.read(lines)
    violations += [f"an answer that nothing explains: {one}" for one in ledger.unexplained]
    evidence = Evidence.gather(ledger)
    for look in (persons.check, marks.check, sent.check):
        violations += look(ledger, evidence, lines, counts)
    violations += _journal(seen, counts)
    counts |= {"acknowledged": ledger.acknowledged, "left open": ledger.open}
    counts["files of nobody removed"] = removed
    told = {
        "violations": violations,
        "counts": dict(counts),
        "answers": ledger.by_thing,
        "errors": dict(ledger.errors),
        "caught_up": seconds,
    }
    sys.stdout.write(json.dumps(told))


def _untold() -> bool:
    telling = list(Incident.objects.telling().values_list("id", flat=True))
    return Affected.objects.filter(incident__in=telling).untold().exists()


def _rotated() -> list[str]:
    """A rotation that died is finished by the next one, and no old key is left."""
    for _ in range(2):
        rotation.rotate(at=timezone.now(), now=True)
    left = len(keys.ring().epochs())
    return [] if left == 1 else [f"{left} epochs live after a rotation that ended all but one"]


def _until(done: Callable[[], bool]) -> float | None:
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > CAUGHT_UP:
            return None
        time.sleep(0.2)
    return round(time.monotonic() - began, 2)


def _journal(seen: list[str], counts: Counter[str]) -> list[str]:
    finding = journal.verify()
    counts["entries in the tree"] = finding.size
    found: list[Any] = [] if finding.sound else [f"the journal does not verify: {asdict(finding)}"]
    return found + marks.consistent(seen, counts)


if __name__ == "__main__":
    main()

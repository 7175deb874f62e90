"""`python -m torture run|report`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from torture import report
from torture.chaos import Told, new_seed, torture

RECORDS = Path(__file__).resolve().parent.parent / "docs" / "data" / "torture.jsonl"


def main() -> int:
    """Run for a time and write one line into the records, or make the document from them."""
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="kill processes for a time; exit code 1 on a violation")
    run.add_argument("--minutes", type=float, default=10.0)
    run.add_argument("--seed", type=int, default=None)
    run.add_argument("--clients", type=int, default=4)
    run.add_argument("--keep", action="store_true", help="keep the installation's folder")
    run.add_argument("--unrecorded", action="store_true", help="write no line into docs/data/torture.jsonl")
    actions.add_parser("report", help="write docs/reliability.md")
    chosen = parser.parse_args()
    if chosen.action == "report":
        report.write(RECORDS)
        return 0
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.nice(5)
    seed = new_seed() if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    told = torture(chosen.minutes, seed, clients=chosen.clients, keep=chosen.keep)
    line = _line(chosen, seed, time.monotonic() - began, told)
    print(json.dumps(line, indent=1))
    if not chosen.unrecorded:
        RECORDS.parent.mkdir(exist_ok=True)
        with RECORDS.open("a") as records:
            records.write(json.dumps(line, sort_keys=True) + "\n")
    return 1 if told.violations else 0


def _line(chosen: argparse.Namespace, seed: int, seconds: float, told: Told) -> dict[str, object]:
    address = os.environ.get("DERBES_DATABASE", "sqlite")
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "database": "postgresql" if address.startswith("postgres") else "sqlite",
        "disk": "small" if told.kills["disk"] else "",
        "seed": seed,
        "minutes": round(seconds / 60, 1),
        "clients": chosen.clients,
        "rounds": told.rounds,
        "load": round(os.getloadavg()[1] / (os.cpu_count() or 1), 1),
        "kills": dict(sorted(told.kills.items())),
        "back": told.back,
        "counts": told.checked.get("counts", {}),
        "answers": told.checked.get("answers", {}),
        "errors": told.checked.get("errors", {}),
        "pages": {str(status): times for status, times in sorted(told.pages.items())},
        "caught_up": told.checked.get("caught_up"),
        "violations": told.violations,
    }


if __name__ == "__main__":
    sys.exit(main())

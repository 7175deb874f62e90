"""docs/reliability.md from the records of the runs and the words in torture/reliability.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORDS = Path(__file__).with_name("reliability.md")
DOCUMENT = ROOT / "docs" / "reliability.md"

Run = dict[str, Any]


def write(records: Path) -> None:
    """Write the document."""
    runs = [json.loads(line) for line in records.read_text().splitlines()]
    made = {"runs": _runs(runs), "totals": _totals(runs), "deaths": _deaths(runs), "answers": _answers(runs)}
    text = WORDS.read_text()
    for name, table in made.items():
        text = text.replace(f"{{{{{name}}}}}", table)
    DOCUMENT.write_text(text)


def _table(head: str, rows: Iterable[Iterable[object]]) -> str:
    columns = head.split(" | ")
    lines = [f"| {head} |", "|" + "|".join("---:" if n else "---" for n in range(len(columns))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def _runs(runs: list[Run]) -> str:
    head = "When (UTC) | database | minutes | seed | kills | acknowledged | left open | people | entries | violations"
    return _table(
        head,
        (
            (
                run["at"].replace("T", " ").rstrip("Z"),
                f"{run['database']}, small disk" if run.get("disk") else run["database"],
                run["minutes"],
                run["seed"],
                sum(run["kills"].values()),
                *(run["counts"].get(name, 0) for name in ("acknowledged", "left open", "people")),
                run["counts"].get("entries in the tree", 0),
                len(run["violations"]),
            )
            for run in runs
        ),
    )


def _totals(runs: list[Run]) -> str:
    names = sorted({run["database"] for run in runs})
    rows = []
    for name in names:
        ours = [run for run in runs if run["database"] == name]
        rows.append(
            (
                name,
                _minutes(ours),
                _minutes(run for run in ours if not run["violations"]),
                sum(sum(run["kills"].values()) for run in ours),
                sum(run["counts"].get("acknowledged", 0) for run in ours),
                sum(len(run["violations"]) for run in ours),
                max((run["caught_up"] or 0 for run in ours), default=0),
            )
        )
    return _table(
        "Database | minutes | of them without any violation | kills | acknowledged | violations | longest catching up, s",
        rows,
    )


def _minutes(runs: Iterable[Run]) -> float:
    return round(sum(run["minutes"] for run in runs), 1)


def _deaths(runs: list[Run]) -> str:
    kills, back = Counter[str](), dict[str, float]()
    for run in runs:
        kills.update(run["kills"])
        for kind, seconds in run["back"].items():
            back[kind] = max(seconds, back.get(kind, 0.0))
    rows = ((kind.replace("_", " "), times, back.get(kind, "–")) for kind, times in sorted(kills.items()))
    return _table("What died | times | longest until at work again, s", rows)


def _answers(runs: list[Run]) -> str:
    answers = Counter[str]()
    for run in runs:
        answers.update(run["answers"])
    things = sorted({said.partition(": ")[0] for said in answers})
    kinds = sorted({said.partition(": ")[2] for said in answers}, key=lambda kind: (kind != "done", kind))
    head = " | ".join(["Thing", *(kind.replace("_", " ") for kind in kinds)])
    return _table(head, ((thing, *(answers[f"{thing}: {kind}"] or "" for kind in kinds)) for thing in things))

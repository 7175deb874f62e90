"""The tables of docs/hostile-input.md, from the records of `make fuzz` and `make mutants` in docs/data.

A module that was changed since its mutants were tried is marked in the table and named on the screen.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from scripts import mutants

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "hostile-input.md"
DATA = ROOT / "docs" / "data"


def recorded(name: str) -> dict[str, Any]:
    """Return the records of one kind, or none."""
    path = DATA / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def targets(records: dict[str, Any]) -> str:
    """Return the table of the fuzzed targets."""
    lines = [
        "| target | seconds | inputs | points of the code reached | found in this run |",
        "|---|---|---|---|---|",
    ]
    for name, one in sorted(records.items()):
        found = len(one["found"]) or one["failed"] or 0
        lines.append(f"| {name} | {one['seconds']} | {one['inputs']:,} | {one['points']:,} | {found} |")
    return "\n".join(lines)


def modules(records: dict[str, Any]) -> str:
    """Return the table of the modules with their mutants."""
    lines = [
        "| module | mutants | noticed | left with a reason | left without | tried |",
        "|---|---|---|---|---|---|",
    ]
    earlier, sums = stale(records), [0, 0, 0, 0]
    for name, one in sorted(records.items()):
        without = len(mutants.without(name, one["left"]))
        when = "before its last change" if name in earlier else "as it is"
        row = (one["mutants"], one["noticed"], len(one["left"]) - without, without)
        sums = [sum(both) for both in zip(sums, row, strict=True)]
        lines.append(_row(name, *row, when))
    untried = {module for group in mutants.GROUPS for module in group.modules} - records.keys()
    lines += [_row(name, "", "", "", "", "not yet") for name in sorted(untried)]
    return "\n".join([*lines, _row("all", *sums, "")])


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def stale(records: dict[str, Any]) -> list[str]:
    """Return the modules whose text is not the one that was tried."""
    return [name for name, one in sorted(records.items()) if one.get("source") != mutants.text_of(name)]


def main() -> None:
    """Write the tables between their marks."""
    text = PAGE.read_text()
    for name, table in (("fuzz", targets(recorded("fuzz"))), ("mutants", modules(recorded("mutants")))):
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = between.sub(lambda marks, table=table: f"{marks[1]}{table}\n{marks[2]}", text)
    PAGE.write_text(text)
    for name in stale(recorded("mutants")):
        sys.stdout.write(f"{name} was changed since its mutants were tried\n")


if __name__ == "__main__":
    main()

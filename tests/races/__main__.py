"""`python -m tests.races [few] [WORD…]`: the races, on the database of the settings; the table in docs/concurrency.md.

Every order with at most two turns and twenty orders by lot; `few`: those alone where it matters. Words choose races
by their names; then no table is written.
"""

from __future__ import annotations

import os
import sys
from itertools import chain
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import setup_databases, setup_test_environment

PAPER = Path(__file__).parent.parent.parent / "docs" / "concurrency.md"
HEAD = "| Race | Schedules | First first | Second first | Entry later | Waited |\n|---|--:|--:|--:|--:|--:|\n"


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
    settings.MAIL["driver"], settings.SMS["driver"] = "memory", "file"
    django.setup()
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    from tests.races import all_races
    from tests.races.race import Referee, Verdict, at_random, two_turns, where_it_matters
    from tests.races.stage import on_stage

    few, words = "few" in words, [word for word in words if word != "few"]
    races = [race for race in all_races() if all(word in race.name for word in words)]
    verdicts: list[Verdict] = []
    every, lots = (where_it_matters, at_random(range(4))) if few else (two_turns, at_random(range(20)))
    with on_stage() as pair:
        for race in races:
            verdict = Referee(race, pair).judge(lambda referee: chain(every(referee), lots(referee)))
            verdicts.append(verdict)
            print(_row(verdict), flush=True)  # noqa: T201
            print("".join(f"{one}\n" for one in verdict.wrong[:3]), end="", flush=True)  # noqa: T201
    wrong = any(verdict.wrong for verdict in verdicts)
    if not words and not wrong:
        _write(verdicts)
    return int(wrong)


def _row(one: object) -> str:
    ended, race = one.ended, one.race
    either = ended["either"]
    first, second = (str(ended[name] + either) for name in ("a first", "b first"))
    wrong = f" **{len(one.wrong)} wrong**" if one.wrong else ""
    return f"| {race.name}{wrong} | {one.schedules} | {first} | {second} | {ended['entry later']} | {one.waits} |"


def _write(verdicts: list[object]) -> None:
    """Put the table in the place of the one of this database."""
    from django.db import connection

    begin, end = f"<!-- {connection.vendor} -->\n", f"<!-- /{connection.vendor} -->"
    before, _, rest = PAPER.read_text().partition(begin)
    _, _, after = rest.partition(end)
    PAPER.write_text(before + begin + HEAD + "\n".join(map(_row, verdicts)) + "\n" + end + after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

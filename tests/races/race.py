"""A race: two flows, every order of their statements with at most two turns, and what may come out.

What may come out is what one flow after the other brings, and nothing else: but an entry that has a transaction of
its own, of a refusal or a notice, may stand later among the person's own than where its flow was decided.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.races.observed import lawful, observe
from tests.races.stage import Flow, Scene
from tests.races.threads import Pair, Run, Schedule, by

Choose = Callable[[Run, list[int]], int]
MOST_STEPS = 120  # steps of a turn; no flow here is longer


@dataclass(frozen=True)
class Race:
    """Two flows on what `scene` sets up anew for each schedule."""

    name: str
    a: Flow
    b: Flow
    scene: Callable[[], Scene]


@dataclass
class Verdict:
    """What came of a race: how many schedules ended as which serial order, and what ended as none."""

    race: Race
    ended: Counter[str] = field(default_factory=Counter)
    waits: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def schedules(self) -> int:
        return sum(self.ended.values()) + len(self.wrong)


class Referee:
    """Runs a race by one schedule after another and says what each came to."""

    def __init__(self, race: Race, pair: Pair) -> None:
        self.race, self.pair, self.verdict = race, pair, Verdict(race)
        self.serial: dict[str, Any] = {}
        self.lengths: list[int] = []

    def judge(self, schedules: Callable[[Referee], Iterator[tuple[str, Choose]]]) -> Verdict:
        """Run the two serial orders, then `schedules`."""
        self.lengths.clear()
        for first, name in enumerate(("a first", "b first")):
            run, seen, wrong = self.play(by(Schedule(first)))
            self.lengths.append(sum(who == first for who, _ in run.steps))
            if wrong:
                self.verdict.wrong.append(f"{name}: {wrong}")
            self.serial[name] = seen
        for name, choose in schedules(self):
            self.one(name, choose)
        return self.verdict

    def one(self, name: str, choose: Choose) -> Run:
        """Run one schedule and take down what it came to."""
        run, seen, wrong = self.play(choose)
        self.verdict.waits += bool(run.waits)
        became = None if wrong else self.which(seen)
        if became is None:
            why = wrong or self.difference(seen)
            self.verdict.wrong.append(f"schedule {name}: {why}\n{run.told()}")
        else:
            self.verdict.ended[became] += 1
        return run

    def play(self, choose: Choose) -> tuple[Run, Any, str]:
        """Run once; return what was seen, and what is wrong with it by itself."""
        scene = self.race.scene()
        run = self.pair.run((lambda: self.race.a(scene), lambda: self.race.b(scene)), choose)
        for outcome in run.outcomes:
            if isinstance(outcome, Exception) and not type(outcome).__module__.startswith("derbes."):
                return run, None, f"{type(outcome).__name__} reached the user: {outcome}"
        try:
            lawful(scene)
            return run, observe(scene, run.outcomes), ""
        except AssertionError as fault:
            return run, None, str(fault)

    def which(self, seen: Any) -> str | None:
        """Which serial order this is; None when it is none."""
        same = [name for name, told in self.serial.items() if told == seen]
        if len(same) == len(self.serial):
            return "either"
        if same:
            return same[0]
        if any(told and _own_steps_apart(told) == _own_steps_apart(seen) for told in self.serial.values()):
            return "entry later"
        return None

    def difference(self, seen: Any) -> str:
        """In what it differs from each serial order."""
        told = []
        for name, serial in self.serial.items():
            pairs = sorted(set(_flat(seen)) ^ set(_flat(serial or {})))
            told += [
                f"\n  not {name}:",
                *(f"\n    {'here' if one in _flat(seen) else 'there'} {one}" for one in pairs),
            ]
        return "".join(told)


def _own_steps_apart(seen: dict[str, Any]) -> dict[str, Any]:
    """The same, with the entries that have a transaction of their own apart: refusals beside, notices left out.

    What the other flow does may come between a refusal and its entry (flows/story.py), and between a deed and its
    notice, which asks the gate itself and is not sent any more when there is nobody to send it to.
    """
    apart = dict(seen)
    for key, journals in seen.items():
        if key.startswith("journal "):
            told = [[one for one in journal if not one.startswith("notice.")] for journal in journals]
            refused = sorted(one for journal in told for one in journal if " refused" in one)
            apart[key] = ([[one for one in journal if " refused" not in one] for journal in told], refused)
    return apart


def _flat(seen: dict[str, Any]) -> list[str]:
    """What was seen, line by line."""
    lines = []
    for key, what in seen.items():
        rows = (
            what.items()
            if isinstance(what, dict)
            else enumerate(what if isinstance(what, list | tuple) else [what])
        )
        lines += [f"{key} {name}: {value}" for name, value in rows]
    return lines


def two_turns(referee: Referee) -> Iterator[tuple[str, Choose]]:
    """Every order with at most two turns, each once: turns that take no more steps than others are left out."""
    for first in (0, 1):
        for one in range(1, MOST_STEPS):
            for two in range(1, MOST_STEPS):
                schedule = Schedule(first, (one, two))
                choose = by(schedule)
                taken: list[Run] = []
                yield str(schedule), _kept(choose, taken)
                if _of(taken[0], 1) < two:
                    break
            if _of(taken[0], 0) < one:
                break


def one_turn(referee: Referee) -> Iterator[tuple[str, Choose]]:
    """Every order with one turn: a flow is stopped before each of its statements, the other runs to its end."""
    for first in (0, 1):
        for one in range(1, MOST_STEPS):
            taken: list[Run] = []
            yield f"{'ab'[first]} {one}", _kept(by(Schedule(first, (one,))), taken)
            if _of(taken[0], 0) < one:
                break


def where_it_matters(referee: Referee) -> Iterator[tuple[str, Choose]]:
    """A few orders with one turn: once a flow has come to the person, halfway, and when only its commit is left."""
    for first, length in enumerate(referee.lengths):
        for one in sorted({2, 3, 4, length // 2, length - 1} & set(range(1, length))):
            yield f"{'ab'[first]} {one}", by(Schedule(first, (one,)))


def at_its_edges(referee: Referee) -> Iterator[tuple[str, Choose]]:
    """Orders with one turn: once a flow has come to the person, and when only its commit is left."""
    for first, length in enumerate(referee.lengths):
        for one in sorted({min(3, length - 2), length - 1}):
            yield f"{'ab'[first]} {one}", by(Schedule(first, (one,)))


def at_random(seeds: Iterator[int] | range) -> Callable[[Referee], Iterator[tuple[str, Choose]]]:
    """Orders by lot, one for each seed."""

    def drawn(referee: Referee) -> Iterator[tuple[str, Choose]]:
        for seed in seeds:
            lot = random.Random(seed)  # noqa: S311  a schedule, not a secret
            yield f"random, seed {seed}", lambda _run, able, lot=lot: lot.choice(able)

    return drawn


def _kept(choose: Choose, taken: list[Run]) -> Choose:
    def kept(run: Run, able: list[int]) -> int:
        taken[:] = [run]
        return choose(run, able)

    return kept


def _of(run: Run, turn: int) -> int:
    return run.taken[turn] if turn < len(run.taken) else 0

"""What may be true of a person after what was done, when some of it is not known to have been done.

Plain Python. A thing done is one or more commits. Acknowledged, all of them happened; when the process or the
server died in between, any beginning of them may have. So a person has a set of possible standings, which
every later answer narrows; a set that becomes empty is a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

UNKNOWN, DONE, NOTHING, DECIDED, REFUSED, TOO_MANY = (
    "unknown",
    "done",
    "nothing",
    "decided",
    "refused",
    "too_many",
)
MOST_SCANS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands, and how many journal entries they have of each event and outcome."""

    draft: bool = False
    gone: bool = False
    blocked: bool = False
    decided: bool = False
    agreed: frozenset[str] = frozenset()
    scans: int = 0
    entries: tuple[tuple[str, int], ...] = ()

    def after(self, event: str, *, times: int = 1, **changes: object) -> Standing:
        """The standing after an entry of `event` was left and `changes` were made with it."""
        entries = dict(self.entries)
        entries[event] = entries.get(event, 0) + times
        return replace(self, entries=tuple(sorted(entries.items())), **changes)


class Course(NamedTuple):
    """What is answered, and the standings passed through on the way, one for each commit."""

    answer: str
    standings: tuple[Standing, ...] = ()


def _refused(before: Standing, event: str) -> Course:
    return Course(REFUSED, (before.after(f"{event} refused"),))


def _touch(
    before: Standing, event: str, *, allowed: bool = True, answer: str = DONE, **changes: object
) -> Course:
    """One thing that the gate is asked about."""
    if before.gone:
        return Course(UNKNOWN)
    if before.blocked or not allowed:
        return _refused(before, event)
    return Course(answer, (before.after(event, **changes),))


def _give(before: Standing, what: str) -> Course:
    if what in before.agreed and not before.gone:
        return Course(NOTHING)
    return _touch(before, "consent.give", agreed=before.agreed | {what})


def _withdraw(before: Standing, what: str) -> Course:
    if what not in before.agreed and not before.gone:
        return Course(NOTHING)
    return _touch(before, "consent.withdraw", agreed=before.agreed - {what})


def _block(before: Standing, _: str) -> Course:
    return Course(DONE) if before.blocked else _touch(before, "blocking.block", blocked=True)


def _lift(before: Standing, _: str) -> Course:
    if before.gone:
        return Course(UNKNOWN)
    if not before.blocked:
        return Course(NOTHING)
    return Course(DONE, (before.after("blocking.lift", blocked=False),))


def _verify(before: Standing, _: str) -> Course:
    if before.decided:
        return Course(DECIDED)
    course = _touch(before, "verification.verified", decided=True)
    if course.answer != DONE:
        return course
    return Course(DONE, (*course.standings, course.standings[0].after("notice.verified")))


def _scan(before: Standing, _: str) -> Course:
    if before.scans >= MOST_SCANS and not before.gone and not before.blocked:
        return Course(TOO_MANY)
    return _touch(before, "scans.add", scans=before.scans + 1)


#: What can be done to somebody who is there: the thing and what it is about → its course.
COURSES: dict[str, Callable[[Standing, str], Course]] = {
    "read": lambda before, _: _touch(before, "reading.read"),
    "advertise": lambda before, _: _touch(before, "reading.read", allowed="advertising" in before.agreed),
    "own": lambda before, _: _touch(before, "reading.own"),
    "save": lambda before, _: _touch(before, "registration.save"),
    "give": _give,
    "withdraw": _withdraw,
    "block": _block,
    "lift": _lift,
    "verify": _verify,
    "scan": _scan,
    "destroy": lambda before, _: _touch(before, "destruction.demand", gone=True, scans=0),
    "discard": lambda before, _: _touch(before, "destruction.discard", draft=False, gone=True, scans=0),
}
#: Of who is gone and had nothing to change, the flows say that nothing changed, the API that they are unknown.
SAID = frozenset({"give", "withdraw"})
BEGINNINGS = {
    "register": Standing().after("registration.begin", times=3),
    "begin": Standing(draft=True).after("registration.begin"),
}


@dataclass(slots=True)
class Person:
    """Everything that may be true of one person. None stands for one who is not there at all."""

    possible: set[Standing | None] = field(default_factory=lambda: {None})
    subject: str = ""
    secret: str = ""

    def acknowledged(self, thing: str, about: str, answer: str) -> bool:
        """Take in an answer; false when nothing that may be true leads to it."""
        courses = [(one, self._course(one, thing, about)) for one in self.possible]
        same = {answer, UNKNOWN} if answer == NOTHING and thing in SAID else {answer}
        left = {_last(one, course) for one, course in courses if course.answer in same}
        if left:
            self.possible = left
        return bool(left)

    def interrupted(self, thing: str, about: str) -> None:
        """Take in that something was begun and nobody knows how far it came."""
        for one in tuple(self.possible):
            self.possible.update(self._course(one, thing, about).standings)

    def holds(self, actual: Standing | None, *, free: Iterable[str] = ()) -> bool:
        """Whether what is found may be true; entries of the events `free` may be there in any number."""
        skipped = frozenset(free)
        return any(_without(one, skipped) == _without(actual, skipped) for one in self.possible)

    @staticmethod
    def _course(standing: Standing | None, thing: str, about: str) -> Course:
        if thing in BEGINNINGS:
            return Course(DONE, (BEGINNINGS[thing],)) if standing is None else Course("twice")
        return Course("absent") if standing is None else COURSES[thing](standing, about)


def _last(before: Standing | None, course: Course) -> Standing | None:
    return course.standings[-1] if course.standings else before


def _without(one: Standing | None, free: frozenset[str]) -> Standing | None:
    if one is None:
        return None
    return replace(one, entries=tuple((event, n) for event, n in one.entries if event not in free))

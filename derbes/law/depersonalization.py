"""What may remain of people so that nobody can be singled out, and nothing leads back (94-V art. 1, 17(1); 326-VIII).

What remains are counts of people who end together, in groups by coarse features. Hashing and masking are
protection and no depersonalisation: here no row is about one person, no number or key is kept, and a group
smaller than `least` is made coarser until it is not, or dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from derbes.law.deadlines import local_day

ANY = "*"

#: Features in the order in which they are given up when a group is too small: the most telling first.
FEATURES = ("born", "language", "years", "ended")

#: No group is ever smaller, whatever the policy says.
LEAST = 5

_BAND = 10
_LONG = 6


@dataclass(frozen=True, slots=True)
class Group:
    """So many `people` who have these coarse features; `*` is a feature that was given up."""

    features: Mapping[str, str]
    people: int


def coarse(*, birth_date: str, language: str, since: datetime, until: datetime) -> tuple[str, ...]:
    """Return the coarse features of one person, in the order of `FEATURES`.

    Of the birth date (ISO) the decade, of the course its length in years (six and more as one) and the year
    in which it ended. What is not known is `*`.
    """
    year = birth_date[:4]
    born = f"{int(year) // _BAND * _BAND}s" if year.isdigit() else ANY
    years = max(0, local_day(until).year - local_day(since).year)
    length = f"{_LONG}+" if years >= _LONG else str(years)
    return born, language or ANY, length, str(local_day(until).year)


def groups(people: Iterable[Sequence[str]], *, least: int) -> list[Group]:
    """Return the groups that may be kept of `people` (coarse features each), none smaller than `least`.

    Features are given up one after another for those whose group is too small. Whoever is in no group that is
    large enough even then leaves no trace, not even in a total.
    """
    least = max(least, LEAST)
    waiting = [tuple(one) for one in people]
    kept: Counter[tuple[str, ...]] = Counter()
    for given_up in range(len(FEATURES) + 1):
        blurred = [(ANY,) * given_up + one[given_up:] for one in waiting]
        sizes = Counter(blurred)
        kept.update({one: size for one, size in sizes.items() if size >= least})
        waiting = [one for one, blur in zip(waiting, blurred, strict=True) if sizes[blur] < least]
    found = (Group(dict(zip(FEATURES, one, strict=True)), size) for one, size in kept.items())
    return sorted(found, key=lambda group: tuple(group.features.values()))

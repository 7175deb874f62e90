"""What the state demands, as frozen values: terms, retention, disclosure, limits, days off.

Every rule names its act and article, when it was last verified and how certain it is; the act names its
edition and source. `parse` turns the files of norms/ into `Norms`, or says in one sentence what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from derbes.law.tables import Table, TableError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Shape = TypeVar("_Shape")

#: How sure we are: primary text, secondary that read it, one secondary, to be checked, our reading.
MARKS = frozenset("ABCMI")
UNITS = frozenset({"working", "calendar", "day_of_month", "day_after_quarter"})
BOUNDS = frozenset({"least", "most", "exactly"})

#: The name under which rules stand that no law sets, only the policy itself.
POLICY = "policy"


class NormError(TableError):
    """A norm is written wrongly. The sentence names file, table and key."""


@dataclass(frozen=True, slots=True)
class LegalAct:
    """An act of law in the edition that was read. `source` is a short address, such as "adilet Z1300000094"."""

    key: str
    title: str
    edition: str
    source: str
    verified: date
    mark: str
    effective_from: date | None = None
    effective_to: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have: the place in the law, how sure we are of it, and the day of the last look."""

    act: str
    article: str
    mark: str
    verified: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm(Rule):
    """A rule with a name of its own and what it demands in words; its own days where they are not its act's."""

    key: str
    what: str
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermNorm(Norm):
    """By when something must be done. `obligatory`: every policy must promise it, and no later.

    `extension`: by how many days of the same unit the law lets it be lengthened.
    """

    days: int
    unit: str
    obligatory: bool = False
    extension: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionNorm(Norm):
    """How long something is kept, at least, at most or exactly, from the event `since` on.

    Without years, months and days the law gives no number. `purposes`, `basis` or `category` say what of a
    policy it binds; without them it binds what the policy does not speak of.
    """

    bound: str
    since: str
    years: int = 0
    months: int = 0
    days: int = 0
    purposes: frozenset[str] = frozenset()
    basis: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureNorm(Norm):
    """To whom data may be opened without consent, and the documents that each must present."""

    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitNorm(Norm):
    """Another number that the law sets, in `unit`."""

    value: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOff(Rule):
    """The days off of one year besides Saturdays and Sundays, and the weekend days that are worked."""

    year: int
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Norms:
    """All norms, by key; `days_off` by year."""

    acts: Mapping[str, LegalAct]
    terms: Mapping[str, TermNorm]
    retention: Mapping[str, RetentionNorm]
    disclosure: Mapping[str, DisclosureNorm]
    limits: Mapping[str, LimitNorm]
    days_off: Mapping[int, YearOff]

    def cite(self, rule: Rule) -> str:
        """Return how `rule` is cited, such as "94-V art. 8(7)"; a rule of the policy alone as its clause."""
        return citation(rule)

    def in_force(self, rule: Norm, day: date) -> bool:
        """Whether `rule` holds on `day`: by its own dates, or else by its act's."""
        act = self.acts[rule.act]
        start = rule.effective_from or act.effective_from
        end = rule.effective_to or act.effective_to
        return (start is None or start <= day) and (end is None or day <= end)


def citation(rule: Rule) -> str:
    """Return "94-V art. 8(7)", "395/НҚ p. 16", or "§6.2" for a rule that only the policy sets."""
    if rule.act == POLICY:
        return f"§{rule.article}"
    kind = "" if not rule.article or rule.article.startswith("p.") else "art. "
    return f"{rule.act} {kind}{rule.article}".strip()


def parse(files: Mapping[str, str]) -> Norms:
    """Return the norms in `files`: acts.toml, terms.toml, …, days_off/2026.toml … Raises `NormError`."""
    norms = Norms(
        acts=_group(LegalAct, files, "acts.toml", "act"),
        terms=_group(TermNorm, files, "terms.toml", "term"),
        retention=_group(RetentionNorm, files, "retention.toml", "retention"),
        disclosure=_group(DisclosureNorm, files, "disclosure.toml", "disclosure"),
        limits=_group(LimitNorm, files, "limits.toml", "limit"),
        days_off={
            year.year: year
            for year in (_year(name, files[name]) for name in sorted(files) if "days_off/" in name)
        },
    )
    _known(norms)
    return norms


def _group(shape: type[_Shape], files: Mapping[str, str], file: str, name: str) -> Mapping[str, _Shape]:
    if file not in files:
        raise NormError("The norms lack %(file)s.", file=file)
    top = Table.of(files[file], file, NormError)
    found = {key: read(shape, key, table) for key, table in top.tables(name)}
    top.close()
    return found


def _year(file: str, text: str) -> YearOff:
    top = Table.of(text, file, NormError)
    days = {key: frozenset(top.days(key)) for key in ("off", "worked")}
    year = YearOff(
        year=top.number("year"),
        off=days["off"],
        worked=days["worked"],
        act=top.text("act"),
        article=top.text("article"),
        mark=top.text("mark"),
        verified=top.day("verified"),
        note=top.text("note", ""),
    )
    top.close()
    for key, dates in days.items():
        for day in sorted(dates):
            if day.year != year.year:
                raise top.wrong(key, "%(day)s is not of this year.", day=day.isoformat())
    for day in sorted(year.worked):
        if day.weekday() < 5:  # noqa: PLR2004  Monday to Friday
            raise top.wrong("worked", "%(day)s is no weekend day.", day=day.isoformat())
    return year


def _known(norms: Norms) -> None:
    """Refuse what the values must be among: acts, marks, units, bounds."""
    rules: Iterable[tuple[str, str, Rule]] = (
        *(("terms.toml", key, rule) for key, rule in norms.terms.items()),
        *(("retention.toml", key, rule) for key, rule in norms.retention.items()),
        *(("disclosure.toml", key, rule) for key, rule in norms.disclosure.items()),
        *(("limits.toml", key, rule) for key, rule in norms.limits.items()),
        *((f"days_off/{year}.toml", "", rule) for year, rule in norms.days_off.items()),
    )
    for file, key, rule in rules:
        _among(file, key, "act", rule.act, norms.acts)
        _among(file, key, "mark", rule.mark, MARKS)
    for key, term in norms.terms.items():
        _among("terms.toml", key, "unit", term.unit, UNITS)
    for key, retention in norms.retention.items():
        _among("retention.toml", key, "bound", retention.bound, BOUNDS)


def _among(file: str, table: str, key: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise NormError(
            "%(value)s is not known; known are %(known)s.",
            place=f"{file}, [{table}], {key}",
            value=value,
            known=", ".join(sorted(known)),
        )

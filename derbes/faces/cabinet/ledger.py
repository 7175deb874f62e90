"""What a person agrees to, as a table: one row for each purpose and for each act that needs a consent of its own.

What always holds: the rows are what the edition in force asks, and besides them whatever older consent still
stands, so that nothing given can be missing here and nothing given cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from derbes.faces import agreed
from derbes.faces.cabinet.entrance import Visitor
from derbes.faces.public import lives
from derbes.faces.public.surroundings import language, said
from derbes.flows import consent, publication
from derbes.flows.citing import cited
from derbes.law.policy import Policy
from derbes.law.vocabulary import Basis
from derbes.law.wording import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that may be agreed to, and how it stands. `said` is the last word on it, None when there was none.

    `until`: when a consent given for a time ends, or has `ended`, by its own term.
    """

    purpose: str
    act: str
    label: str
    given: bool
    stale: bool
    needed: bool
    offered: bool
    text: str
    said: Any
    until: datetime | None
    ended: bool

    @property
    def address(self) -> str:
        """The page on which it is given or withdrawn."""
        if self.act:
            return reverse("cabinet:consent_to_act", args=[self.purpose, self.act])
        return reverse("cabinet:consent", args=[self.purpose])

    @property
    def status(self) -> str:
        """How it stands: given, refused, withdrawn or ended by its own term."""
        if self.ended:
            return "ended"
        if self.given:
            return "given"
        return self.said.word if self.said else "refused"

    @property
    def tag(self) -> tuple[str, str]:
        """How it stands, as a label and the kind of its tag."""
        label, kind = agreed.WORDS[self.status]
        return gettext(label), kind

    @property
    def last(self) -> datetime | None:
        """The last day on which a consent given for a time is or was in force."""
        return lives.last_day(self.until)


@dataclass(frozen=True, slots=True)
class Table:
    """All lines, and the exact text that the edition in force asks agreement to."""

    lines: list[Line]
    text: str
    policy: Policy
    edition: str
    by_law: list[dict[str, str]]

    def line(self, purpose: str, act: str) -> Line | None:
        """The line of a purpose and act."""
        return next((each for each in self.lines if (each.purpose, each.act) == (purpose, act)), None)


@dataclass(frozen=True, slots=True)
class News:
    """A later edition than the one consented to is in force: since when, and what it asks to agree to anew."""

    before: str
    now: str
    since: datetime
    stale: list[Line]


def table(visitor: Visitor) -> Table:
    """Return what `visitor` agrees to and may agree to."""
    offered, now = consent.state(visitor.subject, language(), at=visitor.at)
    rows = consent.ledger(visitor.subject)
    last = {(row.purpose, row.act): row for row in reversed(rows)}
    over = consent.run_out(rows, at=visitor.at)
    policy = visitor.standing.policy
    asked = {(item.purpose, item.act): item for item in offered.items if item.purpose}
    renew = _to_renew(policy, last, now)
    lines = [
        Line(
            purpose=purpose,
            act=act,
            label=agreed.matter_of(policy, purpose, act),
            given=(purpose, act) in now,
            stale=(purpose, act) in renew,
            needed=item.needed if item else False,
            offered=item is not None,
            text=item.text if item else "",
            said=(word := last.get((purpose, act))),
            until=consent.until(word) if word else None,
            ended=word is not None and word.id in over,
        )
        for (purpose, act), item in [*asked.items(), *((pair, None) for pair in sorted(now - asked.keys()))]
    ]
    return Table(lines, offered.text, policy, policy.edition, _by_law(policy))


def news(visitor: Visitor, table: Table) -> News | None:
    """Return what changed since the person last said something, or None."""
    said_under = [line.said for line in table.lines if line.said]
    if not said_under:
        return None
    latest = max(said_under, key=lambda row: row.number)
    if latest.edition == table.edition:
        return None
    current = publication.in_force(visitor.at)
    return News(
        latest.edition, current.edition, current.effective, [line for line in table.lines if line.stale]
    )


def _to_renew(policy: Policy, last: Any, now: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Pairs in force that were given under another edition and that the change since then asks about anew."""
    older = {
        pair: last[pair].edition for pair in now if pair in last and last[pair].edition != policy.edition
    }
    changed = {name: _asked_anew(name, policy.edition) for name in set(older.values())}
    return {pair for pair, name in older.items() if pair in changed[name]}


def _asked_anew(old: str, new: str) -> set[tuple[str, str]]:
    changes = publication.consequences(old, new)
    return {(purpose, each.act) for each in changes if each.renewed for purpose in each.purposes}


def _by_law(policy: Policy) -> list[dict[str, str]]:
    """Purposes that rest on the law: shown, so that nobody thinks that consent is all there is."""
    return [
        {
            "label": said(each.label),
            "norm": cited(each.norm),
            "clause": each.clause,
            "address": reverse("public:clause", args=[policy.edition, each.clause]),
            "kept": Words(policy, language()).kept(each.key),
        }
        for each in policy.purposes.values()
        if each.basis is not Basis.CONSENT
    ]

"""An appeal as the staff read it: the person's page in words for the office, with what only colleagues may know.

What always holds: the clock is the one that the person sees; a late appeal says by how much, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from derbes.faces import asked
from derbes.faces.office.desk import Desk
from derbes.flows import appeals
from derbes.flows.citing import cited

KINDS: Mapping[str, str] = {**asked.KINDS, "access": _("Access to one's data")}
STAGES: Mapping[str, tuple[str, str]] = {
    "open": (_("In hand"), "quiet"),
    "paused": (_("Waiting for the person"), "wait"),
    "answered": (_("Answered"), "done"),
    "closed": (_("Closed"), "quiet"),
}
ALARMS: Mapping[str, str] = {"soon": _("the term is near"), "overdue": _("the term is over")}
LANGUAGES: Mapping[str, str] = {"kk": _("Kazakh"), "ru": _("Russian"), "en": _("English")}
#: What may be opened and read beside a text: it is neither a message nor a letter.
NOTES = "note/"


@dataclass(frozen=True, slots=True)
class Row:
    """One appeal of a list: nothing of the person but the number of their appeal."""

    number: str
    kind: str
    channel: str
    received_at: datetime
    due: date
    left: str
    late: bool
    state: tuple[str, str]
    taken_by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, what, who, why, how the date moved, and its text when it was opened.

    `hidden`: it has a text that was not opened.
    """

    at: datetime
    what: str
    who: str
    more: list[str]
    before: date | None
    due: date | None
    text: str = field(repr=False)
    hidden: bool
    internal: bool


def rows(cases: Iterable[appeals.Case], desk: Desk) -> list[Row]:
    """Return what is shown of each appeal in a list."""
    return [_row(case, desk) for case in cases]


def _row(case: appeals.Case, desk: Desk) -> Row:
    appeal = case.appeal
    return Row(
        number=case.number,
        kind=asked.worded(KINDS, appeal.kind),
        channel=asked.worded(asked.CHANNELS, appeal.channel),
        received_at=appeal.received_at,
        due=case.due,
        left=left(case),
        late=case.late,
        state=state(case),
        taken_by=appeal.taken_by,
        mine=appeal.taken_by == desk.actor.code,
    )


def state(case: appeals.Case) -> tuple[str, str]:
    """The word for how an appeal stands, and the kind of its tag."""
    if case.late and case.appeal.live:
        return gettext("Late"), "stop"
    word, tag = STAGES[case.appeal.stage]
    return gettext(word), tag


def left(case: appeals.Case) -> str:
    """Where the clock stands, so that nobody has to count."""
    days = abs(case.left)
    if case.late:
        return ngettext("late by %(days)s working day", "late by %(days)s working days", days) % {
            "days": days
        }
    if not case.appeal.live:
        return gettext("in time")
    if case.stopped:
        return gettext("the clock stands still until the person answers")
    if days == 0:
        return gettext("the last day")
    return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}


def clock(case: appeals.Case) -> dict[str, Any]:
    """What the head of an appeal's page says."""
    appeal = case.appeal
    return {
        "kind": asked.worded(KINDS, appeal.kind),
        "wish": asked.worded(KINDS, appeal.wish) if appeal.wish != appeal.kind else "",
        "channel": asked.worded(asked.CHANNELS, appeal.channel),
        "term": asked.term_of(appeal.days, working=appeal.working),
        "extended": asked.term_of(appeal.extended, working=appeal.working) if appeal.extended else "",
        "norm": cited(appeal.norm),
        "state": state(case),
        "left": left(case),
        "outcome": asked.worded(asked.OUTCOMES, appeal.outcome) if appeal.outcome else "",
        "ground": asked.worded(asked.GROUNDS, appeal.ground) if appeal.ground else "",
        "late_reason": asked.worded(asked.REASONS, appeal.late_reason) if appeal.late_reason else "",
    }


def events(case: appeals.Case, texts: Mapping[str, str]) -> list[Event]:
    """All that happened, in order, with the texts that were opened."""
    return [_event(each, texts) for each in case.events]


def _event(event: appeals.Happening, texts: Mapping[str, str]) -> Event:
    detail = event.detail
    return Event(
        at=event.at,
        what=asked.worded(asked.HAPPENED, event.code),
        who=_who(event),
        more=[*_kinds(event), *_codes(detail), *_moves(event)],
        before=_date(detail.get("before")),
        due=_date(detail.get("due")),
        text=texts.get(event.text, ""),
        hidden=bool(event.text) and event.text not in texts,
        internal=event.text.startswith(NOTES),
    )


def _who(event: appeals.Happening) -> str:
    if event.actor == "subject":
        return gettext("The person themself")
    return event.by if event.actor == "staff" and event.by else gettext("The system")


def _kinds(event: appeals.Happening) -> list[str]:
    if event.code != "retyped":
        return []
    return [" → ".join(asked.worded(KINDS, event.detail.get(key, "")) for key in ("was", "kind"))]


def _codes(detail: Mapping[str, Any]) -> list[str]:
    lists = (
        ("reason", asked.REASONS),
        ("alarm", ALARMS),
        ("outcome", asked.OUTCOMES),
        ("ground", asked.GROUNDS),
        ("late_reason", asked.REASONS),
    )
    return [asked.worded(words, detail[key]) for key, words in lists if detail.get(key)]


def _moves(event: appeals.Happening) -> list[str]:
    detail, said = event.detail, []
    if event.code == "reassigned":
        said.append(gettext("to %(code)s") % {"code": detail["to"]} if detail.get("to") else gettext("back"))
    if event.code == "extended":
        days = int(detail.get("days", 0))
        said.append(ngettext("by %(days)s day", "by %(days)s days", days) % {"days": days})
    if event.code == "recomputed":
        versions = {"was": detail.get("was", ""), "now": detail.get("calendar", "")}
        said.append(gettext("calendar %(was)s → %(now)s") % versions)
    return said


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None

"""How the register of breaches reads: kinds, states, the clock of one working day, what was done, what a search came to.

What always holds: a term that was missed is shown as missed, also after the authority was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from derbes.faces.office import labels
from derbes.flows.incidents import Incident, Pressing
from derbes.law.deadlines import ends
from derbes.law.policy import Policy

KINDS: Mapping[str, str] = {
    "dissemination": _("Data became known to outsiders"),
    "access": _("Somebody had access who must not"),
    "change": _("Data were changed unlawfully"),
    "destruction": _("Data were destroyed unlawfully"),
}
HINTS: Mapping[str, str] = {
    "dissemination": _("Sent to the wrong person, published, lost with a device, stolen."),
    "access": _("An account used by another, data opened without a purpose."),
    "change": _("Somebody or something falsified them."),
    "destruction": _("They are gone although they had to be kept."),
}
STATES: Mapping[str, tuple[str, str]] = {
    "open": (_("The authority is to be told"), "stop"),
    "authority_notified": (_("The people are to be told"), "wait"),
    "subjects_notified": (_("Everybody was told"), "done"),
    "closed": (_("Closed"), "quiet"),
    "not_confirmed": (_("It was no breach"), "quiet"),
}
DONE: Mapping[str, str] = {
    "detected": _("The breach was entered into the register"),
    "described": _("What is known was written anew"),
    "search_begun": _("A search for the people affected was begun"),
    "searched": _("The search is over"),
    "named": _("Somebody affected was named by hand"),
    "authority_notified": _("The authority was told"),
    "telling": _("The people are being told"),
    "subjects_notified": _("Everybody was told"),
    "closed": _("It was dealt with and closed"),
    "not_confirmed": _("It was looked into and was none"),
}
LONG = timedelta(days=2)  # from here on days are told instead of hours


@dataclass(frozen=True, slots=True)
class Clock:
    """How the working day for the authority stands: in words, the kind of its tag, and whether it stands out."""

    words: str
    kind: str
    late: bool


def clock(incident: Incident, pressing: Pressing, at: datetime) -> Clock:
    """Return the clock of an incident: what is left, by how much it is late, or how it was kept."""
    if incident.state == "not_confirmed":
        return Clock(gettext("no breach: nobody is to be told"), "quiet", late=False)
    end = ends(incident.due)
    if pressing is Pressing.KEPT:
        return Clock(gettext("told in time"), "done", late=False)
    if pressing is Pressing.LATE:
        told = incident.authority_at or at
        return Clock(gettext("told late, by %(time)s") % {"time": span(told - end)}, "stop", late=True)
    if pressing is Pressing.OVERDUE:
        return Clock(gettext("late by %(time)s") % {"time": span(at - end)}, "stop", late=True)
    soon = pressing is Pressing.SOON
    return Clock(gettext("%(time)s left") % {"time": span(end - at)}, "wait" if soon else "", late=soon)


def span(length: timedelta) -> str:
    """A length of time: hours, and days when there are many."""
    if length >= LONG:
        days = length.days
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    hours = int(length.total_seconds() // 3600)
    if not hours:
        return gettext("less than an hour")
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}


def searched(policy: Policy, row: Any) -> dict[str, Any]:
    """A search in words: what was looked for, how far it is, what it found and what it could not."""
    return {
        "row": row,
        "operation": labels.operation(policy, row.operation),
        "unmatched": max(0, row.entries - row.matched),
    }


def event(row: Any) -> dict[str, Any]:
    """Something done, with what its counts say."""
    detail = row.detail
    more = []
    if detail.get("late"):
        more.append(gettext("after the term"))
    if row.code == "searched":
        found = {"found": detail.get("found", 0), "walked": detail.get("walked", 0)}
        more.append(gettext("found %(found)s of %(walked)s") % found)
    if "people" in detail:
        more.append(gettext("people: %(count)s") % {"count": detail["people"]})
    who = gettext("The system") if row.by == "incidents" else row.by
    return {"at": row.at, "what": labels.worded(DONE, row.code), "more": " · ".join([who, *more])}

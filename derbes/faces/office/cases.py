"""What one case page shows: how the matter stands, what is kept of the person, and what was opened just now.

What always holds: values are hidden until a purpose was named; what was opened stands in the answer to that
one request and nowhere else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from derbes.faces.office import forms, labels
from derbes.faces.office.desk import Desk
from derbes.faces.public.surroundings import said
from derbes.faces.readable import readable
from derbes.flows import verification

Kind = verification.Kind
ALL = "*"
_SCAN = "scan:"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is kept: its label, and its value when it was opened."""

    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the matter; `when` is None where only the fact is kept."""

    when: datetime | None
    what: str
    more: str = ""
    now: bool = False


def found(desk: Desk, number: str, kind: Kind) -> Any:
    """Return the matter with this number, or raise 404. Raises `Powerless`."""
    try:
        matter = verification.matter(desk.actor, number, at=desk.at)
    except verification.Matter.DoesNotExist as unknown:
        raise Http404 from unknown
    if matter.kind != kind:
        raise Http404
    return matter


def timeline(desk: Desk, matter: Any, scans: Iterable[Any] = ()) -> list[Event]:
    """How the matter came to where it stands."""
    events = [Event(scan.at, _("A scan was added"), labels.field(desk.policy, scan.kind)) for scan in scans]
    came = Event(matter.opened_at, labels.worded(labels.CAME, matter.kind))
    events = sorted([*events, came], key=lambda event: event.when or desk.at)
    if matter.stage == "closed":
        outcome, _kind = labels.tagged(labels.OUTCOMES, matter.outcome)
        return [*events, Event(matter.closed_at, outcome, _by(matter), now=True)]
    if matter.taken_by:
        events.append(Event(None, _("Somebody took it"), _by(matter), now=matter.stage == "open"))
    if matter.stage == "waiting":
        asked = ", ".join(labels.fields(desk.policy, matter.asks))
        events.append(Event(None, _("More was asked of the person"), asked, now=True))
    return events


def _by(matter: Any) -> str:
    reason = labels.worded(labels.WHY, matter.reason) if matter.reason else ""
    return " · ".join(part for part in (matter.taken_by, reason) if part)


def listed(desk: Desk, filled: Iterable[str], opened: Mapping[str, str]) -> list[tuple[str, list[Field]]]:
    """The fields that are kept, by category in the order of the policy, hidden but for what was opened."""
    kept, groups = set(filled), []
    for category, label in desk.policy.categories.items():
        rows = [
            Field(said(field.label), readable(field, opened[key]) if key in opened else None)
            for key, field in desk.policy.data.items()
            if key in kept and field.category == category
        ]
        if rows:
            groups.append((said(label), rows))
    return groups


def form(
    desk: Desk, filled: Iterable[str], scans: Iterable[Any], *, needing: str = "", data: Any = None
) -> forms.Opening:
    """The form that asks for which purpose what is opened."""
    kept = [key for key in desk.policy.data if key in set(filled)]
    names = [(ALL, _("Everything below that the purpose needs"))]
    names += [(key, labels.field(desk.policy, key)) for key in kept]
    names += [(f"{_SCAN}{scan.id}", _scan_label(desk, scan)) for scan in scans]
    mine = desk.purposes(needing)
    hints = {
        key: _("needs: %(fields)s")
        % {"fields": ", ".join(labels.fields(desk.policy, _needed(desk, key, kept)))}
        for key in mine
    }
    purposes = [(key, labels.purpose(desk.policy, key)) for key in mine]
    return forms.Opening(data, purposes=purposes, hints=hints, fields=names)


def _needed(desk: Desk, purpose: str, kept: Iterable[str]) -> list[str]:
    needed = desk.policy.purposes[purpose].data
    return [key for key in kept if key in needed] or sorted(needed)[:1]


def _scan_label(desk: Desk, scan: Any) -> str:
    label = labels.field(desk.policy, scan.kind)
    return (
        label if scan.pages == 1 else _("%(scan)s, pages: %(pages)s") % {"scan": label, "pages": scan.pages}
    )


def chosen(
    desk: Desk, cleaned: Mapping[str, Any], filled: Iterable[str], scans: Iterable[Any]
) -> tuple[set[str], set[UUID]]:
    """The fields and scans that the form names; "everything" is what the purpose needs of what is kept."""
    picked = set(cleaned["fields"])
    ids = {UUID(name.removeprefix(_SCAN)) for name in picked if name.startswith(_SCAN)}
    names = {name for name in picked if not name.startswith(_SCAN)} - {ALL}
    if ALL in picked:
        needed = desk.policy.purposes[cleaned["purpose"]].data
        names |= {name for name in filled if name.partition("/")[0] in needed}
        ids |= {scan.id for scan in scans if scan.kind in needed}
    return names, ids


def pictures(desk: Desk, scans: Iterable[Any]) -> list[dict[str, Any]]:
    """The opened scans, their previews within the page itself: no address at which a picture could be had."""
    return [
        {
            "id": scan.id,
            "label": labels.field(desk.policy, scan.kind),
            "pages": scan.pages,
            "source": f"data:image/jpeg;base64,{b64encode(scan.preview).decode()}",
        }
        for scan in scans
    ]

"""A queue of matters: what is shown of each, how it is narrowed, and how old it is.

What always holds: the filter is in the address, so that a view can be kept and shared; nothing of a person
is in the list but the number of their matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from derbes.faces.office import labels
from derbes.faces.office.desk import Desk
from derbes.flows import verification

Kind = verification.Kind
A_PAGE = 50
LONG = 3  # days after which a matter that waits for us stands out
STAGES = ("", "open", "waiting")
WHOSE = ("", "mine", "free")


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of a list."""

    number: str
    kind: str
    opened_at: datetime
    age: str
    old: bool
    stage: str
    tag: str
    taken_by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """How a queue is narrowed: by stage, and by who has it."""

    stage: str
    whose: str

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        """The filter in the address; what it does not know counts as none."""
        stage, whose = request.GET.get("stage", ""), request.GET.get("whose", "")
        return cls(stage if stage in STAGES else "", whose if whose in WHOSE else "")

    @property
    def query(self) -> str:
        """The filter as it stands in the address."""
        return urlencode({key: value for key, value in self._words().items() if value})

    def _words(self) -> dict[str, str]:
        return {"stage": self.stage, "whose": self.whose}

    def taken_by(self, desk: Desk) -> str | None:
        """The staff code that the matter must have: none, one's own, or any."""
        return {"mine": desk.actor.code, "free": ""}.get(self.whose)

    def choices(self) -> list[dict[str, Any]]:
        """The two rows of links over a queue."""
        stages = {"": gettext("All"), "open": gettext("To do"), "waiting": gettext("Waiting for the person")}
        whose = {"": gettext("Everybody's"), "mine": gettext("Mine"), "free": gettext("Nobody's")}
        return [
            {"label": gettext("Stage"), "links": [self._link("stage", *each) for each in stages.items()]},
            {"label": gettext("Who has it"), "links": [self._link("whose", *each) for each in whose.items()]},
        ]

    def _link(self, key: str, value: str, label: str) -> dict[str, Any]:
        words = {**self._words(), key: value}
        query = urlencode({name: word for name, word in words.items() if word})
        return {"label": label, "url": f"?{query}", "current": self._words()[key] == value}


def page_of(request: HttpRequest, desk: Desk, kind: str, narrowed: Filter) -> tuple[Page[Any], list[Row]]:
    """Return the page of the queue that the address names, and its rows."""
    found = _found(desk, kind, stage=narrowed.stage, taken_by=narrowed.taken_by(desk))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return page, [row(matter, desk) for matter in page]


def _found(desk: Desk, kind: str, *, stage: str = "", taken_by: str | None = None) -> Any:
    return verification.queue(desk.actor, Kind(kind), stage=stage, taken_by=taken_by, at=desk.at)


def oldest(desk: Desk, kind: str, most: int) -> tuple[int, list[Row]]:
    """Return how many matters wait for somebody to take them, and the oldest of them."""
    free = _found(desk, kind, stage="open", taken_by="")
    return free.count(), [row(matter, desk) for matter in free[:most]]


def mine(desk: Desk, kind: str) -> list[Row]:
    """Return the matters that this member of staff has taken, the oldest first."""
    taken = _found(desk, kind, taken_by=desk.actor.code)
    return [row(matter, desk) for matter in taken[:A_PAGE]]


def row(matter: Any, desk: Desk) -> Row:
    """What is shown of a matter in a list."""
    days = days_between(matter.opened_at, desk.at)
    stage, tag = labels.tagged(labels.STAGES, matter.stage)
    return Row(
        number=matter.number,
        kind=matter.kind,
        opened_at=matter.opened_at,
        age=age(days),
        old=days >= LONG and matter.stage == "open",
        stage=stage,
        tag=tag,
        taken_by=matter.taken_by,
        mine=matter.taken_by == desk.actor.code,
    )


def days_between(earlier: datetime, later: datetime) -> int:
    """How many nights lie between two moments, where the operator is."""
    return (timezone.localtime(later).date() - timezone.localtime(earlier).date()).days


def age(days: int) -> str:
    """How long a matter has been waiting."""
    if days == 0:
        return gettext("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}

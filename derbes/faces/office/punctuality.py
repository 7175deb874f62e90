"""How punctual answers were: a period, counts by what was asked for, a picture and the same in a table.

What always holds: there is nothing of anybody here but counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from derbes.faces import asked
from derbes.faces.office import told
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import appeals
from derbes.law.deadlines import local_day

POWER = "journal"
SECTION = "punctuality"
WIDTH = 640  # of a picture that is as wide as there is room
LAST_MONTH = 12


@require_safe
@staff_only(POWER)
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A period, the present year if none is named."""
    since, until, wrong = _period(request, local_day(desk.at))
    found = appeals.statistics(desk.actor, since, until, at=desk.at)
    every = [(asked.worded(told.KINDS, each.kind), each) for each in found]
    rows = [(label, _counts(each)) for label, each in every]
    context = {
        "since": since,
        "until": until,
        "wrong": wrong,
        "periods": _periods(local_day(desk.at), since, until),
        "heads": [
            _("Received"),
            _("In time"),
            _("Late"),
            _("Closed without a letter"),
            _("Waiting"),
            _("Waiting, and late"),
        ],
        "rows": rows,
        "total": [sum(column) for column in zip(*(counts for _label, counts in rows), strict=True)],
        "bars": _bars(every),
        "told": _told(every),
    }
    return show(request, desk, "office/punctuality.html", context, section=SECTION)


def _period(request: HttpRequest, today: date) -> tuple[date, date, bool]:
    first = (date(today.year, 1, 1), today)
    if "since" not in request.GET and "until" not in request.GET:
        return *first, False
    try:
        since, until = (parse_date(request.GET.get(name, "")) for name in ("since", "until"))
    except ValueError:
        since = until = None
    if since is None or until is None or until < since:
        return *first, True
    return since, until, False


def _periods(today: date, since: date, until: date) -> list[dict[str, Any]]:
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    every = [
        (_("This month"), today.replace(day=1), today),
        (_("This quarter"), quarter, today),
        (_("This year"), date(today.year, 1, 1), today),
        (_("Last year"), date(today.year - 1, 1, 1), date(today.year - 1, LAST_MONTH, 31)),
    ]
    return [
        {
            "label": label,
            "url": "?" + urlencode({"since": start.isoformat(), "until": end.isoformat()}),
            "current": (start, end) == (since, until),
        }
        for label, start, end in every
    ]


def _counts(each: appeals.Punctuality) -> list[int]:
    return [each.received, each.on_time, each.behind, each.closed, each.waiting, each.overdue]


def _bars(every: Iterable[tuple[str, appeals.Punctuality]]) -> list[dict[str, Any]]:
    every = list(every)
    most = max((each.received for _label, each in every), default=1)
    return [_bar(label, each, most) for label, each in every]


def _bar(label: str, each: appeals.Punctuality, most: int) -> dict[str, Any]:
    """One bar: answered in time, late (answered or not), and the rest. Numbers as text, since none has commas."""
    late = each.behind + each.overdue
    shares = (("time", each.on_time), ("late", late), ("wait", each.received - each.on_time - late))
    parts, x = [], 0
    for kind, count in shares:
        width = round(WIDTH * count / most)
        if width:
            parts.append({"kind": kind, "x": str(x), "width": str(width)})
        x += width
    return {"label": label, "parts": parts, "count": each.received}


def _told(every: Iterable[tuple[str, appeals.Punctuality]]) -> str:
    sentence = _("%(kind)s: %(received)s received, %(on_time)s in time, %(late)s late")
    return "; ".join(
        sentence
        % {
            "kind": label,
            "received": each.received,
            "on_time": each.on_time,
            "late": each.behind + each.overdue,
        }
        for label, each in every
    )

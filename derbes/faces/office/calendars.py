"""The calendar of working days: a year as it stands, each of its versions with the order, and what a change moves.

What always holds: a change names its order; whoever changed the year meanwhile is not overwritten.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import appeals, calendar
from derbes.flows.citing import cited
from derbes.law.deadlines import local_day

POWER = "calendar"
SECTION = "calendar"
FIRST, AHEAD = 2024, 2
SATURDAY = 5
WRONG = {
    "other_year": ("off", gettext_noop("These days are not of this year: %(days)s")),
    "weekday_worked": ("worked", gettext_noop("These are not Saturdays or Sundays: %(days)s")),
    "off_and_worked": ("worked", gettext_noop("These days stand in both lists: %(days)s")),
    "no_order": ("order", gettext_noop("Write the order: its name, number and date")),
    "nothing_changed": ("off", gettext_noop("This is how the year stands already")),
}


class Days(forms.CharField):
    """Days one a line, as they are written in the country: 16.12.2026."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Days as lines; what was typed, as it was typed."""
        return value if isinstance(value, str) or value is None else "\n".join(map(written, sorted(value)))

    def clean(self, value: Any) -> frozenset[date]:
        """The days typed; the first that is none is named."""
        lines = [line.strip() for line in str(value or "").replace(",", "\n").splitlines()]
        return frozenset(_day(line) for line in lines if line)


def _day(line: str) -> date:
    try:
        day, month, year = (int(part) for part in line.split("."))
        return date(year, month, day)
    except ValueError:
        wrong = gettext("“%(line)s” is no date: write it as 16.12.2026") % {"line": line[:40]}
        raise forms.ValidationError(wrong) from None


def written(day: date) -> str:
    """A day in digits."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


class Change(forms.Form):
    """The days of a year, and the order that says so."""

    off = Days(
        label=_("Days off besides Saturdays and Sundays"),
        help_text=_("One a line, such as 16.12.2026"),
        required=False,
    )
    worked = Days(label=_("Saturdays and Sundays that are worked"), help_text=_("One a line"), required=False)
    order = forms.CharField(
        label=_("Order"),
        help_text=_("Its name, number and date: people read it beside the date that moved"),
        max_length=300,
        error_messages={"required": _("Write the order: its name, number and date")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("calendar messages")
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A year; changed by an order by whoever has the power."""
    shown = calendar.year(_asked_for(request, desk))
    if request.method != "POST":
        return _page(request, desk, shown, _form(shown))
    if "switch" in request.POST:
        return _page(request, desk, shown, Change(initial=request.POST.dict()))
    form = Change(request.POST)
    if not form.is_valid():
        return _page(request, desk, shown, form)
    said = form.cleaned_data
    try:
        moved = calendar.change(desk.actor, shown.year, **said, at=desk.at)
    except calendar.Wrong as wrong:
        name, words = WRONG[wrong.code]
        form.add_error(name, gettext(words) % {"days": ", ".join(map(written, wrong.days))})
        return _page(request, desk, shown, form)
    except calendar.Stale as stale:
        return _page(request, desk, stale.year, Change(initial=request.POST.dict()), stale=True)
    told = ngettext(
        "The calendar is changed; %(moved)s due date moved.",
        "The calendar is changed; %(moved)s due dates moved.",
        moved,
    )
    messages.success(request, told % {"moved": moved})
    return HttpResponseRedirect(f"{reverse('office:calendar')}?year={shown.year}")


def _asked_for(request: HttpRequest, desk: Desk) -> int:
    this, typed = local_day(desk.at).year, request.GET.get("year", "")
    return int(typed) if typed.isdecimal() and int(typed) in _years(this) else this


def _years(this: int) -> list[int]:
    return sorted({*calendar.years(), this, *range(min(FIRST, this), this + AHEAD + 1)})


def _form(shown: calendar.Year) -> Change:
    return Change(initial={"off": shown.off, "worked": shown.worked, "version": shown.version})


def _page(
    request: HttpRequest, desk: Desk, shown: calendar.Year, form: Change, *, stale: bool = False
) -> HttpResponse:
    context = {
        "shown": shown,
        "year": str(shown.year),
        "years": [str(each) for each in _years(local_day(desk.at).year)],
        "history": [(each, _order(each)) for each in shown.history],
        "months": [_month(shown, number) for number in MONTHS],
        "weekdays": [(WEEKDAYS_ABBR[number], WEEKDAYS[number]) for number in range(7)],
        "moved": appeals.moved(desk.actor, at=desk.at) if desk.may("messages") else None,
        "form": form if desk.may(POWER) else None,
        "switch_form": request.method == "POST" and desk.may(POWER),
        "stale": stale,
    }
    return show(request, desk, "office/calendar.html", context, section=SECTION, status=409 if stale else 200)


def _order(of: calendar.Changed) -> str:
    """The order as it was typed; of the first version, the law."""
    return of.order if of.version else cited(of.order.replace(", ", " art. ", 1))


def _month(shown: calendar.Year, number: int) -> dict[str, Any]:
    weeks = gregorian.Calendar().monthdatescalendar(shown.year, number)
    return {"name": MONTHS[number], "weeks": [list(_week(shown, week, number)) for week in weeks]}


def _week(shown: calendar.Year, week: Iterable[date], month: int) -> Iterable[dict[str, str]]:
    for day in week:
        if day.month != month:
            yield {"day": "", "mark": "", "said": ""}
        elif day in shown.off:
            yield {"day": str(day.day), "mark": "off", "said": gettext("day off")}
        elif day in shown.worked:
            yield {"day": str(day.day), "mark": "worked", "said": gettext("weekend day that is worked")}
        else:
            mark = "weekend" if day.weekday() >= SATURDAY else ""
            yield {"day": str(day.day), "mark": mark, "said": ""}

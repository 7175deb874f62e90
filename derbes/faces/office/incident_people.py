"""Whom a breach affects: the search, somebody named by hand, and the list for the authority (§4.1, 481/НҚ).

What always holds: pages show how many, never who; the list is made when it is taken, each line is an entry that
the person sees, and it is kept nowhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from derbes.faces.office.desk import Desk, staff_only
from derbes.faces.office.incident_forms import Search
from derbes.faces.office.incidents import POWER, back, decide, found, typed
from derbes.faces.office.life_forms import Find
from derbes.faces.public.surroundings import said
from derbes.flows import affected, outlook


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def look_for(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Have the people looked for."""
    case = found(desk, number)
    operations = [(each.value, said(label)) for each, label in desk.policy.operations.items()]
    form = Search(typed(request), operations=operations, at=desk.at)
    if form.is_valid() and form.since and form.until:
        wanted = {key: form.cleaned_data[key] for key in ("code", "operation", "everyone")}
        affected.look_for(desk.actor, number, since=form.since, until=form.until, **wanted, at=desk.at)
        messages.success(
            request, _("The search has begun. It goes on by itself; what it finds stands below.")
        )
        return back(number)
    return decide(request, desk, case, "search", form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def name(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Add somebody who is known to be affected, by the number of their matter."""
    case = found(desk, number)
    form = Find(typed(request))
    if form.is_valid():
        try:
            subject = outlook.find(desk.actor, form.cleaned_data["number"], at=desk.at)
            affected.name(desk.actor, number, subject, at=desk.at)
            messages.success(request, _("They are among those whom it affects."))
            return back(number)
        except affected.Unknown:
            form.add_error("number", _("There is no matter, appeal or act with this number."))
    return decide(request, desk, case, "name", form)


@require_POST
@staff_only(POWER)
def for_authority(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The list that goes with the letter: a file, made line by line."""
    if not found(desk, number).affected:
        raise Http404
    rows = affected.authority_list(desk.actor, number, at=desk.at)
    response = StreamingHttpResponse(_table(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}.csv"'
    return response  # type: ignore[return-value]


def _table(rows: Iterable[affected.Named]) -> Iterator[str]:
    """Return the lines of CSV with a mark at the head by which spreadsheets know Kazakh letters."""
    withheld = _("withheld: the data are blocked")
    head = "\ufeff" + _line(_("Full name"), _("IIN"), _("Mobile phone"), _("Note"))
    lines = (_line(row.name, row.iin, row.phone, withheld if row.withheld else "") for row in rows)
    return chain([head], lines)


def _line(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()

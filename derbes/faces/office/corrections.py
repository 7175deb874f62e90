"""Changes on a document (§2.5): the queue, and one page for each: take it, compare by purpose, make it or refuse it.

What always holds: what stands there and what is asked for are shown side by side with the scan, once a purpose
was named; a decision is made once.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces.office import cases, forms, labels, matters
from derbes.faces.office.desk import Desk, staff_only
from derbes.faces.readable import readable
from derbes.flows import proposal, review

SORT = matters.CORRECTION


@require_safe
@staff_only(review.POWER)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, the oldest first; `number` in the address leads to one change."""
    return SORT.queue(request, desk)


@require_safe
@staff_only(review.POWER)
def case(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One change: which fields, and no value."""
    return _case(request, desk, number)


def _case(
    request: HttpRequest,
    desk: Desk,
    number: str,
    *,
    form: forms.Comparing | None = None,
    compared: review.Compared | None = None,
    refusal: review.Refused | None = None,
) -> HttpResponse:
    matter = SORT.found(desk, number)
    documents = review.scans(matter)
    context = {
        "late": matter.stage != "closed" and matter.due and matter.due < timezone.localdate(desk.at),
        "decides": matter.taken_by == desk.actor.code or not (desk.role and desk.role.assigned),
        "events": cases.timeline(desk, matter, documents),
        "lines": _lines(desk, matter, compared),
        "scans": [labels.field(desk.policy, scan.kind) for scan in documents],
        "pictures": cases.pictures(desk, compared.scans) if compared else [],
        "compared": compared,
        "purpose": labels.purpose(desk.policy, compared.purpose) if compared else "",
        "doubles": compared.doubles if compared else 0,
        "form": form or _form(desk, matter),
    }
    return SORT.case(request, desk, matter, "office/correction.html", context, refusal)


def _lines(desk: Desk, matter: Any, compared: review.Compared | None) -> list[dict[str, str]]:
    opened = {line.key: line for line in compared.lines} if compared else {}
    return [
        {
            "label": labels.field(desk.policy, key),
            "now": _readable(desk, key, opened[key].now) if key in opened else "",
            "asked": _readable(desk, key, opened[key].asked) if key in opened else "",
        }
        for key in matter.asks
    ]


def _readable(desk: Desk, key: str, value: str) -> str:
    return readable(desk.policy.data[key], value) if value else ""


def _form(desk: Desk, matter: Any, data: Any = None) -> forms.Comparing:
    """Only purposes that need both the fields and the document can open them together."""
    needed = {*matter.asks, proposal.DOCUMENT}
    mine = [key for key in desk.purposes() if needed <= desk.policy.purposes[key].data]
    return forms.Comparing(data, purposes=[(key, labels.purpose(desk.policy, key)) for key in mine])


@require_POST
@staff_only(review.POWER)
def compare(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open both and the scans, for the purpose that was chosen; the journal has it before they are shown."""
    form = _form(desk, SORT.found(desk, number), request.POST)
    if not form.is_valid():
        return _case(request, desk, number, form=form)
    try:
        compared = review.compare(desk.actor, number, purpose=form.cleaned_data["purpose"], at=desk.at)
    except review.Refused as refusal:
        return _case(request, desk, number, form=form, refusal=refusal)
    except review.Decided:
        return SORT.decided(request, desk, number)
    return _case(request, desk, number, form=form, compared=compared)


@require_POST
@staff_only(review.POWER)
def scan(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The whole scan, in a window of its own: the bytes themselves, kept by nothing."""
    return SORT.scan(request, desk, number)


@require_POST
@staff_only(review.POWER)
def take(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take the change, unless a colleague has it."""
    return SORT.take(request, desk, number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(review.POWER)
def accept(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Make the change; asked once more, then done once."""
    matter = SORT.found(desk, number)
    if request.method != "POST":
        return SORT.ask_first(request, desk, matter, "office/accept_correction.html", {})
    try:
        review.accept(desk.actor, number, at=desk.at)
    except review.Decided:
        return SORT.decided(request, desk, number)
    messages.success(
        request, _("%(number)s: the data are changed. The person was told.") % {"number": number}
    )
    return HttpResponseRedirect(reverse("office:corrections"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(review.POWER)
def refuse(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Refuse, for a reason of the list."""
    matter = SORT.found(desk, number)
    reasons = [(code, labels.worded(labels.WHY, code)) for code in review.REASONS]
    form = forms.Refusal(request.POST if request.method == "POST" else None, reasons=reasons)
    if not form.is_valid():
        return SORT.ask_first(request, desk, matter, "office/refuse_correction.html", {"form": form})
    try:
        review.refuse(desk.actor, number, form.cleaned_data["reason"], at=desk.at)
    except review.Decided:
        return SORT.decided(request, desk, number)
    messages.success(request, _("%(number)s is refused. The person was told why.") % {"number": number})
    return HttpResponseRedirect(reverse("office:corrections"))

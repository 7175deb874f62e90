"""Registrations: the queue, and one page for a case: take it, look by purpose, decide (§3.2).

What always holds: to open is a POST that names its purpose, and the answer is shown, not led elsewhere; a
decision is made once, whoever clicks twice or comes second.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces.office import cases, forms, labels, matters, queues
from derbes.faces.office.desk import Desk, staff_only
from derbes.flows import opening, registration, verification

SORT = matters.REGISTRATION
POWER = "verify"


@require_safe
@staff_only(POWER)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, the oldest first; `number` in the address leads to one case."""
    return SORT.queue(request, desk)


@require_safe
@staff_only(POWER)
def case(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One case: nothing of the person is shown but which fields are kept."""
    return _case(request, desk, number)


def _case(
    request: HttpRequest,
    desk: Desk,
    number: str,
    *,
    form: forms.Opening | None = None,
    opened: opening.Opened | None = None,
    doubles: int = 0,
    refusal: opening.Refused | None = None,
) -> HttpResponse:
    matter = SORT.found(desk, number)
    standing = registration.standing(matter.subject, at=desk.at)
    context = {
        "age": queues.age(queues.days_between(matter.opened_at, desk.at)),
        "events": cases.timeline(desk, matter, standing.documents),
        "represented": standing.row.represented,
        "groups": cases.listed(desk, standing.filled, opened.values if opened else {}),
        "scans": [labels.field(desk.policy, scan.kind) for scan in standing.documents],
        "pictures": cases.pictures(desk, opened.scans) if opened else [],
        "opened": opened,
        "purpose": labels.purpose(desk.policy, opened.purpose) if opened else "",
        "doubles": doubles,
        "form": form or cases.form(desk, standing.filled, standing.documents),
    }
    return SORT.case(request, desk, matter, "office/registration.html", context, refusal)


@require_POST
@staff_only(POWER)
def read(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open what was ticked for the purpose that was chosen; the journal has it before it is shown."""
    matter = SORT.found(desk, number)
    standing = registration.standing(matter.subject, at=desk.at)
    form = cases.form(desk, standing.filled, standing.documents, data=request.POST)
    if not form.is_valid():
        return _case(request, desk, number, form=form)
    fields, ids = cases.chosen(desk, form.cleaned_data, standing.filled, standing.documents)
    purpose = form.cleaned_data["purpose"]
    try:
        opened = opening.look(desk.actor, matter.subject, fields, ids, purpose=purpose, at=desk.at)
        twice = "iin" in opened.values and purpose == "verification"
        doubles = verification.doubles(desk.actor, number, at=desk.at) if twice else 0
    except opening.Refused as refusal:
        return _case(request, desk, number, form=form, refusal=refusal)
    return _case(request, desk, number, form=form, opened=opened, doubles=doubles)


@require_POST
@staff_only(POWER)
def scan(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The whole scan, in a window of its own: the bytes themselves, kept by nothing."""
    return SORT.scan(request, desk, number)


@require_POST
@staff_only(POWER)
def take(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take the case, unless a colleague has it."""
    return SORT.take(request, desk, number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def verify(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Confirm that the person is who they say; asked once more, then done once."""
    matter = SORT.found(desk, number)
    if request.method != "POST":
        return SORT.ask_first(request, desk, matter, "office/verify.html", {})
    try:
        verification.verify(desk.actor, number, at=desk.at)
    except verification.Decided:
        return SORT.decided(request, desk, number)
    messages.success(request, _("%(number)s is confirmed. The person was told.") % {"number": number})
    return HttpResponseRedirect(reverse("office:registrations"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def refuse(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Refuse, for a reason of the list."""
    matter = SORT.found(desk, number)
    form = forms.Refusal(request.POST if request.method == "POST" else None, reasons=labels.reasons())
    if not form.is_valid():
        return SORT.ask_first(request, desk, matter, "office/refuse.html", {"form": form})
    try:
        verification.refuse(desk.actor, number, form.cleaned_data["reason"], at=desk.at)
    except verification.Decided:
        return SORT.decided(request, desk, number)
    messages.success(request, _("%(number)s is refused. The person was told why.") % {"number": number})
    return HttpResponseRedirect(reverse("office:registrations"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def ask(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Ask the person for more, for a reason of the list."""
    matter = SORT.found(desk, number)
    data = request.POST if request.method == "POST" else None
    form = forms.More(data, reasons=labels.reasons(), asks=labels.asks(desk.policy))
    if not form.is_valid():
        return SORT.ask_first(request, desk, matter, "office/ask.html", {"form": form})
    asks, reason = form.cleaned_data["asks"], form.cleaned_data["reason"]
    try:
        verification.ask_more(desk.actor, number, asks, reason, at=desk.at)
    except verification.Decided:
        return SORT.decided(request, desk, number)
    messages.success(request, _("More was asked for %(number)s. The person was told.") % {"number": number})
    return HttpResponseRedirect(reverse("office:registrations"))

"""Agreements and services of a person: entered, said to be owed or not, ended (§5.3).

What always holds: whoever enters an agreement sees to it, and nobody else changes it but by the same power; what
the policy does not allow is refused with its clause.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from derbes.faces.office import life_forms
from derbes.faces.office.desk import Desk, staff_only
from derbes.faces.office.subjects import ask, back, typed
from derbes.faces.public import lives
from derbes.flows import agreements as flow

POWER = "agreements"
#: Why an agreement ends by the word of an officer; withdrawal and death end it by ways of their own.
ENDINGS = (flow.EndReason.FULFILLED, flow.EndReason.TERMINATED, flow.EndReason.LEFT)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def begin(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Enter an agreement or a service."""
    kinds = [(each.value, lives.worded(lives.SERVICES, each)) for each in flow.Kind]
    form = life_forms.Begin(typed(request), kinds=kinds, at=desk.at)
    if not form.is_valid():
        return ask(request, desk, subject, form, "begin")
    given = form.cleaned_data
    flow.begin(
        desk.actor,
        subject,
        flow.Kind(given["kind"]),
        started=life_forms.beginning(given["day"]),
        obliged=given["obliged"],
        at=desk.at,
    )
    messages.success(request, _("The agreement is entered, and you see to it."))
    return back(subject)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def end(request: HttpRequest, desk: Desk, subject: UUID, agreement: UUID) -> HttpResponse:
    """Enter that an agreement has ended: from the last end on the terms run."""
    row = _found(subject, agreement)
    reasons = [(each.value, lives.worded(lives.ENDINGS, each)) for each in ENDINGS]
    form = life_forms.End(typed(request), reasons=reasons, started=row.started_at, at=desk.at)
    if not form.is_valid():
        return ask(request, desk, subject, form, "end")
    reason = flow.EndReason(form.cleaned_data["reason"])
    try:
        flow.end(desk.actor, subject, agreement, reason, ended=form.ended, at=desk.at)
        messages.success(request, _("The agreement has ended."))
    except flow.Ended:
        messages.info(request, _("It had ended already."))
    return back(subject)


@require_POST
@staff_only(POWER)
def owed(request: HttpRequest, desk: Desk, subject: UUID, agreement: UUID) -> HttpResponse:
    """Enter whether something is still owed."""
    row = _found(subject, agreement)
    obliged = request.POST.get("obliged") == "1"
    try:
        flow.fulfil(desk.actor, subject, row.id, obliged=obliged, at=desk.at)
        messages.success(
            request, _("Something is owed under it.") if obliged else _("Nothing is owed under it any more.")
        )
    except flow.Ended:
        messages.info(request, _("It had ended already."))
    return back(subject)


def _found(subject: UUID, agreement: UUID) -> flow.Agreement:
    row = next((each for each in flow.of(subject) if each.id == agreement), None)
    if row is None:
        raise Http404
    return row

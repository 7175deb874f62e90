"""Messages from the feedback form: the queue, one message, its answer (§1.8).

What always holds: a message is opened for a purpose, like all else that people have entrusted.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from derbes.faces.office import cases, forms, labels, queues
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import messages as flow
from derbes.flows import opening, verification

KIND = cases.Kind.MESSAGE
POWER = "messages"


@require_safe
@staff_only(POWER)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, the oldest first."""
    if number := request.GET.get("number", "").strip().upper():
        return HttpResponseRedirect(reverse("office:message", args=[number]))
    narrowed = queues.Filter.of(request)
    page, rows = queues.page_of(request, desk, KIND, narrowed)
    context = {"page": page, "rows": rows, "filter": narrowed, "case": "office:message"}
    return show(request, desk, "office/messages.html", context, section="messages")


@require_safe
@staff_only(POWER)
def letter(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One message, still closed."""
    return _letter(request, desk, cases.found(desk, number, KIND))


def _kept(matter: Any) -> set[str]:
    """What can be opened here: this message, and how its author can be answered."""
    mine = f"message/{matter.id}"
    return {name for name in opening.kept(matter.subject) if name == mine or name in flow.FIELDS}


def _form(desk: Desk, kept: set[str], data: Any = None) -> forms.Opening:
    names = {name.partition("/")[0] for name in kept}
    return cases.form(desk, names, [], needing="message", data=data)


def _letter(
    request: HttpRequest,
    desk: Desk,
    matter: Any,
    *,
    form: forms.Opening | None = None,
    opened: opening.Opened | None = None,
    refusal: opening.Refused | None = None,
) -> HttpResponse:
    kept = _kept(matter)
    values = {name.partition("/")[0]: value for name, value in opened.values.items()} if opened else {}
    text = values.pop("message", None)
    context = {
        "matter": matter,
        "stage": labels.tagged(
            labels.OUTCOMES if matter.outcome else labels.STAGES, matter.outcome or matter.stage
        ),
        "age": queues.age(queues.days_between(matter.opened_at, desk.at)),
        "mine": matter.taken_by == desk.actor.code,
        "events": cases.timeline(desk, matter),
        "groups": cases.listed(desk, {name for name in kept if "/" not in name}, values),
        "text": text,
        "opened": opened,
        "purpose": labels.purpose(desk.policy, opened.purpose) if opened else "",
        "refusal": refusal,
        "why": labels.worded(labels.REFUSALS, refusal.code) if refusal else "",
        "form": form or _form(desk, kept),
        "can_close": flow.PURPOSE in desk.purposes(),
        "edition": desk.policy.edition,
    }
    status = 403 if refusal else 200
    return show(request, desk, "office/message.html", context, section="messages", status=status)


@require_POST
@staff_only(POWER)
def read(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open the message, or how to answer it, for the purpose that was chosen."""
    matter = cases.found(desk, number, KIND)
    kept = _kept(matter)
    form = _form(desk, kept, request.POST)
    if not form.is_valid():
        return _letter(request, desk, matter, form=form)
    names, _scans = cases.chosen(desk, form.cleaned_data, kept, [])
    wanted = {name for name in kept if name.partition("/")[0] in {each.partition("/")[0] for each in names}}
    try:
        opened = opening.look(
            desk.actor, matter.subject, wanted, [], purpose=form.cleaned_data["purpose"], at=desk.at
        )
    except opening.Refused as refusal:
        return _letter(request, desk, matter, form=form, refusal=refusal)
    return _letter(request, desk, matter, form=form, opened=opened)


@require_POST
@staff_only(POWER)
def take(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take the message, unless a colleague has it."""
    cases.found(desk, number, KIND)
    try:
        verification.take(desk.actor, number, at=desk.at)
    except verification.Decided:
        return _decided(request, desk, number)
    return HttpResponseRedirect(reverse("office:message", args=[number]))


@require_POST
@staff_only(POWER)
def close(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Close a message that was answered."""
    cases.found(desk, number, KIND)
    try:
        flow.close(desk.actor, number, at=desk.at)
    except flow.Decided:
        return _decided(request, desk, number)
    messages.success(request, _("%(number)s is closed as answered.") % {"number": number})
    return HttpResponseRedirect(reverse("office:messages"))


def _decided(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    matter = cases.found(desk, number, KIND)
    outcome, tag = labels.tagged(labels.OUTCOMES, matter.outcome) if matter.outcome else ("", "")
    context = {"matter": matter, "outcome": outcome, "tag": tag, "case": "office:message"}
    return show(request, desk, "office/decided.html", context, section="messages", status=409)

"""Appeals in the office: the queue, one appeal, what was written (§1.8, §6.2).

What always holds: a message is opened for a purpose, like all else that people have entrusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from derbes.faces.office import cases, forms, labels, queues
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import appeals as flow
from derbes.flows import opening

POWER = "messages"


@require_safe
@staff_only(POWER)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, the most urgent first."""
    if number := request.GET.get("number", "").strip().upper():
        return HttpResponseRedirect(reverse("office:message", args=[number]))
    narrowed = queues.Filter.of(request)
    page, rows = queues.page_of(request, desk, queues.LETTERS, narrowed)
    context = {"page": page, "rows": rows, "filter": narrowed, "case": "office:message"}
    return show(request, desk, "office/messages.html", context, section="messages")


@require_safe
@staff_only(POWER)
def letter(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One appeal, still closed."""
    return _letter(request, desk, _found(desk, number))


def _found(desk: Desk, number: str) -> flow.Case:
    try:
        return flow.case(desk.actor, number, at=desk.at)
    except flow.Unknown as unknown:
        raise Http404 from unknown


def _kept(case: flow.Case) -> set[str]:
    """What can be opened here: what was written in this appeal, and how its author can be answered."""
    names = opening.kept(case.appeal.subject)
    return {name for name in names if name in case.texts or name in flow.FIELDS}


def _conversation(case: flow.Case, values: Mapping[str, str]) -> str | None:
    """The opened texts of the appeal, in the order in which they came; None while they are hidden."""
    texts = [values[event.text] for event in case.events if event.text in values]
    return "\n\n".join(texts) if texts else None


def _timeline(case: flow.Case) -> list[cases.Event]:
    return [
        cases.Event(event.at, labels.worded(labels.HAPPENED, event.code), event.by) for event in case.events
    ]


def _form(desk: Desk, kept: set[str], data: Any = None) -> forms.Opening:
    names = {name.partition("/")[0] for name in kept}
    return cases.form(desk, names, [], needing="message", data=data)


def _letter(
    request: HttpRequest,
    desk: Desk,
    case: flow.Case,
    *,
    form: forms.Opening | None = None,
    opened: opening.Opened | None = None,
    refusal: opening.Refused | None = None,
) -> HttpResponse:
    kept, matter = _kept(case), case.appeal
    values = dict(opened.values) if opened else {}
    context = {
        "matter": matter,
        "stage": labels.tagged(labels.STAGES, matter.stage),
        "age": queues.age(queues.days_between(matter.opened_at, desk.at)),
        "mine": matter.taken_by == desk.actor.code,
        "events": _timeline(case),
        "groups": cases.listed(desk, {name for name in kept if "/" not in name}, values),
        "text": _conversation(case, values),
        "opened": opened,
        "purpose": labels.purpose(desk.policy, opened.purpose) if opened else "",
        "refusal": refusal,
        "why": labels.worded(labels.REFUSALS, refusal.code) if refusal else "",
        "form": form or _form(desk, kept),
        "can_close": matter.purpose in desk.purposes(),
        "edition": desk.policy.edition,
    }
    status = 403 if refusal else 200
    return show(request, desk, "office/message.html", context, section="messages", status=status)


@require_POST
@staff_only(POWER)
def read(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open the message, or how to answer it, for the purpose that was chosen."""
    case = _found(desk, number)
    kept = _kept(case)
    form = _form(desk, kept, request.POST)
    if not form.is_valid():
        return _letter(request, desk, case, form=form)
    names, _scans = cases.chosen(desk, form.cleaned_data, kept, [])
    wanted = {name for name in kept if name.partition("/")[0] in {each.partition("/")[0] for each in names}}
    try:
        opened = opening.look(
            desk.actor, case.appeal.subject, wanted, [], purpose=form.cleaned_data["purpose"], at=desk.at
        )
    except opening.Refused as refusal:
        return _letter(request, desk, case, form=form, refusal=refusal)
    return _letter(request, desk, case, form=form, opened=opened)


@require_POST
@staff_only(POWER)
def take(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take the appeal, unless a colleague has it."""
    _found(desk, number)
    try:
        flow.take(desk.actor, number, at=desk.at)
    except flow.Decided:
        return _decided(request, desk, number)
    return HttpResponseRedirect(reverse("office:message", args=[number]))


@require_POST
@staff_only(POWER)
def close(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Close an appeal that was answered in another way."""
    _found(desk, number)
    try:
        flow.close(desk.actor, number, "answered_otherwise", at=desk.at)
    except flow.Decided:
        return _decided(request, desk, number)
    messages.success(request, _("%(number)s is closed as answered.") % {"number": number})
    return HttpResponseRedirect(reverse("office:messages"))


def _decided(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    matter = _found(desk, number).appeal
    outcome, tag = labels.tagged(labels.STAGES, matter.stage)
    context = {"matter": matter, "outcome": outcome, "tag": tag, "case": "office:message"}
    return show(request, desk, "office/decided.html", context, section="messages", status=409)

"""The register of breaches: the clock, what is known, the letter to the authority, telling the people, the end (§4.1).

What always holds: it takes the power "incidents"; addresses hold the number of a breach and nothing of a person.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.office import incident_forms, incident_words, labels
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public import paper
from derbes.faces.public.surroundings import said
from derbes.flows import incidents as flow
from derbes.law.policy import Policy

POWER = "incidents"
SECTION = "incidents"
#: The languages in which the authority is written to.
LETTERS = ("kk", "ru")


@require_safe
@staff_only(flow.READING)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The register, the last detected first."""
    rows = [
        {
            "incident": incident,
            "kind": labels.worded(incident_words.KINDS, incident.kind),
            "state": labels.tagged(incident_words.STATES, incident.state),
            "clock": incident_words.clock(incident, pressing, desk.at),
        }
        for incident, pressing in flow.listing(desk.actor, at=desk.at)
    ]
    context = {"rows": rows, "may": desk.may(POWER)}
    return show(request, desk, "office/incidents.html", context, section=SECTION)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def enter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter a breach."""
    kinds = [(each.value, labels.worded(incident_words.KINDS, each)) for each in flow.Breach]
    hints = {code: labels.worded(incident_words.HINTS, code) for code in incident_words.HINTS}
    data = _data(desk.policy)
    form = incident_forms.Open(typed(request), kinds=kinds, hints=hints, concerned=data, at=desk.at)
    if form.is_valid() and form.detected:
        kind = flow.Breach(form.cleaned_data["kind"])
        number = flow.detect(desk.actor, kind, detected_at=form.detected, **form.known, at=desk.at)
        messages.success(request, _("The breach is in the register. Its clock runs."))
        return back(number)
    return show(request, desk, "office/incident_enter.html", {"form": form}, section=SECTION)


@require_safe
@staff_only(flow.READING)
def one(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One breach, with all about it."""
    case = found(desk, number)
    incident = case.incident
    context = {
        **_headed(desk, case),
        "kind": labels.worded(incident_words.KINDS, incident.kind),
        "data": labels.fields(desk.policy, incident.data),
        "case": case,
        "searches": [incident_words.searched(desk.policy, row) for row in reversed(case.searches)],
        "searching": any(row.done_at is None for row in case.searches),
        "events": [incident_words.event(row) for row in case.events],
        "over": incident.state in {"closed", "not_confirmed"},
        "letters": LETTERS,
        "may": desk.may(POWER),
    }
    return show(request, desk, "office/incident.html", context, section=SECTION)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def describe(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Write anew what is known."""
    case = found(desk, number)
    row = case.incident
    before = {"concerned": row.data, "happened": row.happened, "measures": row.measures}
    form = incident_forms.Known(typed(request), initial=before, concerned=_data(desk.policy))
    if form.is_valid():
        flow.describe(desk.actor, number, **form.known, at=desk.at)
        messages.success(request, _("Written down."))
        return back(number)
    return decide(request, desk, case, "describe", form)


@require_safe
@staff_only(POWER)
def letter(request: HttpRequest, desk: Desk, number: str, language: str) -> HttpResponse:
    """The letter to the authority, as it stands now."""
    context = {"letter": _letter(desk, number, language), "number": number, "paper": paper.POSSIBLE}
    return show(request, desk, "office/incident_letter.html", context, section=SECTION)


@require_safe
@staff_only(POWER)
def on_paper(request: HttpRequest, desk: Desk, number: str, language: str) -> HttpResponse:
    """The letter to the authority as PDF."""
    written = _letter(desk, number, language)
    if not paper.POSSIBLE:
        messages.error(request, _("PDF cannot be made now"))
        return back(number)
    context = {"letter": written, "at": desk.at, "operator_name": said(desk.policy.operator.name, language)}
    with translation.override(language):
        made = paper.pdf(render_to_string("office/incident_paper.html", context))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}-{language}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def told(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The authority was told, with what it answered."""
    case = found(desk, number)
    form = incident_forms.Told(typed(request))
    if form.is_valid():
        try:
            flow.authority_told(desk.actor, number, reference=form.cleaned_data["reference"], at=desk.at)
            messages.success(request, _("Written down: the authority was told."))
        except flow.NoSuchStep:
            return _elsewhere(request, number)
        return back(number)
    return decide(request, desk, case, "told", form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def tell(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Have the people told."""
    case = found(desk, number)
    if request.method != "POST":
        return decide(request, desk, case, "tell")
    try:
        flow.tell_people(desk.actor, number, at=desk.at)
        messages.success(request, _("The people are being told. It goes on by itself."))
    except flow.NoSuchStep:
        return _elsewhere(request, number)
    return back(number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def close(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Close it: dealt with; or, while nobody was told, as none."""
    case = found(desk, number)
    if request.method != "POST":
        return decide(request, desk, case, "close")
    try:
        flow.close(desk.actor, number, confirmed=request.POST.get("confirmed") == "1", at=desk.at)
        messages.success(request, _("It is closed, and stays in the register."))
    except flow.NoSuchStep:
        return _elsewhere(request, number)
    return back(number)


def found(desk: Desk, number: str) -> flow.Case:
    """Return one breach with all about it, or 404."""
    try:
        return flow.case(desk.actor, number, at=desk.at)
    except flow.Incident.DoesNotExist as none:
        raise Http404 from none


def typed(request: HttpRequest) -> Any:
    """What was posted, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def back(number: str) -> HttpResponse:
    """Lead to the page of the breach."""
    return HttpResponseRedirect(reverse("office:incident", args=[number]))


def decide(
    request: HttpRequest, desk: Desk, case: flow.Case, what: str, form: Form | None = None
) -> HttpResponse:
    """Show the page of one step, with what it does."""
    context = {**_headed(desk, case), "what": what, "form": form, "case": case}
    return show(request, desk, "office/incident_decide.html", context, section=SECTION)


def _elsewhere(request: HttpRequest, number: str) -> HttpResponse:
    """The register has gone on, or is not there yet: nothing was done."""
    messages.warning(request, _("Nothing was done: the breach stands elsewhere by now. Look below."))
    return back(number)


def _headed(desk: Desk, case: flow.Case) -> dict[str, Any]:
    label, kind = labels.tagged(incident_words.STATES, case.incident.state)
    clock = incident_words.clock(case.incident, case.pressing, desk.at)
    return {"incident": case.incident, "state": {"label": label, "kind": kind}, "clock": clock}


def _letter(desk: Desk, number: str, language: str) -> flow.Letter:
    if language not in LETTERS:
        raise Http404
    try:
        return flow.authority_letter(desk.actor, number, language, at=desk.at)
    except flow.Incident.DoesNotExist as none:
        raise Http404 from none


def _data(policy: Policy) -> list[tuple[str, str]]:
    return [(key, said(each.label)) for key, each in policy.data.items()]

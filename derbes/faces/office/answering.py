"""An appeal is answered: the letter is read as the person will read it before it is sent; and one that came by phone is entered.

What always holds: a letter is sent as it was shown, once.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from derbes.faces import asked, mistakes
from derbes.faces.office import appeal_forms, labels, letters, told
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import appeals as flow
from derbes.law.appeals import Kind

WRONG = {
    "template": gettext_noop("This beginning does not go with the outcome"),
    "outcome": gettext_noop("Choose the outcome"),
    "ground": gettext_noop("This ground does not go with the outcome"),
    "words": gettext_noop("Write the text"),
    "late_reason": gettext_noop("The term ended meanwhile: choose why the answer is late"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(letters.POWER)
def answer(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Write the answer, see the letter, send it."""
    case = letters.found(desk, number)
    if not case.appeal.live:
        return letters.decided(request, desk, number)
    asks = request.method == "POST" and not {"change", "again", "switch", "open"} & set(request.POST)
    form = _form(request, case, bound=asks)
    if "open" in request.POST:
        return _opened(request, desk, case, form)
    if not asks or not form.whole or not form.is_valid():
        return _writing(request, desk, case, form)
    return _go(request, desk, case, form)


def _form(request: HttpRequest, case: flow.Case, *, bound: bool) -> appeal_forms.Answering:
    outcome = "" if "again" in request.POST else request.POST.get("outcome", "")
    if bound:
        return appeal_forms.Answering(request.POST, case=case, outcome=outcome)
    return appeal_forms.Answering(initial=request.POST.dict(), case=case, outcome=outcome)


def _go(request: HttpRequest, desk: Desk, case: flow.Case, form: appeal_forms.Answering) -> HttpResponse:
    keys = ("template", "outcome", "ground", "words", "late_reason")
    letter = flow.Answer(**{key: form.cleaned_data.get(key, "") for key in keys})
    try:
        if "send" not in request.POST:
            text = flow.preview(desk.actor, case.number, letter, at=desk.at)
            return _shown(request, desk, case, form, text)
        files = [(each.read(), each.name or "") for each in request.FILES.getlist("file")]
        flow.answer(desk.actor, case.number, letter, files=files, at=desk.at)
    except (flow.FileRefused, flow.TooMany) as wrong:
        text = flow.preview(desk.actor, case.number, letter, at=desk.at)
        return _shown(request, desk, case, form, text, wrong=_not_taken(wrong, desk))
    except flow.NotAnAnswer as wrong:
        form.add_error(wrong.code if wrong.code in form.fields else None, _(WRONG[wrong.code]))
        return _writing(request, desk, case, form)
    except flow.Decided:
        return letters.decided(request, desk, case.number)
    messages.success(request, _("%(number)s is answered. The person was told.") % {"number": case.number})
    return HttpResponseRedirect(reverse("office:message", args=[case.number]))


def _not_taken(wrong: flow.FileRefused | flow.TooMany, desk: Desk) -> str:
    if isinstance(wrong, flow.TooMany):
        return _("There are as many documents as one appeal can have.")
    limits = desk.policy.limits
    return mistakes.refused_file(wrong.code, mib=limits["upload_mib"], pages=limits["upload_pages"])


def _opened(request: HttpRequest, desk: Desk, case: flow.Case, form: appeal_forms.Answering) -> HttpResponse:
    try:
        texts = flow.open_texts(desk.actor, case.number, at=desk.at)
    except flow.Unknown as unknown:
        raise Http404 from unknown
    return _writing(request, desk, case, form, texts=texts)


def _writing(
    request: HttpRequest,
    desk: Desk,
    case: flow.Case,
    form: appeal_forms.Answering,
    *,
    texts: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "outcome": asked.worded(asked.OUTCOMES, str(form["outcome"].value() or "")) if form.whole else "",
        "case": case,
        "matter": case.appeal,
        "clock": told.clock(case),
        "purpose": labels.purpose(desk.policy, case.appeal.purpose),
        "switch_form": True,
        **letters.conversation(case, texts, desk),
    }
    return show(request, desk, "office/answer.html", context, section=letters.SECTION)


def _shown(
    request: HttpRequest,
    desk: Desk,
    case: flow.Case,
    form: appeal_forms.Answering,
    text: str,
    *,
    wrong: str = "",
) -> HttpResponse:
    """The letter as it will be read, and what may go with it; `wrong` is why a file was not taken: nothing was sent."""
    limits = desk.policy.limits
    context = {
        "files": appeal_forms.Enclosing(
            {} if wrong else None, wrong=wrong, mib=limits["upload_mib"], most=limits["upload_files"]
        ),
        "matter": case.appeal,
        "letter": text,
        "named": asked.worded(told.LANGUAGES, case.appeal.language),
        "values": [(name, form.cleaned_data[name]) for name in form.fields],
    }
    return show(request, desk, "office/answer_shown.html", context, section=letters.SECTION)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(letters.POWER)
def receive(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter what came by phone, on paper or in person."""
    if request.method == "POST" and "switch" not in request.POST:
        form = appeal_forms.Receiving(request.POST, at=desk.at)
        if form.is_valid() and (number := _received(form, desk)):
            said = _("%(number)s is entered: tell the person this number.") % {"number": number}
            messages.success(request, said)
            return _to(desk, number)
    else:
        form = appeal_forms.Receiving(initial=_typed(request), at=desk.at)
    context = {"form": form, "switch_form": True}
    return show(request, desk, "office/receive.html", context, section=letters.SECTION)


def _to(desk: Desk, number: str) -> HttpResponse:
    """To the appeal, where the role sees to such; otherwise to the inbox."""
    try:
        flow.case(desk.actor, number, at=desk.at)
    except flow.Unknown:
        return HttpResponseRedirect(reverse("office:messages"))
    return HttpResponseRedirect(reverse("office:message", args=[number]))


def _typed(request: HttpRequest) -> dict[str, Any]:
    typed: dict[str, Any] = request.POST.dict()
    if "day_day" in typed:
        typed["day"] = [typed.get(f"day_{part}", "") for part in ("day", "month", "year")]
    return typed


def _received(form: appeal_forms.Receiving, desk: Desk) -> str:
    """Keep it; return its number, or nothing when the form says what is wrong."""
    said = form.cleaned_data
    letter = flow.Letter(
        text=said["text"],
        values={name: said[name] for name in flow.FIELDS},
        agreed=said["agreed"],
        language=said["language"],
        kind=Kind(said["kind"]),
        sure=True,
        channel=said["channel"],
    )
    try:
        return flow.receive(desk.actor, letter, received_at=said["received_at"], at=desk.at).number
    except flow.NotAgreed:
        form.add_error("agreed", _("A question cannot be kept unless the person agreed to be answered"))
    except flow.Illformed as illformed:
        for name, wrong in illformed.errors.items():
            form.add_error(name, mistakes.malformed(wrong))
    return ""

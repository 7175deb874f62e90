"""A contact is confirmed by a code sent there: so nobody registers with the phone of another (§3.2).

What always holds: the contact itself is shown only by its end; a code is asked for by a press, never by a look.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from derbes.faces.public.forms import CodeForm, switches, wrong_code
from derbes.faces.public.registration import draft
from derbes.faces.public.registration.draft import Draft
from derbes.faces.public.surroundings import said
from derbes.flows import accounts
from derbes.flows.registration import CONTACTS

#: Under this key a session holds which contacts were sent a code.
SENT = "code_sent"


@draft.editable
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, here: Draft, field: str) -> HttpResponse:
    """Ask for a code, type it, or ask for another."""
    if field not in CONTACTS or field not in here.policy.data:
        raise Http404
    if field not in here.standing.filled or field in here.standing.confirmed:
        return draft.onward(request)
    typed = "code" in request.POST and not switches(request)
    form = CodeForm(request.POST if typed else None)
    if typed and _confirmed(here, field, form):
        return draft.onward(request)
    asked = "send" in request.POST and not switches(request)
    if asked and _sent(request, here, field):
        return HttpResponseRedirect(request.get_full_path())
    context = {**_shown(request, here, field, form), "could_not": asked}
    return render(request, "public/registration/confirm.html", context)


def _sent(request: HttpRequest, here: Draft, field: str) -> bool:
    try:
        accounts.ask_confirmation(here.subject, field, at=here.at)
    except accounts.NotSent:
        return False
    request.session[SENT] = sorted({*request.session.get(SENT, ()), field})
    return True


def _confirmed(here: Draft, field: str, form: CodeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        accounts.confirm(here.actor, here.subject, field, form.cleaned_data["code"], at=here.at)
    except accounts.WrongCode:
        form.add_error("code", wrong_code())
        return False
    return True


def _shown(request: HttpRequest, here: Draft, field: str, form: CodeForm) -> dict[str, object]:
    return {
        "form": form,
        "label": said(here.policy.data[field].label),
        "contact": here.values([field]).get(field, ""),
        "by_phone": field != "email",
        "sent": field in request.session.get(SENT, ()),
        "minutes": here.policy.limits["code_minutes"],
        "back": draft.onward(request).url,
        "section": "register",
    }

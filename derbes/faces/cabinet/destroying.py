"""Destroy my data: first what goes, what stays, why and until when; then a code; then the act (94-V art. 18, 24).

What always holds: nothing is destroyed by one press: what goes was shown, the person ticked that they know it
cannot be undone, and typed a code that was sent to a contact of theirs. What cannot be done is refused with ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.fields import HintedChoice
from derbes.faces.public import acts, lives
from derbes.faces.public.forms import CodeForm, as_typed, posted, switches, wrong_code
from derbes.faces.public.surroundings import said
from derbes.flows import destruction
from derbes.flows.citing import cited

#: Under this key a session holds which contact was sent the code.
KEY = "destroying"
CONTACTS = ("phone_mobile", "email")


class Demand(forms.Form):
    """That one knows what goes, and where the code is to be sent. Nothing is chosen beforehand."""

    known = forms.BooleanField(
        label=_("I have read what goes and what stays, and know that it cannot be undone"),
        error_messages={"required": _("Read what goes and what stays, and tick it")},
    )

    def __init__(self, *args: Any, contacts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"] = HintedChoice(
            label=_("Where do we send the code?"),
            choices=contacts,
            error_messages={"required": _("Choose where to send the code")},
        )


@require_http_methods(["GET", "HEAD", "POST"])
@own
def before(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What goes, what stays, why, until when; or why not now."""
    found = destruction.preview(visitor.subject, at=visitor.at)
    if found.refusal:
        return _not_now(request, found.refusal, found.norm, status=409 if request.method == "POST" else 200)
    form = Demand(posted(request), contacts=_contacts(visitor))
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and _sent(request, visitor, form):
        return HttpResponseRedirect(reverse("cabinet:destroy_code"))
    return render(
        request, "cabinet/destroy.html", {**_shown(visitor, found), "form": form, "switch_form": True}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """The code; and with the right one the end. Whoever loads that page anew is led to the act."""
    if acts.KEY in request.session and not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("public:act"))
    return _by_code(request)


@own
def _by_code(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """With the right code: signed out, with the act and the last history."""
    contact = request.session.get(KEY)
    if contact not in CONTACTS:
        return HttpResponseRedirect(reverse("cabinet:destroy"))
    typed = "code" in request.POST and not switches(request)
    form = CodeForm(request.POST if typed else None)
    if typed and form.is_valid():
        try:
            done = destruction.confirm(visitor.actor, form.cleaned_data["code"], at=visitor.at)
        except destruction.WrongCode:
            form.add_error("code", wrong_code())
        except destruction.NotNow as obstacle:
            return _not_now(request, obstacle.ground, obstacle.norm, status=409)
        else:
            logout(request)
            return acts.new(request, done.act, done.history)
    context = {
        "section": "cabinet",
        "form": form,
        "label": said(visitor.standing.policy.data[contact].label),
        "minutes": visitor.standing.policy.limits["code_minutes"],
    }
    return render(request, "cabinet/destroy_code.html", context)


def _sent(request: HttpRequest, visitor: Visitor, form: Demand) -> bool:
    contact = form.cleaned_data["contact"]
    try:
        destruction.ask_code(visitor.actor, contact, at=visitor.at)
    except destruction.NotSent:
        form.add_error(
            "contact", gettext("The code could not be sent just now. Try the other way, or later.")
        )
        return False
    request.session[KEY] = contact
    return True


def _contacts(visitor: Visitor) -> list[tuple[str, str]]:
    """Where a code can go: to what was confirmed; when nothing was, to what is kept."""
    here = visitor.standing
    kept = [name for name in CONTACTS if name in here.filled and name in here.policy.data]
    confirmed = [name for name in kept if name in here.confirmed]
    return [(name, said(here.policy.data[name].label)) for name in confirmed or kept]


def _shown(visitor: Visitor, found: destruction.Preview) -> dict[str, Any]:
    policy = visitor.standing.policy
    limits = policy.limits
    return {
        "section": "cabinet",
        "goes": lives.fields(policy, found.goes),
        "stays": lives.rows(policy, found.stays, visitor.at),
        "scans": len(visitor.standing.documents),
        "days": limits["epoch_days"] + limits["epoch_overlap_days"],
    }


def _not_now(request: HttpRequest, ground: str, norm: str, *, status: int) -> HttpResponse:
    """The reasoned refusal, and what is done instead."""
    why, instead = lives.OBSTACLES.get(ground, (ground, ""))
    context = {
        "section": "cabinet",
        "ground": ground,
        "why": gettext(why),
        "instead": gettext(instead) if instead else "",
        "norm": cited(norm),
    }
    return render(request, "cabinet/destroy_not_now.html", context, status=status)

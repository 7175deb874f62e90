"""Before anything is kept: what registering takes, the consent, and what can be had without it (§5.1, §5.2).

What always holds: up to the consent not even a session is opened; who does not agree leaves no trace.
"""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.public import surroundings, written
from derbes.faces.public.forms import as_typed, posted, switches
from derbes.faces.public.kept import for_everybody
from derbes.faces.public.registration import draft
from derbes.faces.public.registration.forms import ConsentForm, WhomForm, first_sentence
from derbes.faces.public.visitor import address, agent, private
from derbes.flows import accounts, registration
from derbes.law.consent_text import ConsentItem


class Tick(NamedTuple):
    """One tick, and what its text says after the first sentence: data, operations, term."""

    field: BoundField
    rest: str


@private
@require_http_methods(["GET", "HEAD", "POST"])
@for_everybody
def start(request: HttpRequest) -> HttpResponse:
    """What registering takes, and for whom it is done."""
    here = draft.find(request)
    if here and request.user.is_authenticated:
        return HttpResponseRedirect(reverse("public:tasks" if here.standing.editable else "cabinet:home"))
    edition = surroundings.in_force(request)
    if edition is None:
        return render(request, "public/nothing_published.html", {"section": "register"}, status=404)
    form = WhomForm(posted(request))
    if switches(request):
        form = as_typed(form)
    elif form.is_valid():
        return HttpResponseRedirect(f"{reverse('public:consent')}?for={form.cleaned_data['whom']}")
    context = {
        "form": form,
        "policy": edition.policy,
        "edition": edition,
        "begun": here,
        "switch_form": True,
        "section": "register",
    }
    return render(request, "public/registration/start.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """The consent: each statement, purpose and act by itself. With it the registration begins."""
    if draft.find(request):
        return HttpResponseRedirect(reverse("public:tasks"))
    at, represented = timezone.now(), request.GET.get("for") == "other"
    language = surroundings.language()
    offer = registration.offer(language, at=at, represented=represented)
    form = ConsentForm(posted(request), offer=offer)
    if switches(request):
        form = as_typed(form)
        form.initial["seen"] = offer.sha256
    elif form.is_bound and form.outdated:
        messages.warning(
            request, _("The policy has changed while you were reading. Read this edition, please.")
        )
        return HttpResponseRedirect(request.get_full_path())
    elif form.is_valid():
        agreement = registration.Agreement(
            statements=form.statements,
            agreed=form.agreed,
            language=language,
            represented=represented,
            address=address(request),
            agent=agent(request),
        )
        if begun := _begin(request, form, agreement):
            return begun
    return render(request, "public/registration/consent.html", _shown(form))


def _begin(request: HttpRequest, form: ConsentForm, agreement: registration.Agreement) -> HttpResponse | None:
    accounts.pace("registration", agreement.address)
    try:
        subject = registration.begin(agreement, at=timezone.now())
    except registration.NotAgreed as lacking:
        form.miss(lacking.statements, lacking.purposes)
        return None
    request.session.cycle_key()
    request.session[draft.KEY] = str(subject)
    return HttpResponseRedirect(reverse("public:tasks"))


def _rest(item: ConsentItem) -> str:
    return item.text.removeprefix(first_sentence(item.text)).strip()


def _shown(form: ConsentForm) -> dict[str, object]:
    """The ticks in their groups, and the exact text that is kept as evidence."""
    ticks = [(Tick(form[name], _rest(item)), item) for name, item in form.items.items()]
    return {
        "form": form,
        "offer": form.offer,
        "head": written.html(form.offer.head),
        "statements": [tick for tick, item in ticks if not item.purpose],
        "needed": [tick for tick, item in ticks if item.purpose and item.needed],
        "free": [tick for tick, item in ticks if item.purpose and not item.needed and not item.act],
        "acts": [tick for tick, item in ticks if item.act],
        "switch_form": True,
        "section": "register",
    }


@require_safe
def without(request: HttpRequest) -> HttpResponse:
    """What can be had by those who do not agree. Nothing is stored, here or on the way here."""
    return render(request, "public/registration/without.html", {"section": "register"})

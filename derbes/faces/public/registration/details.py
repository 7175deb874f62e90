"""What people type about themselves: one page a category of the policy's data, and dates read back in words.

What always holds: nothing is refused for being unlikely, only for being no such thing at all (§2.5); an IIN
is not shown again once it is kept.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces import mistakes
from derbes.faces.public.forms import as_typed, switches
from derbes.faces.public.registration import draft
from derbes.faces.public.registration.draft import Draft
from derbes.faces.public.registration.forms import DetailsForm
from derbes.faces.public.surroundings import said
from derbes.flows import registration
from derbes.law import identifiers
from derbes.law.policy import DataField


class Reason(NamedTuple):
    """Why a field is asked for: its label, the clause that names it, and the purposes that need it."""

    label: str
    clause: str
    purposes: list[str]


@draft.editable
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, here: Draft, category: str) -> HttpResponse:
    """The fields of one category of data."""
    fields = here.fields(category)
    if not fields:
        raise Http404
    form = _form(request, here, fields)
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and _kept(here, form):
        return _after(request, category, form)
    context = {
        "form": form,
        "heading": said(here.policy.categories[category]),
        "reasons": [_reason(here, one) for one in fields],
        "edition": here.policy.edition,
        "back": draft.onward(request).url,
        "draft": here,
        "switch_form": True,
        "section": "register",
    }
    return render(request, "public/registration/details.html", context)


def _form(request: HttpRequest, here: Draft, fields: list[DataField]) -> DetailsForm:
    names = [one.key for one in fields]
    hidden = {one.key for one in fields if one.control == "iin" or not here.shown}
    fresh = request.method != "POST"
    kept = here.values([name for name in names if name not in hidden]) if fresh else {}
    dates = {one.key for one in fields if one.control == "date"}
    return DetailsForm(
        None if fresh else request.POST,
        fields=fields,
        required=here.required,
        masked=frozenset(hidden) & here.standing.filled,
        own=not here.standing.row.represented,
        today=timezone.localdate(here.at),
        initial={name: date.fromisoformat(kept[name]) if name in dates else kept[name] for name in kept},
    )


def _kept(here: Draft, form: DetailsForm) -> bool:
    try:
        registration.save(here.actor, here.subject, form.values, at=here.at)
    except registration.Illformed as illformed:
        for name, wrong in illformed.errors.items():
            form.add_error(name, mistakes.malformed(wrong))
        return False
    return True


def _after(request: HttpRequest, category: str, form: DetailsForm) -> HttpResponse:
    """A date is read back before anything else: a wrong one is seen best in words."""
    if any(isinstance(value, date) for value in form.cleaned_data.values()):
        address = reverse("public:read_back", args=[category])
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
    return draft.onward(request)


def _reason(here: Draft, one: DataField) -> Reason:
    purposes = [here.policy.purposes[key] for key in here.policy.purposes if key in here.standing.agreed]
    return Reason(said(one.label), one.clause, [said(p.label) for p in purposes if one.key in p.data])


@draft.editable
@require_safe
def read_back(request: HttpRequest, here: Draft, category: str) -> HttpResponse:
    """The dates of a category in words, and whether the IIN suggests another birth date."""
    fields = here.fields(category)
    dates = [one for one in fields if one.control == "date"]
    values = here.values([*(one.key for one in dates), "iin"])
    read = [(said(one.label), date.fromisoformat(values[one.key])) for one in dates if one.key in values]
    if not read:
        return draft.onward(request)
    context = {
        "dates": read,
        "differs": suggests_another(values),
        "change": f"{reverse('public:details', args=[category])}?{request.META.get('QUERY_STRING', '')}".rstrip(
            "?"
        ),
        "onward": draft.onward(request).url,
        "section": "register",
    }
    return render(request, "public/registration/read_back.html", context)


def suggests_another(values: dict[str, str]) -> bool:
    """Whether the IIN suggests another birth date than the one typed. A hint to look again, and no more."""
    hint = identifiers.iin_birth_hint(values["iin"]) if "iin" in values else None
    return bool(hint and "birth_date" in values and hint.date.isoformat() != values["birth_date"])

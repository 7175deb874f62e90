"""The answers are checked and sent, or all of it is thrown away.

What always holds: sent twice is sent once, with one number; what was thrown away is gone before the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.public.registration import draft
from derbes.faces.public.registration.details import suggests_another
from derbes.faces.public.registration.draft import Draft
from derbes.faces.public.surroundings import said
from derbes.faces.public.templatetags.faces import masked
from derbes.faces.readable import readable
from derbes.flows import accounts, destruction, registration
from derbes.law.policy import DataField


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is shown for checking. `tag` says more about it: confirmed, or lacking."""

    label: str
    value: str
    change: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one category."""

    heading: str
    rows: list[Answer] = field(default_factory=list)


@draft.begun
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, here: Draft) -> HttpResponse:
    """All answers with a link to change each; sending them."""
    if not here.standing.editable:
        return HttpResponseRedirect(reverse("public:sent"))
    missing = here.standing.missing
    if request.method == "POST":
        try:
            registration.submit(here.actor, here.subject, at=here.at)
        except registration.Incomplete as incomplete:
            missing = incomplete.missing
        else:
            return _entered(request, here)
    values = here.values([one.key for one in draft.asked(here.policy)])
    context = {
        "groups": [_answers(here, key, values) for key in draft.categories(here.policy)] + [_documents(here)],
        "missing": [_lacking(here, name) for name in _in_order(here, missing)],
        "differs": suggests_another(values),
        "draft": here,
        "section": "register",
    }
    return render(
        request, "public/registration/check.html", context, status=400 if request.method == "POST" else 200
    )


def _entered(request: HttpRequest, here: Draft) -> HttpResponse:
    """Whoever has sent a registration is signed in from then on: they have confirmed their contacts."""
    if not request.user.is_authenticated:
        user = accounts.account_of(here.subject, at=here.at)
        login(request, user)
        accounts.began(user, str(request.session.session_key), "registration", at=here.at)
    request.session.pop(draft.KEY, None)
    return HttpResponseRedirect(reverse("public:sent"))


def _answers(here: Draft, category: str, values: dict[str, str]) -> Answers:
    rows = [_answer(here, one, values) for one in here.fields(category)]
    return Answers(said(here.policy.categories[category]), rows)


def _answer(here: Draft, one: DataField, values: dict[str, str]) -> Answer:
    change = f"{reverse('public:details', args=[one.category])}?from=check#{_landing(one)}"
    kept = one.key in here.standing.filled
    tag = _("Confirmed by a code") if one.key in here.standing.confirmed else ""
    value = (
        _worded(one, values[one.key]) if one.key in values else _("Filled in") if kept else _("Not filled in")
    )
    return Answer(said(one.label), value, change, tag)


def _landing(one: DataField) -> str:
    return f"id_{one.key}_0" if one.control in {"date", "choice"} else f"id_{one.key}"


def _worded(one: DataField, value: str) -> str:
    return masked(value) if one.control == "iin" else readable(one, value)


def _documents(here: Draft) -> Answers:
    group = Answers(_("Documents"))
    for one in here.scans:
        pages = sum(scan.pages for scan in here.standing.documents if scan.kind == one.key)
        files = sum(scan.kind == one.key for scan in here.standing.documents)
        value = (
            _("Files: %(files)s, pages: %(pages)s") % {"files": files, "pages": pages}
            if files
            else _("Not filled in")
        )
        change = f"{reverse('public:documents', args=[one.key])}?from=check"
        group.rows.append(Answer(said(one.label), value, change))
    return group


def _in_order(here: Draft, missing: Iterable[str]) -> list[str]:
    """What is lacking in the order of the policy, which is that of the pages; what is to be confirmed comes after it."""
    order = list(here.policy.data)
    return sorted(missing, key=lambda name: (":" in name, order.index(name.rpartition(":")[2])))


def _lacking(here: Draft, name: str) -> tuple[str, str]:
    """What is lacking, in words, and the address where it is given."""
    contact = name.removeprefix("confirm:")
    one = here.policy.data[contact]
    if contact != name:
        address = reverse("public:confirm", args=[contact])
        return _("Confirm by a code: %(field)s") % {"field": said(one.label)}, f"{address}?from=check"
    page = ["public:documents", one.key] if one.control == "file" else ["public:details", one.category]
    return said(one.label), f"{reverse(page[0], args=page[1:])}?from=check"


@draft.begun
@require_safe
def sent(request: HttpRequest, here: Draft) -> HttpResponse:
    """The confirmation: number, moment, and what happens next."""
    if here.standing.matter is None:
        return HttpResponseRedirect(reverse("public:tasks"))
    return render(
        request,
        "public/registration/sent.html",
        {"draft": here, "matter": here.standing.matter, "section": "register"},
    )


@draft.begun
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, here: Draft) -> HttpResponse:
    """Ask whether all of it is to be destroyed, and do it."""
    if here.standing.row.state != "draft":
        return HttpResponseRedirect(reverse("public:sent"))
    if request.method == "POST":
        destruction.discard(here.actor, here.subject, at=here.at)
        logout(request)
        return HttpResponseRedirect(reverse("public:discarded"))
    return render(request, "public/registration/discard.html", {"section": "register"})


@require_safe
def discarded(request: HttpRequest) -> HttpResponse:
    """It is gone."""
    return render(request, "public/registration/discarded.html", {"section": "register"})

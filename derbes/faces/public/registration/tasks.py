"""The list of tasks: what is done, what is to be done, and what cannot be begun yet (§1.6).

What always holds: no value is opened for the list; it can be left at any point and found again as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from derbes.faces.public.registration import draft
from derbes.faces.public.registration.draft import Draft
from derbes.faces.public.surroundings import said
from derbes.flows.registration import CONTACTS


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list. Without `href` it cannot be begun yet; `kind` is the colour of its state."""

    key: str
    name: str
    status: str
    kind: str = ""
    href: str = ""
    hint: str = ""


@draft.editable
@require_safe
def tasks(request: HttpRequest, here: Draft) -> HttpResponse:
    """What there is to do before the registration can be sent."""
    standing = here.standing
    asks = standing.matter.asks if standing.matter else []
    context = {
        "groups": [
            (
                _("Your details") if not standing.row.represented else _("Details of the person"),
                _details(here),
            ),
            (_("Confirm the contacts"), _contacts(here)),
            (_("Documents"), _scans(here)),
            (_("Check and send"), [_sending(here)]),
        ],
        "asked_for": [said(here.policy.data[key].label) for key in asks if key in here.policy.data],
        "draft": here,
        "days": here.policy.limits["draft_days"],
        "section": "register",
    }
    return render(request, "public/registration/tasks.html", context)


def _details(here: Draft) -> list[Task]:
    return [_category(here, key) for key in draft.categories(here.policy)]


def _category(here: Draft, category: str) -> Task:
    names = {one.key for one in here.fields(category)}
    filled = names & here.standing.filled
    lacking = names & set(here.standing.missing)
    status, kind = _todo()
    if filled:
        status, kind = (_("Begun"), "wait") if lacking else (_("Done"), "done")
    elif not lacking:
        status, kind = _("If you wish"), ""
    label = said(here.policy.categories[category])
    href = reverse("public:details", args=[category])
    return Task(f"details-{category}", label, status, kind, href)


def _contacts(here: Draft) -> list[Task]:
    asked = {one.key for one in draft.asked(here.policy)}
    return [_contact(here, key) for key in ("phone_mobile", "email") if key in asked and key in CONTACTS]


def _contact(here: Draft, field: str) -> Task:
    key, name = f"confirm-{field}", said(here.policy.data[field].label)
    if field not in here.standing.filled:
        return Task(key, name, _("Cannot start yet"), hint=_("Fill in the contact details first."))
    if field in here.standing.confirmed:
        return Task(key, name, _("Done"), "done")
    return Task(key, name, *_todo(), reverse("public:confirm", args=[field]), _("We send a code there."))


def _scans(here: Draft) -> list[Task]:
    have = [document.kind for document in here.standing.documents]
    return [
        Task(
            f"scans-{one.key}",
            said(one.label),
            *((_("Done"), "done") if one.key in have else _todo()),
            reverse("public:documents", args=[one.key]),
        )
        for one in here.scans
    ]


def _sending(here: Draft) -> Task:
    name = _("Check your answers and send")
    if here.standing.missing:
        hint = _("Do the tasks above first.")
        return Task("send", name, _("Cannot start yet"), hint=hint)
    return Task("send", name, *_todo(), reverse("public:check"))


def _todo() -> tuple[str, str]:
    return _("Not started"), "quiet"

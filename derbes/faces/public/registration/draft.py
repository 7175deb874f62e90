"""Whose registration is at hand, and what the policy lets it ask for.

What always holds: only the session that began a registration, or the account of the person, comes to it;
what was sent can be seen and not changed, unless more was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from derbes.faces import handed_back
from derbes.faces.public.visitor import private
from derbes.flows import accounts, reading, registration
from derbes.law.permission import Actor
from derbes.law.policy import DataField, Policy

#: Under this key a session holds the number of the registration that was begun in it.
KEY = "draft"
_IN_NO_FORM = frozenset({"file", "automatic"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration at hand: who fills it in, how far it is, and when that is asked."""

    actor: Actor
    standing: registration.Standing
    at: datetime

    @property
    def subject(self) -> UUID:
        """The person's number."""
        return self.standing.row.subject

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.standing.policy

    @property
    def shown(self) -> bool:
        """Whether kept values may be shown: a representative sees only what they are typing (§2.4)."""
        row = self.standing.row
        return not row.represented or row.state in {"draft", "verified"}

    @property
    def required(self) -> frozenset[str]:
        """Fields without which the purposes agreed to cannot be had."""
        purposes = self.policy.purposes
        return frozenset(name for key in self.standing.agreed for name in purposes[key].required)

    @property
    def scans(self) -> list[DataField]:
        """The kinds of scan that are asked for: those required, and the authority of who acts for another."""
        wanted = {*self.required, *({"authority_document"} if self.standing.row.represented else ())}
        kinds = self.policy.purposes["verification"].data & wanted
        return [one for one in self.policy.data.values() if one.key in kinds and one.control == "file"]

    def fields(self, category: str) -> list[DataField]:
        """The fields of a category that a form asks for: those that the service needs and that people type."""
        return [one for one in asked(self.policy) if one.category == category]

    def values(self, fields: list[str]) -> dict[str, str]:
        """Those of the person's own values that are kept, opened for them; none when nothing may be shown."""
        may = self.policy.purposes["rights"].data
        wanted = [name for name in fields if name in self.standing.filled & may]
        return reading.own(self.actor, wanted, at=self.at) if wanted and self.shown else {}


def asked(policy: Policy) -> list[DataField]:
    """Return the fields that people type when they register, in the policy's order (§2.1)."""
    data = policy.purposes["service"].data
    return [one for one in policy.data.values() if one.key in data and one.control not in _IN_NO_FORM]


def categories(policy: Policy) -> list[str]:
    """Return the categories of the fields asked, in the policy's order."""
    used = {one.category for one in asked(policy)}
    return [key for key in policy.categories if key in used]


def whose(request: HttpRequest) -> Actor | None:
    """Return who comes: the signed-in person, or whoever began to register in this session."""
    user = request.user
    if user.is_authenticated and user.subject:
        return accounts.actor(user)
    begun = request.session.get(KEY)
    return accounts.person(UUID(begun)) if begun else None


def find(request: HttpRequest) -> Draft | None:
    """Return the registration at hand, or None when there is none; one that is gone is forgotten."""
    actor = whose(request)
    if actor is None or actor.subject is None:
        return None
    at = timezone.now()
    try:
        return Draft(actor, registration.standing(actor.subject, at=at), at)
    except registration.Unknown:
        request.session.pop(KEY, None)
        return None


def begun(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open `view` to whoever has begun to register; it gets the `Draft` beside the request."""

    @private
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = find(request)
        if draft is None and handed_back.typed(request):
            sign_in = reverse("public:sign_in")
            return handed_back.page(request, "signed_out.html", sign_in=sign_in, switch_form=True)
        if draft is None:
            messages.info(
                request, _("No registration is open here. Begin one, or sign in to go on with yours.")
            )
            return HttpResponseRedirect(reverse("public:register"))
        return view(request, draft, *args, **kwargs)

    return opened


def editable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As `begun`, while the registration may still be changed; then it is shown where it stands."""

    @begun
    @wraps(view)
    def opened(request: HttpRequest, draft: Draft, *args: Any, **kwargs: Any) -> HttpResponse:
        if not draft.standing.editable:
            return HttpResponseRedirect(reverse("public:sent"))
        return view(request, draft, *args, **kwargs)

    return opened


def onward(request: HttpRequest) -> HttpResponseRedirect:
    """Go back to where the person came from: the page of answers, when they changed one there, or the tasks."""
    page = "public:check" if request.GET.get("from") == "check" else "public:tasks"
    return HttpResponseRedirect(reverse(page))

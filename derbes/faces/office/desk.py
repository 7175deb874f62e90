"""The desk of a member of the staff: who they are, what their role may do, and the door of every office page.

What always holds: no page opens without a role, a password of one's own and a second factor shown in this
session; a page that takes a power is refused to who has not got it (§3.3); nothing is kept by the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from derbes.faces import handed_back, refusals
from derbes.faces.office.accounts import enrolled, proved
from derbes.faces.public.surroundings import in_force, said
from derbes.flows import accounts, gate
from derbes.law.permission import Actor, Powerless, Refused, empower
from derbes.law.policy import Policy, Role

View = Callable[..., HttpResponse]

#: Navigation: key of the section, address, label, and the power that it takes, or any of several (none: for everybody).
SECTIONS = (
    ("home", "office:home", _("My work"), ""),
    ("registrations", "office:registrations", _("Registrations"), "verify"),
    ("corrections", "office:corrections", _("Changes"), "correct"),
    ("messages", "office:messages", _("Appeals"), "messages"),
    ("subjects", "office:subjects", _("Subjects"), "block hold retention agreements"),
    ("retention", "office:retention", _("Retention"), "retention"),
    ("acts", "office:acts", _("Register of acts"), "audit"),
    ("incidents", "office:incidents", _("Breaches"), "incidents audit"),
    ("policy", "office:policy", _("Policy"), "publish"),
    ("journal", "office:journal", _("Journal"), "journal"),
    ("calendar", "office:calendar", _("Working days"), "calendar messages"),
    ("punctuality", "office:punctuality", _("Punctuality"), "journal"),
    ("staff", "office:staff", _("Staff"), "staff"),
    ("tokens", "office:tokens", _("Tokens"), "tokens"),
)


#: So many sections stand in one row in every language; of more, the last lie under "More".
A_ROW = 6


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is at work, under which policy, at what time."""

    user: Any
    actor: Actor
    policy: Policy
    at: datetime

    @property
    def role(self) -> Role | None:
        """The role, as the edition in force has it; None when it has it no more."""
        return self.policy.roles.get(self.actor.role)

    @property
    def called(self) -> str:
        """The label of the role."""
        return said(self.role.label) if self.role else self.actor.role

    def may(self, power: str) -> bool:
        """Whether the role has `power`, or any of several that stand in it."""
        return not power or (self.role is not None and not self.role.powers.isdisjoint(power.split()))

    def purposes(self, needing: str = "") -> list[str]:
        """The purposes for which this role may open data, in the order of the policy; those that need a field."""
        mine = self.role.purposes if self.role else frozenset()
        every = self.policy.purposes.items()
        return [key for key, each in every if key in mine and (not needing or needing in each.data)]

    def sections(self) -> list[dict[str, Any]]:
        """The navigation: what the role has, and nothing else. What does not fit into one row has `more` set."""
        open_to = [(key, address, label) for key, address, label, power in SECTIONS if self.may(power)]
        shown = len(open_to) if len(open_to) <= A_ROW else A_ROW - 1
        return [
            {"key": key, "url": reverse(address), "label": label, "more": place >= shown}
            for place, (key, address, label) in enumerate(open_to)
        ]


def staff_only(power: str = "") -> Callable[[View], View]:
    """Open the view to staff who are signed in with both factors, and have `power` or any of several that stand in it.

    The view gets the `Desk`.
    """

    def door(view: View) -> View:
        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if stopped := way_in(request) or second_step(request):
                return stopped
            return _at_work(view, power, request, *args, **kwargs)

        return opened

    return door


def _at_work(view: View, power: str, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    edition = in_force(request)
    if edition is None:
        return render(request, "office/no_policy.html", status=503)
    desk = _desk(request, edition.policy)
    try:
        if not desk.may(power):
            empower(desk.actor, desk.policy, power)
        return view(request, desk, *args, **kwargs)
    except (Refused, Powerless) as refusal:
        return refused(request, desk, refusal)
    except gate.Unknown:
        return show(request, desk, "office/gone.html", status=410)


def _desk(request: HttpRequest, policy: Policy) -> Desk:
    user: Any = request.user
    return Desk(user, accounts.actor(user), policy, timezone.now())


def around(request: HttpRequest) -> dict[str, Any]:
    """The navigation for a page of one's own account, as soon as the account is complete."""
    edition = in_force(request)
    if edition is None or second_step(request):
        return {}
    desk = _desk(request, edition.policy)
    return {"desk": desk, "sections": desk.sections()}


def way_in(request: HttpRequest) -> HttpResponse | None:
    """Return what stands before any page of the office, or None: sign in; be of the staff."""
    user = request.user
    if not user.is_authenticated:
        sign_in = reverse("account_login")
        if handed_back.typed(request):
            return handed_back.page(request, "signed_out.html", sign_in=sign_in, switch_form=True)
        return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': request.path})}")
    if not getattr(user, "is_staff", False) or getattr(user, "subject", None):
        return render(request, "403.html", status=403)
    return None


def second_step(request: HttpRequest, *, password: bool = False, factor: bool = False) -> HttpResponse | None:
    """Return where one who is signed in must go first, or None.

    `password`: the page is the one where the password is changed. `factor`: the page is one where the first
    second factor is set up. A factor that exists must have been shown in this session for either.
    """
    has = enrolled(request.user)
    if has and not proved(request):  # signed in elsewhere before the factor was set up
        logout(request)
        return HttpResponseRedirect(reverse("account_login"))
    if getattr(request.user, "initial_password", False) and not password:
        return HttpResponseRedirect(reverse("account_change_password"))
    if not has and not (factor or password):
        return HttpResponseRedirect(reverse("mfa_index"))
    return None


def show(
    request: HttpRequest,
    desk: Desk,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    section: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render an office page with the navigation that the role has."""
    around = {"desk": desk, "sections": desk.sections(), "section": section}
    return render(request, template, {**around, **(context or {})}, status=status)


def refused(request: HttpRequest, desk: Desk, refusal: Refused | Powerless) -> HttpResponse:
    """The page of a refusal, with its clause."""
    code = getattr(refusal, "code", "")
    context = {"clause": refusal.clause, "why": refusals.to_staff(code), "edition": desk.policy.edition}
    return show(request, desk, "office/refused.html", context, status=403)

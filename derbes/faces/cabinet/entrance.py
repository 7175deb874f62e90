"""Who may come in: a registered person to their own cabinet, and nobody else (§1.7, §2.4).

What always holds: no page of the cabinet is kept by a browser or a proxy; a refusal by the policy is shown
with its clause. Whoever has not finished registering is led to the tasks; a representative whose authority
was not confirmed yet sees how the matter stands and nothing of the person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from derbes.faces import handed_back
from derbes.faces.public import errors
from derbes.flows import accounts, registration

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who came: their account, who they are to the gate, how their registration stands, and when."""

    user: Any
    actor: Any
    standing: registration.Standing
    at: datetime

    @property
    def subject(self) -> Any:
        """The person's number."""
        return self.actor.subject

    @property
    def held_back(self) -> bool:
        """Whether a representative's authority is still to be confirmed (§2.4)."""
        row = self.standing.row
        return bool(row.represented and row.state != "verified")


def own(view: View) -> View:
    """Open `view` to a person whose cabinet it is; it gets the `Visitor` beside the request."""
    return _door(view, status_only=False)


def own_status(view: View) -> View:
    """As `own`, and open to a representative who waits for confirmation: for pages that show no data."""
    return _door(view, status_only=True)


def _door(view: View, *, status_only: bool) -> View:
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        if not request.user.subject:
            return errors.forbidden(request)
        try:
            visitor = _visitor(request)
            elsewhere = _elsewhere(visitor, status_only=status_only)
            return elsewhere or view(request, visitor, *args, **kwargs)
        except registration.Refused as refusal:
            return errors.forbidden(request, refusal)
        except accounts.TooOften as too_often:
            return errors.too_many(request, too_often.seconds)
        except registration.Unknown:
            return _gone(request)

    return opened


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """To signing in; what was typed while the session ended is handed back first."""
    sign_in = reverse("public:sign_in")
    if handed_back.typed(request):
        return handed_back.page(request, "signed_out.html", sign_in=sign_in, switch_form=True)
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': request.path})}")


def _elsewhere(visitor: Visitor, *, status_only: bool) -> HttpResponse | None:
    """Where one is led who may not see this page yet."""
    if visitor.standing.row.state == "draft":
        return HttpResponseRedirect(reverse("public:tasks"))
    if visitor.held_back and not status_only:
        return HttpResponseRedirect(reverse("cabinet:home"))
    return None


def _visitor(request: HttpRequest) -> Visitor:
    user: Any = request.user
    at = timezone.now()
    standing = registration.standing(user.subject, at=at)
    return Visitor(user, accounts.actor(user), standing, at)


def _gone(request: HttpRequest) -> HttpResponse:
    """The data were destroyed while the session lived on."""
    logout(request)
    messages.info(request, _("Your data are not kept here any more, so there is no cabinet to show."))
    return HttpResponseRedirect(reverse("public:home"))

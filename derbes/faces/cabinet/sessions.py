"""My sessions: where I am signed in, ending one, ending all others.

What always holds: a session's key never leaves the server; pages name sessions by a keyed hash of it. Only
one's own can be ended.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from derbes.faces.cabinet import words
from derbes.faces.cabinet.entrance import Visitor, own_status
from derbes.flows import accounts


@require_safe
@own_status
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The list, the latest sign-in first."""
    current = request.session.session_key
    rows = [
        {
            "name": _name(each.session),
            "way": words.worded(words.WAYS, each.way),
            "at": each.at,
            "current": each.session == current,
        }
        for each in accounts.sessions(visitor.user)
    ]
    context = {"section": "cabinet", "rows": rows, "others": any(not row["current"] for row in rows)}
    return render(request, "cabinet/sessions.html", context)


@require_POST
@own_status
def end(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """End the session that the form names."""
    named = request.POST.get("session", "")
    for each in accounts.sessions(visitor.user):
        if constant_time_compare(_name(each.session), named):
            accounts.end_session(visitor.user, each.session)
            messages.success(request, _("That session has ended."))
    return HttpResponseRedirect(reverse("cabinet:sessions"))


@require_POST
@own_status
def end_others(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """End every session but this one."""
    accounts.end_other_sessions(visitor.user, request.session.session_key or "")
    messages.success(request, _("All other sessions have ended."))
    return HttpResponseRedirect(reverse("cabinet:sessions"))


def _name(session: str) -> str:
    """What a page calls a session: a keyed hash, from which nobody gets to the session."""
    return salted_hmac("derbes.faces.cabinet.sessions", session, algorithm="sha256").hexdigest()[:32]

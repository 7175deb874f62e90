"""Accounts of the staff: who there is, a new one, a new way in, an end (§3.3).

What always holds: a password is shown once, in the answer to the request that made it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.office import forms, labels
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public.surroundings import said
from derbes.flows import staff as flow

POWER = "staff"


@require_safe
@staff_only(POWER)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All accounts, closed ones last."""
    rows = [
        {"user": user, "role": labels.role(desk.policy, user.role), "self": user.code == desk.actor.code}
        for user in flow.listing(desk.actor, at=desk.at)
    ]
    return show(request, desk, "office/staff.html", {"rows": rows}, section="staff")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def employ(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new account; its one-time password is in the answer and nowhere else."""
    form = _employment(request, desk)
    if form.is_valid():
        given = form.cleaned_data
        try:
            _user, password = flow.employ(
                desk.actor, given["code"], unit=given["unit"], role=given["role"], at=desk.at
            )
            return _told(request, desk, given["code"], password)
        except flow.Taken:
            form.add_error("code", _("This code is taken, or was once: give another"))
    return show(request, desk, "office/employ.html", {"form": form}, section="staff")


def _employment(request: HttpRequest, desk: Desk) -> forms.Employment:
    policy = desk.policy
    roles = [(key, said(role.label)) for key, role in policy.roles.items()]
    hints = {
        key: ", ".join(labels.purpose(policy, each) for each in policy.purposes if each in role.purposes)
        or _("opens no personal data")
        for key, role in policy.roles.items()
    }
    return forms.Employment(request.POST if request.method == "POST" else None, roles=roles, hints=hints)


def _told(request: HttpRequest, desk: Desk, code: str, password: str) -> HttpResponse:
    context = {"code": code, "password": password}
    return show(request, desk, "office/password_told.html", context, section="staff")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def renew(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """A new way in for somebody who lost theirs; asked once more."""
    if request.method != "POST":
        return show(request, desk, "office/renew.html", {"code": code}, section="staff")
    try:
        return _told(request, desk, code, flow.renew(desk.actor, code, at=desk.at))
    except flow.NotOneself:
        return _not_oneself(request)
    except flow.Member.DoesNotExist as unknown:
        raise Http404 from unknown


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def dismiss(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Close an account; asked once more."""
    if request.method != "POST":
        return show(request, desk, "office/dismiss.html", {"code": code}, section="staff")
    try:
        flow.dismiss(desk.actor, code, at=desk.at)
    except flow.NotOneself:
        return _not_oneself(request)
    except flow.Member.DoesNotExist as unknown:
        raise Http404 from unknown
    messages.success(request, _("The account %(code)s is closed.") % {"code": code})
    return HttpResponseRedirect(reverse("office:staff"))


def _not_oneself(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Nobody closes or renews their own account: ask another administrator."))
    return HttpResponseRedirect(reverse("office:staff"))

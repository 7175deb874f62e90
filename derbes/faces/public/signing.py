"""Signing in: a contact or an IIN, a one-time code, and in; by passkey where scripts run; signing out.

What always holds: the pages look the same whether somebody is known here or not; what was typed is in no
address and in no session, only the ticket is; a session gets a new key at sign-in.
"""

from __future__ import annotations

import re
from contextlib import suppress
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from derbes.faces import handed_back, mistakes
from derbes.faces.public.forms import CodeForm, as_typed, posted, switches, wrong_code
from derbes.faces.public.registration import draft
from derbes.faces.public.surroundings import in_force
from derbes.faces.public.visitor import address, private
from derbes.flows import accounts

#: Under this key a session holds the ticket for a code, the way it was sent, and where to go afterwards.
KEY = "signing"
_IIN_DIGITS = 12


class WhoForm(forms.Form):
    """Who signs in, by any of three things that the person knows."""

    who = forms.CharField(
        label=_("Mobile phone, e-mail or IIN"),
        help_text=_(
            "A phone or e-mail that you have confirmed; or your IIN, then the code goes to your mobile phone. "
            "If you did not register here yourself, sign in with your IIN the first time."
        ),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    @property
    def way(self) -> str:
        """What was typed: email, iin or phone."""
        who = self.cleaned_data["who"]
        if "@" in who:
            return "email"
        digits = re.sub(r"\D", "", who)
        return "iin" if len(digits) == _IIN_DIGITS and "+" not in who else "phone"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Say who you are; a code is sent if you are known here."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_home(request))
    form = WhoForm(posted(request))
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and _asked(request, form):
        return HttpResponseRedirect(reverse("public:sign_in_code"))
    onward = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    context = {"form": form, "next": onward, "switch_form": True, "section": "sign_in"}
    return render(request, "public/signing/sign_in.html", context)


def _asked(request: HttpRequest, form: WhoForm) -> bool:
    """Ask for a code. One that cannot be sent just now looks like any other: else it would tell who is known."""
    try:
        ticket = accounts.ask_sign_in(
            form.way, form.cleaned_data["who"], who=address(request), at=timezone.now()
        )
    except accounts.Malformed as wrong:
        form.add_error("who", mistakes.malformed(wrong))
        return False
    except accounts.NotSent:
        ticket = uuid4()
    onward = _safe(request, request.POST.get("next", ""))
    request.session[KEY] = {"ticket": str(ticket), "way": form.way, "next": onward}
    return True


@private
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code, or ask for another."""
    waiting = request.session.get(KEY)
    if not waiting:
        return HttpResponseRedirect(reverse("public:sign_in"))
    typed = "code" in request.POST and not switches(request)
    form = CodeForm(request.POST if typed else None)
    if typed and form.is_valid() and _entered(request, form, waiting):
        return HttpResponseRedirect(waiting["next"] or _home(request))
    if "again" in request.POST and not switches(request):
        return _again(request, waiting)
    edition = in_force(request)
    context = {
        "form": form,
        "way": waiting["way"],
        "again": "again" in request.GET,
        "minutes": edition.policy.limits["code_minutes"] if edition else "",
        "section": "sign_in",
    }
    return render(request, "public/signing/code.html", context)


def _again(request: HttpRequest, waiting: dict[str, str]) -> HttpResponse:
    with suppress(accounts.NotSent):  # the page says the same: it may not tell who is known here
        accounts.send_again(UUID(waiting["ticket"]), waiting["way"], who=address(request), at=timezone.now())
    return HttpResponseRedirect(f"{reverse('public:sign_in_code')}?again=1")


def _entered(request: HttpRequest, form: CodeForm, waiting: dict[str, str]) -> bool:
    at = timezone.now()
    try:
        user = accounts.sign_in(UUID(waiting["ticket"]), form.cleaned_data["code"], at=at)
    except accounts.WrongCode:
        form.add_error("code", wrong_code())
        return False
    request.session.pop(KEY, None)
    request.session.pop(draft.KEY, None)
    with handed_back.forms_stay_good(request):
        login(request, user)
    accounts.began(user, str(request.session.session_key), "code", at=at)
    return True


def _home(request: HttpRequest) -> str:
    """Where a signed-in person goes: to what is left to do, or to the cabinet; the staff to their office."""
    if request.user.is_authenticated and not request.user.subject:
        return reverse("office:home")
    here = draft.find(request)
    return reverse("public:tasks" if here and here.standing.row.state == "draft" else "cabinet:home")


def _safe(request: HttpRequest, onward: str) -> str:
    """The address to go to afterwards when it is one of ours, else nothing."""
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if ours else ""


@private
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask on a look, sign out on a press."""
    if request.method == "POST":
        if request.user.is_authenticated:
            accounts.end_session(request.user, str(request.session.session_key))
        logout(request)
        return HttpResponseRedirect(reverse("public:home"))
    return render(request, "public/signing/sign_out.html")

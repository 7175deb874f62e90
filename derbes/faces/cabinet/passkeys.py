"""Passkeys: signing in by fingerprint, face or the lock of a device, beside the one-time code.

The ceremony is allauth's; what is kept of a key is its public half. What always holds: a passkey is called by
a kind from a closed list, since a name that people type is personal data, and it verifies the person who uses
it. Needs scripts in the browser; signing in by code does not.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces import handed_back
from derbes.faces.cabinet.entrance import Visitor, own_status
from derbes.faces.fields import HintedChoice
from derbes.flows import accounts

KINDS = (
    ("phone", _("Phone or tablet")),
    ("computer", _("Computer")),
    ("key", _("Security key")),
    ("other", _("Another device")),
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOST = 10


class KindForm(forms.Form):
    """What a passkey is called."""

    kind = HintedChoice(label=_("Where is this passkey kept?"), choices=KINDS)


class AddForm(KindForm):
    """A new passkey: its kind, and what the device answered."""

    credential = forms.JSONField(
        label=_("Passkey"),
        widget=forms.HiddenInput,
        error_messages={"required": _("The device made no passkey. Try once more.")},
    )

    def clean_credential(self) -> dict[str, Any]:
        """Check the answer against the challenge of this session, and that the device verified the person."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        refusal = ValidationError(_("The device's answer does not fit. Try once more."))
        try:
            auth.parse_registration_response(credential)
            binding = auth.complete_registration(credential)
        except (ValidationError, KeyError, AttributeError, ValueError) as unfit:
            raise refusal from unfit
        if not binding.is_user_verified():
            raise refusal
        return credential


@require_safe
@own_status
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The passkeys of the account."""
    rows = [
        {
            "number": each.pk,
            "label": label(each.data["name"]),
            "at": each.created_at,
            "used": each.last_used_at,
        }
        for each in _of(visitor).order_by("created_at")
    ]
    return render(
        request, "cabinet/passkeys.html", {"section": "cabinet", "rows": rows, "room": len(rows) < MOST}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_status
def add(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Make a passkey with this device."""
    if _of(visitor).count() >= MOST:
        return HttpResponseRedirect(reverse("cabinet:passkeys"))
    switch = "switch" in request.POST
    form = AddForm(request.POST if request.method == "POST" and not switch else None)
    if switch:
        form = AddForm(initial={"kind": request.POST.get("kind", "")})
    if form.is_bound and form.is_valid():
        auth.WebAuthn.add(visitor.user, form.cleaned_data["kind"], form.cleaned_data["credential"])
        messages.success(request, gettext("The passkey was added. You can sign in with it now."))
        return HttpResponseRedirect(reverse("cabinet:passkeys"))
    context = {
        "section": "cabinet",
        "form": form,
        "options": json.dumps(_options(visitor), cls=DjangoJSONEncoder),
        "switch_form": True,
    }
    return render(request, "cabinet/passkey_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own_status
def name(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponse:
    """Call a passkey by another kind."""
    passkey = get_object_or_404(_of(visitor), pk=number)
    posted = request.method == "POST"
    form = KindForm(request.POST if posted and "switch" not in request.POST else None)
    if form.is_bound and form.is_valid():
        passkey.data["name"] = form.cleaned_data["kind"]
        passkey.save(update_fields=["data"])
        return HttpResponseRedirect(reverse("cabinet:passkeys"))
    if not form.is_bound:
        form = KindForm(initial={"kind": request.POST.get("kind", passkey.data["name"])})
    return render(
        request, "cabinet/passkey_name.html", {"section": "cabinet", "form": form, "switch_form": True}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_status
def remove(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponse:
    """Ask, then forget the passkey: it opens nothing any more."""
    passkey = get_object_or_404(_of(visitor), pk=number)
    if request.method == "POST" and "switch" not in request.POST:
        passkey.delete()
        messages.success(request, gettext("The passkey was removed. It opens nothing here any more."))
        return HttpResponseRedirect(reverse("cabinet:passkeys"))
    context = {"section": "cabinet", "label": label(passkey.data["name"]), "at": passkey.created_at}
    return render(request, "cabinet/passkey_remove.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey (GET, JSON), then signing in with the device's answer (POST).

    For subjects alone: a key of the staff, or of an account that is closed, opens nothing here.
    """
    if request.method == "GET":
        return JsonResponse(auth.begin_authentication(user=None))
    user = _whose(request)
    if user is None or not user.subject or not user.is_active:
        messages.error(request, gettext("This passkey is not known here. Sign in by a one-time code."))
        return HttpResponseRedirect(reverse("public:sign_in"))
    with handed_back.forms_stay_good(request):
        login(request, user, backend=BACKEND)
    accounts.began(user, request.session.session_key or "", "passkey", at=timezone.now())
    return HttpResponseRedirect(reverse("cabinet:home"))


def _whose(request: HttpRequest) -> Any:
    """The account whose passkey answered the challenge, or None."""
    form = LoginWebAuthnForm(request.POST)
    try:
        if not form.is_valid():
            return None
    except (KeyError, AttributeError, ValueError):  # an answer of another shape than a device gives
        return None
    passkey = form.cleaned_data["credential"]
    passkey.record_usage()
    return passkey.user


def _of(visitor: Visitor) -> Any:
    return Authenticator.objects.filter(user=visitor.user, type=Authenticator.Type.WEBAUTHN)


def label(kind: str) -> str:
    return str(dict(KINDS).get(kind, kind))


def _options(visitor: Visitor) -> dict[str, Any]:
    """What the device is asked; it will show the operator's name, not the number of the account."""
    options: dict[str, Any] = json.loads(
        json.dumps(auth.begin_registration(visitor.user, passwordless=True), cls=DjangoJSONEncoder)
    )
    label = gettext("Your cabinet")
    options["publicKey"]["user"] |= {"name": label, "displayName": label}
    return options

"""What django-allauth asks of us: who may sign in, where they go then, and what it says in our languages.

What always holds: nobody signs up here; a person's account has no password and is never let in by one; no
e-mail is sent; a member of the staff keeps at least one second factor.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from derbes.faces import handed_back
from derbes.flows import accounts, publication, staff

#: What is said after something was done; everything else that allauth would say is left out.
SAID = {
    "account/messages/password_changed.txt": _("Your password was changed."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is your second factor now."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
}
WEAK = {
    "password_too_short": _("Too short: at least 12 characters"),
    "password_too_common": _("Too common: anybody would guess it"),
    "password_entirely_numeric": _("Digits alone are too easy to guess"),
}
DAY = 24 * 3600
RECENT = 15 * 60  # seconds for which a password or a factor counts as just shown


class Adapter(DefaultAccountAdapter):
    """Accounts as django-allauth sees them: the staff by code and password, people by passkey at most."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the administrator."),
        "enter_current_password": _("This is not your present password"),
        "incorrect_code": _("This code is wrong or was used already. Wait for the next one and type it"),
        "incorrect_password": _("This is not your present password"),
        "username_password_mismatch": _("The staff code or the password is wrong"),
        "too_many_login_attempts": _("Too many tries. Wait five minutes and try again"),
        "rate_limited": _("Too many tries. Wait five minutes and try again"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: the staff are employed, people register."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The office for its staff, the cabinet for a person."""
        staff = getattr(request.user, "is_staff", False)
        return reverse("office:home") if staff else reverse("cabinet:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Where the staff came in."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The office, or what is still missing before it."""
        return reverse("office:home")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session, for as long as the policy lets one live, and note it."""
        with handed_back.forms_stay_good(request):
            super().login(request, user)
        at = timezone.now()
        request.session.set_expiry(_session_days(at) * DAY)
        if request.session.session_key is None:
            request.session.save()
        accounts.began(user, str(request.session.session_key), _way(request, user), at=at)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether one of the staff must show their password anew before a second factor is changed."""
        user = self.request.user
        if not getattr(user, "is_staff", False):
            return False
        shown = get_authentication_records(self.request, user)
        return not shown or time.time() - float(shown[-1]["at"]) > RECENT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """By the password alone."""
        return [{"id": "reauthenticate", "description": "", "url": reverse("account_reauthenticate")}]

    def clean_password(self, password: str, user: Any = None) -> str:
        """Say what is wrong with a new password in our words."""
        try:
            return str(super().clean_password(password, user=user))
        except ValidationError as wrong:
            codes = (each.code or "" for each in wrong.error_list)
            raise ValidationError([WEAK.get(code, WEAK["password_too_common"]) for code in codes]) from None

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what was done in our own words; what we have no words for is not said."""
        if text := message or SAID.get(message_template or ""):
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


class FactorAdapter(DefaultMFAAdapter):
    """The second factor: named after the site, and never taken away from the staff altogether."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("This is your only second factor: add another one first"),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first"),
        "incorrect_code": _("This code is wrong or was used already. Wait for the next one and type it"),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of factors lie sealed in the database."""
        return staff.seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` has sealed."""
        return staff.open_factor(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return str(settings.MFA_TOTP_ISSUER)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another factor stays; recovery codes alone are none."""
        if not getattr(authenticator.user, "is_staff", False):
            return True
        kept = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return kept.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        """What a new passkey is called until its owner names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def enrolled(user: Any) -> bool:
    """Whether `user` has a second factor."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def proved(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _session_days(at: datetime) -> int:
    """How long a sign-in lives (limits.session_days): one day where the policy does not say."""
    try:
        return publication.in_force(at).policy.limits.get("session_days", 1)
    except publication.NothingPublished:
        return 1


def _way(request: HttpRequest, user: Any) -> str:
    records = get_authentication_records(request, user)
    return "passkey" if any(record.get("passwordless") for record in records) else "password"

"""Signing in, passwords and second factors of the staff: django-allauth's views in our pages and words.

What always holds: an initial password opens nothing but the page where it is changed, and nothing else of
the office opens before a second factor was set up and shown.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.base import views as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from derbes.faces.office import forms
from derbes.faces.office.accounts import enrolled
from derbes.faces.office.desk import around, second_step, way_in


class Guarded:
    """A page of an account: for the staff alone, and in its order: password, second factor, all else."""

    sets_password = False
    sets_factor = False

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stopped = way_in(request) or second_step(
            request, password=self.sets_password, factor=self.sets_factor
        )
        passed: HttpResponseBase = stopped or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return passed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the account is complete: the page explains what comes next when it is not."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        request = self.request  # type: ignore[attr-defined]
        complete = enrolled(request.user) and not request.user.initial_password
        return {**context, **around(request), "complete": complete, "section": "account"}


class SignIn(account.LoginView):
    """Staff code and password."""

    template_name = "office/account/sign_in.html"

    def get_form_class(self) -> type[forms.SignIn]:
        """Our words."""
        return forms.SignIn

    def form_invalid(self, form: Any) -> HttpResponse:
        """Tell nothing but that it did not fit."""
        return self.render_to_response(self.get_context_data(form=form))


class SignOut(account.LogoutView):
    """By POST; a GET asks."""

    template_name = "office/account/sign_out.html"


class Closed(account.AccountInactiveView):
    """The account was closed."""

    template_name = "office/account/closed.html"


class ChangePassword(Guarded, account.PasswordChangeView):
    """The first thing that one who was employed does."""

    template_name = "office/account/password.html"
    sets_password = True

    def get_form_class(self) -> type[forms.ChangePassword]:
        """Our words."""
        return forms.ChangePassword


class Factors(Guarded, mfa.IndexView):
    """My account: which second factors there are, and what is to be done about them."""

    template_name = "office/account/factors.html"
    sets_factor = True


@method_decorator(
    login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login"), name="dispatch"
)
class SecondFactor(mfa.AuthenticateView):
    """The second step of signing in: a code or a passkey."""

    template_name = "office/account/second_factor.html"

    def get_form_class(self) -> type[forms.Code]:
        """Our words."""
        return forms.Code


class Again(Guarded, account.ReauthenticateView):
    """The password once more, before a second factor is changed a while after signing in."""

    template_name = "office/account/again.html"
    sets_factor = True

    def get_form_class(self) -> type[forms.Again]:
        """Our words."""
        return forms.Again


class AddApp(Guarded, totp.ActivateTOTPView):
    """An authenticator app: the code that it shows proves that it was set up, and that it is at hand."""

    template_name = "office/account/app.html"
    sets_factor = True

    def get_form_class(self) -> type[forms.AppCode]:
        """Our words."""
        return forms.AppCode

    def form_valid(self, form: Any) -> HttpResponse:
        """Count the code just shown as the second factor of this session."""
        response: HttpResponse = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, added)
        return response


class RemoveApp(Guarded, totp.DeactivateTOTPView):
    """Refused while the app is the only factor."""

    template_name = "office/account/app_remove.html"


class RecoveryCodes(Guarded, codes.ViewRecoveryCodesView):
    """Codes for the day when the device is lost; shown once."""

    template_name = "office/account/codes.html"


class NewRecoveryCodes(Guarded, codes.GenerateRecoveryCodesView):
    """New codes; the old ones die."""

    template_name = "office/account/codes_new.html"


class AddPasskey(Guarded, webauthn.AddWebAuthnView):
    """A passkey, which can also sign in without a password."""

    template_name = "office/account/passkey.html"
    sets_factor = True

    def get_form_class(self) -> type[forms.Passkey]:
        """Our words."""
        return forms.Passkey

    def form_valid(self, form: Any) -> HttpResponse:
        """Count the passkey just used as the second factor of this session."""
        response: HttpResponse = super().form_valid(form)
        keys = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN)
        post_authentication(self.request, keys.latest("pk"))
        return response


class RemovePasskey(Guarded, webauthn.RemoveWebAuthnView):
    """Refused while the passkey is the only factor."""

    template_name = "office/account/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it when another factor stays."""
        if not self._another_stays():
            messages.error(self.request, _("This is your only second factor: add another one first"))
            return HttpResponseRedirect(reverse("mfa_index"))
        removed: HttpResponse = super().form_valid(form)
        return removed

    def _another_stays(self) -> bool:
        others = Authenticator.objects.filter(user=self.request.user).exclude(pk=self.get_object().pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class PasskeySignIn(webauthn.LoginWebAuthnView):
    """A passkey in place of password and code; a person's passkey opens no office."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Let in the staff alone."""
        user = form.cleaned_data["credential"].user
        if not user.is_staff:
            messages.error(self.request, _("This passkey does not belong to an account of the staff"))
            return HttpResponseRedirect(reverse("account_login"))
        let_in: HttpResponse = super().form_valid(form)
        return let_in

"""Forms of the office, in our words. What a form refuses it says under the field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from derbes.faces.fields import DateParts, DatePartsField, HintedChoice, HintedChoices
from derbes.faces.public.templatetags.faces import moment

Choices = Sequence[tuple[str, Any]]

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
_STAFF_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")


class SignIn(LoginForm):
    """Staff code and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("Staff code"))
        _word(self, "password", _("Password"))
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def clean(self) -> Any:
        """Refuse whoever is not of the staff as if the password were wrong."""
        cleaned = super().clean()
        if self.user is not None and not self.user.is_staff:
            raise get_adapter().validation_error("username_password_mismatch")
        return cleaned


class ChangePassword(ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        initial = self.user is not None and getattr(self.user, "initial_password", False)
        _word(self, "oldpassword", _("The password you were given") if initial else _("Present password"))
        _word(
            self,
            "password1",
            _("New password"),
            _(
                "At least 12 characters. A few words that nobody would guess are easier to remember than signs."
            ),
        )
        _word(self, "password2", _("New password once more"))

    def clean(self) -> Any:
        """Both must be the same."""
        cleaned = super().clean()
        if "password2" in self.errors and self.data.get("password1") != self.data.get("password2"):
            self.errors["password2"] = self.error_class([_("The two are not the same")])
        return cleaned


class Again(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Present password"))


class Code(AuthenticateForm):
    """The code of the authenticator app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", _("Code"), _("Six digits from the authenticator app, or a recovery code"))
        self.fields["code"].widget.attrs.update({**_CODE, "inputmode": "text"})


class AppCode(ActivateTOTPForm):
    """The code that shows that the app was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", _("Code from the app"), _("Six digits"))
        self.fields["code"].widget.attrs.update(_CODE)


class Passkey(AddWebAuthnForm):
    """A passkey of one's own: always one that can sign in by itself."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self, "name", _("Name of the passkey"), _("To tell it from others, such as “phone” or “blue key”")
        )
        self.fields["credential"].label = _("Passkey")


class Opening(forms.Form):
    """For which purpose what is opened. Nothing is chosen beforehand."""

    def __init__(
        self, *args: Any, purposes: Choices, hints: Mapping[str, str], fields: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"] = HintedChoice(
            label=_("For which purpose?"),
            choices=purposes,
            hints=hints,
            error_messages={"required": _("Choose the purpose: the person will see it")},
        )
        self.fields["fields"] = HintedChoices(
            label=_("What do you need to see?"),
            choices=fields,
            error_messages={"required": _("Tick what you need to see")},
        )


class Comparing(forms.Form):
    """For which purpose what stands there and what is asked for are opened. Nothing is chosen beforehand."""

    def __init__(self, *args: Any, purposes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"] = HintedChoice(
            label=_("For which purpose?"),
            choices=purposes,
            error_messages={"required": _("Choose the purpose: the person will see it")},
        )


class Refusal(forms.Form):
    """Why something is refused: one of a closed list."""

    def __init__(self, *args: Any, reasons: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = HintedChoice(
            label=_("Reason"),
            choices=reasons,
            error_messages={"required": _("Choose the reason: the person will read it")},
        )


class More(Refusal):
    """What is asked of the person, and why."""

    def __init__(self, *args: Any, asks: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"] = HintedChoices(
            label=_("What do you ask for?"),
            choices=asks,
            error_messages={"required": _("Tick what the person is to give")},
        )
        self.order_fields(["asks", "reason"])


class Employment(forms.Form):
    """A new account of the staff: codes only, since codes stand in the journal for ever."""

    code = forms.CharField(
        label=_("Staff code"),
        help_text=_(
            "Latin letters, digits and hyphens, such as r-17. Not a name: the code stays in the journal."
        ),
        max_length=31,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("People see it in the list of who looked at their data, such as registry"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, roles: Choices, hints: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = HintedChoice(
            label=_("Role"), choices=roles, hints=hints, error_messages={"required": _("Choose the role")}
        )

    def clean_code(self) -> str:
        """A code in small Latin letters; `s-` begins the accounts of people."""
        code = str(self.cleaned_data["code"]).strip().lower()
        if not _STAFF_CODE.fullmatch(code) or code.startswith("s-"):
            raise forms.ValidationError(
                _("Write 2 to 31 Latin letters, digits or hyphens, beginning with a letter, not with s-")
            )
        return code


class Upload(forms.Form):
    """A policy folder as a ZIP archive."""

    archive = forms.FileField(
        label=_("ZIP archive"),
        help_text=_("policy.toml, kk.md, ru.md, en.md and the folder consent; 1 MB at the most"),
    )


class Publication(forms.Form):
    """When an edition comes into force, and its name typed once more: what is published is there for ever."""

    when = HintedChoice(
        label=_("When does it come into force?"),
        choices=[("soonest", ""), ("later", _("At the beginning of a day"))],
        error_messages={"required": _("Choose when")},
    )
    day = DatePartsField(label=_("Day"), required=False, widget=DateParts())
    name = forms.CharField(
        label=_("Name of the edition"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, edition: str, soonest: datetime, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._edition, self._first = edition, timezone.localtime(soonest).date()
        label = _("At once") if soonest <= at else _("As soon as the policy has promised: %(moment)s")
        when: Any = self.fields["when"]
        choice = ("soonest", label % {"moment": moment(soonest)} if soonest > at else label)
        when.choices = [choice, *when.choices[1:]]
        self.fields["name"].help_text = _("Type %(name)s: a published edition cannot be taken back.") % {
            "name": edition
        }

    def clean(self) -> dict[str, Any]:
        """The name must be the edition's, and a later date must be said."""
        cleaned = super().clean() or {}
        if cleaned.get("name") and cleaned["name"].strip() != self._edition:
            self.add_error("name", _("This is not the name of the edition above"))
        if cleaned.get("when") == "later" and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say from which day on"))
        elif cleaned.get("when") == "later" and cleaned.get("day") and cleaned["day"] <= self._first:
            self.add_error("day", _("This day is too early: choose a later one"))
        return cleaned


class Earlier(forms.Form):
    """A checkpoint that somebody kept, to check that the journal went on from it."""

    earlier = forms.CharField(
        label=_("Earlier checkpoint"),
        help_text=_(
            "The whole text of a checkpoint saved before. Without it the journal is checked by itself."
        ),
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea({"spellcheck": "false"}),
    )


def _word(form: forms.Form, name: str, label: Any, hint: Any = "") -> None:
    """Give a field of django-allauth our label and hint, and take away the placeholder."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)

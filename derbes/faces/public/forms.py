"""What the forms of the public face have in common: they keep what was typed, and they notice robots.

What always holds: a form is shown again in another language with every value as it was typed and without
judging it; a robot is not punished, it is asked to do what a person does anyway.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from derbes.faces import mistakes
from derbes.law import identifiers

FormOf = TypeVar("FormOf", bound=forms.Form)

#: Seconds that a person needs at the least between seeing a form and sending it.
SOONEST = 2
_SALT = "derbes.faces.public.forms"


class Written(forms.CharField):
    """A value that has a form of its own: forgiving of spaces and cases, and saying what is wrong with the rest.

    `key` is the field or control by whose rule it is read (derbes.law.identifiers).
    """

    def __init__(self, *, key: str, **kwargs: Any) -> None:
        self.key = key
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Return the value in the form in which it is kept."""
        text = str(super().clean(value) or "")
        if not text:
            return ""
        try:
            return identifiers.normalise(self.key, text)
        except identifiers.Malformed as wrong:
            raise forms.ValidationError(mistakes.malformed(wrong), code=wrong.code) from wrong


class CodeForm(forms.Form):
    """A one-time code as it was sent."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("6 digits"),
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}
        ),
    )


class Unhurried(forms.Form):
    """A form that anybody may send without signing in: a trap for robots, and a moment that people need anyway.

    Works without scripts and asks nothing of people. `since` is signed: when the form was first shown.
    """

    homepage = forms.CharField(required=False, label=_("Leave this field empty"), widget=forms.TextInput)
    since = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["homepage"].widget.attrs.update({"autocomplete": "off", "tabindex": "-1"})
        self.initial.setdefault("since", shown_now())

    def clean(self) -> dict[str, Any]:
        """Refuse what only a robot does; whoever was merely quick sends the form once more."""
        cleaned = super().clean() or {}
        if cleaned.pop("homepage", ""):
            self.add_error(
                None, _("A field that people do not see was filled in. Reload the page and try again.")
            )
        elif not _waited(cleaned.pop("since", "")):
            self.add_error(
                None, _("That was very quick. Look at what you have written and send it once more.")
            )
            self._keep_moment()
        return cleaned

    def _keep_moment(self) -> None:
        """Whoever's moment was lost on the way gets a new one with the form that is shown again."""
        if _moment(str(self["since"].value())) is None:
            self.data = {**{name: self[name].value() for name in self.fields}, "since": shown_now()}


def shown_now() -> str:
    """Return the signed moment at which a form is shown."""
    return signing.dumps(int(timezone.now().timestamp()), salt=_SALT)


def _waited(since: str) -> bool:
    shown = _moment(since)
    return shown is not None and timezone.now().timestamp() - shown >= SOONEST


def _moment(since: str) -> int | None:
    try:
        return int(signing.loads(since, salt=_SALT))
    except (signing.BadSignature, ValueError):
        return None


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def switches(request: HttpRequest) -> bool:
    """Whether the form was posted only to be shown in another language."""
    return "switch" in request.POST


def as_typed(form: FormOf) -> FormOf:
    """Return an unbound copy of the bound `form` that shows every value as it was typed, and no error."""
    typed = {
        name: field.widget.value_from_datadict(form.data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.FileInput)
    }
    form.initial = {**form.initial, **typed}
    form.is_bound = False
    form.data, form.files = {}, {}  # type: ignore[assignment]
    return form


def wrong_code() -> str:
    """Return what to say of a code that is not the right one."""
    return gettext("This is not the code that was sent last, or it is too old. Check it, or ask for another.")

"""The forms of registration, made from the policy: a field that the policy does not have is on no form (§2.1, §3.8).

What always holds: nothing is ticked beforehand; what is mandatory is what a purpose agreed to cannot do
without; a value is judged for its form, never for its likelihood (§2.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from derbes.faces import mistakes
from derbes.faces.fields import DateParts, DatePartsField, HintedChoice
from derbes.faces.public.forms import Unhurried, Written
from derbes.faces.public.surroundings import said
from derbes.law.consent import Offer
from derbes.law.consent_text import ConsentItem
from derbes.law.policy import DataField

_AUTOCOMPLETE = {
    "surname": "family-name",
    "given_name": "given-name",
    "patronymic": "additional-name",
    "email": "email",
    "phone_mobile": "mobile tel",
    "phone_home": "home tel",
    "phone_work": "work tel",
}
_OWN_RULES = frozenset({"phone_mobile"})  # stricter than their control: a code must reach it


_UNCONFIRMED = _("Without this confirmation nothing of yours can be taken.")
_AUTHORITY = _("You will need a document that gives you authority, such as a power of attorney.")
_NEEDED = _("Without this consent you cannot be registered.")


class WhomForm(forms.Form):
    """For whom a person registers (§2.4)."""

    whom = HintedChoice(
        label=_("Who is registered"),
        error_messages={"required": _("Choose one of the answers.")},
        choices=[("self", _("Myself")), ("other", _("Another person, whom I represent"))],
        hints={"other": _AUTHORITY},  # type: ignore[dict-item]  # a text that waits for its language
    )


class ConsentForm(Unhurried):
    """Every statement, purpose and act of an offer, each with a tick of its own (§5.1, 94-V art. 8)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.initial["seen"] = offer.sha256
        self.items = {name_of(item): item for item in offer.items}
        for name, item in self.items.items():
            self.fields[name] = forms.BooleanField(
                label=item.title,
                help_text=first_sentence(item.text),
                required=item.needed,
                error_messages={"required": _NEEDED if item.purpose else _UNCONFIRMED},
            )

    def miss(self, statements: Iterable[str], purposes: Iterable[str]) -> None:
        """Say beside each of these ticks that nothing can be done without it."""
        for key in statements:
            self.add_error(name_of(self.offer.statements[key]), _UNCONFIRMED)
        for name, item in self.items.items():
            if item.purpose in purposes and not item.act:
                self.add_error(name, _NEEDED)

    @property
    def outdated(self) -> bool:
        """Whether the text that the person saw is no longer the one that is asked."""
        return bool(self.data.get("seen") != self.offer.sha256)

    @property
    def statements(self) -> frozenset[str]:
        """The statements that were confirmed."""
        return frozenset(
            key for key, item in self.offer.statements.items() if self.cleaned_data.get(name_of(item))
        )

    @property
    def agreed(self) -> frozenset[tuple[str, str]]:
        """What was agreed to, as (purpose, act)."""
        ticked = (item for name, item in self.items.items() if item.purpose and self.cleaned_data.get(name))
        return frozenset((item.purpose, item.act) for item in ticked)


def first_sentence(text: str) -> str:
    """Return what the text of an item says first: what is consented to. The rest stands folded below it."""
    head, stop, _rest = text.partition(". ")
    return head + stop.strip()


def name_of(item: ConsentItem) -> str:
    """Return the name of the tick for `item` in forms and addresses of a page."""
    return item.key.replace(".", "-")


class DetailsForm(forms.Form):
    """The fields of one category. A kept value that is not shown (`masked`) stays when nothing is typed."""

    def __init__(
        self,
        *args: Any,
        fields: Iterable[DataField],
        required: frozenset[str],
        masked: frozenset[str] = frozenset(),
        own: bool = True,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.masked, self.today = masked, today
        for one in fields:
            self.fields[one.key] = _field(one, required=one.key in required - masked, own=own)
        for name in masked & self.fields.keys():
            self.fields[name].help_text = _("It is kept and not shown again. Fill it in only to change it.")

    def clean(self) -> dict[str, Any]:
        """Refuse dates that are still to come."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, date) and value > self.today:
                self.add_error(name, mistakes.sentence("date_ahead"))
        return cleaned

    @property
    def values(self) -> dict[str, str]:
        """What is to be kept: field to text; empty where the person took something back."""
        texts = {
            name: value.isoformat() if isinstance(value, date) else str(value or "")
            for name, value in self.cleaned_data.items()
        }
        return {name: text for name, text in texts.items() if text or name not in self.masked}


def _field(one: DataField, *, required: bool, own: bool) -> forms.Field:
    shape: dict[str, Any] = {"label": said(one.label), "help_text": said(one.hint), "required": required}
    if one.control == "date":
        return DatePartsField(widget=DateParts(birthday=own and one.key == "birth_date"), **shape)
    if one.control == "choice":
        languages = dict(settings.LANGUAGES)
        return HintedChoice(choices=[(key, languages.get(key, key)) for key in one.choices], **shape)
    attrs: dict[str, Any] = {"autocomplete": _AUTOCOMPLETE.get(one.key, "off") if own else "off"}
    if one.control == "text":
        return Written(key="text", widget=forms.Textarea(attrs), strip=False, **shape)
    attrs |= _CONTROLS.get(one.control, {})
    return Written(key=_rule(one), widget=forms.TextInput(attrs), **shape)


_CONTROLS: dict[str, dict[str, str]] = {
    "iin": {"inputmode": "numeric", "class": "govuk-input--width-20"},
    "email": {"type": "email", "spellcheck": "false"},
    "phone": {"type": "tel", "class": "govuk-input--width-20"},
}


def _rule(one: DataField) -> str:
    return one.key if one.key in _OWN_RULES else one.control


class Several(forms.FileInput):
    """A control in which several files can be chosen at once."""

    allow_multiple_selected = True


class ScansField(forms.FileField):
    """Several files, at least one; what they are is judged by the story, one by one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent."""
        del initial
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data)


class ScansForm(forms.Form):
    """The scans of one document, several files at once; each is judged by itself."""

    scans = ScansField(
        label=_("Files"),
        error_messages={"required": _("Choose a file.")},
        widget=Several({"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
    )

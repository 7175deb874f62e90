"""Forms of the register of breaches: what is known, for whom to look, what the authority answered.

What always holds: a breach was detected in the past; a search has a beginning and an end; no form asks for a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from derbes.faces.fields import DateParts, DatePartsField, HintedChoice, HintedChoices

Choices = Sequence[tuple[str, Any]]
LONGEST = 4000
_NO_NAMES = _(
    "In Kazakh and in Russian, without names: this text goes into the letter to the authority and to the people."
)


def _day(label: Any) -> DatePartsField:
    return DatePartsField(label=label, widget=DateParts())


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=_("Hours and minutes, such as 09:30"),
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"invalid": _("Write the time as hours and minutes, such as 09:30")},
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )


def _moment(day: date | None, hour: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, hour)) if day and hour else None


class Known(forms.Form):
    """What is known: the data concerned, what happened, what was done."""

    concerned = HintedChoices(label=_("What data does it concern?"), required=False)
    happened = forms.CharField(
        label=_("What happened?"), help_text=_NO_NAMES, max_length=LONGEST, widget=forms.Textarea
    )
    measures = forms.CharField(
        label=_("What was done about it?"),
        help_text=_("What stopped it, and what keeps it from happening again."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, concerned: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["concerned"].choices = concerned  # type: ignore[attr-defined]

    @property
    def known(self) -> dict[str, Any]:
        """What was written, as the register takes it."""
        said = self.cleaned_data
        return {"data": said["concerned"], "happened": said["happened"], "measures": said["measures"]}


class Open(Known):
    """A breach that was detected: what it is and when."""

    kind = HintedChoice(label=_("What is it?"), error_messages={"required": _("Choose what it is")})
    day = _day(_("On which day was it detected?"))
    hour = _time(_("At what time?"))

    def __init__(
        self, *args: Any, kinds: Choices, hints: Mapping[str, str], at: datetime, **kwargs: Any
    ) -> None:
        now = timezone.localtime(at)
        initial = {"day": now.date(), "hour": now.strftime("%H:%M")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["kind"].choices, self.fields["kind"].hints = kinds, hints  # type: ignore[attr-defined]
        self.order_fields(["kind", "day", "hour", "concerned", "happened", "measures"])
        self._at = at

    @property
    def detected(self) -> datetime | None:
        """When it was detected."""
        return _moment(self.cleaned_data.get("day"), self.cleaned_data.get("hour"))

    def clean(self) -> None:
        """Not ahead."""
        super().clean()
        if self.detected and self.detected > self._at:
            self.add_error("day", _("This time has not come yet"))


class Search(forms.Form):
    """Which entries of the journal the people affected are looked for by."""

    code = forms.CharField(
        label=_("Whose account did it?"),
        help_text=_("The staff code, such as r-17. Empty: anybody's."),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    operation = forms.ChoiceField(label=_("What was done?"), required=False)
    since_day = _day(_("From which day?"))
    since_hour = _time(_("From what time?"))
    until_day = _day(_("Up to which day?"))
    until_hour = _time(_("Up to what time?"))
    everyone = forms.BooleanField(
        label=_("Everybody who is kept"),
        help_text=_(
            "For what left no entry: a copied disk, a stolen backup. All people are affected then, whatever stands above."
        ),
        required=False,
    )

    def __init__(self, *args: Any, operations: Choices, at: datetime, **kwargs: Any) -> None:
        now = timezone.localtime(at)
        initial = {"until_day": now.date(), "until_hour": now.strftime("%H:%M")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["operation"].choices = [("", _("Anything")), *operations]  # type: ignore[attr-defined]

    @property
    def since(self) -> datetime | None:
        """When the time that is searched begins."""
        return _moment(self.cleaned_data.get("since_day"), self.cleaned_data.get("since_hour"))

    @property
    def until(self) -> datetime | None:
        """When it ends."""
        return _moment(self.cleaned_data.get("until_day"), self.cleaned_data.get("until_hour"))

    def clean(self) -> None:
        """It ends after it begins."""
        super().clean()
        if self.since and self.until and self.since >= self.until:
            self.add_error("until_day", _("The end must be later than the beginning"))


class Told(forms.Form):
    """The authority was told."""

    reference = forms.CharField(
        label=_("Number that the authority gave"),
        help_text=_("Empty, if it gave none."),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

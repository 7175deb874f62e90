"""Forms by which the life of a person's data is decided about: blocks, holds, agreements. Reasons are closed lists.

What always holds: a form asks for no value of anybody's data; a hold has the number of a paper, never its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from derbes.faces.fields import DateParts, DatePartsField, HintedChoice

Choices = Sequence[tuple[str, Any]]

#: What a paper's number is made of: enough for "2-17/26", too little for a name.
_PAPER = re.compile(r"[\w№.,/() -]*\d[\w№.,/() -]*")


def beginning(day: date) -> datetime:
    """Return when `day` begins, where the operator is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def number_alone(text: Any) -> str:
    """Return the number of a paper in one line; raise `ValidationError` for what has no digit or says more."""
    paper = " ".join(str(text).split())
    if not _PAPER.fullmatch(paper):
        raise forms.ValidationError(_("Write the number of the paper alone"))
    return paper


class Find(forms.Form):
    """Whose data: by the number of a matter, an appeal or an act."""

    number = forms.CharField(
        label=_("Number of a matter, an appeal or an act"),
        help_text=_("Such as R26-K7QM-4XPD"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        """A number in any case, with or without spaces."""
        return "".join(str(self.cleaned_data["number"]).split()).upper()


class Dated(forms.Form):
    """A form with one day that must lie ahead (`ahead`) or not."""

    ahead = True
    day = DatePartsField(label=_("Day"), widget=DateParts())

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean_day(self) -> date | None:
        """Ahead means after today."""
        day: date | None = self.cleaned_data["day"]
        today = timezone.localtime(self.at).date()
        if day and self.ahead and day <= today:
            raise forms.ValidationError(_("This day is not ahead"))
        if day and not self.ahead and day > today:
            raise forms.ValidationError(_("This day has not come yet"))
        return day


class Block(Dated):
    """Why data are blocked, and until when if not for good."""

    day = DatePartsField(
        label=_("Until which day"),
        help_text=_("Empty: until it is lifted. From this day on the block has ended."),
        required=False,
        widget=DateParts(),
    )

    def __init__(self, *args: Any, grounds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"] = _reason(grounds, _("Why are the data blocked?"))
        self.order_fields(["ground", "day"])

    @property
    def ends_at(self) -> datetime | None:
        """When the block ends by itself."""
        day = self.cleaned_data["day"]
        return beginning(day) if day else None


class Lift(forms.Form):
    """Why a block is lifted."""

    def __init__(self, *args: Any, grounds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"] = _reason(grounds, _("Why is the block lifted?"))


class Hold(Dated):
    """Why data are held, by which paper, and until when: there is no hold without an end."""

    paper = forms.CharField(
        label=_("Number of the paper that orders it"),
        help_text=_("The number alone, such as 2-17/26: no names"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    day = DatePartsField(label=_("Last day of the hold"), widget=DateParts())

    def __init__(self, *args: Any, reasons: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = _reason(reasons, _("Why are the data held?"))
        self.order_fields(["reason", "paper", "day"])

    def clean_paper(self) -> str:
        """A number: with a digit in it."""
        return number_alone(self.cleaned_data["paper"])

    @property
    def until(self) -> datetime:
        """The end of the last day."""
        return beginning(self.cleaned_data["day"] + timedelta(days=1))


class Died(Dated):
    """That a person has died, on which day, and by which document that is known."""

    ahead = False
    day = DatePartsField(label=_("On which day did the person die?"), widget=DateParts())
    paper = forms.CharField(
        label=_("Number of the document that shows it"),
        help_text=_(
            "Of a death certificate, or of a letter from a notary or a court. The number alone: no names"
        ),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_paper(self) -> str:
        """A number: with a digit in it."""
        return number_alone(self.cleaned_data["paper"])


class Unlawful(forms.Form):
    """That all data of a person are destroyed, since they were collected unlawfully."""

    confirmed = forms.BooleanField(
        label=_("It was looked into and is confirmed: the data were collected or processed unlawfully"),
        error_messages={"required": _("Tick this only when it is confirmed; otherwise block the data")},
    )
    known = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        error_messages={"required": _("Tick this if you want to go on")},
    )


class Begin(Dated):
    """An agreement that has begun."""

    ahead = False
    day = DatePartsField(label=_("Since which day"), widget=DateParts())
    obliged = forms.BooleanField(
        label=_("The person owes something under it"),
        help_text=_("While something is owed, consents that it needs cannot be withdrawn (94-V art. 8(2))."),
        required=False,
    )

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = HintedChoice(
            label=_("What was agreed?"),
            choices=kinds,
            error_messages={"required": _("Choose what was agreed")},
        )
        self.order_fields(["kind", "day", "obliged"])


class End(Dated):
    """An agreement that has ended."""

    ahead = False
    day = DatePartsField(label=_("On which day did it end?"), widget=DateParts())

    def __init__(self, *args: Any, reasons: Choices, started: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._started = started
        self.fields["reason"] = _reason(reasons, _("Why did it end?"))
        self.order_fields(["reason", "day"])

    def clean_day(self) -> date | None:
        """Not before it began."""
        day = super().clean_day()
        if day and day < timezone.localtime(self._started).date():
            raise forms.ValidationError(_("It began later than that"))
        return day

    @property
    def ended(self) -> datetime:
        """When it ended: that day, and not before it began."""
        return min(max(beginning(self.cleaned_data["day"]), self._started), self.at)


def _reason(choices: Choices, label: Any) -> HintedChoice:
    return HintedChoice(label=label, choices=choices, error_messages={"required": _("Choose the reason")})

"""Forms of the office about appeals. Every reason is of a closed list; what the person reads is asked for as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from derbes.faces import asked
from derbes.faces.fields import DateParts, DatePartsField, HintedChoice
from derbes.faces.office import told
from derbes.flows.appeals import TEMPLATES, Case
from derbes.flows.citing import cited
from derbes.law import appeals as law
from derbes.law.deadlines import ZONE

LONGEST = 5000
DESK = ("phone", "paper", "visit")


def choices(words: Mapping[str, str], codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes with their words, in the page's language."""
    return [(code, _capital(asked.worded(words, code))) for code in codes]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reason(codes: Sequence[str]) -> HintedChoice:
    return HintedChoice(
        label=_("Reason"),
        choices=choices(asked.REASONS, codes),
        error_messages={"required": _("Choose the reason: it stays in the register")},
    )


def _text(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write the text")},
    )


class Deed(forms.Form):
    """Something done to one appeal."""

    def __init__(self, *args: Any, case: Case, colleagues: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.build(case, colleagues)

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        """Make the fields for this appeal."""


class Giving(Deed):
    """To whom it is given."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        others = [(code, code) for code in colleagues if code != case.appeal.taken_by]
        nobody = [("", _("Nobody: back to the queue"))] if case.appeal.taken_by else []
        self.fields["to"] = forms.ChoiceField(
            label=_("Colleague"), choices=[*others, *nobody], required=not nobody
        )


class Retyping(Deed):
    """What is really asked for, and why that is thought."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        kinds = [kind for kind in law.SORTED if kind != case.appeal.kind]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is asked for"),
            choices=choices(told.KINDS, kinds),
            help_text=_("The term of the new kind counts from the day of receipt."),
        )
        self.fields["reason"] = _reason(law.RETYPE_REASONS)


class Pausing(Deed):
    """What is needed from the person; the clock waits for them."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        self.fields["reason"] = _reason(law.PAUSE_REASONS)
        self.fields["text"] = _text(_("What do you ask of the person?"), _("The person will read it."))


class Resuming(Deed):
    """Why the clock goes on."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        self.fields["reason"] = _reason(law.RESUME_REASONS)


class Extending(Deed):
    """By how many days, within what the rule allows, and why."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        most = case.extendable
        self.fields["days"] = forms.IntegerField(
            label=_("By how many days?"),
            help_text=gettext("The rule allows %(most)s at the most. The person is told.") % {"most": most},
            min_value=1,
            max_value=most,
            widget=forms.TextInput({"inputmode": "numeric"}),
        )
        self.fields["reason"] = _reason(law.EXTEND_REASONS)


class Noting(Deed):
    """A note for colleagues."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        self.fields["text"] = _text(_("Note"), _("Colleagues alone read it."))


class Writing(Deed):
    """A message to the person."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        self.fields["text"] = _text(
            _("Message"), _("The person will read it. The clock goes on as it did before.")
        )


class Closing(Deed):
    """How it ends without a letter."""

    def build(self, case: Case, colleagues: Sequence[str]) -> None:
        self.fields["outcome"] = HintedChoice(
            label=_("How does it end?"),
            choices=choices(asked.OUTCOMES, law.CLOSINGS),
            error_messages={"required": _("Choose how it ends")},
        )


class Answering(forms.Form):
    """An answer. First the outcome; then the beginnings and grounds that go with it, and one's own words."""

    def __init__(self, *args: Any, case: Case, outcome: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = outcome in law.OUTCOMES
        if self.whole:
            self._letter(case, outcome)
        else:
            self.fields["outcome"] = HintedChoice(
                label=_("Outcome"),
                choices=choices(asked.OUTCOMES, law.OUTCOMES),
                error_messages={"required": _("Choose the outcome")},
            )
            self.fields["words"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _letter(self, case: Case, outcome: str) -> None:
        self.fields["outcome"] = forms.CharField(widget=forms.HiddenInput)
        self.fields["template"] = HintedChoice(
            label=_("How does the letter begin?"),
            choices=[(key, gettext(text)) for key, (fits, text) in TEMPLATES.items() if outcome in fits],
            error_messages={
                "required": _("Choose how the letter begins"),
                "invalid_choice": _("This beginning does not go with the outcome"),
            },
        )
        grounds = [key for key, (fits, _norm) in law.GROUNDS.items() if outcome in fits]
        self.fields["ground"] = HintedChoice(
            label=_("Ground"),
            choices=choices(asked.GROUNDS, grounds),
            hints={key: cited(law.GROUNDS[key][1]) for key in grounds},
            error_messages={
                "required": _("Choose the ground"),
                "invalid_choice": _("This ground does not go with the outcome"),
            },
        )
        self.fields["words"] = _text(_("Your own words"), _in_language(case.appeal.language))
        if case.late:
            self.fields["late_reason"] = HintedChoice(
                label=_("Why is the answer late?"),
                choices=choices(asked.REASONS, law.LATE_REASONS),
                error_messages={"required": _("Choose why it is late: it stays in the register")},
            )


class Files(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class Enclosing(forms.Form):
    """Documents that go with an answer. `wrong`: why they were not taken."""

    file = forms.FileField(
        label=_("Documents for the person"),
        required=False,
        widget=Files({"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}),
    )

    def __init__(self, *args: Any, wrong: str, mib: int, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wrong = wrong
        said = gettext("PDF, JPEG or PNG; %(mib)s MB each at the most, %(most)s documents in one appeal.")
        self.fields["file"].help_text = said % {"mib": mib, "most": most}

    def clean(self) -> dict[str, Any]:
        """What the intake said stands by the field."""
        if self._wrong:
            self.add_error("file", self._wrong)
        return super().clean() or {}


def _in_language(code: str) -> str:
    name = asked.worded(told.LANGUAGES, code)
    return gettext("In the language of the person: %(language)s.") % {"language": name}


class Receiving(forms.Form):
    """What came by phone, on paper or in person, typed in by the staff."""

    channel = HintedChoice(label=_("How did it come?"), error_messages={"required": _("Choose how it came")})
    day = DatePartsField(
        label=_("When was it received?"),
        help_text=_("The clock starts on this day, not on the day when it is typed in."),
        widget=DateParts(),
    )
    kind = HintedChoice(
        label=_("What is asked for?"), error_messages={"required": _("Choose what is asked for")}
    )
    text = forms.CharField(
        label=_("What was said or written"),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write the text")},
    )
    given_name = forms.CharField(label=_("Given name"), required=False, max_length=100)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    phone_mobile = forms.CharField(
        label=_("Mobile phone"), required=False, max_length=40, widget=forms.TextInput({"type": "tel"})
    )
    language = HintedChoice(
        label=_("In which language is the answer wanted?"),
        error_messages={"required": _("Choose the language")},
    )
    agreed = forms.BooleanField(
        label=_("The person said that they agree to be answered by this contact"),
        required=False,
        help_text=_("A question cannot be kept without it; for a right nobody has to agree to anything."),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at
        lists: Mapping[str, Any] = {
            "channel": choices(asked.CHANNELS, DESK),
            "kind": choices(told.KINDS, law.SORTED),
            "language": choices(told.LANGUAGES, list(told.LANGUAGES)),
        }
        for name, options in lists.items():
            field: Any = self.fields[name]
            field.choices = options

    def clean(self) -> dict[str, Any]:
        """What was received, was received; the day that it is counted from has come."""
        cleaned = super().clean() or {}
        if day := cleaned.get("day"):
            received = datetime.combine(day, time(), ZONE)
            cleaned["received_at"] = self._at if day == self._at.astimezone(ZONE).date() else received
            if received > self._at:
                self.add_error("day", _("This day is still to come"))
        return cleaned

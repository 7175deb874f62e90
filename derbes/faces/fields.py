"""Form fields that people of all three faces fill in.

What always holds: a field asks in the page's language, keeps what was typed when it refuses it,
and says what to do about it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.datastructures import MultiValueDict


class DateParts(forms.MultiWidget):
    """Day, month and year in three boxes: quicker and less mistaken than a calendar for a known date."""

    template_name = "django/forms/widgets/date_parts.html"
    use_fieldset = True
    parts = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def __init__(self, attrs: dict[str, Any] | None = None, *, birthday: bool = False) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {}
        for name, _label, width in self.parts:
            box: dict[str, Any] = {"inputmode": "numeric", "maxlength": width}
            if birthday:
                box["autocomplete"] = f"bday-{name}"
            boxes[name] = forms.TextInput(box)
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        return [str(part or "").strip() for part in super().value_from_datadict(data, files, name)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, (_name, label, width) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            box["label"], box["width"] = label, width
            box["attrs"].pop("aria-describedby", None)
        return context


class DatePartsField(forms.Field):
    """A date typed as day, month and year; cleaned to `datetime.date`, or None when optional and empty."""

    widget = DateParts
    default_error_messages = {
        "incomplete": _("Enter the day, the month and the year"),
        "impossible": _("There is no such date. Check the day, the month and the year"),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or not any(value):
            return None
        if not all(value):
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            day, month, year = (int(part) for part in value)
            return date(year, month, day)
        except ValueError:
            raise forms.ValidationError(self.error_messages["impossible"], code="impossible") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(DateParts().decompress(initial), data)


class HintedChoices(forms.MultipleChoiceField):
    """Ticks of which each may carry a hint: `hints` maps a choice's value to its text. None is ticked beforehand."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self.hints = dict(hints or {})
        super().__init__(**kwargs)


class HintedChoice(forms.ChoiceField):
    """One of several, as radio buttons; `hints` maps a choice's value to its text."""

    widget = forms.RadioSelect
    default_error_messages = {"required": _("Choose one of the answers.")}

    def __init__(
        self,
        *,
        choices: Sequence[tuple[str, Any]] = (),
        hints: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.hints = dict(hints or {})
        super().__init__(choices=choices, **kwargs)

"""What templates of every face need: form controls, the language switch, dates as people say them.

What always holds: nothing here reads the clock, the database or the environment.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms, template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from derbes.faces.public.leaving import notice_address

if TYPE_CHECKING:
    from datetime import date

    from django.forms.boundfield import BoundField
    from django.template.context import RequestContext
    from django.utils.safestring import SafeString

register = template.Library()

MONTHS = {
    "kk": [
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ],
    "ru": [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
DAYS = {"kk": "{year} жылғы {day} {month}", "ru": "{day} {month} {year} года", "en": "{day} {month} {year}"}


class LanguageLink(NamedTuple):
    """One language in which the present page can be had."""

    code: str
    name: str
    url: str
    current: bool


def in_language(path: str, code: str) -> str:
    """Return `path` (with its query) under the prefix of language `code`; the default language has none."""
    first, _slash, rest = path.lstrip("/").partition("/")
    head, mark, query = first.partition("?")
    prefixed = head in dict(settings.LANGUAGES) and head != settings.LANGUAGE_CODE
    bare = (mark + query if mark else rest) if prefixed else path.lstrip("/")
    return f"/{bare}" if code == settings.LANGUAGE_CODE else f"/{code}/{bare}"


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext) -> list[LanguageLink]:
    """The present page in each language, in the order of the settings; `stands_at`: an answer to a form stands elsewhere."""
    request = context.get("request")
    path = context.get("stands_at") or (request.get_full_path() if request else "/")
    now = get_language()
    return [
        LanguageLink(code, name, in_language(path, code), code == now) for code, name in settings.LANGUAGES
    ]


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as it is written in a letter: «2026 жылғы 22 қараша», «22 ноября 2026 года», "22 November 2026"."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    language = get_language() or settings.LANGUAGE_CODE
    language = language if language in DAYS else "en"
    return DAYS[language].format(day=value.day, month=MONTHS[language][value.month - 1], year=value.year)


@register.filter
def moment(value: datetime | None) -> str:
    """A date with the local time of day: «2026 жылғы 22 қараша, 14:30»."""
    return "" if value is None else f"{day(value)}, {timezone.localtime(value):%H:%M}"


KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.MultiWidget, "parts"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)
CLASSES = {"select": "govuk-select", "textarea": "govuk-textarea", "file": "govuk-file-upload"}


@register.filter
def kind(field: BoundField) -> str:
    """What the field looks like: hidden, checkboxes, radios, checkbox, parts, select, textarea, file or text."""
    return next((name for widget, name in KINDS if isinstance(field.field.widget, widget)), "text")


@register.simple_tag
def control(field: BoundField, width: str | int = "", rows: str | int = "") -> SafeString:
    """The control of a text-like field with its class; `width` in characters (2, 3, 4, 5, 10, 20, 30)."""
    classes = [CLASSES.get(kind(field), "govuk-input"), field.field.widget.attrs.get("class", "")]
    if width:
        classes.append(f"govuk-input--width-{width}")
    attrs: dict[str, Any] = {"class": " ".join(filter(None, classes))}
    if rows:
        attrs["rows"] = rows
    return field.as_widget(attrs=attrs)


@register.filter
def asking(field: BoundField) -> str:
    """The label before what is wrong: with a colon, unless it is a question or a sentence already."""
    label = str(field.label)
    return label if label.endswith(("?", ".", ":")) else f"{label}:"


@register.filter
def landing(field: BoundField) -> str:
    """The id on which a link from the error summary lands: the first control of the field."""
    return f"{field.auto_id}_0" if kind(field) in {"checkboxes", "radios", "parts"} else field.auto_id


@register.filter
def hint_for(field: BoundField, value: Any) -> str:
    """The hint of one choice, from the field's `hints`."""
    return str(getattr(field.field, "hints", {}).get(str(value), ""))


@register.filter
def masked(value: str, shown: int | str = 4) -> str:
    """The last `shown` characters of a value for people who may not read it whole; the rest are dots."""
    text, end = str(value), int(shown)
    return "•" * (len(text) - end) + text[-end:] if len(text) > end else "•" * len(text)


@register.filter
def through_notice(address: str) -> str:
    """The address of the notice page that stands before a link to another site (§6.3)."""
    return notice_address(address)


@register.filter
def plain(markdown: str) -> str:
    """Markdown without its marks of emphasis and headings, for a comparison of words."""
    return re.sub(r"\*\*|^#+ |^> ", "", markdown, flags=re.MULTILINE)

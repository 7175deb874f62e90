"""A value of a person as people read it: dates in words, telephones in groups, languages by their names."""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings

from derbes.faces.public.templatetags.faces import day
from derbes.law.policy import DataField

_KAZAKHSTAN = re.compile(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})")


def readable(field: DataField, value: str) -> str:
    """Return `value` of `field` for a page or a paper; what has no other way to be read stays as it is kept."""
    if field.control == "date":
        return day(date.fromisoformat(value))
    if field.control == "phone":
        return grouped(value)
    if field.key == "contact_language":
        return dict(settings.LANGUAGES).get(value, value)
    return value


def grouped(phone: str) -> str:
    """A number of Kazakhstan (E.164) in the groups in which it is said; any other as it is."""
    return _KAZAKHSTAN.sub(r"+7 \1 \2 \3 \4", phone)

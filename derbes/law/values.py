"""What people type about themselves, read by the policy's rules: each value as it is kept, or what is wrong with it.

What always holds: only form is judged, never likelihood (§2.5); all mistakes are told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from derbes.law import identifiers
from derbes.law.policy import Policy


class Illformed(Exception):
    """Values that cannot be what they are meant to be: field → what is wrong. Nothing was kept."""

    def __init__(self, errors: Mapping[str, identifiers.Malformed]) -> None:
        super().__init__("ill-formed values")
        self.errors = errors


def as_kept(policy: Policy, typed: Mapping[str, str], *, today: date) -> dict[str, str]:
    """Return each value as it is kept; an empty text stays empty. Raises `Illformed` with all that is wrong.

    A field that the policy lacks is returned as it is: it is the gate that refuses it.
    """
    normal, errors = {}, {}
    for name, text in typed.items():
        try:
            normal[name] = _read(policy, name, text, today) if text.strip() else ""
        except identifiers.Malformed as malformed:
            errors[name] = malformed
    if errors:
        raise Illformed(errors)
    return normal


def _read(policy: Policy, name: str, text: str, today: date) -> str:
    field = policy.data.get(name)
    if field is None:
        return text
    value = identifiers.normalise(name, text, field.control)
    if field.control == "date":
        identifiers.not_after(name, value, today)
    if field.choices and value not in field.choices:
        raise identifiers.Malformed(name, "choice")
    return value

"""E-mail addresses in their one form, by the library's rules; what nearly everybody writes is read a short way.

What always holds: the short way gives what the library would (tests/law/test_identifiers.py).
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+){0,5}")
_MOST = 64  # characters of an address that is read the short way


def normal(text: str) -> str:
    """Return the address in its one form. Raises `email_validator.EmailNotValidError`."""
    name, _, domain = text.partition("@")
    usual = len(text) <= _MOST and _NAME.fullmatch(name)
    if usual and name.lower() not in CASE_INSENSITIVE_MAILBOX_NAMES and (known := _domain(domain)):
        return f"{name}@{known}"
    return validate_email(text, check_deliverability=False).normalized


@lru_cache(maxsize=1024)
def _domain(domain: str) -> str:
    """The domain in its one form, asked of the library once for all who have it; empty when it is none."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).domain
    except EmailNotValidError:
        return ""

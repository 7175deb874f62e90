"""The example policy and the norms, read from the tree, and ways to change them by a little."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derbes.law import norms, policy

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "policy" / "example" / "2026-11-22"
FILES: Mapping[str, str] = {
    str(path.relative_to(EXAMPLE)): path.read_text()
    for path in sorted(EXAMPLE.rglob("*"))
    if path.suffix in {".toml", ".md"}
}
NORM_FILES: Mapping[str, str] = {
    str(path.relative_to(ROOT / "norms")): path.read_text() for path in (ROOT / "norms").rglob("*.toml")
}
POLICY = policy.parse(FILES)
NORMS = norms.parse(NORM_FILES)
LANGUAGES = ("kk", "ru", "en")


def changed(file: str, *swaps: tuple[str, str]) -> dict[str, str]:
    """Return the example's files with each `old` text in `file` replaced, which must be there."""
    text = FILES[file]
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**FILES, file: text}


def varied(**attributes: Any) -> policy.Policy:
    """Return the example policy with these attributes."""
    return dataclasses.replace(POLICY, **attributes)


def with_purpose(key: str, **attributes: Any) -> policy.Policy:
    """Return the example policy with one purpose changed."""
    purpose = dataclasses.replace(POLICY.purposes[key], **attributes)
    return varied(purposes={**POLICY.purposes, key: purpose})


def with_term(key: str, **attributes: Any) -> policy.Policy:
    """Return the example policy with one term changed."""
    return varied(terms={**POLICY.terms, key: dataclasses.replace(POLICY.terms[key], **attributes)})


def with_recipient(key: str, **attributes: Any) -> policy.Policy:
    """Return the example policy with one recipient changed."""
    recipient = dataclasses.replace(POLICY.recipients[key], **attributes)
    return varied(recipients={**POLICY.recipients, key: recipient})


def with_void(number: str) -> policy.Policy:
    """Return the example policy with one clause void."""
    reason = dict.fromkeys(LANGUAGES, "found invalid")
    clause = dataclasses.replace(POLICY.clauses[number], void=reason)
    return varied(clauses={**POLICY.clauses, number: clause})

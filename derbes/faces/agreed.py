"""How a word on one's data reads: what it is about, how it stands, when it ends by itself.

What always holds: it reads alike in the cabinet, on paper and in the office; a consent that is over by its own term
is nowhere shown as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext_noop as _

from derbes.faces.public.surroundings import said
from derbes.law.policy import Policy

WORDS: Mapping[str, tuple[str, str]] = {
    "given": (_("Given"), "done"),
    "refused": (_("Not given"), "quiet"),
    "withdrawn": (_("Withdrawn"), "stop"),
    "ended": (_("Ended"), "quiet"),
}


def purpose(policy: Policy, key: str) -> str:
    """The label of a purpose, or its key when the edition in force has it no more."""
    return said(policy.purposes[key].label) if key in policy.purposes else key


def matter_of(policy: Policy, key: str, act: str) -> str:
    """What a consent is about: a purpose, or an act for a purpose."""
    if not act:
        return purpose(policy, key)
    labels = {each.value: label for each, label in policy.act_labels.items()}
    return f"{capfirst(said(labels[act])) if act in labels else act}: {purpose(policy, key)}"


def matters(policy: Policy, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """What these consents are about, in their order."""
    return [matter_of(policy, *pair) for pair in sorted(pairs, key=lambda pair: place(policy, *pair))]


def place(policy: Policy, key: str, act: str) -> tuple[bool, int, str]:
    """Where a word stands among others of one occasion: purposes in the order of the policy, then acts."""
    keys = list(policy.purposes)
    return bool(act), keys.index(key) if key in keys else len(keys), act

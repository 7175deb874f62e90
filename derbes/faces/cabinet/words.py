"""How codes of the journal, the matter and the ledger read to the person whom they are about.

What always holds: labels of purposes, data, roles and recipients are the policy's; only what the policy does
not name is worded here. A code that nobody has worded yet is shown as it is, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces import events
from derbes.faces.public.surroundings import said
from derbes.law.policy import Policy
from derbes.law.vocabulary import PROTECTIVE, Operation

BASES: Mapping[str, str] = {
    "consent": _("your consent"),
    "law": _("the law"),
    "court": _("a court act"),
    "published": _("data that you made public"),
}
REASONS: Mapping[str, str] = {
    **events.REFUSED,
    "on_request": _("You asked for it yourself."),
    "not_shown": _("The document does not show what you asked to change."),
}
STATES: Mapping[str, tuple[str, str]] = {
    "submitted": (_("Being verified"), "wait"),
    "verified": (_("Confirmed"), "done"),
    "refused": (_("Not confirmed"), "stop"),
    "enrolled": (_("Entered by us"), "quiet"),
}
KINDS: Mapping[str, str] = {
    "registration": _("Registration"),
    "appeal": _("Appeal"),
    "correction": _("Change on a document"),
}
OUTCOMES: Mapping[str, str] = {
    "open": _("Being seen to"),
    "waiting": _("Waiting for you"),
    "verified": _("Confirmed"),
    "refused": _("Refused"),
    "answered": _("Answered"),
    "accepted": _("Changed"),
    "taken_back": _("Taken back"),
}
WAYS: Mapping[str, str] = {
    "code": _("by a one-time code"),
    "password": _("by password"),
    "passkey": _("by passkey"),
    "registration": _("after registering"),
}

worded = events.worded


def fields(policy: Policy, keys: Iterable[str]) -> list[str]:
    """The labels of fields, in the order of the policy."""
    wanted = set(keys)
    known = [said(policy.data[key].label) for key in policy.data if key in wanted]
    return known + sorted(key for key in wanted if key not in policy.data)


def who(policy: Policy, actor: Mapping[str, Any]) -> str:
    """Who did it, as far as a person is told: role and unit and code of the staff, never a name."""
    kind, code, unit, role = (actor.get(key) or "" for key in ("kind", "code", "unit", "role"))
    if kind == "subject":
        return gettext("You")
    if kind == "system":
        return gettext("The system (%(what)s)") % {"what": worded(events.SYSTEMS, code)}
    if kind == "token":
        return gettext("The operator's program %(code)s") % {"code": code}
    label = said(policy.roles[role].label) if role in policy.roles else role
    return ", ".join(part for part in (label, unit, code) if part)


def event(policy: Policy, name: str, code: str) -> str:
    """What happened, or the operation's name for an event that nobody has worded."""
    return worded(events.TO_PERSON, name) if name in events.TO_PERSON else operation(policy, code)


def operation(policy: Policy, code: str) -> str:
    """Which of the eleven operations it was."""
    labels = {each.value: label for each, label in policy.operations.items()}
    return said(labels[code]) if code in labels else code


def stopped(policy: Policy, key: str) -> list[str]:
    """What is not done any more for a purpose whose consent is withdrawn.

    Keeping goes on until the term ends, blocking and destroying are for the person; transfer has a consent of its own.
    """
    stop = policy.purposes[key].operations - PROTECTIVE - {Operation.STORE, Operation.TRANSFER}
    return [said(policy.operations[each]) for each in Operation if each in stop and each in policy.operations]

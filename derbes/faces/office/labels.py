"""How codes read to the staff: reasons, stages, refusals, entries of the journal.

What always holds: labels of purposes, data and roles are the policy's; only what the policy does not name is
worded here, and a code without words is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces import events
from derbes.faces.public.surroundings import said
from derbes.flows.verification import ASKS, REASONS
from derbes.law.policy import Policy

WHY: Mapping[str, str] = {
    **events.REFUSED,
    "on_request": _("The person asked for it themself."),
    "not_shown": _("The document does not show what was asked for."),
}
STAGES: Mapping[str, tuple[str, str]] = {
    "open": (_("To do"), ""),
    "waiting": (_("Waiting for the person"), "wait"),
    "paused": (_("Waiting for the person"), "wait"),
    "answered": (_("Answered"), "done"),
    "closed": (_("Closed"), "quiet"),
}
CAME: Mapping[str, str] = {
    "registration": _("The registration was sent"),
    "correction": _("A change was asked for"),
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "verified": (_("Confirmed"), "done"),
    "refused": (_("Not confirmed"), "stop"),
    "answered": (_("Answered"), "done"),
    "accepted": (_("Changed"), "done"),
    "taken_back": (_("Taken back by the person"), "quiet"),
}
FAULTS: Mapping[str, str] = {
    "altered": _("An entry is not what was signed."),
    "removed": _("An entry that was signed is gone."),
    "added": _("There is an entry that was never signed."),
    "reordered": _("An entry stands elsewhere than where it was signed."),
    "rolled_back": _("There are fewer entries than the earlier checkpoint had."),
    "rewritten": _("The beginning is not that of the earlier checkpoint."),
    "forged": _("A checkpoint is not signed by the operator's key."),
    "tile": _("The entries are as signed; a stored hash over them is not."),
}

worded = events.worded


def tagged(codes: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str]:
    """The wording of `code` and the kind of tag that it is shown as."""
    label, kind = codes.get(code, (code, "quiet"))
    return gettext(label), kind


def reasons() -> list[tuple[str, str]]:
    """What a registration may be refused for."""
    return [(code, worded(WHY, code)) for code in REASONS]


def asks(policy: Policy) -> list[tuple[str, str]]:
    """What may be asked of a person once more."""
    return [(code, field(policy, code)) for code in ASKS if code in policy.data]


def field(policy: Policy, name: str) -> str:
    """The label of a field; an instance of one is called after its kind."""
    key = name.partition("/")[0]
    return said(policy.data[key].label) if key in policy.data else key


def fields(policy: Policy, names: Iterable[str]) -> list[str]:
    """The labels of fields, in the order of the policy."""
    wanted = {name.partition("/")[0] for name in names}
    return [said(each.label) for key, each in policy.data.items() if key in wanted] + sorted(
        wanted - policy.data.keys()
    )


def purpose(policy: Policy, key: str) -> str:
    """The label of a purpose, or its key when the edition in force has it no more."""
    return said(policy.purposes[key].label) if key in policy.purposes else key


def role(policy: Policy, key: str) -> str:
    """The label of a role, or its key."""
    return said(policy.roles[key].label) if key in policy.roles else key


def operation(policy: Policy, code: str) -> str:
    """What the policy calls an operation; nothing for what is no operation on data."""
    labels = {each.value: label for each, label in policy.operations.items()}
    return said(labels[code]) if code in labels else ""


def actor(policy: Policy, who: Mapping[str, Any]) -> str:
    """Who did something, as the journal has it: never a name."""
    kind, code = who.get("kind"), who.get("code") or ""
    if kind == "subject":
        return gettext("The person themself")
    if kind == "system":
        return gettext("The system: %(code)s") % {"code": worded(events.SYSTEMS, code)}
    if kind == "token":
        return gettext("A program: %(code)s") % {"code": code}
    return ", ".join(
        part for part in (code, role(policy, who.get("role") or ""), who.get("unit") or "") if part
    )

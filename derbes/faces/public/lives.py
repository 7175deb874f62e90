"""How the life of data reads: stages, grounds, services, holds, terms, and what stands in the way of their end.

What always holds: labels of data, categories and purposes are the policy's; only what the policy does not name
is worded here, and a code that nobody has worded yet is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces import events
from derbes.faces.public.surroundings import language, said
from derbes.flows.citing import cited
from derbes.law.policy import Policy
from derbes.law.wording import Words

STAGES: Mapping[str, tuple[str, str]] = {
    "active": (_("In use"), "done"),
    "blocked": (_("Blocked"), "stop"),
    "restricted_archive": (_("In the restricted archive"), "wait"),
    "destroyed": (_("Destroyed"), "quiet"),
    "depersonalised": (_("Depersonalised"), "quiet"),
}
EXPLAINED: Mapping[str, str] = {
    "active": _("The data are used for the purposes that were agreed to, and for nothing else."),
    "blocked": _("The data are stored, and nothing else is done with them."),
    "restricted_archive": _(
        "Only what a law orders to keep is left, under a key of its own. It is opened for that law alone."
    ),
    "destroyed": _("Nothing is left of the data. They cannot be restored."),
    "depersonalised": _("What is left cannot be traced to anybody."),
}
GROUNDS: Mapping[str, str] = {
    "request": _("the person asked for it"),
    "suspicion": _("there is information about a breach"),
    "responsible": _("the responsible person decided so"),
    "not_confirmed": _("the breach was looked into and was none"),
    "confirmed": _("the breach was dealt with"),
    "block_term": _("the block was for a time, and the time is over"),
    "term": _("the terms are over"),
    "withdrawn": _("the consent was withdrawn"),
    "demand": _("the person demanded it"),
    "unlawful": _("the data were collected or processed unlawfully"),
    "court": _("a court decided so"),
    "draft": _("what was begun was not sent"),
}
SERVICES: Mapping[str, str] = {
    "site": _("Use of the site"),
    "debt": _("A debt given to us to collect"),
    "settlement": _("Instalments or a restructuring"),
}
ENDINGS: Mapping[str, str] = {
    "fulfilled": _("fulfilled"),
    "left": _("the person left"),
    "terminated": _("terminated"),
    "withdrawn": _("the consent was withdrawn"),
    "death": _("the person has died"),
}
HOLDS: Mapping[str, str] = {
    "claim": _("a claim"),
    "court": _("a court case"),
    "investigation": _("an investigation"),
    "audit": _("an audit"),
    "incident": _("an incident with data"),
}
#: What stands in the way of a demand: what it is, and what is done instead.
OBSTACLES: Mapping[str, tuple[str, str]] = {
    "obligation_unfulfilled": (
        _("An obligation of yours is not fulfilled yet, and it cannot be performed without your data."),
        _(
            "Until then you can stop everything else: withdraw what is your choice, or block your data. As soon as the"
            " obligation is fulfilled you can demand destruction again."
        ),
    ),
    "hold": (
        _("Your data are held for a claim, a case or an audit, and may not be destroyed before it ends."),
        _(
            "Until then you can block your data: they are stored and not used. Its end stands on the page about what happens to your data."
        ),
    ),
    "ordered_by_law": (
        _("What is left of your data is kept by order of a law alone."),
        _(
            "It lies in the restricted archive, is opened for that law alone, and is destroyed when its term is over."
        ),
    ),
    "blocked": (
        _("Your data are blocked. Destroying is among the things that a block stops."),
        _(
            "The data are stored and nothing else is done with them. When the block is lifted you can demand destruction."
        ),
    ),
}

worded = events.worded


def tagged(code: str) -> tuple[str, str, str]:
    """A stage: its label, the kind of its tag, and what it means."""
    label, kind = STAGES.get(code, (code, "quiet"))
    return gettext(label), kind, worded(EXPLAINED, code)


def last_day(until: datetime | None) -> datetime | None:
    """The last day of a term: terms end at 24:00, which is read as the day that begins then."""
    return until - timedelta(seconds=1) if until else None


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is kept: for what, by which norm and clause, and how long the policy keeps it."""

    label: str
    norm: str
    clause: str
    address: str
    term: str


@dataclass(frozen=True, slots=True)
class Row:
    """Fields of one category that have one fate. `last` None: the clock has not started. `why` empty: nothing keeps it."""

    fields: tuple[str, ...]
    last: datetime | None
    over: bool
    why: tuple[Why, ...]


def rows(policy: Policy, kept: Iterable[Any], at: datetime) -> list[tuple[str, list[Row]]]:
    """What is kept, by category in the order of the policy: each with its term and the reason that lasts longest."""
    fates: dict[str, dict[tuple[Any, ...], set[str]]] = {}
    for each in kept:
        key = each.field.partition("/")[0]
        if key in policy.data:
            category = fates.setdefault(policy.data[key].category, {})
            category.setdefault((each.until, _ruling(policy, each)), set()).add(key)
    return [
        (said(label), [_row(policy, keys, fate, at) for fate, keys in _sorted(fates[category])])
        for category, label in policy.categories.items()
        if category in fates
    ]


def fields(policy: Policy, names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The labels of fields by category, in the order of the policy."""
    keys = {name.partition("/")[0] for name in names}
    groups = [
        (
            said(label),
            [said(each.label) for key, each in policy.data.items() if key in keys and each.category == one],
        )
        for one, label in policy.categories.items()
    ]
    return [group for group in groups if group[1]]


def why(policy: Policy, purpose: str, norm: str, clause: str) -> Why:
    """One reason in words."""
    known = policy.purposes.get(purpose)
    return Why(
        label=said(known.label) if known else purpose,
        norm=cited(norm),
        clause=clause,
        address=reverse("public:clause", args=[policy.edition, clause]) if clause in policy.clauses else "",
        term=Words(policy, language()).kept(purpose) if known else "",
    )


def _sorted(fates: Mapping[tuple[Any, ...], set[str]]) -> list[tuple[tuple[Any, ...], set[str]]]:
    never = max((until for until, _ in fates if until), default=None)
    return sorted(
        fates.items(), key=lambda fate: (fate[0][0] is None, fate[0][0] or never or 0, sorted(fate[1]))
    )


def _ruling(policy: Policy, kept: Any) -> tuple[Any, ...]:
    """The reasons that last longest: of those whose clock has not started the longest terms, else those that end last."""
    waiting = [reason for reason in kept.reasons if reason.until is None]
    if not waiting:
        return tuple(reason for reason in kept.reasons if reason.until == kept.until)
    longest = max(_length(policy, reason) for reason in waiting)
    return tuple(reason for reason in waiting if _length(policy, reason) == longest)


def _length(policy: Policy, reason: Any) -> tuple[int, int]:
    purpose = policy.purposes.get(reason.purpose)
    return (purpose.retention.years, purpose.retention.days) if purpose else (0, 0)


def _row(policy: Policy, keys: set[str], fate: tuple[Any, ...], at: datetime) -> Row:
    until, reasons = fate
    return Row(
        fields=tuple(said(each.label) for key, each in policy.data.items() if key in keys),
        last=last_day(until),
        over=until is not None and until <= at,
        why=_together(why(policy, reason.purpose, reason.norm, reason.clause) for reason in reasons),
    )


def _together(reasons: Iterable[Why]) -> tuple[Why, ...]:
    """What several purposes have in common is said once."""
    labels: dict[tuple[str, str, str, str], list[str]] = {}
    for one in reasons:
        labels.setdefault((one.norm, one.clause, one.address, one.term), []).append(one.label)
    return tuple(
        Why(", ".join(names), norm, clause, address, term)
        for (norm, clause, address, term), names in labels.items()
    )

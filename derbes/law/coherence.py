"""Does the policy fit together? Every key that one table names exists in the other.

This asks nothing of the law (`checks` does): only whether the policy can be kept as it is written. What
passes here never fails later for want of a key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derbes.law.vocabulary import Act, Basis, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from derbes.law.policy import Policy

#: What a form can show; `automatic` is in no form (§3.9).
CONTROLS = frozenset({"name", "iin", "date", "email", "phone", "choice", "text", "file", "automatic"})
#: What a role may do beside opening data (§3.3).
POWERS = frozenset(
    {
        "verify",
        "publish",
        "journal",
        "audit",
        "messages",
        "staff",
        "calendar",
        "correct",
        "block",
        "retention",
        "hold",
        "agreements",
        "incidents",
        "tokens",
    }
)
#: What starts the clock of retention.
EVENTS = frozenset({"consent", "service_end", "submitted", "decided", "answered", "year_end"})

#: (table, key, why, params) as `Table.wrong_in` takes them.
Contradiction = tuple[str, str, str, "Mapping[str, object]"]

_ABSENT = "%(names)s is not in this policy."
_UNKNOWN = "%(names)s is not known; known are %(known)s."


def contradictions(policy: Policy) -> Iterator[Contradiction]:
    """Return what in `policy` does not fit together, the first of it first."""
    yield from _words(policy)
    yield from _top(policy)
    yield from _data(policy)
    yield from _purposes(policy)
    yield from _recipients(policy)
    yield from _roles(policy)
    yield from _clauses(policy)


def _absent(
    table: str, key: str, named: AbstractSet[str], there: AbstractSet[str]
) -> Iterator[Contradiction]:
    if missing := sorted(named - there):
        yield table, key, _ABSENT, {"names": ", ".join(missing)}


def _unknown(
    table: str, key: str, named: AbstractSet[str], known: AbstractSet[str]
) -> Iterator[Contradiction]:
    if missing := sorted(named - known):
        yield table, key, _UNKNOWN, {"names": ", ".join(missing), "known": ", ".join(sorted(known))}


def _words(policy: Policy) -> Iterator[Contradiction]:
    """The eleven operations and the three acts are all named, since consents speak of each."""
    for operation in sorted(set(Operation) - set(policy.operations)):
        yield "operation", operation, "it is missing; the policy must name all eleven.", {}
    for act in sorted(set(Act) - set(policy.acts)):
        yield "act", act, "it is missing; the law wants a consent of its own for it.", {}


def _top(policy: Policy) -> Iterator[Contradiction]:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.[1-9]\d?)?", policy.edition):
        yield (
            "",
            "edition",
            "it must be a date, or a date and a number, such as 2026-11-22 or 2026-11-22.2.",
            {},
        )
    if not re.fullmatch(r"posting|\d{1,3} days", policy.change_in_force):
        yield "", "change_in_force", 'it must be "posting" or a number of days such as "10 days".', {}
    for key, term in policy.terms.items():
        if term.days == 0:
            yield f"term.{key}", "days", "it must be more than zero.", {}
    if not policy.purposes:
        yield "", "purpose", "a policy needs at least one purpose.", {}


def _data(policy: Policy) -> Iterator[Contradiction]:
    for key, kind in policy.data.items():
        table = f"data.{key}"
        yield from _absent(table, "category", {kind.category}, policy.categories.keys())
        yield from _unknown(table, "control", {kind.control}, CONTROLS)
        if (kind.control == "choice") != bool(kind.choices):
            yield table, "choices", "a choice, and nothing else, needs choices.", {}


def _purposes(policy: Policy) -> Iterator[Contradiction]:
    for key, purpose in policy.purposes.items():
        table = f"purpose.{key}"
        yield from _absent(table, "data", purpose.data, policy.data.keys())
        yield from _unknown(f"{table}.retention", "since", {purpose.retention.since}, EVENTS)
        if outside := sorted(purpose.required - purpose.data):
            yield (
                table,
                "required",
                "%(names)s is required but not among the data.",
                {"names": ", ".join(outside)},
            )
        if not purpose.operations:
            yield table, "operations", "a purpose without operations does nothing.", {}
        if purpose.basis is not Basis.CONSENT and not purpose.norm:
            yield table, "norm", "a basis other than consent needs its norm.", {}


def _recipients(policy: Policy) -> Iterator[Contradiction]:
    for key, recipient in policy.recipients.items():
        table = f"recipient.{key}"
        yield from _absent(table, "purposes", recipient.purposes, policy.purposes.keys())
        if not re.fullmatch("[A-Z]{2}", recipient.country):
            yield table, "country", "it must be two capital letters such as KZ.", {}
        for name in sorted(recipient.purposes):
            if name in policy.purposes and Operation.TRANSFER not in policy.purposes[name].operations:
                yield table, "purposes", "%(names)s does not allow transfer.", {"names": name}


def _roles(policy: Policy) -> Iterator[Contradiction]:
    for key, role in policy.roles.items():
        yield from _absent(f"role.{key}", "purposes", role.purposes, policy.purposes.keys())
        yield from _unknown(f"role.{key}", "powers", role.powers, POWERS)


def _clauses(policy: Policy) -> Iterator[Contradiction]:
    """Every rule names a clause that the policy has, and every clause has the clauses that hold it."""
    cited = {f"data.{key}": kind.clause for key, kind in policy.data.items()}
    cited |= {f"purpose.{key}": purpose.clause for key, purpose in policy.purposes.items()}
    cited |= {
        f"purpose.{key}.retention": purpose.retention.clause for key, purpose in policy.purposes.items()
    }
    cited |= {f"recipient.{key}": recipient.clause for key, recipient in policy.recipients.items()}
    cited |= {f"term.{key}": term.clause for key, term in policy.terms.items()}
    cited |= {f"act.{act}": clause for act, clause in policy.acts.items()}
    for table, clause in cited.items():
        yield from _absent(table, "clause", {clause}, policy.clauses.keys())
    for number in policy.clauses:
        table = f'clause."{number}"'
        if not re.fullmatch(r"[1-9]\d?(\.[1-9]\d?){0,3}", number):
            yield "clause", number, "a clause has a number such as 5.1.", {}
        elif "." in number:
            yield from _absent(table, "clause", {number.rpartition(".")[0]}, policy.clauses.keys())

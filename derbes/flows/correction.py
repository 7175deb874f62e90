"""A person keeps their data right (§2.5, 94-V art. 24(1)(2), 25(2)(8)): what is theirs to say at once, the rest on a document.

What always holds: a new contact takes the place of the old one only when its owner typed the code sent there;
until then the old one stays in use. Who somebody is, is changed by the staff, who have seen the document. The
journal says which fields were changed, never what stood there before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from derbes.core.accounts import throttle
from derbes.core.accounts.throttle import TooOften  # raised here; imported from here
from derbes.core.corrections.models import Checked
from derbes.core.journal import prove
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import codes, gate, notice, pending
from derbes.flows.codes import NotSent, WrongCode  # raised here; imported from here
from derbes.flows.gate import Unknown, Wish
from derbes.flows.pending import PURPOSE, Nothing, NotYours, changeable, differing, normal, own
from derbes.flows.story import step
from derbes.law.identifiers import INDEXED
from derbes.law.permission import Actor, Refused  # Refused is imported from here
from derbes.law.policy import Policy
from derbes.law.values import Illformed  # Illformed is imported from here
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = [
    "Illformed",
    "NotSent",
    "NotYours",
    "Nothing",
    "Refused",
    "TooOften",
    "Unknown",
    "WrongCode",
    "ask_code",
    "asked_since",
    "change",
    "changeable",
    "changes",
    "confirm",
    "drop",
    "still_right",
    "waiting",
]

AIM = "correct"
#: Fields that take the place of the old value by a code only.
CONTACTS = frozenset({"email", "phone_mobile"})
_MOST_CHANGES = 200
_STRIDE = 500


# At once


def change(actor: Actor, values: Mapping[str, str], *, at: datetime) -> frozenset[str]:
    """Keep new values of what the person may change at once; an empty text removes.

    Returns the contacts whose new value waits for its code (`ask_code`, `confirm`). The confirmed contact is told
    of it. Raises `Illformed`, `NotYours`, `Refused`, `Unknown`.
    """
    waits = _change(actor, values, at=at)
    if waits and actor.subject is not None:  # not asked again: their data may have ended since
        notice.tell(actor.subject, "contact", at=at)
    return waits


@step
def _change(actor: Actor, values: Mapping[str, str], *, at: datetime) -> frozenset[str]:
    subject, policy = own(actor), shelf.in_force(at).policy
    typed = normal(policy, subject, values, direct=True, at=at)
    changed = differing(actor, subject, typed, at=at)
    old = pending.contacts(subject, CONTACTS & changed.keys())
    new = {pending.contact(key, at=at): changed[key] for key in CONTACTS & changed.keys() if changed[key]}
    plain = {key: value for key, value in changed.items() if key not in CONTACTS or not value}
    if plain:
        done = gate.ask(actor, subject, Operation.CLARIFY, PURPOSE, plain, event="correction.change", at=at)
        vault.leave(done, [INDEXED[key] for key in plain if key in INDEXED])
        vault.put(done, plain)
    if waits := {**dict.fromkeys(old.values(), ""), **new}:
        kept = gate.ask(actor, subject, Operation.RECORD, PURPOSE, waits, event="correction.change", at=at)
        vault.put(kept, waits)
    if stale := {*old, *new}:
        codes.forget(subject, *stale, aim=AIM)
    Checked.note(subject, at=at)
    return frozenset(codes.kind_of(name) for name in new)


def waiting(actor: Actor) -> Mapping[str, str]:
    """Return the contacts whose new value waits for its code, each with the name under which it is kept."""
    return pending.contacts(own(actor), CONTACTS)


def ask_code(actor: Actor, contact: str, *, at: datetime) -> None:
    """Send a code to a new contact that waits. Raises `Nothing`, `TooOften`, `NotSent`, `Refused`."""
    subject, name = own(actor), waiting(actor).get(contact)
    if name is None:
        raise Nothing
    throttle.count("correction", f"{subject}|{contact}", most=5, seconds=900)
    codes.send(subject, name, AIM, at=at)


def confirm(actor: Actor, contact: str, code: str, *, at: datetime) -> None:
    """Put a new contact in the place of the old one: its owner typed the code. Raises `WrongCode`, `Nothing`, `Refused`."""
    subject, name = own(actor), waiting(actor).get(contact)
    if name is None:
        raise Nothing
    if codes.spend(subject, AIM, code, at=at) != contact:
        raise WrongCode
    _replace(actor, subject, contact, name, at=at)


@step
def _replace(actor: Actor, subject: UUID, contact: str, name: str, *, at: datetime) -> None:
    wishes = [
        Wish(operation=Operation.USE, purpose=PURPOSE, fields=[name]),
        Wish(operation=Operation.CLARIFY, purpose=PURPOSE, fields=[contact, name]),
        Wish(operation=Operation.SYSTEMATISE, purpose=PURPOSE, fields=[contact]),
    ]
    look, clarify, enter = gate.ask_all(actor, subject, wishes, event="correction.contact", at=at)
    value = vault.take(look).get(name)
    if not value:
        raise Nothing
    vault.put(clarify, {contact: value, name: ""})
    vault.leave(enter, [INDEXED[contact]])
    vault.enter(enter, {contact: INDEXED[contact]}, ring=keys.ring())


@step
def drop(actor: Actor, contact: str, *, at: datetime) -> None:
    """Throw away a new contact that waits; the old one stays. Raises `Nothing`, `Refused`."""
    subject, name = own(actor), waiting(actor).get(contact)
    if name is None:
        raise Nothing
    done = gate.ask(actor, subject, Operation.DESTROY, PURPOSE, [name], event="correction.drop", at=at)
    vault.put(done, {name: ""})
    codes.forget(subject, contact, aim=AIM)


# Is it still right?


def asked_since(row: Subject, policy: Policy, *, at: datetime) -> datetime | None:
    """Return when the person last said that their data are right, if that is long ago (limits.recheck_days); else None."""
    last = Checked.last(row.subject) or row.opened_at
    return last if at - last > timedelta(days=policy.limits["recheck_days"]) else None


@step
def still_right(actor: Actor, *, at: datetime) -> None:
    """Note that the person looked their data through and says that they are right (§2.5). Raises `Refused`."""
    subject = own(actor)
    kept = _typed(shelf.in_force(at).policy) & vault.filled(subject)
    vault.record(
        gate.ask(actor, subject, Operation.USE, PURPOSE, kept, event="correction.still_right", at=at)
    )
    Checked.note(subject, at=at)


@step
def changes(actor: Actor, *, at: datetime) -> list[dict[str, Any]]:
    """Return the entries by which something of the person's data was changed, the latest first: codes, no values."""
    subject = own(actor)
    permission = gate.ask(actor, subject, Operation.USE, PURPOSE, [], event="correction.history", at=at)
    vault.record(permission)
    secret, last = vault.secret(permission), vault.count(permission)
    typed = _typed(shelf.in_force(at).policy)
    found: list[dict[str, Any]] = []
    while last > 0 and len(found) < _MOST_CHANGES:
        first = max(1, last - _STRIDE + 1)
        bodies = [json.loads(own.body) for own in prove.entries_of(secret, range(first, last + 1))]
        found += [says for says in reversed(bodies) if _is_change(says, typed)]
        last = first - 1
    return found[:_MOST_CHANGES]


def _typed(policy: Policy) -> frozenset[str]:
    """The fields that people type about themselves, and so can change."""
    return frozenset(one.key for direct in (True, False) for one in changeable(policy, direct=direct))


def _is_change(says: Mapping[str, Any], typed: frozenset[str]) -> bool:
    """Whether an entry says that something which people type was put or changed: not merely asked for or looked at."""
    put = says["operation"] in {Operation.COLLECT, Operation.CLARIFY} and not typed.isdisjoint(says["fields"])
    return says["outcome"] == "done" and put and says["event"] != "verification.ask"

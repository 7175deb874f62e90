"""What a new edition changes for people, and who is to be asked again (§6.5, 94-V art. 7(8), 8(4)).

A consent covers what it said and nothing more: a wider purpose, other data, a new recipient, a longer term
or another operator needs a new one. What narrows needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derbes.law.findings import Consequence
from derbes.law.vocabulary import Act, Basis, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derbes.law.policy import Policy, Purpose, Recipient, Retention

_DAYS_OF_YEAR = 365


def consequences(old: Policy, new: Policy) -> list[Consequence]:
    """Return what `new` changes for people after `old`; what needs a renewed consent comes first."""
    found = [
        *_operator(old, new),
        *_purposes(old, new),
        *_recipients(old, new),
        *_terms(old, new),
        *_roles(old, new),
    ]
    return sorted(found, key=lambda consequence: not consequence.renewed)


def _operator(old: Policy, new: Policy) -> Iterator[Consequence]:
    before, after = old.operator, new.operator
    if (before.name, before.bin) != (after.name, after.bin):
        yield Consequence(
            code="operator_changed",
            template="The operator is another one: everybody is asked for consent again.",
            clause="5.1",
            purposes=frozenset(_consented(new)),
            renewed=True,
        )


def _consented(policy: Policy) -> Iterator[str]:
    return (key for key, purpose in policy.purposes.items() if purpose.basis is Basis.CONSENT)


def _purposes(old: Policy, new: Policy) -> Iterator[Consequence]:
    for key, purpose in new.purposes.items():
        before = old.purposes.get(key)
        if before is None:
            yield _of(
                key, purpose, "purpose_new", "A new purpose, %(purpose)s: it is asked about.", renewed=True
            )
        else:
            yield from _purpose(key, before, purpose)
            yield from _void(key, purpose, old, new)
    for key, purpose in old.purposes.items():
        if key not in new.purposes:
            yield _of(
                key,
                purpose,
                "purpose_gone",
                "The purpose %(purpose)s ends: what was kept for it alone is destroyed.",
            )


def _of(
    key: str, purpose: Purpose, code: str, template: str, *, renewed: bool = False, **params: str
) -> Consequence:
    return Consequence(
        code=code,
        template=template,
        params={"purpose": key, **params},
        clause=purpose.clause,
        purposes=frozenset({key}),
        renewed=renewed and purpose.basis is Basis.CONSENT,
    )


def _purpose(key: str, before: Purpose, after: Purpose) -> Iterator[Consequence]:
    if wider := after.data - before.data:
        text = "The purpose %(purpose)s takes more data: %(what)s."
        yield _of(key, after, "data_wider", text, renewed=True, what=_list(wider))
    if narrower := before.data - after.data:
        text = "The purpose %(purpose)s no longer takes %(what)s."
        yield _of(key, after, "data_narrower", text, what=_list(narrower))
    if wider := after.operations - before.operations:
        text = "The purpose %(purpose)s does more with data: %(what)s."
        yield _of(key, after, "operations_wider", text, renewed=True, what=_list(wider))
    if longer(before.retention, after.retention):
        text = "The data of %(purpose)s are kept longer."
        yield _of(key, after, "kept_longer", text, renewed=True)
    elif before.retention != after.retention:
        yield _of(key, after, "kept_shorter", "The data of %(purpose)s are kept for a shorter time.")
    if before.basis is not after.basis:
        text = "The purpose %(purpose)s rests on %(what)s now."
        yield _of(key, after, "basis_changed", text, renewed=True, what=after.basis.value)
    if after.required - before.required:
        text = "For %(purpose)s more fields are mandatory: %(what)s."
        yield _of(key, after, "more_required", text, what=_list(after.required - before.required))
    if after.needed and not before.needed:
        text = "There is no service any more without %(purpose)s."
        yield _of(key, after, "needed_now", text, renewed=True)


def longer(before: Retention, after: Retention) -> bool:
    """Whether data may be kept longer than was said; another event to start from counts as longer."""
    return before.since != after.since or _days(after) > _days(before)


def _days(retention: Retention) -> int:
    return retention.years * _DAYS_OF_YEAR + retention.days


def _list(items: frozenset[str] | frozenset[Operation]) -> str:
    return ", ".join(sorted(items))


def _void(key: str, purpose: Purpose, old: Policy, new: Policy) -> Iterator[Consequence]:
    was, now = old.void(old.purposes[key].clause), new.void(purpose.clause)
    if now and not was:
        text = "The purpose %(purpose)s stops: the clause it rests on is void."
        yield _of(key, purpose, "purpose_stopped", text)
    if was and not now:
        yield _of(key, purpose, "purpose_resumed", "The purpose %(purpose)s goes on again.", renewed=True)


def _recipients(old: Policy, new: Policy) -> Iterator[Consequence]:
    for key, recipient in new.recipients.items():
        before = old.recipients.get(key)
        added = recipient.purposes - (before.purposes if before else frozenset())
        if added:
            yield _recipient(key, recipient, added, Act.TRANSFER)
        moved = before is not None and before.country != recipient.country
        if recipient.country != "KZ" and (added or moved):
            yield _recipient(key, recipient, recipient.purposes if moved else added, Act.CROSS_BORDER)


def _recipient(key: str, recipient: Recipient, purposes: frozenset[str], act: Act) -> Consequence:
    abroad = act is Act.CROSS_BORDER
    return Consequence(
        code="recipient_abroad" if abroad else "recipient_new",
        template="Data may go to %(recipient)s in %(country)s, for: %(purposes)s."
        if abroad
        else "Data may go to a new recipient, %(recipient)s, for: %(purposes)s.",
        params={"recipient": key, "country": recipient.country, "purposes": ", ".join(sorted(purposes))},
        clause=recipient.clause,
        purposes=purposes,
        act=act.value,
        renewed=True,
    )


def _terms(old: Policy, new: Policy) -> Iterator[Consequence]:
    for key, term in old.terms.items():
        now = new.terms.get(key)
        if now is None or (now.days, now.working) != (term.days, term.working):
            yield Consequence(
                code="term_changed",
                template="The term %(term)s changes from %(before)s to %(after)s days; terms that run stay as they are.",
                params={"term": key, "before": term.days, "after": now.days if now else "—"},
                clause=term.clause,
            )


def _roles(old: Policy, new: Policy) -> Iterator[Consequence]:
    for key, role in new.roles.items():
        before = old.roles.get(key)
        if wider := role.purposes - (before.purposes if before else frozenset()):
            yield Consequence(
                code="role_wider",
                template="The role %(role)s may open data for: %(purposes)s.",
                params={"role": key, "purposes": ", ".join(sorted(wider))},
                clause="3.3",
            )

"""May this be done? The one place where that is decided.

`permit` is a pure function of what is asked, what the policy says and what is known about the person. It
returns a `Permission`, which the vault demands before it seals or opens anything, or raises `Refused`
naming the clause. The order of the questions is from the general to the personal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.law.policy import Policy, Purpose, orders
from derbes.law.retention import consent_ends
from derbes.law.vocabulary import EMPLOYED, PROTECTIVE, Act, ActorKind, Basis, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. `code` is the staff or token code, never a name; `subject` is set when a person acts for themself.

    A program has a role as staff have; its token may name fewer `purposes` than the role has, never more.
    """

    kind: ActorKind
    code: str = ""
    unit: str = ""
    role: str = ""
    subject: UUID | None = None
    purposes: frozenset[str] = frozenset()

    def trace(self) -> dict[str, str | None]:
        """Who it was, as the journal keeps it: codes only, and no link to a person."""
        code, unit, role = (word or None for word in (self.code, self.unit, self.role))
        return {"kind": self.kind.value, "code": code, "unit": unit, "role": role}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked: by whom, of whom, what is to be done with which fields, what for, and when.

    A field of which a person has several is written `key/instance`, as in `message/0193…`.
    """

    actor: Actor
    subject: UUID
    operation: Operation
    purpose: str
    fields: frozenset[str]
    event: str
    at: datetime
    recipient: str = ""
    reference: str = ""
    #: The kinds of data asked for, without instances.
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        keys = frozenset(name.partition("/")[0] for name in self.fields)
        object.__setattr__(self, "keys", keys)  # the one moment in which it is not frozen yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about the person at the moment of asking."""

    #: (purpose, act), given and not withdrawn, with the policy of the edition it was given to; act "" is the purpose itself
    consented: Mapping[tuple[str, str], Policy] = field(default_factory=dict)
    given_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # when each was said last
    blocked: bool = False
    archived: bool = False  # kept by order of a law alone, in the restricted archive
    deceased: bool = False
    taken_by: frozenset[str] = frozenset()  # codes of the staff who have taken an open matter of this person


class Refused(Exception):
    """The policy does not allow it. `clause` and `norm` say which part; `code` is stable, for translation."""

    def __init__(self, request: Request, code: str, clause: str, norm: str = "") -> None:
        super().__init__(f"§{clause}: {code}")
        self.request = request
        self.code = code
        self.clause = clause
        self.norm = norm


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to do exactly `request`. Made by `permit` alone (tests/test_architecture.py)."""

    request: Request
    basis: Basis
    clause: str
    norm: str
    edition: str
    key: object = field(default=None, compare=False, repr=False)


_Question = tuple[bool, str, str, str]


def permit(request: Request, policy: Policy, facts: Facts, *, key: object = None) -> Permission:
    """Return the permission for `request` under `policy`, or raise `Refused`.

    `key` is what the vault needs to go on; the law carries it and does not look at it.
    """
    purpose = policy.purposes.get(request.purpose)
    if purpose is None:
        raise Refused(request, "unknown_purpose", "2.2", "94-V art. 7(8)")
    for question in (_about_purpose, _about_actor, _about_person):
        question(request, policy, purpose, facts)
    return Permission(request, purpose.basis, purpose.clause, purpose.norm, policy.edition, key)


def _refuse_first(request: Request, questions: tuple[_Question, ...]) -> None:
    for stands_in_the_way, code, clause, norm in questions:
        if stands_in_the_way:
            raise Refused(request, code, clause, norm)


def _about_purpose(request: Request, policy: Policy, purpose: Purpose, facts: Facts) -> None:  # noqa: ARG001
    """A purpose that is declared, not void, and needs this operation and these data (§2.1, §5.3, §6.4)."""
    _refuse_first(
        request,
        (
            (policy.void(purpose.clause), "clause_void", purpose.clause, ""),
            (request.operation not in purpose.operations, "operation_not_of_purpose", "5.3", "94-V art. 14"),
            (not request.keys <= purpose.data, "data_not_of_purpose", "2.1", "94-V art. 7(9)"),
        ),
    )


def _about_actor(request: Request, policy: Policy, purpose: Purpose, facts: Facts) -> None:
    """Need to know: by role, by purpose and by person (§3.3)."""
    actor = request.actor
    if actor.kind is ActorKind.SUBJECT:
        _refuse_first(request, ((actor.subject != request.subject, "not_yours", "2.4", "94-V art. 24"),))
    if actor.kind in EMPLOYED:
        role = policy.roles.get(actor.role)
        has_purpose = role is not None and purpose.key in role.purposes
        if actor.kind is ActorKind.TOKEN:
            has_purpose = has_purpose and purpose.key in actor.purposes
        not_taken = role is not None and role.assigned and actor.code not in facts.taken_by
        _refuse_first(
            request,
            (
                (not has_purpose, "purpose_not_of_role", "3.3", "94-V art. 11"),
                (not_taken, "matter_not_taken", "3.3", "94-V art. 11"),
            ),
        )


def _about_person(request: Request, policy: Policy, purpose: Purpose, facts: Facts) -> None:
    """What the person has said, and whether their data are blocked or archived (§3.4, §5.1, 94-V art. 1, 7, 8)."""
    more_than_storing = request.operation is not Operation.STORE
    closed = more_than_storing and request.operation not in PROTECTIVE and not orders(purpose)
    by_consent = closed and purpose.basis is Basis.CONSENT
    personal = request.actor.kind is ActorKind.SUBJECT  # nobody acts as one who has died
    _refuse_first(
        request,
        (
            (facts.blocked and more_than_storing, "blocked", "5.3", "94-V art. 1"),
            (facts.archived and closed, "archived", "3.4", "255-VIII art. 41(3)"),
            (facts.deceased and (personal or by_consent), "deceased", "5", "94-V art. 8(1)"),
        ),
    )
    if request.operation in PROTECTIVE or purpose.basis is not Basis.CONSENT:
        return
    for act in _acts(request, policy):
        agreed = facts.consented.get((purpose.key, act))
        if agreed is None:
            raise Refused(request, "no_consent", "3.6.1" if act else "5.1", "94-V art. 8(1)")
        if _over(agreed.purposes.get(purpose.key), facts.given_at.get((purpose.key, act)), request.at):
            raise Refused(request, "consent_over", "5.3", "94-V art. 8(5)")
        if not _covers(agreed, request):
            raise Refused(request, "consent_narrower", "6.5", "94-V art. 7(8)")


def _over(purpose: Purpose | None, given: datetime | None, at: datetime) -> bool:
    """Whether the consent was given for a time, and the time is over (94-V art. 8(4)(3), 8(5))."""
    until = consent_ends(purpose, given) if given else None
    return until is not None and until <= at


def _covers(agreed: Policy, request: Request) -> bool:
    """Whether a consent covers what is asked: it goes as far as the edition it was given to, and no later one."""
    purpose = agreed.purposes.get(request.purpose)
    recipient = agreed.recipients.get(request.recipient)
    return (
        purpose is not None
        and request.operation in purpose.operations
        and request.keys <= purpose.data
        and (not request.recipient or (recipient is not None and purpose.key in recipient.purposes))
    )


def _acts(request: Request, policy: Policy) -> tuple[str, ...]:
    """The consents that `request` needs: to the purpose, and to each act that wants one of its own."""
    if request.operation is not Operation.TRANSFER:
        return ("",)
    recipient = policy.recipients.get(request.recipient)
    if recipient is None or request.purpose not in recipient.purposes:
        raise Refused(request, "unknown_recipient", "3.10", "94-V art. 7(6)")
    abroad = (Act.CROSS_BORDER.value,) if recipient.country != "KZ" else ()
    return ("", Act.TRANSFER.value, *abroad)


class Powerless(Exception):
    """This member of staff may not do that; `power` says which power of a role it takes (§3.3)."""

    def __init__(self, power: str) -> None:
        super().__init__(f"§3.3: it takes the power {power!r}")
        self.power = power
        self.clause = "3.3"


def empower(actor: Actor, policy: Policy, power: str) -> None:
    """Pass when `actor` has the `power`, or any of several that stand in it; else raise `Powerless`.

    The command line has every power but a person's.
    """
    role = policy.roles.get(actor.role)
    if actor.kind is ActorKind.SYSTEM or (
        actor.kind in EMPLOYED and role is not None and not role.powers.isdisjoint(power.split())
    ):
        return
    raise Powerless(power)

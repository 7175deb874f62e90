"""A person registers (§1.6, §1.7, §2.3, §5).

Consent first: no byte of personal data is kept before it is on record. What a person has begun is sealed
like all else, can be left and resumed, and dies after `limits.draft_days`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from derbes.core.documents.models import Document
from derbes.core.matters.models import Kind, Matter, Stage
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows import agreed, codes, gate, word
from derbes.flows.gate import Unknown, Wish
from derbes.flows.story import step
from derbes.law import consent as law
from derbes.law.identifiers import INDEXED
from derbes.law.permission import Actor, Permission, Refused  # Refused is imported from here
from derbes.law.policy import Policy
from derbes.law.values import Illformed, as_kept
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = [
    "Agreement",
    "Illformed",
    "Incomplete",
    "NotAgreed",
    "Refused",
    "Registered",
    "Standing",
    "Unknown",
    "begin",
    "enrol",
    "offer",
    "register",
    "save",
    "standing",
    "submit",
]

#: Contacts are entered into the index once confirmed.
CONTACTS = ("email", "phone_mobile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a person said on the consent page: statements confirmed, and (purpose, act) pairs agreed to.

    `represented`: they act for someone else (§2.4). `address` and `agent` are the evidence of who said it.
    """

    statements: frozenset[str]
    agreed: frozenset[word.Pair]
    language: str
    channel: str = "web"
    represented: bool = False
    address: str = ""
    agent: str = ""


class NotAgreed(Exception):
    """Without this there is no registration: statements unconfirmed, needed purposes not agreed to (§5.1)."""

    def __init__(self, statements: frozenset[str], purposes: frozenset[str]) -> None:
        super().__init__("consent is not complete")
        self.statements = statements
        self.purposes = purposes


class Incomplete(Exception):
    """The registration cannot be sent yet; `missing` are fields, and `confirm:` + field where a code is wanted."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("the registration is not complete")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Registered:
    """Who was registered, the number of the matter that was opened, and the occasion of their word, for its receipt."""

    subject: UUID
    matter: str
    occasion: UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a registration is: what is filled, confirmed, scanned and missing; its matter once it was sent."""

    row: Subject
    policy: Policy
    agreed: frozenset[str]
    filled: frozenset[str]
    confirmed: frozenset[str]
    documents: list[Document]
    missing: list[str]
    matter: Matter | None

    @property
    def editable(self) -> bool:
        """Whether the person may still change what they typed: before sending, and when more was asked."""
        return self.row.state == State.DRAFT or (
            self.matter is not None and self.matter.stage == Stage.WAITING
        )


def offer(language: str, *, at: datetime, represented: bool = False) -> law.Offer:
    """Return what a person is asked under the edition in force: statements, purposes, acts, the exact text."""
    edition = shelf.in_force(at)
    return shelf.offer(edition, language, represented=represented)


def standing(subject: UUID, *, at: datetime) -> Standing:
    """Return how far the registration of `subject` is. No value is opened for it. Raises `Unknown`."""
    row = Subject.objects.filter(subject=subject).exclude(state=State.DESTROYED).first()
    if row is None:
        raise Unknown
    policy = shelf.in_force(at).policy
    chosen = frozenset(purpose for purpose, act in agreed.now(subject, at=at) if not act)
    filled, kinds = vault.filled(subject), vault.confirmed(subject)
    confirmed = frozenset(name for name in CONTACTS if INDEXED[name] in kinds)
    documents = list(Document.objects.of(subject))
    have = filled | {document.kind for document in documents}
    return Standing(
        row=row,
        policy=policy,
        agreed=chosen,
        filled=filled,
        confirmed=confirmed,
        documents=documents,
        missing=[*_missing(policy, chosen, have, row), *_unconfirmed(have - confirmed)],
        matter=_matter(subject),
    )


def _matter(subject: UUID) -> Matter | None:
    return Matter.objects.of(subject).filter(kind=Kind.REGISTRATION).first()


def _missing(policy: Policy, agreed: frozenset[str], have: frozenset[str], row: Subject) -> list[str]:
    """Fields that the purposes agreed to cannot do without, and the authority of one who acts for another."""
    wanted = {name for key in agreed for name in policy.purposes[key].required}
    wanted |= {"authority_document"} if row.represented else set()
    return sorted(wanted - have)


def _unconfirmed(have: frozenset[str]) -> list[str]:
    return [f"confirm:{name}" for name in CONTACTS if name in have]


@step
def begin(agreement: Agreement, *, at: datetime) -> UUID:
    """Record a consent and open the person's record; return their number.

    Raises `NotAgreed`: then nothing at all is kept.
    """
    subject, _ = _open(agreement, shelf.in_force(at), State.DRAFT, at=at)
    return subject


@step
def save(actor: Actor, subject: UUID, values: Mapping[str, str], *, at: datetime) -> None:
    """Keep `values` (field → text as typed); an empty text removes. Raises `Illformed`, `Refused`, `Unknown`.

    A contact that was typed anew is no longer confirmed, and no code that was sent before confirms it.
    """
    policy = shelf.in_force(at).policy
    normal = as_kept(policy, values, today=timezone.localdate(at))
    permission = gate.ask(
        actor, subject, Operation.COLLECT, "service", normal, event="registration.save", at=at
    )
    vault.leave(permission, [INDEXED[name] for name in normal if name in INDEXED])
    if anew := [name for name in CONTACTS if name in normal]:
        codes.forget(subject, *anew)  # one sent to the old contact says nothing of the new one
    vault.put(permission, normal)


@step
def submit(actor: Actor, subject: UUID, *, at: datetime) -> str:
    """Send the registration for verification; return its number. Raises `Incomplete`.

    Sent twice, it is one registration with one number.
    """
    gate.hold(subject, numbers=0, at=at)  # whoever pressed twice, or empties a field meanwhile, waits here
    here = standing(subject, at=at)
    if here.matter and not here.editable:
        return here.matter.number
    if here.missing:
        raise Incomplete(here.missing)
    data = here.policy.purposes["service"].data
    wishes = [
        Wish(operation=Operation.SYSTEMATISE, purpose="service", fields=["iin"]),
        Wish(operation=Operation.STORE, purpose="service", fields=here.filled & data),
    ]
    systematise, store = gate.ask_all(actor, subject, wishes, event="registration.submit", at=at)
    vault.enter(systematise, {"iin": "iin"}, ring=keys.ring())
    vault.record(store)
    Subject.move(subject, to=State.SUBMITTED)
    return _send(_matter(subject), subject, at=at)


@step
def register(agreement: Agreement, values: Mapping[str, str], *, at: datetime) -> UUID:
    """Register a person in one step, for those who do not come by the form: consent, fields, index, matter.

    Contacts are entered into the index as given; the channel answers for them. Raises as `begin` and `save`.
    """
    return _register(None, agreement, values, at=at).subject


@step
def enrol(actor: Actor, agreement: Agreement, values: Mapping[str, str], *, at: datetime) -> Registered:
    """Register a person whose word `actor`, a program of the operator, brings. Raises as `register`, and `Refused`."""
    return _register(actor, agreement, values, at=at)


def _register(
    actor: Actor | None, agreement: Agreement, values: Mapping[str, str], *, at: datetime
) -> Registered:
    edition, occasion = shelf.in_force(at), uuid7(at)
    normal = as_kept(edition.policy, values, today=timezone.localdate(at))
    indexed = {name: kind for name, kind in INDEXED.items() if normal.get(name)}
    wishes = [
        Wish(operation=Operation.COLLECT, purpose="service", fields=normal),
        Wish(operation=Operation.SYSTEMATISE, purpose="service", fields=indexed),
    ]
    subject, (collect, systematise) = _open(
        agreement, edition, State.SUBMITTED, also=wishes, actor=actor, occasion=occasion, at=at
    )
    vault.put(collect, normal)
    vault.enter(systematise, indexed, ring=keys.ring())
    matter = Matter.open(subject, Kind.REGISTRATION, at=at)
    return Registered(subject, matter.number, occasion)


def _open(
    agreement: Agreement,
    edition: shelf.Edition,
    state: State,
    *,
    also: Iterable[Wish] = (),
    actor: Actor | None = None,
    occasion: UUID | None = None,
    at: datetime,
) -> tuple[UUID, list[Permission]]:
    """Open the record of a new person who agrees to what is needed; return their number and the permissions."""
    offered = shelf.offer(edition, agreement.language, represented=agreement.represented)
    _complete(agreement, offered)
    row = Subject.open(state=state, language=agreement.language, represented=agreement.represented, at=at)
    spoken = word.Spoken(
        text=offered.text,
        language=agreement.language,
        offered=offered.pairs,
        agreed=agreement.agreed & offered.pairs,
        channel=agreement.channel,
        address=agreement.address,
        agent=agreement.agent,
    )
    event = "registration.begin"
    permissions = word.opening(
        row.subject, spoken, edition, also, actor=actor, occasion=occasion, event=event, at=at
    )
    return row.subject, permissions


def _complete(agreement: Agreement, offered: law.Offer) -> None:
    statements = offered.statements.keys() - agreement.statements
    purposes = offered.needed - {purpose for purpose, act in agreement.agreed if not act}
    if statements or purposes:
        raise NotAgreed(frozenset(statements), purposes)


def _send(matter: Matter | None, subject: UUID, *, at: datetime) -> str:
    if matter is None or matter.stage == Stage.CLOSED:
        return Matter.open(subject, Kind.REGISTRATION, at=at).number
    Matter.reopen(matter)
    return matter.number

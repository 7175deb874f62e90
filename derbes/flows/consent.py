"""A person gives or takes back their word, and gets a receipt for it (§5, 94-V art. 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from derbes.core.agreements.models import Agreement
from derbes.core.consents.models import Consent, Said, Word
from derbes.core.journal.prove import Unplaced
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import agreed, gate, papers, word
from derbes.flows.story import step
from derbes.law import consent as law
from derbes.law import withdrawal
from derbes.law.permission import Actor, Refused  # raised here; imported from here
from derbes.law.vocabulary import Operation
from derbes.law.withdrawal import Answer

__all__ = [
    "Answer",
    "Change",
    "Refused",
    "Stance",
    "Unplaced",
    "Withdrawn",
    "bound",
    "change",
    "ledger",
    "receipt",
    "run_out",
    "stances",
    "state",
    "until",
    "withdraw",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person changes: pairs (purpose, act) to give and to withdraw, in which language, by what channel."""

    give: frozenset[word.Pair] = frozenset()
    withdraw: frozenset[word.Pair] = frozenset()
    language: str
    channel: str = "web"
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The answer to a withdrawal, and the occasion for a receipt; no occasion when nothing was stopped."""

    occasion: UUID | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Stance:
    """What a person said last of one thing, and on which occasion: `given`, `refused`, `withdrawn`, or `over` by its own term.

    `until` is when a consent ends, or ended, by its own term; None for what has no term.
    """

    purpose: str
    act: str
    word: str
    at: datetime
    until: datetime | None
    edition: str
    occasion: UUID


@step
def stances(actor: Actor, *, at: datetime) -> list[Stance]:
    """Return where the person stands on each thing they were ever asked, for those who act on it; it leaves an entry.

    Raises `Refused`, also while the data are blocked, and `Unknown`.
    """
    if actor.subject is None:
        raise gate.Unknown
    vault.record(gate.ask(actor, actor.subject, Operation.USE, "rights", [], event="consent.stances", at=at))
    rows = ledger(actor.subject)
    over = run_out(rows, at=at)
    last = {(row.purpose, row.act): row for row in reversed(rows)}
    return [
        Stance(p, act, "over" if row.id in over else row.word, row.at, until(row), row.edition, row.occasion)
        for (p, act), row in sorted(last.items())
    ]


def state(subject: UUID, language: str, *, at: datetime) -> tuple[law.Offer, frozenset[word.Pair]]:
    """Return what can be agreed to under the edition in force, and what of it the person agrees to now."""
    represented, _ = _circumstances(subject)
    offered = shelf.offer(shelf.in_force(at), language, represented=represented)
    return offered, agreed.now(subject, at=at)


def ledger(subject: UUID) -> list[Consent]:
    """Return all that the person ever said, the latest first."""
    return list(Consent.objects.of(subject).reverse())


def run_out(rows: Iterable[Consent], *, at: datetime) -> dict[UUID, datetime]:
    """Return which of a person's words have ended by their own term, by id, each with the moment (94-V art. 8(5))."""
    return agreed.run_out(rows, at=at)


def until(row: Consent) -> datetime | None:
    """Return when a consent ends by its own term; None for what was given for no time, refused or withdrawn."""
    return agreed.until(row)


def bound(subject: UUID, *, at: datetime) -> frozenset[word.Pair]:
    """Return the consents that the person cannot withdraw now: something is owed that cannot be done without them."""
    return withdrawal.bound(shelf.in_force(at).policy, obliged=_circumstances(subject)[1])


@step
def change(actor: Actor, change: Change, *, at: datetime) -> UUID | None:
    """Give and withdraw (§5): from this moment nothing that rests on a withdrawn consent is permitted.

    A consent given under an earlier edition, or over by its own term, can be given anew. What was given under
    this edition and is in force, and what was not in force, is left as it is; so is what cannot be withdrawn
    (see `withdraw`).
    Returns the occasion, or None when nothing changed.
    """
    return _change(actor, change, at=at)[0]


@step
def withdraw(actor: Actor, change: Change, *, at: datetime) -> Withdrawn:
    """Withdraw, and say what stopped and what was refused on which ground: the answer is given at once (94-V art. 8(7)).

    What may stop has stopped when this returns. Raises `Refused` while the data are blocked, `Unknown`.
    """
    occasion, answer = _change(actor, change, at=at)
    return Withdrawn(occasion, answer)


def _change(actor: Actor, change: Change, *, at: datetime) -> tuple[UUID | None, Answer]:
    subject = actor.subject
    if subject is None:
        raise gate.Unknown
    gate.hold(subject, numbers=0, at=at)  # what is said twice at once is said once
    edition = shelf.in_force(at)
    represented, obliged = _circumstances(subject)
    offered = shelf.offer(edition, change.language, represented=represented)
    now = agreed.now(subject, at=at)
    given = sorted(change.give & offered.pairs)
    if given:
        given = sorted(set(given) - (now & _given_under(edition.edition, subject)))
    answer = withdrawal.answer(edition.policy, change.withdraw & now, obliged=obliged)
    withdrawn = sorted(answer.stopped)
    if answer.refused:
        _record_refusal(actor, subject, answer, at=at)
    said = [Said(p, Word.GIVEN, act) for p, act in given]
    said += [Said(p, Word.WITHDRAWN, act) for p, act in withdrawn]
    if not said:
        return None, answer
    spoken = word.Spoken(
        text=offered.text,
        language=change.language,
        offered=frozenset(given) | frozenset(withdrawn),
        agreed=frozenset(given),
        channel=change.channel,
        address=change.address,
        agent=change.agent,
    )
    return word.add(actor, subject, said, spoken, edition, at=at), answer


def _record_refusal(actor: Actor, subject: UUID, answer: Answer, *, at: datetime) -> None:
    """The reasoned refusal stands among the person's own entries."""
    pairs = sorted(purpose for purpose, _ in answer.refused)
    permission = gate.ask(actor, subject, Operation.RECORD, "rights", [], event="consent.bound", at=at)
    vault.record(permission, refused=pairs, ground=answer.ground, norm=answer.norm)


def _circumstances(subject: UUID) -> tuple[bool, bool]:
    """Whether somebody acts for the person, and whether something is owed: in one statement."""
    owed = Agreement.objects.running().filter(subject=OuterRef("subject"), obliged=True)
    rows = Subject.objects.filter(subject=subject).values_list("represented", Exists(owed))
    return rows.first() or (False, False)


@step
def receipt(actor: Actor, occasion: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the signed receipt of what the person said on one occasion, with its place in the journal.

    Content of ISO/IEC TS 27560; anyone can check it with verify/derbes_verify.py. Raises
    `Consent.DoesNotExist` when there is no such occasion of theirs, `Unplaced` while the journal's sequencer is busy.
    """
    subject = actor.subject
    if subject is None:
        raise gate.Unknown
    rows = list(Consent.objects.filter(subject=subject, occasion=occasion).order_by("purpose", "act"))
    if not rows:
        raise Consent.DoesNotExist
    permission = gate.ask(
        actor, subject, Operation.USE, "rights", papers.NAMES, event="consent.receipt", at=at
    )
    return papers.receipt(permission, rows, vault.take(permission), at=at)


def _given_under(edition: str, subject: UUID) -> frozenset[word.Pair]:
    rows = Consent.objects.filter(subject=subject, edition=edition, word=Word.GIVEN)
    return frozenset(rows.values_list("purpose", "act"))

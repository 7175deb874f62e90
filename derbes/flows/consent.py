"""A person gives or takes back their word, and gets a receipt for it (§5, 94-V art. 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from derbes.core.consents.models import Consent, Said, Word
from derbes.core.journal.prove import Unplaced
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import gate, papers, word
from derbes.flows.story import step
from derbes.law import consent as law
from derbes.law.permission import Actor, Refused  # raised here; imported from here
from derbes.law.vocabulary import Operation

__all__ = ["Change", "Refused", "Unplaced", "change", "ledger", "receipt", "state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person changes: pairs (purpose, act) to give and to withdraw, in which language, by what channel."""

    give: frozenset[word.Pair] = frozenset()
    withdraw: frozenset[word.Pair] = frozenset()
    language: str
    channel: str = "web"
    address: str = ""
    agent: str = ""


def state(subject: UUID, language: str, *, at: datetime) -> tuple[law.Offer, frozenset[word.Pair]]:
    """Return what can be agreed to under the edition in force, and what of it the person agrees to now."""
    edition = shelf.in_force(at)
    represented = Subject.objects.filter(subject=subject, represented=True).exists()
    offered = shelf.offer(edition, language, represented=represented)
    return offered, Consent.objects.in_force(subject)


def ledger(subject: UUID) -> list[Consent]:
    """Return all that the person ever said, the latest first."""
    return list(Consent.objects.of(subject).reverse())


@step
def change(actor: Actor, change: Change, *, at: datetime) -> UUID | None:
    """Give and withdraw (§5): from this moment nothing that rests on a withdrawn consent is permitted.

    A consent given under an earlier edition can be given anew. What was given under this edition and is in
    force, and what was not in force, is left as it is. Returns the occasion, or None when nothing changed.
    """
    subject = actor.subject
    if subject is None:
        raise gate.Unknown
    edition = shelf.in_force(at)
    offered, now = state(subject, change.language, at=at)
    given = sorted((change.give & offered.pairs) - (now & _given_under(edition.edition, subject)))
    withdrawn = sorted(change.withdraw & now)
    said = [Said(p, Word.GIVEN, act) for p, act in given]
    said += [Said(p, Word.WITHDRAWN, act) for p, act in withdrawn]
    if not said:
        return None
    spoken = word.Spoken(
        text=offered.text,
        language=change.language,
        offered=frozenset(given) | frozenset(withdrawn),
        agreed=frozenset(given),
        channel=change.channel,
        address=change.address,
        agent=change.agent,
    )
    return word.add(actor, subject, said, spoken, edition, at=at)


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

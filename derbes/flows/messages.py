"""A message comes by the feedback form (§1.8): kept sealed, with a number and a date at once, and seen to by the staff.

Whoever writes without being registered gets a record of their own, for the purpose of communication alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from derbes.core.consents.models import Consent
from derbes.core.matters.models import Kind, Matter
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate, word
from derbes.flows.gate import Wish
from derbes.flows.story import step
from derbes.law import consent as law
from derbes.law import identifiers
from derbes.law.permission import Actor, empower
from derbes.law.strangers import strangers
from derbes.law.vocabulary import Operation

PURPOSE = "communication"
FIELDS = ("given_name", "email", "phone_mobile")


class Strangers(Exception):
    """The text seems to hold other people's data (`kinds`: iin, phone, email, card). Nothing was kept (§2.4)."""

    def __init__(self, kinds: frozenset[str]) -> None:
        super().__init__("other people's data in the text")
        self.kinds = kinds


class NotAgreed(Exception):
    """A message cannot be kept without consent to its being answered (§5.1). Nothing was kept."""


class Decided(Exception):
    """The message was closed already. Nothing was changed."""


class Illformed(Exception):
    """Values that cannot be what they are meant to be: field → what is wrong. Nothing was kept."""

    def __init__(self, errors: Mapping[str, identifiers.Malformed]) -> None:
        super().__init__("ill-formed values")
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as typed: text, how to answer (given_name, email, phone_mobile), consent, and in which language.

    `sure`: the author was asked about other people's data in the text and says that it is theirs to tell.
    """

    text: str
    values: Mapping[str, str]
    agreed: bool
    language: str
    sure: bool = False
    address: str = ""
    agent: str = ""


def offer(language: str, *, at: datetime) -> law.Offer:
    """Return what somebody who writes is asked to agree to: communication alone."""
    edition = shelf.in_force(at)
    return shelf.offer(edition, language, purposes=(PURPOSE,))


@step
def send(letter: Letter, *, at: datetime) -> Matter:
    """Keep a message of somebody who is not signed in; return its matter, with number and date.

    Raises `NotAgreed`, `Illformed`, `Strangers`: then nothing is kept.
    """
    if not letter.agreed:
        raise NotAgreed
    normal = _normal(letter.values)
    _ask_about_strangers(letter, normal.values())
    edition, offered = shelf.in_force(at), offer(letter.language, at=at)
    row = Subject.open(state=State.CORRESPONDENT, language=letter.language, at=at)
    matter = Matter.open(row.subject, Kind.MESSAGE, at=at)
    name = f"message/{matter.id}"
    wish = Wish(operation=Operation.COLLECT, purpose=PURPOSE, fields=[*normal, name])
    spoken = word.Spoken(
        text=offered.text,
        language=letter.language,
        offered=offered.pairs,
        agreed=frozenset({(PURPOSE, "")}),
        address=letter.address,
        agent=letter.agent,
    )
    with word.opening(row.subject, spoken, edition, [wish], event="messages.send", at=at) as (permission,):
        vault.put(permission, {**normal, name: letter.text})
    return matter


@step
def write(actor: Actor, letter: Letter, *, at: datetime) -> Matter:
    """Keep a message of a registered person; return its matter. Raises `Strangers`, `Refused`, `Unknown`."""
    if actor.subject is None:
        raise gate.Unknown
    if letter.agreed and (PURPOSE, "") not in Consent.objects.in_force(actor.subject):
        _agree(actor, actor.subject, letter, at=at)
    _ask_about_strangers(letter, ())
    matter = Matter.open(actor.subject, Kind.MESSAGE, at=at)
    name = f"message/{matter.id}"
    permission = gate.ask(
        actor, actor.subject, Operation.COLLECT, PURPOSE, [name], event="messages.send", at=at
    )
    vault.put(permission, {name: letter.text})
    return matter


@step
def close(actor: Actor, number: str, *, at: datetime) -> None:
    """Close a message that was answered. Raises `Matter.DoesNotExist`, `Powerless`, `Decided`."""
    matter = Matter.objects.get(number=number, kind=Kind.MESSAGE)
    empower(actor, shelf.in_force(at).policy, "messages")
    permission = gate.ask(
        actor, matter.subject, Operation.ACCUMULATE, PURPOSE, [], event="messages.close", at=at
    )
    if not Matter.close(matter, outcome="answered", reason="", by=actor.code, at=at):
        raise Decided
    vault.record(permission)


def _agree(actor: Actor, subject: UUID, letter: Letter, *, at: datetime) -> None:
    edition, offered = shelf.in_force(at), offer(letter.language, at=at)
    spoken = word.Spoken(
        text=offered.text,
        language=letter.language,
        offered=offered.pairs,
        agreed=frozenset({(PURPOSE, "")}),
        address=letter.address,
        agent=letter.agent,
    )
    word.add(actor, subject, spoken.words(), spoken, edition, at=at)


def _normal(values: Mapping[str, str]) -> dict[str, str]:
    normal, errors = {}, {}
    for name in FIELDS:
        if not (typed := values.get(name, "").strip()):
            continue
        try:
            normal[name] = identifiers.normalise(name, typed)
        except identifiers.Malformed as malformed:
            errors[name] = malformed
    if errors:
        raise Illformed(errors)
    return normal


def _ask_about_strangers(letter: Letter, own: Iterable[str]) -> None:
    if not letter.sure and (kinds := strangers(letter.text, own)):
        raise Strangers(kinds)

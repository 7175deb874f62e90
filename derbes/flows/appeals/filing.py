"""An appeal comes in, with a number and a due date at once: by the site, from the cabinet, by phone, on paper (§1.8, §6.2, §6.7).

Questions rest on consent to be answered; to exercise a right nobody has to consent to anything. Whoever writes
without being registered gets a record of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.appeals.models import Appeal
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import agreed, clocks, gate, notice, word
from derbes.flows.appeals import door
from derbes.flows.gate import Wish
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law import consent as offers
from derbes.law import identifiers
from derbes.law.permission import Actor, empower
from derbes.law.strangers import strangers
from derbes.law.vocabulary import ActorKind, Operation

PURPOSE = "communication"
FIELDS = ("given_name", "email", "phone_mobile")


class Strangers(Exception):
    """The text seems to hold other people's data (`kinds`: iin, phone, email, card). Nothing was kept (§2.4)."""

    def __init__(self, kinds: frozenset[str]) -> None:
        super().__init__("other people's data in the text")
        self.kinds = kinds


class NotAgreed(Exception):
    """A question cannot be kept without consent to its being answered (§5.1). Nothing was kept."""


class Illformed(Exception):
    """Values that cannot be what they are meant to be: field → what is wrong. Nothing was kept."""

    def __init__(self, errors: Mapping[str, identifiers.Malformed]) -> None:
        super().__init__("ill-formed values")
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An appeal as typed: text, how to answer (given_name, email, phone_mobile), consent, and in which language.

    `kind` is what the person chose in plain words (law.appeals.CHOICES). `sure`: the author was asked about other
    people's data in the text and says that it is theirs to tell.
    """

    text: str
    values: Mapping[str, str]
    agreed: bool
    language: str
    kind: law.Kind = law.Kind.FEEDBACK
    sure: bool = False
    channel: str = "web"
    address: str = field(default="", repr=False)
    agent: str = field(default="", repr=False)


def offer(language: str, *, at: datetime) -> offers.Offer:
    """Return what somebody who asks a question is asked to agree to: communication alone."""
    edition = shelf.in_force(at)
    return shelf.offer(edition, language, purposes=(PURPOSE,))


def terms(*, at: datetime) -> dict[law.Kind, law.Length]:
    """Return, for each kind that a person may choose, the term that an appeal received now would have."""
    return {kind: clocks.starting(kind, at, at=at, keep=False)[0].length for kind in law.CHOICES}


@step
def send(letter: Letter, *, at: datetime) -> Appeal:
    """Keep an appeal of somebody who is not signed in; return it, with `number` and `due`.

    Raises `NotAgreed` (questions and feedback alone), `Illformed`, `Strangers`: then nothing is kept.
    """
    if not letter.agreed and letter.kind in law.CONVERSATION:
        raise NotAgreed
    normal = _normal(letter.values)
    _ask_about_strangers(letter, normal.values())
    return _open_correspondent(letter, normal, received_at=at, at=at)


@step
def write(actor: Actor, letter: Letter, *, at: datetime) -> Appeal:
    """Keep an appeal of a registered person; return it. Raises `Strangers`, `Refused`, `Unknown` of the gate."""
    if actor.subject is None:
        raise gate.Unknown
    conversation = letter.kind in law.CONVERSATION
    if conversation and letter.agreed and (PURPOSE, "") not in agreed.now(actor.subject, at=at):
        _agree(actor, actor.subject, letter, at=at)
    _ask_about_strangers(letter, ())
    appeal = _open(actor.subject, letter, agreed=True, channel="cabinet", received_at=at, at=at)
    name = f"message/{appeal.id}"
    permission = door.ask(actor, appeal, Operation.COLLECT, [name], event="appeals.file", at=at)
    vault.put(permission, {name: letter.text})
    door.happened(appeal, law.Happened.RECEIVED, actor, at=at, kind=letter.kind, text=name)
    return appeal


def receive(actor: Actor, letter: Letter, *, received_at: datetime, at: datetime) -> Appeal:
    """Keep what came by `letter.channel` phone, paper or visit; the staff typed it in. Return the appeal.

    The clock starts when it was received, not when it was typed in. The person is told number and date by the
    contact they gave. Raises `Powerless`, `Illformed`, `NotAgreed` (a question without spoken consent), and
    `ValueError` for another channel or a moment yet to come.
    """
    if letter.channel not in {"phone", "paper", "visit"} or received_at > at:
        raise ValueError("not a channel of the desk, or a moment yet to come")
    if not letter.agreed and letter.kind in law.CONVERSATION:
        raise NotAgreed
    appeal = _receive(actor, letter, received_at=received_at, at=at)
    tell(appeal, "appeal_received", at=at)
    return appeal


@step
def _receive(actor: Actor, letter: Letter, *, received_at: datetime, at: datetime) -> Appeal:
    empower(actor, shelf.in_force(at).policy, door.POWER)
    return _open_correspondent(letter, _normal(letter.values), received_at=received_at, at=at, clerk=actor)


def by_post(letter: Letter, *, received_at: datetime, at: datetime) -> Appeal:
    """Keep a letter from the mailbox, in the caller's step. It has no consent and no kind yet: it rests on the law."""
    return _open_correspondent(letter, _normal(letter.values), received_at=received_at, at=at)


def tell(appeal: Appeal, what: str, *, at: datetime) -> None:
    """Tell the person about their appeal: its number, its date, and where to read the rest."""
    notice.tell_of_appeal(
        appeal.subject, what, number=appeal.number, due=appeal.due, purpose=appeal.purpose, at=at
    )


def _open_correspondent(
    letter: Letter,
    normal: Mapping[str, str],
    *,
    received_at: datetime,
    at: datetime,
    clerk: Actor | None = None,
) -> Appeal:
    """Open a record of somebody who is not registered, with their appeal in it."""
    edition = shelf.in_force(at)
    row = Subject.open(state=State.CORRESPONDENT, language=letter.language, at=at)
    appeal = _open(
        row.subject, letter, agreed=letter.agreed, channel=letter.channel, received_at=received_at, at=at
    )
    name = f"message/{appeal.id}"
    wish = Wish(operation=Operation.COLLECT, purpose=appeal.purpose, fields=[*normal, name])
    values = {**normal, name: letter.text}
    detail = {"channel": letter.channel, **({"by": clerk.code} if clerk else {})}
    if letter.agreed:
        spoken = _spoken(letter, at=at)
        (permission,) = word.opening(row.subject, spoken, edition, [wish], event="appeals.file", at=at)
    else:
        (permission,) = gate.open_new(
            row.subject, (), [wish], policy=edition.policy, event="appeals.file", at=at
        )
    vault.put(permission, values, **detail)
    whose = clerk or Actor(kind=ActorKind.SUBJECT)
    door.happened(appeal, law.Happened.RECEIVED, whose, at=at, kind=letter.kind, text=name)
    return appeal


def _open(
    subject: UUID, letter: Letter, *, agreed: bool, channel: str, received_at: datetime, at: datetime
) -> Appeal:
    clock, version = clocks.starting(letter.kind, received_at, at=at)
    return Appeal.open(
        subject,
        clock,
        purpose=law.purpose_of(letter.kind, agreed=agreed),
        channel=channel,
        language=letter.language,
        calendar=version,
        received_at=received_at,
        at=at,
    )


def _agree(actor: Actor, subject: UUID, letter: Letter, *, at: datetime) -> None:
    edition = shelf.in_force(at)
    spoken = _spoken(letter, at=at)
    word.add(actor, subject, spoken.words(), spoken, edition, at=at)


def _spoken(letter: Letter, *, at: datetime) -> word.Spoken:
    offered = offer(letter.language, at=at)
    return word.Spoken(
        text=offered.text,
        language=letter.language,
        offered=offered.pairs,
        agreed=frozenset({(PURPOSE, "")}),
        channel=letter.channel,
        address=letter.address,
        agent=letter.agent,
    )


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

"""A person sees to their own appeals: from the cabinet, or unregistered by number and a code sent to the contact they gave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from derbes.core.accounts import throttle
from derbes.core.appeals.models import Appeal
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows import clocks, codes, gate
from derbes.flows.appeals import cases, door
from derbes.flows.appeals.cases import Case
from derbes.flows.appeals.door import Decided, Unknown
from derbes.flows.appeals.filing import Strangers
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law.deadlines import local_day
from derbes.law.permission import Actor, Refused
from derbes.law.strangers import strangers
from derbes.law.vocabulary import ActorKind, Operation

AIM = "appeal"
CONTACTS = ("phone_mobile", "email")


def ask_code(number: str, *, who: str, at: datetime) -> UUID:
    """Send a code to the contact that was given with the appeal of this `number`; return a ticket for `enter`.

    A ticket is given for an unknown number too, so that nobody learns which there are. `who` is counted against
    floods. Raises `TooOften`, `NotSent`.
    """
    throttle.count("appeal by address", who, most=60, seconds=3600)
    throttle.count("appeal by number", number, most=5, seconds=900)
    subject = Appeal.objects.filter(number=number).values_list("subject", flat=True).first()
    if subject is None:
        return uuid4()
    contact = next((name for name in CONTACTS if name in vault.filled(subject)), None)
    if contact is not None:
        try:
            codes.send(subject, contact, AIM, at=at)
        except (gate.Unknown, Refused):
            return subject
    return subject


def enter(ticket: UUID, number: str, code: str, *, at: datetime) -> Actor:
    """Return who has typed the code sent for `ticket`: the person of the appeal, for `see`, `read`, `say`, `attach`.

    The face keeps `subject` and `number` in the session and asks for nothing but that appeal. Raises `WrongCode`.
    """
    actor = Actor(kind=ActorKind.SUBJECT, subject=ticket)
    if not codes.spend(ticket, AIM, code, at=at):
        raise codes.WrongCode
    try:
        door.mine(actor, number)
    except Unknown as unknown:
        raise codes.WrongCode from unknown
    return actor


def own(actor: Actor, *, at: datetime) -> list[Case]:
    """Return the person's appeals, the newest first, without events."""
    return cases.cards(Appeal.objects.of(actor.subject), at=at) if actor.subject else []


def see(actor: Actor, number: str, *, at: datetime) -> Case:
    """Return one of the person's appeals with its events and attachments; texts are opened by `read`. Raises `Unknown`."""
    return cases.whole(door.mine(actor, number), internal=False, at=at)


@step
def read(actor: Actor, number: str, *, at: datetime) -> dict[str, str]:
    """Return the conversation of the person's appeal: name of the text (message/…, letter/…) → text.

    Raises `Unknown`, `Refused` (blocked data are stored and nothing more).
    """
    appeal = door.mine(actor, number)
    texts = cases.whole(appeal, internal=False, at=at).texts
    permission = gate.ask(actor, appeal.subject, Operation.USE, "rights", texts, event="appeals.read", at=at)
    return vault.take(permission)


@step
def say(actor: Actor, number: str, text: str, *, sure: bool = False, at: datetime) -> None:
    """Add a message of the person to their appeal; a clock that waited for them goes on.

    Raises `Unknown`, `Decided`, `Strangers`, `Refused`.
    """
    appeal = door.mine(actor, number)
    if not appeal.live:
        raise Decided
    if not sure and (kinds := strangers(text, ())):
        raise Strangers(kinds)
    add(appeal, actor, text, at=at)


def add(appeal: Appeal, actor: Actor, text: str, *, at: datetime) -> None:
    """Seal a person's message to a live appeal, within the caller's step."""
    name = f"message/{uuid7(at)}"
    permission = door.ask(actor, appeal, Operation.COLLECT, [name], event="appeals.say", at=at)
    vault.put(permission, {name: text})
    door.happened(appeal, law.Happened.WRITTEN, actor, at=at, text=name)
    resume_for(appeal, actor, at=at)


def resume_for(appeal: Appeal, actor: Actor, *, at: datetime) -> None:
    """Let the clock go on if it waited for the person, who has now answered."""
    if appeal.stage != "paused":
        return
    event = law.Event(law.Happened.RESUMED, local_day(at))
    before, (clock, version) = appeal.due, clocks.set_by(appeal, event, at=at)
    appeal.keep_time(clock, version)
    door.happened(
        appeal,
        law.Happened.RESUMED,
        actor,
        at=at,
        reason="person_answered",
        before=before.isoformat(),
        due=clock.due.isoformat(),
    )


@step
def take_back(actor: Actor, number: str, *, at: datetime) -> None:
    """End the person's appeal at their own wish. Raises `Unknown`, `Decided`, `Refused`."""
    appeal = door.mine(actor, number)
    permission = door.ask(actor, appeal, Operation.ACCUMULATE, event="appeals.take_back", at=at)
    if not appeal.close("taken_back", by=appeal.taken_by, at=at):
        raise Decided
    vault.record(permission)
    Subject.look_again(appeal.subject, at=at)
    door.happened(appeal, law.Happened.CLOSED, actor, at=at, outcome="taken_back")

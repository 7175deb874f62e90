"""What the staff do with an appeal. Each step is an event that stays, and what concerns the person they see as well.

A role that opens data only of matters it has taken must take the appeal first; the gate sees to that.
"""

from __future__ import annotations

from datetime import datetime

from derbes.core.accounts.models import User
from derbes.core.appeals.models import Appeal
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows import agreed, clocks
from derbes.flows.appeals import door
from derbes.flows.appeals.door import Decided
from derbes.flows.appeals.filing import tell
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law.deadlines import local_day
from derbes.law.permission import Actor
from derbes.law.vocabulary import Operation


class NotExtendable(Exception):
    """The rule lets this term be lengthened by no more than `most` days; a term that is over, not at all."""

    def __init__(self, most: int) -> None:
        super().__init__("the term cannot be lengthened so")
        self.most = most


class NotSuited(Exception):
    """This member of staff does not exist, or their role does not see to such appeals."""


@step
def take(actor: Actor, number: str, *, at: datetime) -> None:
    """Take an appeal. Raises `Unknown`, `Decided` (a colleague has it, or it is over), `Powerless`."""
    appeal = door.live(actor, number, at=at)
    if not appeal.take(actor.code):
        raise Decided
    if appeal.taken_by != actor.code:
        door.happened(appeal, law.Happened.TAKEN, actor, at=at)


@step
def reassign(actor: Actor, number: str, to: str, *, at: datetime) -> None:
    """Give an appeal to the colleague with the staff code `to`, or back to nobody for an empty one.

    Raises `NotSuited`, `Unknown`, `Decided`, `Powerless`, `Refused`.
    """
    appeal = door.live(actor, number, at=at)
    _enter(actor, appeal, "reassign", at=at)
    if to and not _suited(appeal, to, at=at):
        raise NotSuited
    if not appeal.give(to):
        raise Decided
    door.happened(appeal, law.Happened.REASSIGNED, actor, at=at, to=to)


def colleagues(actor: Actor, number: str, *, at: datetime) -> list[str]:
    """Return the staff codes that an appeal can be given to. Raises `Unknown`, `Powerless`."""
    appeal = door.handled(actor, number, at=at)
    codes = (
        User.objects.exclude(role="").filter(is_active=True).order_by("code").values_list("code", flat=True)
    )
    return [code for code in codes if _suited(appeal, code, at=at)]


@step
def retype(actor: Actor, number: str, kind: law.Kind, reason: str, *, at: datetime) -> None:
    """Say that an appeal is of another kind, for one of RETYPE_REASONS. Its term counts from the day of receipt.

    Whoever's role does not see to the new kind gives the appeal back. Raises `ValueError`, `Unknown`, `Decided`,
    `Powerless`, `Refused`.
    """
    _listed(reason, law.RETYPE_REASONS)
    appeal = door.live(actor, number, at=at)
    if kind in {law.Kind.UNSORTED, law.Kind(appeal.kind)}:
        raise ValueError("not another kind of appeal")
    _enter(actor, appeal, "retype", at=at)
    event, was = law.Event(law.Happened.RETYPED, local_day(at), kind=kind), appeal.kind
    _set_clock(appeal, event, actor, at=at, kind=kind.value, was=was, reason=reason)
    talks = ("communication", "") in agreed.now(appeal.subject, at=at)
    appeal.serve(law.purpose_of(kind, agreed=talks))
    if appeal.taken_by and not _suited(appeal, appeal.taken_by, at=at):
        appeal.give("")


def pause(actor: Actor, number: str, reason: str, text: str, *, at: datetime) -> None:
    """Stop the clock until the person answers `text`, which asks for what is wanted (one of PAUSE_REASONS).

    They are told that they are asked. Raises `ValueError`, `Unknown`, `Decided`, `Powerless`, `Refused`.
    """
    tell(_pause(actor, number, reason, text, at=at), "appeal_asks", at=at)


@step
def _pause(actor: Actor, number: str, reason: str, text: str, *, at: datetime) -> Appeal:
    _listed(reason, law.PAUSE_REASONS)
    appeal = door.live(actor, number, at=at)
    if appeal.stage == "paused":
        raise Decided
    name = _put(actor, appeal, "letter", text, "pause", at=at)
    if appeal.stage == "paused":  # by a colleague, at the same moment
        raise Decided
    event = law.Event(law.Happened.PAUSED, local_day(at))
    _set_clock(appeal, event, actor, at=at, reason=reason, text=name)
    return appeal


@step
def resume(actor: Actor, number: str, reason: str, *, at: datetime) -> None:
    """Let a stopped clock go on, for one of RESUME_REASONS. Raises as `pause`."""
    _listed(reason, law.RESUME_REASONS)
    appeal = door.live(actor, number, at=at)
    if appeal.stage != "paused":
        raise Decided
    _enter(actor, appeal, "resume", at=at)
    _set_clock(appeal, law.Event(law.Happened.RESUMED, local_day(at)), actor, at=at, reason=reason)


def extend(actor: Actor, number: str, days: int, reason: str, *, at: datetime) -> None:
    """Lengthen the term by `days` of its own unit, where the rule allows it, for one of EXTEND_REASONS.

    The person is told. Raises `NotExtendable`, `ValueError`, `Unknown`, `Decided`, `Powerless`, `Refused`.
    """
    tell(_extend(actor, number, days, reason, at=at), "appeal_extended", at=at)


@step
def _extend(actor: Actor, number: str, days: int, reason: str, *, at: datetime) -> Appeal:
    _listed(reason, law.EXTEND_REASONS)
    appeal = door.live(actor, number, at=at)
    _enter(actor, appeal, "extend", at=at)
    over = appeal.late(local_day(at)) or appeal.extended
    most = 0 if over else law.extendable(clocks.running(appeal, clocks.calendar(), at=at))
    if not 0 < days <= most:
        raise NotExtendable(most)
    event = law.Event(law.Happened.EXTENDED, local_day(at), days=days)
    _set_clock(appeal, event, actor, at=at, days=days, reason=reason)
    return appeal


@step
def note(actor: Actor, number: str, text: str, *, at: datetime) -> None:
    """Leave a note for colleagues. It is sealed; the person's page leaves it out. Raises as `resume`."""
    appeal = door.handled(actor, number, at=at)
    name = _put(actor, appeal, "note", text, "note", at=at)
    door.happened(appeal, law.Happened.NOTED, actor, at=at, text=name)


def write(actor: Actor, number: str, text: str, *, at: datetime) -> None:
    """Write to the person without stopping the clock; they are told that there is something to read. Raises as `resume`."""
    tell(_write(actor, number, text, at=at), "appeal_written", at=at)


@step
def _write(actor: Actor, number: str, text: str, *, at: datetime) -> Appeal:
    appeal = door.live(actor, number, at=at)
    name = _put(actor, appeal, "letter", text, "write", at=at)
    door.happened(appeal, law.Happened.WRITTEN, actor, at=at, text=name)
    return appeal


@step
def close(actor: Actor, number: str, outcome: str = "no_appeal", *, at: datetime) -> None:
    """End an appeal that needs no answer, as one of CLOSINGS. Raises `ValueError` and as `resume`."""
    _listed(outcome, law.CLOSINGS)
    appeal = door.live(actor, number, at=at)
    _enter(actor, appeal, "close", at=at)
    if not appeal.close(outcome, by=actor.code, at=at):
        raise Decided
    Subject.look_again(appeal.subject, at=at)
    door.happened(appeal, law.Happened.CLOSED, actor, at=at, outcome=outcome)


def _listed(word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise ValueError("not a word that the list has")


def _suited(appeal: Appeal, code: str, *, at: datetime) -> bool:
    policy = shelf.in_force(at).policy
    user = User.objects.filter(code=code, is_active=True).first()
    role = policy.roles.get(user.role) if user else None
    if user is None or role is None or door.POWER not in role.powers:
        return False
    return appeal.purpose in role.purposes


def _enter(actor: Actor, appeal: Appeal, what: str, *, at: datetime) -> None:
    """Leave the entry of something done to the appeal, without touching data; the gate says whether it may be."""
    event = f"appeals.{what}"
    vault.record(door.ask(actor, appeal, Operation.ACCUMULATE, event=event, at=at))


def _put(actor: Actor, appeal: Appeal, key: str, text: str, what: str, *, at: datetime) -> str:
    """Seal a text of the staff with the appeal; return its name."""
    name = f"{key}/{uuid7(at)}"
    event = f"appeals.{what}"
    vault.put(door.ask(actor, appeal, Operation.RECORD, [name], event=event, at=at), {name: text})
    return name


def _set_clock(appeal: Appeal, event: law.Event, actor: Actor, *, at: datetime, **detail: object) -> None:
    """Let something happen to the clock: the new due date stands in the event beside the one before."""
    before, (clock, version) = appeal.due, clocks.set_by(appeal, event, at=at)
    if not appeal.keep_time(clock, version):
        raise Decided
    moved = {"before": before.isoformat(), "due": clock.due.isoformat(), "calendar": version}
    door.happened(appeal, event.code, actor, at=at, **detail, **moved)

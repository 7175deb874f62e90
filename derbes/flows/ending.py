"""What plans say is carried out on people who are held, within the caller's step: destroyed, trimmed, archived, depersonalised.

One person or thousands: it is done the same way, in as many statements. What always holds: the key is broken before
ciphertext, index, codes and sessions are removed; an act of each person says what went, what stayed and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.sessions.models import Session

from derbes.core.accounts.models import Code, SignIn, User
from derbes.core.acts.models import Act, Drawn, Kind
from derbes.core.appeals.attachments import Attachment
from derbes.core.archive.models import Archived
from derbes.core.corrections.models import Checked
from derbes.core.documents.models import Document
from derbes.core.incidents.models import Affected
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import among, crowd
from derbes.core.vault.breaking import Traces
from derbes.core.vault.crowd import Crowd
from derbes.flows import lasting, sequence
from derbes.flows.course import ATTACHMENT, Course
from derbes.law.identifiers import INDEXED
from derbes.law.lifecycle import Ground, Life
from derbes.law.moments import stamp
from derbes.law.permission import Actor, Facts, Permission, Request, permit
from derbes.law.policy import Policy
from derbes.law.retention import Outcome, Plan
from derbes.law.vocabulary import Operation
from derbes.outside import keys, storage

#: What depersonalisation goes on with.
FEATURES = frozenset({"birth_date", "contact_language"})

_KINDS = {
    Life.DESTROYED: Kind.DESTROYED,
    Life.DEPERSONALISED: Kind.DEPERSONALISED,
    Life.ARCHIVE: Kind.ARCHIVED,
}
#: What an act counts of what went, beside the fields.
_COUNTED = ("rows", "index", "files")
_Files = Mapping[bytes, Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Case:
    """People who are alike, what is to be done with them and why: where it leads, on what ground, under which event, who
    approved it.

    `facts` is what the gate knows of each of them.
    """

    course: Course
    plan: Plan
    end: Life
    ground: Ground
    facts: Facts
    event: str
    approved_by: str = ""

    @property
    def alike(self) -> Hashable:
        """What is the same of people with whom the same is done: of them one permission is asked."""
        life, facts = self.course.row.life, self.facts
        return id(self.plan), life, self.end, self.ground, facts.blocked, facts.deceased, self.approved_by


class Done(NamedTuple):
    """What was done to one person: the act, the files to be removed once it is committed, what to look for.

    `features` are the values that depersonalisation goes on with, when that is how the data ended, and `opened` since
    when the operator knew the person.
    """

    act: Drawn
    files: Sequence[UUID] = ()
    traces: Traces | None = None
    features: Mapping[str, str] = MappingProxyType({})
    opened: datetime | None = None


@dataclass(slots=True)
class _Party:
    """People with whom the same is done, and what was read of them on the way."""

    cases: Sequence[Case]
    actor: Actor
    policy: Policy
    at: datetime
    subjects: list[bytes] = field(init=False)
    traces: Mapping[bytes, Traces] = field(default_factory=dict)
    features: Mapping[bytes, Mapping[str, str]] = field(default_factory=dict)
    opened: Mapping[bytes, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.subjects = [subject for case in self.cases for subject in case.course.subjects]

    @property
    def first(self) -> Case:
        """The case of the first of them."""
        return self.cases[0]

    @property
    def trimmed(self) -> bool:
        """Whether these people live on."""
        return self.first.plan.outcome is Outcome.TRIM

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are gone through: where the key is broken, all."""
        return self.first.plan.goes if self.trimmed else self.first.course.facts.fields

    def ask(self, held: Crowd, operation: Operation, purpose: str, fields: frozenset[str]) -> Permission:
        """Ask for what is done to all of them alike. Raises `Refused`."""
        request = Request(
            actor=self.actor,
            subject=UUID(bytes=self.subjects[0]),
            operation=operation,
            purpose=purpose,
            fields=fields,
            event=self.first.event,
            at=self.at,
        )
        return permit(request, self.policy, self.first.facts, key=held.of(self.subjects))


def hold(subjects: Sequence[UUID | bytes] | among.People, *, wait: bool = True) -> Crowd:
    """Hold these people until the step ends; without `wait`, pass over those whom another step holds."""
    return crowd.hold(subjects, ring=keys.ring(), wait=wait)


def carry_out(
    actor: Actor, cases: Iterable[Case], held: Crowd, *, search: bool = True, at: datetime
) -> list[Done]:
    """Do to people who are held what their plans say. Raises `Refused` (blocked data stay).

    With `search` what goes is opened first, to be looked for afterwards.
    """
    policy, alike = shelf.in_force(at).policy, defaultdict[Hashable, list[Case]](list)
    for case in cases:
        alike[case.alike].append(case)
    parties = [_Party(some, actor, policy, at) for some in alike.values()]
    for party in parties:
        _break(party, held, search=search)
    with crowd.settled(held, sequence.append) as counts:
        files = _forget(parties, held)
        done = [one for party in parties for one in _finish(party, *counts, files, held)]
    lasting.note_many(_lasting(parties), at=at)
    return done


def _break(party: _Party, held: Crowd, *, search: bool) -> None:
    """Break the keys or remove the fields, once the law permits it."""
    plan = party.first.plan
    if party.first.end is Life.DEPERSONALISED:
        kept = party.fields & FEATURES
        party.features = crowd.take(party.ask(held, Operation.DEPERSONALISE, "research", kept))
        party.opened = Subject.opened(held.people.part(party.subjects))
    permission = party.ask(held, Operation.DESTROY, "rights", party.fields)
    if search and not party.trimmed:
        party.traces = crowd.traces(permission)
    if party.trimmed:
        crowd.trim(permission, INDEXED)
    elif plan.outcome is Outcome.ARCHIVE:
        crowd.archive(permission, plan.stays)
    else:
        crowd.destroy(permission)


def _forget(parties: Iterable[_Party], held: Crowd) -> _Files:
    """Forget how people sign in and which scans they have, where these go; return the names of the files."""
    files = defaultdict[bytes, list[UUID]](list)
    whole = [subject for party in parties if not party.trimmed for subject in party.subjects]
    if whole:
        people = held.people.part(whole)
        _close(people)
        for rows in (Document.objects, Attachment.objects):
            _remove(rows.filter(subject__among=people), files)
    for party in parties:
        if party.trimmed:
            kinds = [name for name in party.first.plan.goes if "/" not in name]
            _remove(Document.objects.filter(subject__among=party.subjects, kind__in=kinds), files)
            if ATTACHMENT in kinds:
                _remove(Attachment.objects.filter(subject__among=party.subjects), files)
    return files


def _close(people: among.People) -> None:
    """Nobody signs in as these people any more: codes, sessions and the accounts themselves go."""
    Code.objects.filter(subject__among=people).delete()
    Checked.forget(people)
    Affected.forget(people)
    users = list(User.objects.filter(subject__among=people).values_list("id", flat=True))
    if not users:
        return
    signed_in = SignIn.objects.filter(user__among=users)
    Session.objects.filter(session_key__in=list(signed_in.values_list("session", flat=True))).delete()
    signed_in.delete()
    User.objects.filter(id__among=users).delete()


def _remove(rows: Any, files: dict[bytes, list[UUID]]) -> None:
    found = list(rows.values_list("subject", "id", "preview"))
    for subject, *names in found:
        files[subject.bytes] += names
    if found:
        rows.delete()


def _finish(
    party: _Party, rows: Mapping[bytes, int], index: Mapping[bytes, int], files: _Files, held: Crowd
) -> list[Done]:
    """Take the people on to where the plan leads, and draw up an act of each."""
    norm = "94-V art. 18" if party.trimmed else _go(party, held.people.part(party.subjects))
    alike = defaultdict[tuple[int, int, int], list[bytes]](list)
    for who in party.subjects:
        alike[rows.get(who, 0), index.get(who, 0), len(files[who]) if who in files else 0].append(who)
    done = [
        Done(act)
        for counts, some in alike.items()
        for act in _acts(party, some, dict(zip(_COUNTED, counts, strict=True)), norm)
    ]
    return [_with(one, party, files) for one in done] if files or party.traces or party.features else done


def _with(done: Done, party: _Party, files: _Files) -> Done:
    who = done.act.subject
    features = party.features.get(who, done.features)
    return Done(done.act, files.get(who, ()), party.traces.get(who), features, party.opened.get(who))


def _go(party: _Party, people: among.People) -> str:
    """Enter into the archive what is kept there, end what was; return the norm of the step."""
    case, subjects = party.first, party.subjects
    if case.plan.outcome is Outcome.ARCHIVE:
        if case.plan.until is None:
            raise ValueError("the archive keeps nothing without an end")
        reasons = [reason for fate in case.plan.stays.values() for reason in fate.reasons if reason.ordered]
        purposes, norms = {r.purpose for r in reasons}, {r.norm for r in reasons}
        Archived.enter(subjects, purposes=purposes, norms=norms, until=case.plan.until, at=party.at)
    elif case.course.facts.archived:
        Archived.end(subjects, at=party.at)
    by, old = party.actor.code or party.actor.kind.value, Life(case.course.row.life)
    return Subject.go_many(people, old=old, to=case.end, ground=case.ground, by=by, at=party.at)


def _acts(party: _Party, some: Sequence[bytes], counts: dict[str, int], norm: str) -> list[Drawn]:
    case, policy = party.first, party.policy
    whole = case.plan.outcome is Outcome.END
    gone = case.course.facts.fields if whole else case.plan.goes
    kinds = sorted({name.partition("/")[0] for name in gone})
    stays = [
        {"field": name, "until": stamp(fate.until) if fate.until else None}
        | {"why": [{"purpose": r.purpose, "norm": r.norm, "clause": r.clause} for r in fate.reasons]}
        for name, fate in sorted(case.plan.stays.items())
    ]
    return Act.draw_up_many(
        some,
        Kind.TRIMMED if party.trimmed else _KINDS[case.end],
        ground=case.ground,
        norm=norm,
        edition=policy.edition,
        fields=kinds,
        categories=sorted({policy.data[kind].category for kind in kinds if kind in policy.data}),
        stays=[] if whole else stays,
        counts={**counts, "fields": len(gone)},
        by=party.actor.code or party.actor.kind.value,
        approved_by=case.approved_by,
        at=party.at,
    )


def _lasting(parties: Iterable[_Party]) -> Mapping[lasting.Kind, list[bytes]]:
    """What must outlast a restore: who is gone, of whom there is only an archive."""
    facts = defaultdict[lasting.Kind, list[bytes]](list)
    for party in parties:
        if not party.trimmed:
            archived = party.first.end is Life.ARCHIVE
            facts[lasting.Kind.ARCHIVED if archived else lasting.Kind.DESTROYED] += party.subjects
    return facts


def remove_files(done: Iterable[Done]) -> None:
    """Remove what lies in storage. Without the person's key it is noise already: a crash before this leaves noise."""
    box = storage.store()
    for one in done:
        for name in one.files:
            box.remove(str(name))

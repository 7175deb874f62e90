"""What a plan says is carried out on one person, within the caller's step: destroyed, trimmed, archived, depersonalised.

What always holds: the key is broken before ciphertext, index, codes and sessions are removed; an act says what went,
what stayed and why; what could still be found afterwards is looked for, and the finding stands with the act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from derbes.core.accounts.models import Code, SignIn, User
from derbes.core.acts import residue
from derbes.core.acts.models import Act, Finding, Kind
from derbes.core.appeals.attachments import Attachment
from derbes.core.archive.models import Archived
from derbes.core.consents.models import Wording
from derbes.core.corrections.models import Checked
from derbes.core.documents.models import Document
from derbes.core.incidents.models import Affected
from derbes.core.publications import shelf
from derbes.core.publications.models import Publication
from derbes.core.subjects.models import Subject
from derbes.core.vault import breaking, vault
from derbes.core.vault.breaking import Traces
from derbes.flows import gate, lasting
from derbes.flows.course import ATTACHMENT, Course
from derbes.flows.gate import Wish
from derbes.law.identifiers import INDEXED
from derbes.law.lifecycle import Ground, Life
from derbes.law.moments import stamp
from derbes.law.permission import Actor, Permission
from derbes.law.policy import Policy
from derbes.law.retention import Outcome, Plan
from derbes.law.vocabulary import Operation
from derbes.outside import keys, storage

PURPOSE = "rights"

_KINDS = {
    Life.DESTROYED: Kind.DESTROYED,
    Life.DEPERSONALISED: Kind.DEPERSONALISED,
    Life.ARCHIVE: Kind.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one person: the act, the files to be removed once it is committed, what to look for.

    `features` are the values that depersonalisation goes on with, when that is how the data ended.
    """

    act: Act
    since: datetime
    files: tuple[UUID, ...]
    traces: Traces = field(repr=False)
    features: Mapping[str, str] = field(default_factory=dict, repr=False)


def carry_out(
    actor: Actor,
    course: Course,
    plan: Plan,
    end: Life,
    *,
    ground: Ground,
    approved_by: str = "",
    event: str,
    at: datetime,
) -> Done:
    """Do to the person what `plan` says, leading to `end`. Raises `Refused` (blocked data stay), `Unknown`."""
    subject = course.row.subject
    fields = course.facts.fields if plan.outcome in {Outcome.END, Outcome.ARCHIVE} else plan.goes
    wishes = [Wish(operation=Operation.DESTROY, purpose=PURPOSE, fields=fields)]
    if end is Life.DEPERSONALISED:
        kept = fields & {"birth_date", "contact_language"}
        wishes.insert(0, Wish(operation=Operation.DEPERSONALISE, purpose="research", fields=kept))
    permissions = gate.ask_all(actor, subject, wishes, event=event, at=at)
    destroy = permissions[-1]
    features = vault.take(permissions[0]) if len(permissions) > 1 else {}
    traces = breaking.traces(destroy)
    files = _files(subject, plan)
    norm = _break(destroy, course, plan, end, ground, actor, at=at)
    policy = shelf.edition(destroy.edition).policy
    act = _act(course, plan, end, policy, traces, len(files), norm, ground, actor, approved_by, at=at)
    if plan.outcome is not Outcome.TRIM:
        kind = lasting.Kind.ARCHIVED if end is Life.ARCHIVE else lasting.Kind.DESTROYED
        lasting.note(kind, subject, at=at)
    return Done(act, course.row.opened_at, files, traces, features)


def remove_files(done: Iterable[Done]) -> None:
    """Remove what lies in storage. Without the person's key it is noise already: a crash before this leaves noise."""
    box = storage.store()
    for one in done:
        for name in one.files:
            box.remove(str(name))


@dataclass(frozen=True, slots=True)
class Looked:
    """An act, and what a search for what it says was destroyed came to."""

    act: Act
    found: residue.Found


def search(done: Sequence[Done]) -> list[Looked]:
    """Look for what was destroyed. To be called when it is committed, outside of any step, and before `write`."""
    public = _public_texts()
    gone = [one for one in done if one.act.kind != Kind.TRIMMED]
    still = breaking.remaining(digest for one in gone for digest in one.traces.digests)
    return [Looked(one.act, _search(one, still, public)) for one in gone]


def write(looked: Iterable[Looked], *, at: datetime) -> list[Finding]:
    """Write what was found into each act."""
    return [
        Finding.write(
            one.act,
            searched=one.found.searched,
            residue=one.found.residue,
            unsearched=one.found.unsearched,
            at=at,
        )
        for one in looked
    ]


def _search(one: Done, still: frozenset[bytes], public: bytes) -> residue.Found:
    traces = one.traces
    own = [digest for digest in traces.digests if digest not in still]
    wanted, untold = residue.needles(traces.values, traces.sealed, own, public=public)
    found = residue.search(wanted, ())
    found.residue |= {f"file: {name}" for name in one.files if storage.store().exists(str(name))}
    found.unsearched |= {f"{name}: a short or public word" for name in untold}
    return found


def _break(
    permission: Permission,
    course: Course,
    plan: Plan,
    end: Life,
    ground: Ground,
    actor: Actor,
    *,
    at: datetime,
) -> str:
    """Break the key or remove the fields; return the norm of the step."""
    subject, by = course.row.subject, actor.code or actor.kind.value
    if plan.outcome is Outcome.TRIM:
        gone = {name for name in plan.goes if name in vault.filled(subject)}
        vault.leave(permission, [INDEXED[name] for name in gone if name in INDEXED])
        vault.erase(permission, gone)
        return "94-V art. 18"
    _close(subject)
    if plan.outcome is Outcome.ARCHIVE:
        breaking.archive(permission, plan.stays, ring=keys.ring())
        reasons = [reason for fate in plan.stays.values() for reason in fate.reasons if reason.ordered]
        if plan.until is None:
            raise ValueError("the archive keeps nothing without an end")
        Archived.enter(
            subject,
            purposes={r.purpose for r in reasons},
            norms={r.norm for r in reasons},
            until=plan.until,
            at=at,
        )
    else:
        vault.destroy(permission)
        Archived.end(subject, at=at)
    return Subject.go(subject, to=end, ground=ground, by=by, at=at)


def _close(subject: UUID) -> None:
    """Nobody signs in as this person any more: codes, sessions and the account itself go."""
    Code.objects.filter(subject=subject).delete()
    Checked.forget(subject)
    Affected.forget(subject)
    users = list(User.objects.filter(subject=subject).values_list("id", flat=True))
    if not users:
        return
    signed_in = SignIn.objects.filter(user__in=users)
    Session.objects.filter(session_key__in=list(signed_in.values_list("session", flat=True))).delete()
    signed_in.delete()
    User.objects.filter(id__in=users).delete()


def _files(subject: UUID, plan: Plan) -> tuple[UUID, ...]:
    """Forget the scans and attachments that go; return the names of their files."""
    scans, attached = Document.objects.of(subject), Attachment.objects.of(subject)
    if plan.outcome is Outcome.TRIM:
        scans = scans.filter(kind__in=[name for name in plan.goes if "/" not in name])
        attached = attached if ATTACHMENT in plan.goes else attached.none()
    names = [name for one in (*scans, *attached) for name in (one.id, one.preview)]
    if names:
        scans.delete()
        attached.delete()
    return tuple(names)


def _act(
    course: Course,
    plan: Plan,
    end: Life,
    policy: Policy,
    traces: Traces,
    files: int,
    norm: str,
    ground: Ground,
    actor: Actor,
    approved_by: str,
    *,
    at: datetime,
) -> Act:
    whole = plan.outcome is Outcome.END
    gone = course.facts.fields if whole else plan.goes
    kinds = sorted({name.partition("/")[0] for name in gone})
    stays = [
        {"field": name, "until": stamp(fate.until) if fate.until else None}
        | {"why": [{"purpose": r.purpose, "norm": r.norm, "clause": r.clause} for r in fate.reasons]}
        for name, fate in sorted(plan.stays.items())
    ]
    return Act.draw_up(
        course.row.subject,
        Kind.TRIMMED if plan.outcome is Outcome.TRIM else _KINDS[end],
        ground=ground,
        norm=norm,
        edition=policy.edition,
        fields=kinds,
        categories=sorted({policy.data[kind].category for kind in kinds if kind in policy.data}),
        stays=[] if whole else stays,
        counts={"rows": traces.rows, "index": len(traces.digests), "files": files, "fields": len(gone)},
        by=actor.code or actor.kind.value,
        approved_by=approved_by,
        at=at,
    )


def _public_texts() -> bytes:
    """What everybody may read: a word of it proves nothing of anybody."""
    texts = [*Publication.objects.values_list("signed", flat=True)]
    texts += Wording.objects.values_list("text", flat=True)
    return "\n".join(texts).encode()

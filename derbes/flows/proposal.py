"""A person asks for a change that takes a document (§2.5, 94-V art. 25(2)(8)): who they are, in short.

What always holds: what is asked for waits beside what is kept until the staff have seen the document
(flows/review.py); one change at a time; its number and the day by which it is due are told at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from derbes.core.documents.models import Document
from derbes.core.matters.models import Kind, Matter
from derbes.core.publications import shelf
from derbes.core.vault import vault
from derbes.flows import clocks, gate, pending
from derbes.flows.gate import Unknown, Wish  # Unknown is imported from here
from derbes.flows.pending import PURPOSE, Nothing, NotYours, corrections, differing, normal, own
from derbes.flows.story import step
from derbes.law import deadlines
from derbes.law.permission import Actor, Permission, Refused  # Refused is imported from here
from derbes.law.policy import Policy
from derbes.law.values import Illformed  # raised here; imported from here
from derbes.law.vocabulary import Operation
from derbes.outside import antivirus, intake, storage
from derbes.outside.intake import FileRefused  # raised here; imported from here

__all__ = [
    "DOCUMENT",
    "FileRefused",
    "Illformed",
    "Matter",
    "NoDocument",
    "NotYours",
    "Nothing",
    "Refused",
    "Scanned",
    "TooMany",
    "Unknown",
    "Waiting",
    "corrections",
    "propose",
    "take_back",
]

DOCUMENT = "id_document"


class NoDocument(Exception):
    """A change of these data needs a document that shows it (94-V art. 25(2)(8))."""


class TooMany(Exception):
    """More files were sent than are kept of one document (limits.upload_files)."""


class Waiting(Exception):
    """Another change on a document is being seen to: `number`."""

    def __init__(self, number: str) -> None:
        super().__init__("another change is being seen to")
        self.number = number


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file as it was sent. The name only helps to say what is wrong; it is not kept."""

    data: bytes = field(repr=False)
    name: str = field(repr=False)


def propose(actor: Actor, values: Mapping[str, str], files: Sequence[Scanned], *, at: datetime) -> Matter:
    """Ask for a change of what is changed on a document; return its matter, with number and due date.

    Fields left empty, or as they are, are not asked about. Raises `Illformed`, `NotYours`, `Nothing`,
    `NoDocument`, `TooMany`, `FileRefused` (stable `code`), `Waiting`, `Refused`, `Unknown`: then nothing is kept.
    """
    subject, policy = own(actor), shelf.in_force(at).policy
    typed = {key: text for key, text in values.items() if text.strip()}
    asked = normal(policy, subject, typed, direct=False, at=at)
    if not asked:
        raise Nothing
    if not files:
        raise NoDocument
    limits = intake.Limits(size=policy.limits["upload_mib"] * 1024**2, pages=policy.limits["upload_pages"])
    if len(files) > policy.limits["upload_files"]:
        raise TooMany
    scan = antivirus.scan if antivirus.configured() else None
    taken = [intake.take_in(file.data, file.name, limits=limits, scan=scan) for file in files]
    return _propose(actor, subject, policy, asked, taken, at=at)


@step
def _propose(
    actor: Actor,
    subject: UUID,
    policy: Policy,
    typed: Mapping[str, str],
    taken: Sequence[intake.TakenIn],
    *,
    at: datetime,
) -> Matter:
    changed = differing(actor, subject, typed, at=at)  # holds the person: no second one slips in
    if not changed:
        raise Nothing
    if other := pending.open_correction(subject):
        raise Waiting(other.number)
    matter = Matter.open(subject, Kind.CORRECTION, at=at, due=_due(policy, at), asks=changed)
    names = pending.of_matter(matter)
    wishes = [
        Wish(operation=Operation.RECORD, purpose=PURPOSE, fields=names.values()),
        *(Wish(operation=Operation.RECORD, purpose=PURPOSE, fields=[DOCUMENT]) for _ in taken),
    ]
    asked, *scanned = gate.ask_all(actor, subject, wishes, event="correction.propose", at=at)
    vault.put(asked, {name: changed[key] for key, name in names.items()})
    for one, permission in zip(taken, scanned, strict=True):
        _keep(permission, one)
    return matter


def _keep(permission: Permission, taken: intake.TakenIn) -> None:
    subject, at = permission.request.subject, permission.request.at
    size = len(taken.data)
    row = Document.add(subject, kind=DOCUMENT, mime=taken.mime, size=size, pages=taken.pages, at=at)
    box = storage.store()
    box.write(str(row.id), vault.seal_stream(permission, row.id, [taken.data]))
    box.write(str(row.preview), vault.seal_stream(permission, row.preview, [taken.preview]))
    vault.record(permission, pages=taken.pages)


@step
def take_back(actor: Actor, number: str, *, at: datetime) -> None:
    """Take back a change that was asked for and not decided. Raises `Matter.DoesNotExist`, `Nothing`, `Refused`."""
    subject = own(actor)
    matter = corrections(subject).get(number=number)
    names = pending.of_matter(matter).values()
    done = gate.ask(actor, subject, Operation.DESTROY, PURPOSE, names, event="correction.drop", at=at)
    if not Matter.close(matter, outcome="taken_back", reason="", by=matter.taken_by, at=at):
        raise Nothing
    vault.put(done, dict.fromkeys(names, ""))


def _due(policy: Policy, at: datetime) -> date:
    """By when the law wants it changed: one working day (94-V art. 25(2)(8))."""
    term = next(one for one in policy.terms.values() if one.keeps == "rectify")
    return deadlines.due(deadlines.local_day(at), term, clocks.calendar())

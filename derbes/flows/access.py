"""Access (94-V art. 24, 25(2)(9)): everything that is held on a person is given to them, free, at any time.

One archive: the values as JSON, CSV and on paper, scans, receipts for every word, the whole history with its
proofs, and a signed manifest with the hash of each file. What always holds: it is built from explicit lists of
fields, and shows no less than the cabinet does (tests/faces/test_access.py). For the unregistered it is the
same, once whoever asks has shown to be the person (a code to the contact that they gave).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from derbes.core.accounts import throttle
from derbes.core.accounts.throttle import TooOften  # raised here; imported from here
from derbes.core.appeals.attachments import Attachment
from derbes.core.documents.models import Document
from derbes.core.journal.prove import Unplaced  # raised here; imported from here
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import agreed, gate, holdings, packing, papers
from derbes.flows.gate import Unknown
from derbes.flows.holdings import Held, Scan, Value
from derbes.flows.packing import Export
from derbes.flows.pending import changeable
from derbes.flows.story import step
from derbes.law.permission import Actor, Permission, Refused  # Refused is imported from here
from derbes.law.policy import Policy, needing
from derbes.law.vocabulary import Operation
from derbes.outside import storage

__all__ = ["Export", "Held", "Refused", "TooOften", "Unknown", "Unplaced", "export"]

MOST_AN_HOUR = 6
ATTACHMENT = "attachment"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
#: Operations by which a value comes to be kept as it is.
_KEEPING = frozenset({Operation.COLLECT, Operation.CLARIFY})

Paper = Callable[[Held], bytes | None]


def export(actor: Actor, language: str, paper: Paper, *, at: datetime) -> Export:
    """Return everything held on the person who asks, as a ZIP archive with a signed manifest.

    `paper` writes what is held as PDF in `language`, or gives None where no PDF can be made; it is called when
    nobody is being held any more. Raises `Refused`, `Unknown`, `TooOften`, and `Unplaced` while the journal's
    sequencer is busy: try again in a moment.
    """
    if actor.subject is None:
        raise Unknown
    throttle.count("export", str(actor.subject), most=MOST_AN_HOUR, seconds=3600)
    held = _gather(actor, actor.subject, language, at=at)
    return packing.pack(held, paper(held))


@step
def _gather(actor: Actor, subject: UUID, language: str, *, at: datetime) -> Held:
    """Open all of it in one step, with one entry: what is given is what was held at one moment."""
    policy = shelf.in_force(at).policy
    readable = policy.purposes["rights"].data
    documents: list[tuple[str, Document | Attachment]] = [
        (row.kind, row) for row in Document.objects.of(subject)
    ]
    documents += [(ATTACHMENT, row) for row in Attachment.objects.of(subject)]
    documents = [(kind, row) for kind, row in documents if kind in readable]
    names = {name for name in vault.filled(subject) if name.partition("/")[0] in readable}
    wanted = names | {kind for kind, _ in documents}
    permission = gate.ask(actor, subject, Operation.USE, "rights", wanted, event="access.export", at=at)
    values = vault.take(permission, scans=len(documents))
    occasions = papers.occasions(subject)
    receipts = {one: papers.receipt(permission, rows, values, at=at) for one, rows in occasions.items()}
    history = papers.history(permission, at=at)
    chosen = agreed.now(subject, at=at)
    return Held(
        row=Subject.objects.get(subject=subject),
        made=at,
        language=language,
        policy=policy,
        values=_values(policy, values, chosen, _since(history), language),
        scans=[_scan(permission, kind, row, chosen, language) for kind, row in documents],
        agreed=chosen,
        occasions=occasions,
        ended=agreed.run_out((row for rows in occasions.values() for row in rows), at=at),
        receipts=receipts,
        history=history,
        matters=[*holdings.matters(subject), *holdings.appeals(subject)],
        sign_ins=holdings.sign_ins(subject),
        passkeys=holdings.passkeys(subject),
        course=holdings.course(subject),
    )


def _values(
    policy: Policy,
    values: Mapping[str, str],
    agreed: Iterable[tuple[str, str]],
    since: Mapping[str, datetime],
    language: str,
) -> list[Value]:
    """The values in the order of the policy, each with what it is kept for."""
    purposes = {purpose for purpose, act in agreed if not act}
    changed = {one.key for direct in (True, False) for one in changeable(policy, direct=direct)}
    return [
        Value(
            name=name,
            label=policy.data[key].label[language],
            category=policy.data[key].category,
            value=values[name],
            purposes=needing(policy, key, purposes),
            clause=policy.data[key].clause,
            since=_moment(name) or since.get(key),
            waits="/" in name and key in changed,
        )
        for key in policy.data
        for name in sorted(values)
        if name.partition("/")[0] == key
    ]


def _since(history: Mapping[str, Any]) -> dict[str, datetime]:
    """Since when each field is kept as it is: the last entry that put it there."""
    found: dict[str, datetime] = {}
    for entry in history["document"]["entries"]:
        says = json.loads(entry["body"])
        if says["operation"] in _KEEPING and says["outcome"] == "done":
            found |= dict.fromkeys(says["fields"], datetime.fromisoformat(says["at"]))
    return found


def _moment(name: str) -> datetime | None:
    """When an instance came: its number is a UUIDv7, which begins with the time in milliseconds."""
    instance = name.partition("/")[2]
    return datetime.fromtimestamp((UUID(instance).int >> 80) / 1000, UTC) if instance else None


def _scan(
    permission: Permission,
    kind: str,
    row: Document | Attachment,
    agreed: Iterable[tuple[str, str]],
    language: str,
) -> Scan:
    policy = shelf.in_force(permission.request.at).policy
    purposes = {purpose for purpose, act in agreed if not act}
    sealed = storage.store().read(str(row.id))
    return Scan(
        row=row,
        kind=kind,
        label=policy.data[kind].label[language],
        purposes=needing(policy, kind, purposes),
        file=f"scans/{row.id}.{ENDINGS[row.mime]}",
        data=b"".join(vault.open_stream(permission, row.id, sealed)),
    )

"""Signed papers for the person whom they are about: receipts for their words, and the history of what was done.

What always holds: a paper is made within a step that has the person's permission, and goes to them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from derbes.core.consents.models import Consent, Wording
from derbes.core.journal import prove
from derbes.core.journal.prove import Unplaced
from derbes.core.publications import shelf
from derbes.core.vault import vault
from derbes.crypto import armour, signed
from derbes.flows import sequence
from derbes.flows.story import step
from derbes.law import consent as law
from derbes.law.moments import stamp
from derbes.law.permission import Permission
from derbes.outside import keys

#: The fields that a receipt names the person by.
NAMES = ("surname", "given_name", "patronymic")


def sign(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document signed with the operator's key."""
    return signed.sign(document, keys.ring().signer(), name=settings.JOURNAL_ORIGIN)


def receipt(
    permission: Permission, rows: Sequence[Consent], names: Mapping[str, str], *, at: datetime
) -> dict[str, Any]:
    """Return the signed receipt for what was said on one occasion (`rows`), with its place in the journal.

    Raises `Unplaced` when the journal's sequencer is busy for long.
    """
    first = rows[0]
    entry = prove.entry_of(vault.secret(permission), first.number)
    sequence.place(at=at, patience=sequence.PATIENCE)
    proof = prove.attachment(entry)
    edition = shelf.edition(first.edition)
    document = law.receipt(
        receipt_id=str(uuid4()),
        issued=at,
        subject=str(first.subject),
        name=" ".join(names[key] for key in NAMES if key in names),
        policy=edition.policy,
        edition=edition.edition,
        edition_sha256=edition.sha256,
        language=first.language,
        text=Wording.objects.get(sha256=first.wording).text,
        consents=rows,
        channel=first.channel,
        at=first.at,
        entry_body=proof["opening"]["body"],
    )
    return {**sign(document), **proof}


def history(permission: Permission, *, at: datetime) -> dict[str, Any]:
    """Return all of the person's entries with their proofs, signed: checkable, and provably complete.

    It holds the person's journal secret. What `permission` was for must have been recorded. Raises `Unplaced`.
    """
    subject = permission.request.subject
    return _history(subject, vault.secret(permission), vault.count(permission), at=at)


@step
def last_history(subject: UUID, secret: bytes, count: int, *, at: datetime) -> dict[str, Any] | None:
    """Return the history of a person whose key was broken just now, its last entry with it; for them, at once.

    Nothing of it is kept, and from here on nobody can make it again. None when the sequencer is busy for long.
    """
    try:
        return _history(subject, secret, count, at=at)
    except Unplaced:
        return None


def _history(subject: UUID, secret: bytes, count: int, *, at: datetime) -> dict[str, Any]:
    sequence.place(at=at, patience=sequence.PATIENCE)
    told = prove.history(secret, count)
    note = told.pop("checkpoint")
    document = {
        "type": "history",
        "v": 1,
        "subject": str(subject),
        "made": stamp(at),
        "secret": armour.encode(secret),
        **told,
    }
    return {**sign(document), "checkpoint": note}


def occasions(subject: UUID) -> dict[UUID, list[Consent]]:
    """Return all that the person ever said, by occasion, the latest first."""
    said: dict[UUID, list[Consent]] = {}
    for row in Consent.objects.filter(subject=subject).order_by("-number", "purpose", "act"):
        said.setdefault(row.occasion, []).append(row)
    return said

"""What is held on one person, gathered to be given to them: values, scans, words, matters, where they are signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator

from derbes.core.accounts.models import SignIn, User
from derbes.core.acts.models import Act
from derbes.core.agreements.models import Agreement
from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.consents.models import Consent
from derbes.core.documents.models import Document
from derbes.core.holds.models import Block, Hold
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Step, Subject
from derbes.law.moments import stamp
from derbes.law.policy import Policy, Purpose


@dataclass(frozen=True, slots=True)
class Value:
    """One value: what it is called in the person's language, what it is kept for, since when it is as it is.

    `waits`: it was asked for and does not stand in its place yet.
    """

    name: str
    label: str
    category: str
    value: str = field(repr=False)
    purposes: Sequence[Purpose]
    clause: str
    since: datetime | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan or attachment, opened; `file` is its name in the archive."""

    row: Document | Attachment
    kind: str
    label: str
    purposes: Sequence[Purpose]
    file: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Concern:
    """A matter of the person: registration, correction, appeal."""

    number: str
    kind: str
    stage: str
    outcome: str
    reason: str
    opened_at: datetime
    due: date | None
    closed_at: datetime | None
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of the person's account; of the key itself only the public half is kept."""

    kind: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that is held on a person at one moment. `receipts` are by occasion, as `occasions` are.

    `ended`: the words that are over by their own term, by id, each with the moment.
    """

    row: Subject
    made: datetime
    language: str
    policy: Policy
    values: Sequence[Value]
    scans: Sequence[Scan]
    agreed: frozenset[tuple[str, str]]
    occasions: Mapping[UUID, Sequence[Consent]]
    ended: Mapping[UUID, datetime]
    receipts: Mapping[UUID, Mapping[str, Any]]
    history: Mapping[str, Any]
    matters: Sequence[Concern]
    sign_ins: Sequence[SignIn]
    passkeys: Sequence[Passkey]
    course: Mapping[str, Sequence[Mapping[str, Any]]]


def matters(subject: UUID) -> list[Concern]:
    """Return the person's matters, the latest first."""
    return [
        Concern(
            number=row.number,
            kind=row.kind,
            stage=row.stage,
            outcome=row.outcome,
            reason=row.reason,
            opened_at=row.opened_at,
            due=row.due,
            closed_at=row.closed_at,
            fields=row.asks,
        )
        for row in Matter.objects.of(subject)
    ]


def appeals(subject: UUID) -> list[Concern]:
    """Return the person's appeals, the latest first. What was written is among the values."""
    return [
        Concern(
            number=row.number,
            kind="appeal",
            stage=row.stage,
            outcome=row.outcome,
            reason=row.ground,
            opened_at=row.received_at,
            due=row.due,
            closed_at=row.answered_at,
            fields=(),
        )
        for row in Appeal.objects.of(subject)
    ]


def course(subject: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return what happened to the person's data and services as such: rows of codes and moments, without values."""
    return {
        "appeals": _rows(Appeal.objects.of(subject), _APPEAL),
        "appeal_events": _rows(AppealEvent.objects.filter(subject=subject).order_by("at", "id"), _EVENT),
        "agreements": _rows(Agreement.objects.of(subject), _AGREEMENT),
        "blocks": _rows(Block.objects.of(subject), _BLOCK),
        "holds": _rows(Hold.objects.of(subject), _HOLD),
        "steps": _rows(Step.objects.filter(subject=subject).order_by("at", "id"), _STEP),
        "acts": _rows(Act.objects.of(subject), _ACT),
    }


_APPEAL = (
    *(
        "id",
        "number",
        "kind",
        "wish",
        "purpose",
        "channel",
        "language",
        "stage",
        "received_at",
        "days",
        "working",
    ),
    *("clause", "norm", "extended", "due", "outcome", "ground", "late_reason", "answered_at"),
)
_EVENT = ("appeal", "code", "at", "actor", "by")
_AGREEMENT = ("kind", "officer", "obliged", "started_at", "ended_at", "end_reason")
_BLOCK = ("ground", "by", "at", "due", "ends_at", "lifted_at", "lifted_ground", "lifted_by")
_HOLD = ("reason", "paper", "until", "by", "at", "released_at", "released_by")
_STEP = ("old", "new", "ground", "norm", "by", "at")
_ACT = ("number", "kind", "ground", "norm", "edition", "fields", "stays", "by", "approved_by", "at")


def _rows(found: Iterable[object], columns: Sequence[str]) -> list[dict[str, Any]]:
    return [{column: _plain(getattr(row, column)) for column in columns} for row in found]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return str(value) if isinstance(value, date | UUID) else value


def sign_ins(subject: UUID) -> list[SignIn]:
    """Return where the person is signed in, the latest first."""
    return [row for user in User.objects.filter(subject=subject) for row in SignIn.alive(user.pk)]


def passkeys(subject: UUID) -> list[Passkey]:
    """Return the person's passkeys, in the order in which they were added."""
    rows = Authenticator.objects.filter(user__subject=subject, type=Authenticator.Type.WEBAUTHN).order_by(
        "created_at"
    )
    return [Passkey(row.data.get("name", ""), row.created_at, row.last_used_at) for row in rows]

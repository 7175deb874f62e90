"""One word of one person on one purpose: given, withdrawn or not given (§5.1, §5.2, 94-V art. 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from django.db import models, transaction

from derbes.core import rows
from derbes.core.journal import copying
from derbes.crypto.ids import packed, uuid7


class Word(models.TextChoices):
    """What was said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Wording(models.Model):
    """The exact text that people were shown, kept once for all who saw it."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"sha256", "edition", "language", "text"})

    sha256 = models.CharField(max_length=64, primary_key=True)
    edition = models.CharField(max_length=16)
    language = models.CharField(max_length=2)
    text = models.TextField()

    @classmethod
    def keep(cls, text: str, *, edition: str, language: str) -> str:
        """Keep `text` if it is new; return its SHA-256 in hex."""
        digest = sha256(text.encode()).hexdigest()
        if digest not in _KEPT:
            row = Wording(sha256=digest, edition=edition, language=language, text=text)
            Wording.objects.bulk_create([row], ignore_conflicts=True)
            transaction.on_commit(lambda: _KEPT.add(digest))
        return digest


#: Wordings that this process knows to be kept: the same few texts are shown to everybody.
_KEPT: set[str] = set()


@dataclass(frozen=True, slots=True)
class Said:
    """A word on one purpose (and act, and recipient), before it is recorded."""

    purpose: str
    word: Word
    act: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the person saw when they said it: edition, language, SHA-256 of the text, by what way."""

    edition: str
    language: str
    wording: str
    channel: str


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, subject: UUID) -> ConsentQuerySet:
        """All that `subject` ever said, oldest first."""
        return self.filter(subject=subject).order_by("number", "id")


class Consent(models.Model):
    """One word of one person. `occasion` joins what was said at one time, `number` its journal entry's."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "id",
            "subject",
            "occasion",
            "purpose",
            "act",
            "word",
            "edition",
            "language",
            "wording",
            "channel",
            "number",
            "at",
        }
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    occasion = models.UUIDField()
    purpose = models.CharField(max_length=32)
    act = models.CharField(max_length=16, default="")
    word = models.CharField(max_length=10, choices=Word.choices)
    edition = models.CharField(max_length=16)
    language = models.CharField(max_length=2)
    wording = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    objects = ConsentQuerySet.as_manager()

    @classmethod
    def record(
        cls, subject: UUID, said: Iterable[Said], *, shown: Shown, occasion: UUID, number: int, at: datetime
    ) -> None:
        """Add what `subject` said on one `occasion` to the ledger."""
        for one in said:
            _CONSENTS.add(
                id=uuid7(at),
                subject=subject,
                occasion=occasion,
                purpose=one.purpose,
                act=one.act,
                word=one.word,
                edition=shown.edition,
                language=shown.language,
                wording=shown.wording,
                channel=shown.channel,
                number=number,
                at=at,
            )


_CONSENTS = rows.Table(Consent)


def record_many(
    subjects: Sequence[bytes],
    said: Iterable[Said],
    *,
    shown: Shown,
    number: int,
    given: Sequence[datetime],
    at: datetime,
) -> copying.Batch:
    """Return what each of `subjects` said, all the same, for the ledger; each said it at a time of their own (`given`).

    `number` is that of the journal entry, the same with each. `Wording.keep` is the caller's to do.
    """
    occasions = packed(at, len(subjects))
    words = [
        copying.ready(
            Consent,
            id=packed(at, len(subjects)),
            subject=list(subjects),
            occasion=occasions,
            purpose=one.purpose,
            act=one.act,
            word=one.word.value,
            edition=shown.edition,
            language=shown.language,
            wording=shown.wording,
            channel=shown.channel,
            number=number,
            at=list(given),
        )
        for one in said
    ]
    return copying.together(words)


def standing(ledger: Iterable[tuple[int, str, str, str, str]]) -> dict[tuple[str, str], str]:
    """Return the (purpose, act) pairs whose last word, by the number of its entry, is `given`: to which edition."""
    last = {(purpose, act): (word, edition) for _, purpose, act, word, edition in sorted(ledger)}
    return {pair: edition for pair, (word, edition) in last.items() if word == Word.GIVEN}


#: The ledger of one person, for the gate's one question.
FACTS = "(SELECT {agg}({array}(number, purpose, act, word, edition, at)) FROM consents_consent WHERE subject = %(subject)s)"

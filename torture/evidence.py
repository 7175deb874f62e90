"""Everything that the database and the folders hold, read once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from derbes.core.consents.models import Consent, standing
from derbes.core.documents.models import Document
from derbes.core.journal.models import Entry
from derbes.core.matters.models import Kind, Matter, Stage
from derbes.core.subjects.models import State, Subject
from derbes.core.vault.approach import _context
from derbes.core.vault.models import PersonKey
from derbes.crypto import envelope, leaf
from derbes.outside import keys
from torture.ledger import Ledger
from torture.model import Standing

BEYOND = 64
OPTIONAL = frozenset({"advertising", "personalisation"})


@dataclass(slots=True)
class Evidence:
    """Subjects and keys by number, entries by tag, and of each person the entries that are theirs, by number."""

    subjects: dict[UUID, Subject]
    keys: dict[UUID, tuple[bytes, int]]  # journal secret, entries
    entries: dict[bytes, tuple[str, str]]  # event, outcome
    own: dict[UUID, list[str]] = field(default_factory=dict)
    consents: dict[UUID, list[Any]] = field(default_factory=dict)
    scans: Counter[UUID] = field(default_factory=Counter)
    decided: set[UUID] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @classmethod
    def gather(cls, ledger: Ledger) -> Evidence:
        """Read it all; find of everybody whose secret is known what entries they have."""
        rows = Entry.objects.exclude(tag=None).values_list("tag", "body")
        entries = {bytes(tag): _event(json.loads(body)) for tag, body in rows}
        evidence = cls({row.subject: row for row in Subject.objects.all()}, {}, entries)
        evidence._open_keys()
        evidence._find_entries(ledger)
        consents = defaultdict(list)
        for row in Consent.objects.order_by("number", "id"):
            consents[row.subject].append(row)
        evidence.consents = dict(consents)
        evidence.scans = Counter(Document.objects.values_list("subject", flat=True))
        closed = Matter.objects.filter(kind=Kind.REGISTRATION, stage=Stage.CLOSED)
        evidence.decided = set(closed.values_list("subject", flat=True))
        return evidence

    def standing_of(self, subject: UUID) -> Standing:
        """Where a person is found to stand."""
        row = self.subjects[subject]
        said = [
            (one.number, one.purpose, one.act, one.word, one.edition)
            for one in self.consents.get(subject, ())
        ]
        counted = Counter(self.own.get(subject, ()))
        return Standing(
            draft=row.state == State.DRAFT,
            gone=row.state == State.DESTROYED,
            blocked=row.blocked_at is not None,
            decided=subject in self.decided,
            agreed=OPTIONAL.intersection(purpose for purpose, _ in standing(said)),
            scans=self.scans[subject],
            entries=tuple(sorted(counted.items())),
        )

    def _open_keys(self) -> None:
        ring = keys.ring()
        for row in PersonKey.objects.all():
            try:
                key = envelope.open(
                    ring.epoch(row.epoch), bytes(row.wrapped), context=_context(row.subject, row.epoch)
                )
            except (keys.EpochGone, envelope.Unopenable):
                self.faults.append(f"a living person's key does not open: {row.subject}")
                continue
            self.keys[row.subject] = leaf.secret_of(key), row.entries

    def _find_entries(self, ledger: Ledger) -> None:
        for subject, (secret, count) in self.keys.items():
            self._walk(subject, secret, count)
        for person in ledger.people.values():
            subject = UUID(person.subject) if person.subject else None
            if subject and subject not in self.keys and person.secret:
                self._walk(subject, bytes.fromhex(person.secret), None)

    def _walk(self, subject: UUID, secret: bytes, count: int | None) -> None:
        """The person's entries 1 … N, without a gap and with none beyond."""
        own, n = list[str](), 1
        while found := self.entries.get(leaf.tag(secret, n)):
            own.append(" ".join(filter(None, found)))
            n += 1
        beyond = [m for m in range(n, n + BEYOND) if leaf.tag(secret, m) in self.entries]
        if beyond or (count is not None and count != len(own)):
            self.faults.append(
                f"numbers with a gap: {subject} has {len(own)} of {count}, and beyond {beyond}"
            )
        self.own[subject] = own


def _event(body: dict[str, Any]) -> tuple[str, str]:
    return body["event"], "refused" if body["outcome"] == "refused" else ""

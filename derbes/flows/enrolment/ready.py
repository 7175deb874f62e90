"""What is made of a chunk of rows by the process that works ahead, ready to be written by the other as it is.

What always holds: who is known already is left out of all of it, as if they had never come.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from derbes.core.agreements.models import Agreement, Kind
from derbes.core.consents.models import Said, Shown, Word, Wording, record_many
from derbes.core.enrolments.models import Origin
from derbes.core.journal import copying
from derbes.core.subjects.models import Subject
from derbes.core.vault import bulk
from derbes.flows import sequence
from derbes.flows.enrolment import cohort
from derbes.flows.enrolment.cohort import Chunk, Group
from derbes.flows.enrolment.rules import Unfit

CHANNEL = "import"


@dataclass(slots=True, eq=False)
class Ready:
    """A chunk as it goes from one process to the other.

    Under which edition and epoch it was made; how many rows it has, the number of the last one and where the next
    begins; who is unfit; by which digests the others are found, each with row and person; what is to be written.
    """

    at: datetime
    edition: str
    epoch: str
    rows: int
    last: int
    end: int
    unfit: dict[int, Unfit]
    digests: dict[bytes, tuple[int, bytes]]
    wordings: list[tuple[str, str, str]] = field(default_factory=list)
    batches: list[copying.Batch] = field(default_factory=list)
    entries: list[bulk.Told] = field(default_factory=list)


def judged(chunk: Chunk) -> Ready:
    """Return what a dry run needs to know of a chunk."""
    return Ready(
        chunk.at,
        chunk.judge.edition.edition,
        chunk.cohort.epoch,
        len(chunk.rows),
        chunk.rows[-1].number,
        chunk.rows[-1].end,
        chunk.unfit,
        {digest: (row, person.row) for digest, (row, person) in chunk.digests.items()},
    )


def sealed(chunk: Chunk, *, enrolment: str) -> Ready:
    """Seal a chunk and return all that is to be written of it."""
    cohort.seal(chunk)
    ready = judged(chunk)
    for group in chunk.groups:
        ready.batches += [*_claimed(group, chunk, ready, enrolment), *bulk.rows(group.party)]
        ready.entries += bulk.told(group.party)
    return ready


def _claimed(group: Group, chunk: Chunk, ready: Ready, enrolment: str) -> list[copying.Batch]:
    """What a claim brings besides data: the record, the words said, the agreement, and where all of it came from."""
    claim, at, fits, subjects = group.claim, chunk.at, group.fits, group.party.subjects
    opened = Subject.open_many(
        subjects,
        languages=[fit.language for fit in fits],
        represented=claim.represented,
        of_age_years=[fit.of_age_year for fit in fits],
        at=at,
    )
    batches = [opened]
    if claim.said:
        text, digest = cohort.wording(chunk, claim)
        ready.wordings.append((text, claim.edition, claim.language))
        shown = Shown(edition=claim.edition, language=claim.language, wording=digest, channel=CHANNEL)
        said = [Said(purpose, Word.GIVEN, act) for purpose, act in sorted(claim.said)]
        given = [fit.given for fit in fits]
        words = record_many(subjects, said, shown=shown, number=group.said_at, given=given, at=at)
        batches.append(words)
    if claim.kind:
        agreed = Agreement.begin_many(
            subjects,
            Kind(claim.kind),
            officers=[fit.officer for fit in fits],
            obliged=[fit.obliged for fit in fits],
            started=[fit.started for fit in fits],
            at=at,
        )
        batches.append(agreed)
    origin = Origin.note_many(
        subjects,
        [fit.reference for fit in fits],
        enrolment=enrolment,
        basis=claim.basis.value,
        purpose=claim.purpose,
        norm=group.permissions["collect"].norm,
        at=at,
    )
    return [*batches, origin]


def known(ready: Ready) -> dict[int, bytes]:
    """Return, by number of row, those of the chunk who are known already by their IIN. One question to the database."""
    there = bulk.known("iin", list(ready.digests))
    return dict(ready.digests[digest] for digest in there)


def write(ready: Ready, *, without: Collection[bytes]) -> None:
    """Write everybody of the chunk but those in `without`."""
    if ready.rows == len(ready.unfit) + len(without):
        return
    for text, edition, language in ready.wordings:
        Wording.keep(text, edition=edition, language=language)
    bulk.settle(ready.batches, ready.entries, sequence.append, without=without)

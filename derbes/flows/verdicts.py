"""What the law says is to be done with the data of many people now: of people who are alike it is asked once.

What always holds: an item's digest identifies its person and all that is to be done with them, so an approval is for
exactly that. Nothing is changed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from derbes.core.acts.models import Approval
from derbes.core.publications import shelf
from derbes.core.vault import among
from derbes.flows import course
from derbes.flows.course import Course
from derbes.law.lifecycle import Ground, Life
from derbes.law.retention import Outcome, Plan


class Item(NamedTuple):
    """What is to be done with one person's data: outcome, where it leads, what goes and stays, on what ground.

    `waits` is why it is not done yet: blocked, hold, approval; empty when nothing stands in the way. `digest`
    is what an approval is for.
    """

    number: bytes
    outcome: Outcome
    end: Life
    ground: Ground
    goes: frozenset[str]
    stays: Mapping[str, datetime | None]
    waits: str
    approved_by: str
    digest: str

    @property
    def subject(self) -> UUID:
        """Whose data."""
        return UUID(bytes=self.number)


class Verdict(NamedTuple):
    """What is to be done with people who are alike; `mark` identifies it, empty when nothing is."""

    plan: Plan
    end: Life
    ground: Ground
    stays: Mapping[str, datetime | None]
    mark: bytes

    def digests(self, subjects: Sequence[bytes]) -> list[str]:
        """What identifies this for each of them: whoever approves it approves exactly this."""
        mark, sha256 = self.mark, hashlib.sha256
        return [sha256(subject + mark).hexdigest() for subject in subjects]


class Looked(NamedTuple):
    """What is to be done with people whose course is the same: with each the item, in their order; none when nothing is."""

    course: Course
    verdict: Verdict
    items: Sequence[Item]


def look(people: among.People, *, at: datetime) -> list[Looked]:
    """What is to be done with these people. Of people alike it is asked once."""
    courses = [one for one in course.of_many(people, at=at) if not one.ended]
    found = [(one, _verdict(one, at)) for one in courses]
    approved: Mapping[str, str] | None = None
    if shelf.in_force(at).policy.limits.get("retention_approval"):
        wanted = any(verdict.mark and not verdict.plan.waits for _, verdict in found)
        approved = Approval.by_whom(people) if wanted else {}
    return [Looked(one, verdict, _items(one.subjects, verdict, approved)) for one, verdict in found]


def _verdict(one: Course, at: datetime) -> Verdict:
    plan = one.plan(at=at)
    end, keep = one.end(plan), plan.outcome is Outcome.KEEP
    mark = b"" if keep else one.known.mark(plan, end)
    return Verdict(plan, end, one.ground(), one.known.stays(plan), mark)


def _items(subjects: Sequence[bytes], verdict: Verdict, approved: Mapping[str, str] | None) -> Sequence[Item]:
    """What is to be done with each of these people; `approved` says by whom, None when it need not be."""
    plan, end, ground, stays, mark = verdict
    if not mark:
        return ()
    wanted = approved is not None and plan.outcome is not Outcome.TRIM
    by_whom = {} if approved is None or plan.waits else approved
    waits = plan.waits or ("approval" if wanted else "")
    return [
        Item(who, plan.outcome, end, ground, plan.goes, stays, "" if by else waits, by, digest)
        for who, digest in zip(subjects, verdict.digests(subjects), strict=True)
        for by in [by_whom.get(digest, "")]
    ]

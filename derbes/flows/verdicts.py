"""What the law says is to be done with the data of many people now: of people who are alike it is asked once.

What always holds: an item's digest identifies its person and all that is to be done with them, so an approval is for
exactly that. Nothing is changed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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

    subject: UUID
    outcome: Outcome
    end: Life
    ground: Ground
    goes: frozenset[str]
    stays: Mapping[str, datetime | None]
    waits: str
    approved_by: str
    digest: str


class Verdict(NamedTuple):
    """What is to be done with people who are alike; `mark` identifies it, empty when nothing is."""

    plan: Plan
    end: Life
    ground: Ground
    stays: Mapping[str, datetime | None]
    mark: bytes

    def digest(self, subject: UUID) -> str:
        """What identifies this for one of them: whoever approves it approves exactly this."""
        return hashlib.sha256(subject.bytes + self.mark).hexdigest() if self.mark else ""


def look(people: among.People, *, at: datetime) -> list[tuple[Course, Verdict, Item | None]]:
    """What is to be done with each of these people; no item when nothing is. Of people alike it is asked once."""
    same: dict[int, Verdict | None] = {}
    found = []
    for one in course.of_many(people, at=at).values():
        if id(one.known) not in same:
            same[id(one.known)] = None if one.ended else _verdict(one, at)
        if (verdict := same[id(one.known)]) is not None:
            found.append((one, verdict, verdict.digest(one.row.subject)))
    approved: Mapping[str, str] | None = None
    if shelf.in_force(at).policy.limits.get("retention_approval"):
        wanted = any(digest and not verdict.plan.waits for _, verdict, digest in found)
        approved = Approval.by_whom(people) if wanted else {}
    return [
        (one, verdict, _item(one.row.subject, verdict, digest, approved) if digest else None)
        for one, verdict, digest in found
    ]


def _verdict(one: Course, at: datetime) -> Verdict:
    plan = one.plan(at=at)
    end, keep = one.end(plan), plan.outcome is Outcome.KEEP
    mark = b"" if keep else one.known.mark(plan, end)
    return Verdict(plan, end, one.ground(), one.known.stays(plan), mark)


def _item(subject: UUID, verdict: Verdict, digest: str, approved: Mapping[str, str] | None) -> Item:
    plan, end, ground, stays, *_ = verdict
    by = "" if approved is None or plan.waits else approved.get(digest, "")
    wanted = approved is not None and plan.outcome is not Outcome.TRIM and not by
    waits = plan.waits or ("approval" if wanted else "")
    return Item(subject, plan.outcome, end, ground, plan.goes, stays, waits, by, digest)

"""What is found of a person is one of the things that may be true of them, and nobody is half destroyed."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import transaction

from derbes.core.accounts.models import Code, User
from derbes.core.acts.models import Act
from derbes.core.holds.models import Block
from derbes.core.incidents.models import Affected
from derbes.core.subjects.models import State
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.crypto import index
from derbes.flows import gate
from derbes.outside import keys
from torture import people
from torture.evidence import Evidence
from torture.ledger import Ledger
from torture.model import Person

#: What the worker does by itself, so that no client can say how often.
FREE = ("notice.breach", "notice.breach refused")
OPENED = 40  # people whose IIN is opened and compared, the last ones


def check(ledger: Ledger, evidence: Evidence, lines: list[dict[str, Any]], counts: Counter[str]) -> list[str]:
    """Return what is not as it was acknowledged."""
    found = list(evidence.faults)
    strangers = set(evidence.subjects)
    for name, person in ledger.people.items():
        subject = _subject(name, person, evidence)
        if subject is None:
            if not person.holds(None) and not _unfindable(person):
                found.append(f"acknowledged and not there: {name}")
            continue
        strangers.discard(subject)
        actual = evidence.standing_of(subject)
        if not person.holds(actual, free=FREE):
            found.append(
                f"not as acknowledged: {name} is {actual}, may be {sorted(map(str, person.possible))}"
            )
    found += _portfolios(lines, strangers, counts)
    open_drafts = sum(_unfindable(person) for person in ledger.people.values())
    if len(strangers) > open_drafts:
        found.append(f"{len(strangers)} people whom nobody registered; {open_drafts} drafts were left open")
    counts["people"] = len(evidence.subjects)
    counts["people destroyed"] = sum(row.state == State.DESTROYED for row in evidence.subjects.values())
    return found + _twice(evidence) + _halves(evidence) + _blocks(evidence) + _values(ledger, evidence)


def _portfolios(lines: list[dict[str, Any]], strangers: set[UUID], counts: Counter[str]) -> list[str]:
    """Everybody in a file that was imported is there, once; they are strangers to the clients."""
    ring = keys.ring()
    rows = Found.objects.filter(kind="iin").values_list("digest", "subject")
    subjects = {bytes(digest): subject for digest, subject in rows}
    found = list[str]()
    for line in lines:
        if line["k"] != "note" or line["what"] != "portfolio":
            continue
        iins = [people.values(line["place"], turn)["iin"] for turn in range(1, line["people"] + 1)]
        known = {subjects.get(index.digest(ring.index_key("iin"), iin)) for iin in iins} - {None}
        if len(known) != line["people"]:
            found.append(f"of {line['people']} people in a file {len(known)} are there")
        strangers -= known  # type: ignore[arg-type]
        counts["people imported"] += len(known)
    return found


def _subject(name: str, person: Person, evidence: Evidence) -> UUID | None:
    """The person's number: as acknowledged, or, when that was left open, by their IIN."""
    if person.subject:
        return UUID(person.subject) if UUID(person.subject) in evidence.subjects else None
    found = vault.find("iin", people.values(*map(int, name.split("-")))["iin"], ring=keys.ring())
    return found[0] if found else None


def _unfindable(person: Person) -> bool:
    """Whether it may be a draft that was opened without an answer: it has no IIN to be found by."""
    return not person.subject and any(one is not None and one.draft for one in person.possible)


def _twice(evidence: Evidence) -> list[str]:
    living = Found.objects.filter(kind="iin").values_list("digest", flat=True)
    twice = [digest for digest, times in Counter(bytes(one) for one in living).items() if times > 1]
    del evidence
    return [f"{len(twice)} people were registered twice"] if twice else []


def _halves(evidence: Evidence) -> list[str]:
    """The key is gone exactly when everything is gone, with an act for each."""
    gone = {subject for subject, row in evidence.subjects.items() if row.state == State.DESTROYED}
    living = evidence.subjects.keys() - gone
    having = set(PersonKey.objects.values_list("subject", flat=True))
    found = [f"half destroyed: {one} is {word}" for one, word in _unequal(living, having)]
    for table in (Sealed, Found, Code, Affected, User):
        rows = table.objects.exclude(subject=None).values_list("subject", flat=True)
        if left := set(rows) - living:
            found.append(f"half destroyed: {table.__name__} has rows of {len(left)} people who are gone")
    if evidence.scans.keys() - living:
        found.append("half destroyed: scans of people who are gone")
    acts = Counter(Act.objects.values_list("subject", flat=True))
    found += [f"destroyed with {acts[one]} acts: {one}" for one in gone if acts[one] != 1]
    found += [f"an act and not destroyed: {one}" for one in acts.keys() - gone]
    return found


def _unequal(living: set[UUID], having: set[UUID]) -> list[tuple[UUID, str]]:
    return [(one, "living without a key") for one in living - having] + [
        (one, "gone with a key") for one in having - living
    ]


def _blocks(evidence: Evidence) -> list[str]:
    standing = set(Block.objects.standing().values_list("subject", flat=True))
    blocked = {subject for subject, row in evidence.subjects.items() if row.blocked_at is not None}
    return [f"a block without its row, or the other way round: {one}" for one in standing ^ blocked]


def _values(ledger: Ledger, evidence: Evidence) -> list[str]:
    """What was typed by the last people opens and is what they typed."""
    found = list[str]()
    names = [
        name for name, one in ledger.people.items() if one.subject and UUID(one.subject) in evidence.keys
    ]
    for name in names[-OPENED:]:
        subject = UUID(ledger.people[name].subject)
        if evidence.subjects[subject].state == State.DRAFT:
            continue
        with transaction.atomic():
            handle = gate.hold(subject, numbers=0, at=evidence.subjects[subject].opened_at).handle
        kept = vault._kept(handle)  # noqa: SLF001  looked at without leaving an entry
        if vault._open(handle, "iin", kept["iin"]) != people.values(*map(int, name.split("-")))["iin"]:  # noqa: SLF001
            found.append(f"another IIN than the one typed: {name}")
    return found

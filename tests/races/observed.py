"""What can be seen after two flows: of the person, and of what the journal says; and what must hold in it always."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models

from derbes.core.accounts.models import Code, User
from derbes.core.acts.models import Act
from derbes.core.agreements.models import Agreement
from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.consents.models import Consent
from derbes.core.holds.models import Block, Hold
from derbes.core.journal.models import Entry
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Step, Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey
from derbes.crypto import leaf
from tests.races.stage import Scene, opened

_ROWS = (
    (Subject, ("state", "life", "represented")),
    (Step, ("old", "new", "ground")),
    (Matter, ("kind", "stage", "outcome", "reason", "taken_by", "asks")),
    (Appeal, ("kind", "stage", "outcome", "purpose", "taken_by", "due")),
    (AppealEvent, ("code", "by")),
    (Act, ("kind", "ground", "fields", "by")),
    (Block, ("ground", "by", "lifted_ground", "lifted_by")),
    (Hold, ("reason", "released_by")),
    (Agreement, ("kind", "officer", "obliged", "end_reason")),
    (Consent, ("purpose", "act", "word", "edition")),
    (Found, ("kind",)),
    (Code, ("aim", "field", "tries_left")),
)
_PUBLISHED = re.compile(r"20[3-9]\d-\d\d-\d\d")  # editions of the races
MOST = 200  # entries of one person are looked for up to this number


def rows_of(subject: UUID) -> dict[str, list[str]]:
    """Every row about the person, without what is made anew each time: ids, numbers, moments."""
    found = {}
    for table, columns in _ROWS:
        rows = table._default_manager.filter(subject=subject).order_by().values_list(*columns)
        found[table.__name__] = sorted(map(str, rows))
    found["Account"] = [str(User.objects.filter(subject=subject).count())]
    return found


def values_of(subject: UUID) -> dict[str, str]:
    """What is kept, in clear; instances are counted by their kind."""
    handle = opened(subject)
    if handle is None:
        return {"key": "gone"}
    kept = {name: vault._open(handle, name, sealed) for name, sealed in vault._kept(handle).items()}
    plain = {name: value for name, value in kept.items() if "/" not in name}
    kinds = Counter(name.partition("/")[0] for name in kept if "/" in name)
    return {**plain, **{f"{kind}/": str(count) for kind, count in kinds.items()}}


def entries_of(secret: bytes) -> list[dict[str, Any]]:
    """A person's own entries in the order of their numbers. Fails when a number is missing."""
    tags = {leaf.tag(secret, n): n for n in range(1, MOST)}
    rows = Entry.objects.filter(tag__in=list(tags)).values_list("tag", "body")
    found = {tags[bytes(tag)]: json.loads(body) for tag, body in rows}
    assert sorted(found) == list(range(1, len(found) + 1)), (
        f"the person's numbers have a gap: {sorted(found)}"
    )
    return [found[n] for n in sorted(found)]


def told(entry: dict[str, Any]) -> str:
    """What an entry says, in a word."""
    more = {key: value for key, value in entry["detail"].items() if key in {"code", "given", "withdrawn"}}
    return f"{entry['event']} {entry['operation']} {entry['purpose']} {entry['outcome']} {more or ''}".strip()


def outcome_of(result: object) -> str:
    """What the caller of a flow saw."""
    if isinstance(result, Exception):
        return f"{type(result).__name__}({getattr(result, 'code', '') or getattr(result, 'ground', '')})"
    if isinstance(result, str | bool | int | frozenset | dict):
        return "done" if isinstance(result, str) else f"done {result!r}"
    return "done"


def observe(scene: Scene, outcomes: Iterable[object]) -> dict[str, Any]:
    """Everything that two serial orders can differ in, and two equal ones not."""
    seen: dict[str, Any] = {"outcomes": tuple(map(outcome_of, outcomes))}
    for subject, secrets in people_of(scene):
        seen[f"values {len(seen)}"] = values_of(subject)
        seen[f"rows {len(seen)}"] = _unnamed(rows_of(subject), scene.more.get("edition", "none"))
        seen[f"journal {len(seen)}"] = [[told(one) for one in entries_of(secret)] for secret in secrets]
    for what in scene.more.get("also", ()):
        seen[what.__name__] = what(scene)
    return seen


def _unnamed(rows: dict[str, list[str]], edition: str) -> dict[str, list[str]]:
    """The same for each schedule, though each publishes an edition of another name."""
    return {
        table: [_PUBLISHED.sub("an earlier one", row.replace(edition, "the new one")) for row in some]
        for table, some in rows.items()
    }


def people_of(scene: Scene) -> Iterator[tuple[UUID, list[bytes]]]:
    """The people of a scene, each with the journal secrets that they had and have."""
    if scene.subject.int:
        yield scene.subject, _secrets(scene.subject, scene.secrets)
    for subject in scene.more.get("others", lambda _: ())(scene):
        yield subject, _secrets(subject, [])


def _secrets(subject: UUID, known: list[bytes]) -> list[bytes]:
    handle = opened(subject)
    return [*known, *([handle.secret] if handle and handle.secret not in known else [])]


def lawful(scene: Scene) -> None:
    """What the person's own entries must always tell, whatever the order: nothing after its end."""
    for subject, secrets in people_of(scene):
        for secret in secrets:
            _lawful(entries_of(secret))
        row = PersonKey.objects.filter(subject=subject).first()
        if row is not None:
            last = len(entries_of(secrets[-1]))
            assert row.entries == last, f"{row.entries} numbers were given out and {last} entries are there"


def _lawful(entries: list[dict[str, Any]]) -> None:
    given: set[str] = set()
    blocked = ended = False
    for number, entry in enumerate(entries, 1):
        assert not ended, f"{number} {told(entry)}: after the end"
        if entry["outcome"] == "refused":
            continue
        operation, purpose = entry["operation"], entry["purpose"]
        lifts = entry["event"] == "blocking.lift"
        assert not blocked or operation == "store" or lifts, f"{number} {told(entry)}: while blocked"
        given |= set(entry["detail"].get("given", ()))
        rests = entry["basis"] == "consent" and operation not in {"block", "destroy"}
        assert not rests or purpose in given, f"{number} {told(entry)}: without consent"
        given -= set(entry["detail"].get("withdrawn", ()))
        blocked = (blocked or operation == "block") and not lifts
        ended = operation == "destroy" and entry["event"].split(".")[1] in ENDING


#: Events with which a person's key ends.
ENDING = frozenset({"demand", "unlawful", "discard", "draft_expired", "end", "archive"})


def counted(table: type[models.Model]) -> int:
    return table._default_manager.count()

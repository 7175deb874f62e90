"""The journal is integrated, shown, given to the person whose entries they are, and checked (docs/journal.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from derbes.core.journal import check, pages, prove, public
from derbes.core.publications import shelf
from derbes.core.vault import vault
from derbes.crypto import canonical, checkpoint
from derbes.crypto.checkpoint import Unsigned  # raised here; imported from here
from derbes.flows import gate, papers, sequence
from derbes.flows.story import step
from derbes.law.permission import Actor, Permission, empower
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import keys

__all__ = ["PAGE", "Row", "Unsigned", "history", "integrate", "key", "listing", "own", "resource", "verify"]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is shown: what it says, and its place in the tree once it has one.

    `n` is its number among the person's own entries; None in the staff's list, where nobody can tell whose it is.
    """

    n: int | None
    position: int | None
    says: dict[str, Any]


@step
def integrate(*, at: datetime) -> int:
    """Place what waits; return how many checkpoints were signed. For the worker."""
    return sequence.place(at=at)


def resource(path: str) -> public.Resource | None:
    """Return what stands at `path` below /journal/ (checkpoint, tile/…), or None. C2SP tlog-tiles."""
    return public.resource(path)


def key() -> str:
    """Return the key with which anyone can check the journal, editions and receipts (C2SP signed note)."""
    return str(checkpoint.vkey(settings.JOURNAL_ORIGIN, keys.ring().signer().public_key))


def written(document: Mapping[str, Any]) -> bytes:
    """Return a receipt or a history as the bytes to give out: the one form that its verifier accepts (RFC 8785)."""
    return canonical.dumps(document)


@step
def own(actor: Actor, *, before: int | None = None, others: bool = False, at: datetime) -> list[Row]:
    """Return a page of the person's own entries, the latest first: who did what with their data, and why.

    `before` is the number of the last entry of the page before; `others` leaves out what the person did
    themself. A page that is not full is the last one. The look itself leaves an entry.
    """
    permission = _own_permission(actor, "journal.own", at=at)
    last = min(before - 1, vault.count(permission)) if before else vault.count(permission)
    vault.record(permission)
    secret, found = vault.secret(permission), list[Row]()
    stride = 10 * PAGE if others else PAGE  # most entries are the person's own looks
    while last > 0 and len(found) < PAGE:
        first = max(1, last - stride + 1)
        rows = _rows(secret, range(first, last + 1))
        found += [row for row in rows if not others or row.says["actor"]["kind"] != ActorKind.SUBJECT]
        last = first - 1
    return found[:PAGE]


@step
def history(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """Return all of a person's entries with their proofs, signed: checkable, and provably complete.

    The file holds the person's journal secret: it is for them alone, and the page says so.
    """
    permission = _own_permission(actor, "journal.history", at=at)
    vault.record(permission)
    return papers.history(permission, at=at)


def listing(actor: Actor, *, before: int | None = None, code: str = "", at: datetime) -> list[Row]:
    """Return a page of the whole journal for the staff, the latest first; `code` narrows it to one actor.

    Raises `Powerless`. Whose data an entry is about cannot be seen here.
    """
    empower(actor, shelf.in_force(at).policy, "journal")
    found = pages.page(before=before, code=code, most=PAGE)
    return [Row(None, position, json.loads(body)) for position, body in found]


def verify(*, earlier: str | None = None) -> check.Finding:
    """Check every entry against the signed tree, and against an `earlier` checkpoint when there is one.

    Raises `Unsigned` when that checkpoint is none of this journal's.
    """
    signer = keys.ring().signer()
    return check.verify(public_key=signer.public_key, origin=settings.JOURNAL_ORIGIN, earlier=earlier)


def _rows(secret: bytes, numbers: range) -> list[Row]:
    """The person's own entries of these numbers, the latest first."""
    found = prove.entries_of(secret, numbers)
    return [Row(one.n, one.position, json.loads(one.body)) for one in reversed(found)]


def _own_permission(actor: Actor, event: str, *, at: datetime) -> Permission:
    if actor.subject is None:
        raise gate.Unknown
    return gate.ask(actor, actor.subject, Operation.USE, "rights", [], event=event, at=at)

"""Who looked at my data: every entry of the journal that is the person's own, read aloud (§3.3, 94-V art. 24).

What always holds: nothing is left out but what the person themself asked to fold away; a refused attempt is
shown like any other; of the staff one sees role, unit and code, never a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from derbes.faces import agreed, refusals
from derbes.faces.cabinet import receipts, tracker, words
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public.surroundings import said
from derbes.flows import consent, journal
from derbes.flows.citing import cited
from derbes.law.policy import Policy


@dataclass(frozen=True, slots=True)
class Look:
    """One entry, in words. `position` is its place in the tree, None while it waits for one."""

    n: int
    position: int | None
    when: datetime
    own: bool
    who: str
    what: str
    operation: str
    why: str
    clause: str
    address: str
    fields: list[str]
    ground: str
    norm: str
    recipient: str
    refused: str


@require_safe
@own
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A page of entries, the latest first; `?who=others` folds one's own away, `?before=n` goes on."""
    others = request.GET.get("who") == "others"
    before = request.GET.get("before", "")
    first = int(before) if before.isdecimal() and len(before) < 10 else None  # noqa: PLR2004
    rows = journal.own(visitor.actor, before=first, others=others, at=visitor.at)
    more = rows[-1].n if len(rows) == journal.PAGE and rows[-1].n else None
    context = {
        "section": "cabinet",
        "looks": [look(visitor.standing.policy, row) for row in rows],
        "others": others,
        "before": first,
        "more": more if more and more > 1 else None,
        "key": journal.key(),
    }
    return render(request, "cabinet/looks.html", context)


@require_POST
@own
def history(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All entries with their proofs, signed. For the person alone: it holds the secret that makes them theirs."""
    try:
        made = journal.history(visitor.actor, at=visitor.at)
    except consent.Unplaced:
        return receipts.wait(request)
    return receipts.attached(made, f"history-{visitor.at:%Y-%m-%d}.json")


@require_POST
@own
def usage(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All entries in the shape of the Estonian Data Tracker (docs/usage-file.md)."""
    try:
        made = journal.history(visitor.actor, at=visitor.at)
    except consent.Unplaced:
        return receipts.wait(request)
    content = tracker.usage(made["document"], visitor.standing.policy)
    return receipts.attached(content, f"usage-{visitor.at:%Y-%m-%d}.json")


def look(policy: Policy, row: journal.Row) -> Look:
    """One entry in the page's language."""
    says: dict[str, Any] = row.says
    refused = says["outcome"] == "refused"
    clause, edition = says["clause"] or "", says["edition"] or policy.edition
    recipient = says["recipient"] or ""
    return Look(
        n=row.n or 0,
        position=row.position,
        when=datetime.fromisoformat(says["at"]),
        own=says["actor"]["kind"] == "subject",
        who=words.who(policy, says["actor"]),
        what=words.event(policy, says["event"], says["operation"]),
        operation=words.operation(policy, says["operation"]),
        why=agreed.purpose(policy, says["purpose"]) if says["purpose"] else "",
        clause=clause,
        address=reverse("public:clause", args=[edition, clause]) if clause else "",
        fields=words.fields(policy, says["fields"]),
        ground=words.worded(words.BASES, says["basis"] or ""),
        norm=cited(says["norm"] or ""),
        recipient=said(policy.recipients[recipient].label) if recipient in policy.recipients else recipient,
        refused=refusals.as_seen(code) if refused and (code := says["detail"].get("code", "")) else "",
    )

"""The journal for those who watch over it: what was done, by whom, and whether nothing of it was changed.

What always holds: whose data an entry is about cannot be seen here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces import events, refusals
from derbes.faces.office import forms, labels
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import journal as flow
from derbes.law.policy import Policy

POWER = "journal"


@require_safe
@staff_only(POWER)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page of the journal, the latest first; narrowed to one actor by the address."""
    code = request.GET.get("code", "").strip()[:64]
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None  # noqa: PLR2004
    rows = flow.listing(desk.actor, before=start, code=code, at=desk.at)
    more = rows[-1].position if len(rows) == flow.PAGE and rows[-1].position else None
    checkpoint = flow.resource("checkpoint")
    context = {
        "rows": [_row(desk.policy, row) for row in rows],
        "code": code,
        "start": start,
        "older": more,
        "checkpoint": checkpoint.body.decode() if checkpoint else "",
        "key": flow.key(),
        "form": forms.Earlier(),
        "edition": desk.policy.edition,
    }
    return show(request, desk, "office/journal.html", context, section="journal")


def _row(policy: Policy, row: flow.Row) -> dict[str, Any]:
    says = row.says
    event = says.get("event") or ""
    return {
        "position": row.position,
        "at": datetime.fromisoformat(says["at"]),
        "who": labels.actor(policy, says.get("actor") or {}),
        "code": (says.get("actor") or {}).get("code") or "",
        "what": labels.worded(events.TO_STAFF, event),
        "operation": labels.operation(policy, says.get("operation") or ""),
        "purpose": labels.purpose(policy, says["purpose"]) if says.get("purpose") else "",
        "fields": labels.fields(policy, says.get("fields") or ()),
        "clause": says.get("clause") or "",
        "edition": says.get("edition") or "",
        "detail": _detail(policy, event, says.get("detail") or {}),
        "refused": says.get("outcome") == "refused",
    }


def _detail(policy: Policy, event: str, detail: dict[str, Any]) -> str:
    """What an entry says besides: a refusal's reason, an account, an edition, a matter."""
    if event.startswith("staff."):
        parts = (detail.get("code"), labels.role(policy, detail.get("role") or ""), detail.get("unit"))
        return ", ".join(str(part) for part in parts if part)
    if code := detail.get("code"):
        return refusals.to_staff(code)
    return str(detail.get("matter") or "")


@require_http_methods(["POST"])
@staff_only(POWER)
def check(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Check every entry against the signed tree, and against an earlier checkpoint when one is given."""
    form = forms.Earlier(request.POST)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        earlier = form.cleaned_data["earlier"].replace("\r\n", "\n").lstrip() or None
        try:
            finding = flow.verify(earlier=earlier)
            context |= {"finding": finding, "earlier": earlier, "fault": _fault(finding)}
        except flow.Unsigned:
            form.add_error(
                "earlier", _("This is no checkpoint of this journal: it was not signed with its key.")
            )
    return show(request, desk, "office/journal_checked.html", context, section="journal")


def _fault(finding: Any) -> str:
    return labels.worded(labels.FAULTS, finding.found.fault.value) if finding.found else ""

"""The public page of the journal: what it is, its newest checkpoint, who outside has signed it, how anybody checks it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from derbes.flows import anchoring
from derbes.flows import journal as flow


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Explain the journal and show the newest checkpoint as it was signed."""
    found = flow.resource("checkpoint")
    note = found.body.decode() if found else ""
    context = {
        "note": note,
        "size": note.splitlines()[1] if note else "0",
        "key": flow.key(),
        "standing": _standing(),
        "section": "journal",
    }
    return render(request, "public/journal.html", context)


def _standing() -> anchoring.Standing | None:
    """How the journal stands with those outside; None when what is set for them cannot be read: the worker's log says so."""
    try:
        return anchoring.standing()
    except anchoring.Misconfigured:
        return None

"""The first page of the cabinet: how the registration stands, what is new, and every consent two clicks away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from derbes.faces.cabinet import correction, ledger, words
from derbes.faces.cabinet.entrance import Visitor, own_status
from derbes.faces.public.surroundings import language
from derbes.flows import affected

A_FEW = 3


@require_safe
@own_status
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Status, news, consents. A representative who waits for confirmation sees the status alone (§2.4)."""
    context: dict[str, Any] = {
        "section": "cabinet",
        "held_back": visitor.held_back,
        "status": _status(visitor),
        "blocked": visitor.standing.row.blocked_at is not None,
    }
    if not visitor.held_back:
        table = ledger.table(visitor)
        context |= {"table": table, "news": ledger.news(visitor, table)}
        context |= _breaches(visitor)
        context |= {"since": correction.question(visitor), "corrections": correction.shown(visitor)[:A_FEW]}
    return render(request, "cabinet/home.html", context)


def _breaches(visitor: Visitor) -> dict[str, Any]:
    """The breaches that the person was told of (§4.1). While their data are blocked, only that there are some."""
    breached = affected.told(visitor.actor) > 0
    shown = breached and visitor.standing.row.blocked_at is None
    rows = affected.own(visitor.actor, language(), at=visitor.at) if shown else []
    return {"breached": breached, "breaches": rows}


def _status(visitor: Visitor) -> dict[str, Any]:
    here = visitor.standing
    matter = here.matter
    label, kind = words.STATES.get(here.row.state, (here.row.state, "quiet"))
    waits = matter is not None and matter.stage == "waiting"
    return {
        "label": gettext("Something more is needed") if waits else gettext(label),
        "kind": "stop" if waits else kind,
        "matter": matter,
        "asks": words.fields(here.policy, matter.asks) if matter and waits else [],
        "reason": words.worded(words.REASONS, matter.reason) if matter and matter.reason else "",
        "editable": here.editable,
    }

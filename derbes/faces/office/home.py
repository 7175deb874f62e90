"""What waits, by age, and what I have taken; for a role without matters, what it may do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from derbes.faces.office import letters, queues
from derbes.faces.office.desk import Desk, show, staff_only

QUEUES = (
    (queues.Kind.REGISTRATION, "verify", "office:registrations"),
    (queues.Kind.CORRECTION, "correct", "office:corrections"),
)
A_FEW = 5


@require_safe
@staff_only()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page on which a working day begins."""
    mine, waiting = [], []
    for kind, power, address in QUEUES:
        if desk.may(power):
            mine += queues.mine(desk, kind)
            count, rows = queues.oldest(desk, kind, A_FEW)
            waiting.append({"kind": str(kind), "address": address, "count": count, "rows": rows})
    mine.sort(key=lambda row: row.opened_at)
    appeals = None
    if desk.may(letters.POWER):
        count, nearest = letters.nearest(desk, A_FEW)
        appeals = {"mine": letters.mine(desk), "count": count, "rows": nearest}
    sections = [section for section in desk.sections() if section["key"] != "home"]
    anything = any(queue["count"] for queue in [*waiting, *([appeals] if appeals else [])])
    context = {
        "mine": mine,
        "waiting": waiting,
        "appeals": appeals,
        "anything": anything,
        "open_to": sections,
    }
    return show(request, desk, "office/home.html", context, section="home")

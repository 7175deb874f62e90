"""Terms that have ended: what a run would do, who waits for approval, the run; and the register of acts.

What always holds: what is approved is exactly what was shown; a run does what the dry run told; nobody's data are
named here but by the number of an act and an opaque id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST, require_safe

from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public import acts, lives, paper
from derbes.faces.public.surroundings import said
from derbes.flows import destruction, retention
from derbes.law.policy import Policy

POWER = "retention"
#: People of one run that is begun by hand; the worker does the rest.
MOST = 200
A_PAGE = 50
SHOWN = 200

OUTCOMES = {
    "trim": gettext_noop("Part is destroyed"),
    "archive": gettext_noop("Archived, the rest is destroyed"),
    "destroyed": gettext_noop("Destroyed"),
    "depersonalised": gettext_noop("Depersonalised"),
}
WAITS = {
    "approval": (gettext_noop("Waits for approval"), "wait"),
    "blocked": (gettext_noop("Blocked: waits"), "stop"),
    "hold": (gettext_noop("Held: waits"), "stop"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a dry run: what would be done, on what ground, what goes, and what it waits for."""

    subject: Any
    digest: str
    what: str
    ground: str
    goes: list[tuple[str, list[str]]]
    waits: tuple[str, str]
    approvable: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many people have data of one category that go, by what is done and on what ground."""

    category: str
    what: str
    ground: str
    now: int
    waiting: int


@require_safe
@staff_only(POWER)
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The dry run: counts by category and ground, and everybody who waits."""
    found = retention.dry_run(desk.actor, at=desk.at)
    waiting = [_line(desk.policy, item) for item in found.waiting]
    context = {
        "counts": _counts(desk.policy, found),
        "now": len(found.done),
        "digest": found.digest,
        "waiting": waiting[:SHOWN],
        "more": max(0, len(waiting) - SHOWN),
        "approvable": sum(line.approvable for line in waiting),
        "most": MOST,
        "archived": len(retention.archived(desk.actor, at=desk.at)),
    }
    return show(request, desk, "office/retention.html", context, section="retention")


@require_POST
@staff_only(POWER)
def approve(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Approve exactly what was ticked, as it was shown: what has changed since is not among it."""
    ticked = set(request.POST.getlist("digest"))
    items = [
        item
        for item in retention.dry_run(desk.actor, at=desk.at).waiting
        if item.waits == "approval" and item.digest in ticked
    ]
    count = retention.approve(desk.actor, items, at=desk.at) if items else 0
    if count:
        text = ngettext("%(count)s approved.", "%(count)s approved.", count) % {"count": count}
        messages.success(request, text)
    if count < len(ticked):
        messages.warning(request, _("Something has changed since you looked: look again and tick anew."))
    elif not ticked:
        messages.info(request, _("Nothing was ticked."))
    return HttpResponseRedirect(reverse("office:retention"))


@require_POST
@staff_only(POWER)
def run(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what the dry run told, if it is still what was shown."""
    if retention.dry_run(desk.actor, at=desk.at).digest != request.POST.get("digest"):
        messages.warning(request, _("Something has changed since you looked: nothing was done. Look again."))
        return HttpResponseRedirect(reverse("office:retention"))
    done = retention.run(desk.actor, at=desk.at, most=MOST)
    text = ngettext(
        "Done: %(count)s act was drawn up.", "Done: %(count)s acts were drawn up.", len(done.acts)
    )
    messages.success(request, text % {"count": len(done.acts)})
    return HttpResponseRedirect(reverse("office:acts"))


@require_safe
@staff_only(destruction.READING)
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The register of acts, the last first."""
    before = _moment(request.GET.get("before", ""))
    found = destruction.acts(desk.actor, before=before, most=A_PAGE, at=desk.at)
    context = {
        "rows": [_act(each) for each in found],
        "older": found[-1].at.isoformat() if len(found) == A_PAGE else "",
        "start": before,
        "runs": desk.may(POWER),
    }
    return show(request, desk, "office/acts.html", context, section=_section(desk))


@require_safe
@staff_only(destruction.READING)
def act(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One act, and what the search found after it."""
    context = {**_found(desk, number), "paper": paper.POSSIBLE}
    return show(request, desk, "office/act.html", context, section=_section(desk))


@require_safe
@staff_only(destruction.READING)
def on_paper(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The act as PDF."""
    found = _found(desk, number)
    if not paper.POSSIBLE:
        messages.error(request, _("PDF cannot be made now"))
        return HttpResponseRedirect(reverse("office:act", args=[number]))
    return acts.pdf(found)


def _section(desk: Desk) -> str:
    """Where the register stands: with the terms, or by itself for those who only read it."""
    return "retention" if desk.may(POWER) else "acts"


def _found(desk: Desk, number: str) -> dict[str, Any]:
    try:
        return acts.shown(desk.policy, *destruction.act(desk.actor, number, at=desk.at))
    except destruction.Act.DoesNotExist as none:
        raise Http404 from none


def _act(row: Any) -> dict[str, Any]:
    findings = destruction.findings(row)
    return {
        "act": row,
        "what": lives.worded(acts.KINDS, row.kind),
        "ground": lives.worded(lives.GROUNDS, row.ground),
        "searched": bool(findings),
        "nothing_left": bool(findings) and findings[-1].nothing_left,
    }


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _line(policy: Policy, item: retention.Item) -> Line:
    label, kind = WAITS.get(item.waits, (item.waits, "quiet"))
    return Line(
        subject=item.subject,
        digest=item.digest,
        what=_what(item),
        ground=lives.worded(lives.GROUNDS, item.ground),
        goes=lives.fields(policy, item.goes),
        waits=(_(label), kind),
        approvable=item.waits == "approval",
    )


def _what(item: retention.Item) -> str:
    return lives.worded(OUTCOMES, item.end.value if item.outcome == "end" else item.outcome.value)


def _counts(policy: Policy, found: retention.Run) -> list[Count]:
    """People by category of what goes, what is done and on what ground, in the order of the policy."""
    now, waiting = _people(policy, found.done), _people(policy, found.waiting)
    order = list(policy.categories)
    keys = sorted(now.keys() | waiting.keys(), key=lambda key: (order.index(key[0]), key[1:]))
    return [Count(said(policy.categories[key[0]]), key[1], key[2], now[key], waiting[key]) for key in keys]


def _people(policy: Policy, items: Iterable[retention.Item]) -> Counter[tuple[str, str, str]]:
    people = Counter[tuple[str, str, str]]()
    for item in items:
        kinds = {name.partition("/")[0] for name in item.goes}
        categories = {policy.data[kind].category for kind in kinds if kind in policy.data}
        people.update((one, _what(item), lives.worded(lives.GROUNDS, item.ground)) for one in categories)
    return people

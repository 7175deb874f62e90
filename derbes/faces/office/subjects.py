"""How one person's data stand, for those who answer for it: stage, blocks, holds, agreements, terms.

What always holds: a person is found by the number of a matter, never by name; no value of theirs is shown; each
decision takes its own power and a reason of a closed list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import agreed
from derbes.faces.office import life_forms
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public import acts, lives
from derbes.flows import blocking, holds, outlook
from derbes.law.lifecycle import Ground, NoSuchStep
from derbes.law.policy import Policy

POWERS = " ".join(outlook.POWERS)


@require_safe
@staff_only(POWERS)
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Find by number; and the blocks and holds that stand, for those who have the power over them."""
    form = life_forms.Find(request.GET if "number" in request.GET else None)
    if form.is_valid():
        try:
            return back(outlook.find(desk.actor, form.cleaned_data["number"], at=desk.at))
        except outlook.Unknown:
            form.add_error("number", _("There is no matter, appeal or act with this number."))
    context = {
        "form": form,
        "blocks": [_standing(each) for each in blocking.standing(desk.actor, at=desk.at)]
        if desk.may("block")
        else None,
        "holds": [_hold(each) for each in holds.standing(desk.actor, at=desk.at)]
        if desk.may("hold")
        else None,
    }
    return show(request, desk, "office/subjects.html", context, section="subjects")


@require_safe
@staff_only(POWERS)
def one(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """One person: what stands, and what this role may decide."""
    found = outlook.of(desk.actor, subject, at=desk.at)
    label, kind, means = lives.tagged(found.stage)
    block = found.block
    context = {
        "subject": subject,
        "stage": {"label": label, "kind": kind, "means": means},
        "outlook": found,
        "over": found.stage in {"destroyed", "depersonalised"},
        "blocked": block,
        "blocked_why": lives.worded(lives.GROUNDS, block.ground) if block else "",
        "blocked_last": lives.last_day(block.ends_at) if block else None,
        "late": bool(block and block.due < timezone.localtime(desk.at).date()),
        "may": {power: desk.may(power) for power in outlook.POWERS},
        "holds": [_hold(each) for each in found.holds if each.released_at is None and each.until > desk.at],
        "services": [_service(each) for each in found.services],
        "said": _words(desk.policy, found.said),
        "groups": lives.rows(desk.policy, found.kept, desk.at),
        "steps": [
            {
                "step": each,
                "what": lives.tagged(each.new)[0],
                "ground": lives.worded(lives.GROUNDS, each.ground),
            }
            for each in found.steps
        ],
        "acts": [{"act": each, "what": lives.worded(acts.KINDS, each.kind)} for each in found.acts],
    }
    return show(request, desk, "office/subject.html", context, section="subjects")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("block")
def block(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Block all data of a person but for storing."""
    grounds = [(each.value, lives.worded(lives.GROUNDS, each)) for each in blocking.BLOCK_GROUNDS]
    form = life_forms.Block(typed(request), grounds=grounds, at=desk.at)
    if form.is_valid():
        ground = Ground(form.cleaned_data["ground"])
        blocking.block(desk.actor, subject, ground, ends_at=form.ends_at, at=desk.at)
        messages.success(request, _("The data are blocked: nothing but storing is done with them."))
        return back(subject)
    return ask(request, desk, subject, form, "block")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("block")
def lift(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Lift the block."""
    grounds = [(each.value, lives.worded(lives.GROUNDS, each)) for each in blocking.LIFT_GROUNDS]
    form = life_forms.Lift(typed(request), grounds=grounds)
    if form.is_valid():
        try:
            blocking.lift(desk.actor, subject, Ground(form.cleaned_data["ground"]), at=desk.at)
            messages.success(request, _("The block is lifted."))
        except NoSuchStep:
            messages.info(request, _("Nothing was blocked."))
        return back(subject)
    return ask(request, desk, subject, form, "lift")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("hold")
def hold(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Hold the data past their terms, for a reason, by a paper, to an end."""
    reasons = [(each.value, lives.worded(lives.HOLDS, each)) for each in holds.HoldReason]
    form = life_forms.Hold(typed(request), reasons=reasons, at=desk.at)
    if form.is_valid():
        reason, paper = holds.HoldReason(form.cleaned_data["reason"]), form.cleaned_data["paper"]
        holds.place(desk.actor, subject, reason, paper=paper, until=form.until, at=desk.at)
        messages.success(request, _("The data are held: until the end they are not destroyed."))
        return back(subject)
    return ask(request, desk, subject, form, "hold")


@require_POST
@staff_only("hold")
def release(request: HttpRequest, desk: Desk, subject: UUID, hold: UUID) -> HttpResponse:
    """End a hold before its end."""
    try:
        holds.release(desk.actor, subject, hold, at=desk.at)
    except holds.Hold.DoesNotExist as none:
        raise Http404 from none
    messages.success(request, _("The hold has ended."))
    return back(subject)


def typed(request: HttpRequest) -> Any:
    """What was posted, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def back(subject: UUID) -> HttpResponse:
    """Lead to the person's page."""
    return HttpResponseRedirect(reverse("office:subject", args=[subject]))


def ask(request: HttpRequest, desk: Desk, subject: UUID, form: Form, what: str) -> HttpResponse:
    """Show the form of a decision, with what it does. Of a person who is gone there is nothing to decide."""
    found = outlook.of(desk.actor, subject, at=desk.at)
    context = {"form": form, "what": what, "subject": subject, "stage": lives.tagged(found.stage)}
    return show(request, desk, "office/decide.html", context, section="subjects")


def _standing(block: blocking.Standing) -> dict[str, Any]:
    return {"row": block, "why": lives.worded(lives.GROUNDS, block.ground)}


def _hold(hold: Any) -> dict[str, Any]:
    return {"row": hold, "why": lives.worded(lives.HOLDS, hold.reason), "last": lives.last_day(hold.until)}


def _words(policy: Policy, words: Iterable[outlook.Said]) -> list[dict[str, Any]]:
    """Words in the order in which the person reads them."""
    placed = sorted(words, key=lambda each: agreed.place(policy, each.row.purpose, each.row.act))
    return [_said(policy, each) for each in placed]


def _said(policy: Policy, said: outlook.Said) -> dict[str, Any]:
    label, kind = agreed.WORDS["ended" if said.ended else said.row.word]
    return {
        "label": agreed.matter_of(policy, said.row.purpose, said.row.act),
        "tag": (_(label), kind),
        "row": said.row,
        "last": lives.last_day(said.until),
        "ended": said.ended,
    }


def _service(service: Any) -> dict[str, Any]:
    return {
        "row": service,
        "label": lives.worded(lives.SERVICES, service.kind),
        "ending": lives.worded(lives.ENDINGS, service.end_reason) if service.ended_at else "",
    }

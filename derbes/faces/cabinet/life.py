"""What happens to my data: their stage, until when each is kept and why; blocking them, lifting it, leaving.

What always holds: before anything is done, the page says what stops and what goes on; what cannot be done is
refused with its ground, and the page says what can be done instead.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.fields import DateParts, DatePartsField, HintedChoice
from derbes.faces.public import acts, lives
from derbes.faces.public.forms import as_typed, posted, switches
from derbes.flows import agreements, blocking, outlook
from derbes.law.lifecycle import Ground, NoSuchStep
from derbes.law.permission import Powerless


class Blocking(forms.Form):
    """For how long, and that one knows what stops. Nothing is chosen beforehand."""

    length = HintedChoice(
        label=_("For how long?"),
        choices=[("open", _("Until I lift it")), ("day", _("Until a day"))],
        error_messages={"required": _("Choose for how long")},
    )
    day = DatePartsField(label=_("The day"), required=False, widget=DateParts())
    known = forms.BooleanField(
        label=_("I have read what stops"), error_messages={"required": _("Read what stops, and tick it")}
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length: Any = self.fields["length"]
        length.hints = {"day": gettext("From this day on everything goes on by itself.")}
        self._today = timezone.localtime(at).date()

    def clean(self) -> dict[str, Any]:
        """A day must be said, and be ahead."""
        cleaned = super().clean() or {}
        if cleaned.get("length") == "day" and "day" not in self.errors:
            if not cleaned.get("day"):
                self.add_error("day", _("Say until which day"))
            elif cleaned["day"] <= self._today:
                self.add_error("day", _("This day is not ahead"))
        return cleaned

    @property
    def ends_at(self) -> datetime | None:
        """When the block ends by itself: at the beginning of the day."""
        if self.cleaned_data["length"] != "day":
            return None
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], time.min))


@require_safe
@own
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Stage, services, what is kept until when and why, and what was done so far."""
    found = outlook.own(visitor.actor, at=visitor.at)
    policy = visitor.standing.policy
    context = {
        **_around(found),
        "groups": lives.rows(policy, found.kept, visitor.at),
        "services": [_service(each) for each in found.services],
        "running": not found.services or any(each.ended_at is None for each in found.services),
        "holds": [
            {"reason": lives.worded(lives.HOLDS, each.reason), "last": lives.last_day(each.until)}
            for each in found.holds
            if each.released_at is None and each.until > visitor.at
        ],
        "steps": [_step(each) for each in found.steps],
        "acts": [{"act": each, "what": lives.worded(acts.KINDS, each.kind)} for each in found.acts],
    }
    return render(request, "cabinet/life.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def block(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Block my data: what stops is said first."""
    found = outlook.own(visitor.actor, at=visitor.at)
    form = Blocking(posted(request), at=visitor.at)
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and not found.block:
        blocking.block(visitor.actor, visitor.subject, Ground.REQUEST, ends_at=form.ends_at, at=visitor.at)
        messages.success(request, gettext("Your data are blocked."))
        return HttpResponseRedirect(reverse("cabinet:life"))
    context = {**_around(found), "form": form, "switch_form": True}
    return render(request, "cabinet/block.html", context)


@require_POST
@own
def unblock(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Take back the block that I asked for."""
    try:
        blocking.lift(visitor.actor, visitor.subject, Ground.REQUEST, at=visitor.at)
        messages.success(request, gettext("The block is lifted."))
    except Powerless:
        messages.error(request, gettext("Others blocked your data too: the responsible person lifts that."))
    except NoSuchStep:
        messages.info(request, gettext("Your data are not blocked."))
    return HttpResponseRedirect(reverse("cabinet:life"))


@require_http_methods(["GET", "HEAD", "POST"])
@own
def leave(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """I do not use the service any more: the term of keeping starts."""
    found = outlook.own(visitor.actor, at=visitor.at)
    context = {**_around(found), "obstacle": ""}
    if request.method != "POST" or switches(request):
        return render(request, "cabinet/leave.html", context)
    try:
        agreements.leave(visitor.actor, at=visitor.at)
    except agreements.Obliged:
        return render(request, "cabinet/leave.html", {**context, "refused": True}, status=409)
    messages.success(request, gettext("The service has ended. The terms below run from today."))
    return HttpResponseRedirect(reverse("cabinet:life"))


def _around(found: outlook.Outlook) -> dict[str, Any]:
    """What each of these pages shows: the stage, and the block that stands."""
    label, kind, means = lives.tagged(found.stage)
    standing = found.block
    return {
        "section": "cabinet",
        "outlook": found,
        "stage": {"label": label, "kind": kind, "means": means},
        "blocked": standing,
        "blocked_why": lives.worded(lives.GROUNDS, standing.ground) if standing else "",
        "blocked_last": lives.last_day(standing.ends_at) if standing else None,
        "liftable": standing is not None and standing.ground == Ground.REQUEST,
    }


def _service(service: Any) -> dict[str, Any]:
    return {
        "label": lives.worded(lives.SERVICES, service.kind),
        "row": service,
        "ending": lives.worded(lives.ENDINGS, service.end_reason) if service.ended_at else "",
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "at": step.at,
        "what": lives.tagged(step.new)[0],
        "ground": lives.worded(lives.GROUNDS, step.ground),
    }

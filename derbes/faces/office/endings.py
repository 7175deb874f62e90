"""What ends the life of data before its term: a person has died, or their data were obtained unlawfully.

What always holds: both take the power over terms; a death is entered with the number of the document that shows
it; what was obtained unlawfully goes whole and at once, with an act, and before that the page says what goes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from derbes.faces.office import life_forms
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.office.subjects import back, typed
from derbes.faces.public import lives
from derbes.flows import agreements, destruction, outlook

POWER = "retention"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def died(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Enter that the person has died."""
    form = life_forms.Died(typed(request), at=desk.at)
    if not form.is_valid():
        return _page(request, desk, subject, form, "died")
    on, paper = life_forms.beginning(form.cleaned_data["day"]), form.cleaned_data["paper"]
    try:
        agreements.died(desk.actor, subject, on=on, paper=paper, at=desk.at)
        messages.success(
            request, _("It is entered. Nothing that rests on the person's consent is done any more.")
        )
    except agreements.Ended:
        messages.info(request, _("It had been entered already."))
    return back(subject)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def unlawful(request: HttpRequest, desk: Desk, subject: UUID) -> HttpResponse:
    """Destroy everything of a person whose data were obtained unlawfully."""
    form = life_forms.Unlawful(typed(request))
    if not form.is_valid():
        return _page(request, desk, subject, form, "unlawful")
    try:
        done = destruction.unlawful(desk.actor, subject, at=desk.at)
    except destruction.NotNow:
        messages.warning(
            request, _("The data are held: nothing was destroyed. End the hold first, or wait for its end.")
        )
        return back(subject)
    messages.success(request, _("Everything was destroyed, and this act was drawn up."))
    return HttpResponseRedirect(reverse("office:act", args=[done.act]))


def _page(request: HttpRequest, desk: Desk, subject: UUID, form: Form, what: str) -> HttpResponse:
    found = outlook.of(desk.actor, subject, at=desk.at)
    holds: list[Any] = [each for each in found.holds if each.released_at is None and each.until > desk.at]
    context = {
        "form": form,
        "subject": subject,
        "gone": found.stage in {"destroyed", "depersonalised"},
        "known": found.row.deceased_at,
        "blocked": found.block,
        "held": bool(holds),
        "goes": lives.fields(desk.policy, [each.field for each in found.kept]),
        "days": desk.policy.terms["destroy"].days,
    }
    return show(request, desk, f"office/{what}.html", context, section="subjects")

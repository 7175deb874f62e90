"""My consents: what stands, and giving or taking back each by itself, two clicks from the cabinet (§5).

What always holds: before a word is given its exact text is shown; before it is taken back, what stops and
what goes on; afterwards there is a receipt, or a reasoned refusal.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces import agreed
from derbes.faces.cabinet import ledger, words
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public import lives
from derbes.faces.public.surroundings import language, said
from derbes.flows import consent
from derbes.flows.citing import cited
from derbes.law.wording import Words


@require_safe
@own
def all_of_them(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every purpose and act: state, since when, under which edition."""
    table = ledger.table(visitor)
    context = {"section": "cabinet", "table": table, "news": ledger.news(visitor, table)}
    return render(request, "cabinet/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def one(request: HttpRequest, visitor: Visitor, purpose: str, act: str = "") -> HttpResponse:
    """One consent: its text, what withdrawing stops and leaves; giving it, or taking it back."""
    table = ledger.table(visitor)
    line = table.line(purpose, act)
    if line is None:
        raise Http404
    if request.method == "POST" and "switch" not in request.POST:
        return _changed(request, visitor, table, line)
    bound = (purpose, act) in consent.bound(visitor.subject, at=visitor.at)
    context = {"section": "cabinet", "table": table, "line": line, "bound": bound, **_stops(table, line)}
    return render(request, "cabinet/consent.html", context)


def _changed(request: HttpRequest, visitor: Visitor, table: ledger.Table, line: ledger.Line) -> HttpResponse:
    word = request.POST.get("word")
    change = consent.Change(
        give=frozenset({(line.purpose, line.act)}) if word == "give" else frozenset(),
        withdraw=_with_acts(table, line) if word == "withdraw" else frozenset(),
        language=language(),
        address=request.META.get("REMOTE_ADDR", ""),
        agent=request.headers.get("User-Agent", ""),
    )
    if word != "withdraw":
        occasion = consent.change(visitor.actor, change, at=visitor.at)
    else:
        withdrawn = consent.withdraw(visitor.actor, change, at=visitor.at)
        if withdrawn.answer.refused:
            return _refused(request, visitor, line, withdrawn)
        occasion = withdrawn.occasion
    if occasion is None:
        return HttpResponseRedirect(reverse("cabinet:consents"))
    return HttpResponseRedirect(f"{reverse('cabinet:receipt', args=[occasion])}?new=1")


def _with_acts(table: ledger.Table, line: ledger.Line) -> frozenset[tuple[str, str]]:
    """The consent, and what was agreed to for its purpose besides: a transfer for a purpose that has stopped is none."""
    acts = {(each.purpose, each.act) for each in table.lines if each.given and each.purpose == line.purpose}
    return frozenset(acts if not line.act else {(line.purpose, line.act)})


def _refused(
    request: HttpRequest, visitor: Visitor, line: ledger.Line, withdrawn: consent.Withdrawn
) -> HttpResponse:
    """The reasoned refusal (94-V art. 8(2), 8(7)): what did not stop and why, what did, what can be done."""
    policy = visitor.standing.policy
    answer = withdrawn.answer
    context = {
        "section": "cabinet",
        "line": line,
        "occasion": withdrawn.occasion,
        "refused": agreed.matters(policy, answer.refused),
        "stopped": agreed.matters(policy, answer.stopped),
        "why": gettext(lives.OBSTACLES[answer.ground][0])
        if answer.ground in lives.OBSTACLES
        else answer.ground,
        "norm": cited(answer.norm),
        "at": visitor.at,
    }
    return render(request, "cabinet/not_withdrawn.html", context, status=409)


def _stops(table: ledger.Table, line: ledger.Line) -> dict[str, Any]:
    """What would stop with this consent, and what would go on without it."""
    policy = table.policy
    if line.act or line.purpose not in policy.purposes:
        return {"stops": [line.label], "roles": [], "goes_on": [], "kept": ""}
    data = policy.purposes[line.purpose].data
    roles = [said(role.label) for role in policy.roles.values() if line.purpose in role.purposes]
    others = [
        each
        for each in table.lines
        if each.given and not each.act and each.purpose != line.purpose and each.purpose in policy.purposes
    ]
    goes_on = [
        {"label": each.label, "fields": words.fields(policy, data & policy.purposes[each.purpose].data)}
        for each in others
        if data & policy.purposes[each.purpose].data
    ]
    dependent = [
        each.label for each in table.lines if each.given and each.act and each.purpose == line.purpose
    ]
    return {
        "stops": words.stopped(policy, line.purpose),
        "roles": roles,
        "fields": words.fields(policy, data),
        "goes_on": goes_on,
        "dependent": dependent,
        "by_law": table.by_law,
        "kept": Words(policy, language()).kept(line.purpose),
    }

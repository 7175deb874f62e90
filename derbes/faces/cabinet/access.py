"""Take everything with me: one archive of all that is held, made when asked for and kept nowhere (94-V art. 24).

What always holds: what stands on the paper is what stands in the archive's JSON; nothing is left out that the
cabinet shows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from derbes.faces import agreed
from derbes.faces.cabinet import passkeys, receipts, words
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public import lives, paper
from derbes.faces.public.surroundings import language, said
from derbes.faces.readable import readable
from derbes.flows import access, journal
from derbes.law.permission import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@own
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is in the archive; with a POST, the archive."""
    if request.method != "POST" or "switch" in request.POST:
        context = {"section": "cabinet", "paper": paper.POSSIBLE, "key": journal.key()}
        return render(request, "cabinet/access.html", context)
    return archive(request, visitor.actor, at=visitor.at)


def archive(request: HttpRequest, actor: Actor, *, at: datetime) -> HttpResponse:
    """The archive of everything held on the person who asks, whether they are registered or not."""
    try:
        made = access.export(actor, language(), on_paper, at=at)
    except access.Unplaced:
        return receipts.wait(request)
    response = HttpResponse(made.data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def on_paper(held: access.Held) -> bytes | None:
    """What is held, as PDF in the page's language."""
    if not paper.POSSIBLE:
        return None
    return paper.pdf(render_to_string("cabinet/access_paper.html", shown(held)))


def shown(held: access.Held) -> dict[str, Any]:
    """What is held, in words."""
    policy = held.policy
    groups = [
        (said(label), [_value(held, each) for each in held.values if each.category == category])
        for category, label in policy.categories.items()
    ]
    return {
        "held": held,
        "operator": said(policy.operator.name),
        "state": gettext(words.STATES[held.row.state][0])
        if held.row.state in words.STATES
        else held.row.state,
        "groups": [(label, rows) for label, rows in groups if rows],
        "scans": [{"scan": each, "purposes": _purposes(each.purposes)} for each in held.scans],
        "said": [
            _word(held, row)
            for rows in held.occasions.values()
            for row in sorted(rows, key=lambda row: agreed.place(policy, row.purpose, row.act))
        ],
        "matters": [_matter(held, each) for each in held.matters],
        "sign_ins": [{"way": words.worded(words.WAYS, each.way), "at": each.at} for each in held.sign_ins],
        "passkeys": [{"label": passkeys.label(each.kind), "at": each.added_at} for each in held.passkeys],
        "count": held.history["document"]["count"],
        "key": held.history["signature"]["key"],
    }


def _value(held: access.Held, each: Any) -> dict[str, Any]:
    return {
        "label": each.label,
        "value": readable(held.policy.data[each.name.partition("/")[0]], each.value),
        "since": each.since,
        "waits": each.waits,
        "purposes": _purposes(each.purposes),
    }


def _purposes(purposes: Any) -> str:
    return "; ".join(f"{said(each.label)} ({each.clause})" for each in purposes)


def _word(held: access.Held, row: Any) -> dict[str, Any]:
    return {
        "at": row.at,
        "word": gettext(agreed.WORDS[row.word][0]),
        "label": agreed.matter_of(held.policy, row.purpose, row.act),
        "edition": row.edition,
        "ended": lives.last_day(held.ended.get(row.id)),
    }


def _matter(held: access.Held, each: Any) -> dict[str, Any]:
    return {
        "matter": each,
        "label": words.worded(words.KINDS, each.kind),
        "outcome": words.worded(words.OUTCOMES, each.outcome or each.stage),
        "reason": words.worded(words.REASONS, each.reason) if each.reason else "",
        "fields": words.fields(held.policy, each.fields),
    }

"""All words a person ever said, and a signed receipt for each occasion: on screen, as JSON and on paper (§5.2).

What always holds: a receipt is made when it is asked for, with its place in the journal; what stands on paper
is what stands in the JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from derbes.faces import agreed
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public import lives, paper
from derbes.flows import consent, journal

RETRY_SECONDS = 30


@require_safe
@own
def words(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The ledger: every word, the latest first, by occasion."""
    occasions: dict[UUID, list[Any]] = {}
    ledger = consent.ledger(visitor.subject)
    over = consent.run_out(ledger, at=visitor.at)
    for row in ledger:
        occasions.setdefault(row.occasion, []).append(row)
    context = {
        "section": "cabinet",
        "occasions": [_occasion(visitor, rows, over) for rows in occasions.values()],
        "paper": paper.POSSIBLE,
    }
    return render(request, "cabinet/words.html", context)


@require_safe
@own
def receipt(request: HttpRequest, visitor: Visitor, occasion: UUID) -> HttpResponse:
    """One occasion: what was said, its receipt, and how anybody checks it."""
    ledger = consent.ledger(visitor.subject)
    rows = [row for row in ledger if row.occasion == occasion]
    if not rows:
        raise Http404
    context = {
        "section": "cabinet",
        "occasion": _occasion(visitor, rows, consent.run_out(ledger, at=visitor.at)),
        "new": "new" in request.GET,
        "paper": paper.POSSIBLE,
        "key": journal.key(),
    }
    return render(request, "cabinet/receipt.html", context)


@require_safe
@own
def for_programs(request: HttpRequest, visitor: Visitor, occasion: UUID) -> HttpResponse:
    """The receipt as it is signed."""
    return _made(request, visitor, occasion, _as_json)


@require_safe
@own
def on_paper(request: HttpRequest, visitor: Visitor, occasion: UUID) -> HttpResponse:
    """The receipt as PDF, in the page's language; the text agreed to stays in its own."""
    if not paper.POSSIBLE:
        return render(
            request, "cabinet/no_paper.html", {"section": "cabinet", "occasion": occasion}, status=503
        )
    return _made(request, visitor, occasion, lambda made: _as_pdf(visitor, made))


def _made(
    request: HttpRequest,
    visitor: Visitor,
    occasion: UUID,
    written: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    try:
        made = consent.receipt(visitor.actor, occasion, at=visitor.at)
    except ObjectDoesNotExist as none:
        raise Http404 from none
    except consent.Unplaced:
        return wait(request)
    return written(made)


def wait(request: HttpRequest) -> HttpResponse:
    """Say that the journal is giving out places just now, and that it takes a moment."""
    response = render(request, "cabinet/wait.html", {"section": "cabinet"}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def attached(content: dict[str, Any], name: str) -> HttpResponse:
    """`content` as a JSON file to be saved, in the form that the verifier accepts."""
    response = HttpResponse(journal.written(content), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_json(made: dict[str, Any]) -> HttpResponse:
    return attached(made, f"receipt-{made['document']['issued'][:10]}.json")


def _as_pdf(visitor: Visitor, made: dict[str, Any]) -> HttpResponse:
    document = made["document"]
    policy = visitor.standing.policy
    consents = [
        {
            "label": agreed.matter_of(policy, each["purpose"], each["act"] or ""),
            "word": _(agreed.WORDS[each["state"]][0]),
            "term": each["term"] if each["state"] == "given" else "",
        }
        for each in sorted(
            document["consents"], key=lambda each: agreed.place(policy, each["purpose"], each["act"] or "")
        )
    ]
    context = {
        **made,
        "receipt": document,
        "consents": consents,
        "at": datetime.fromisoformat(document["at"]),
        "issued": datetime.fromisoformat(document["issued"]),
    }
    response = HttpResponse(
        paper.pdf(render_to_string("cabinet/receipt_paper.html", context)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="receipt-{document["issued"][:10]}.pdf"'
    return response


def _occasion(visitor: Visitor, rows: list[Any], over: Mapping[UUID, datetime]) -> dict[str, Any]:
    policy = visitor.standing.policy
    said = [
        {
            "label": agreed.matter_of(policy, row.purpose, row.act),
            "word": _(agreed.WORDS[row.word][0]),
            "kind": agreed.WORDS[row.word][1],
            "ended": lives.last_day(over.get(row.id)),
        }
        for row in sorted(rows, key=lambda row: agreed.place(policy, row.purpose, row.act))
    ]
    withdrawn = any(row.word == "withdrawn" for row in rows)
    return {
        "first": rows[0],
        "said": said,
        "title": _("Consent was withdrawn") if withdrawn else _("Consent was given"),
        "language": dict(settings.LANGUAGES).get(rows[0].language, rows[0].language),
    }

"""What people are asked, what they say, and the receipts for it (§5, 94-V art. 8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from derbes.faces.api import bodies
from derbes.faces.api.calls import WithToken, answer, once, who
from derbes.faces.api.people import V1
from derbes.flows import consent, journal, publication, registration
from derbes.law.consent import ConsentItem
from derbes.law.moments import stamp

policy = Router(tags=["policy"])
router = Router(tags=["consents"])


@policy.get("/edition", auth=WithToken(), response=bodies.Signed, operation_id="edition")
def edition(request: HttpRequest) -> HttpResponse:
    """Give the edition of the policy in force: the signed document, with its texts and its machine half."""
    one = publication.in_force(timezone.now())
    if request.META.get("HTTP_IF_NONE_MATCH") == f'"{one.sha256}"':
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(one.signed, content_type="application/json")
    response["ETag"] = f'"{one.sha256}"'
    return response


@policy.get("/offer", auth=WithToken(), response=bodies.Offer, operation_id="offer")
def offer(request: HttpRequest, language: bodies.Language, *, represented: bool = False) -> HttpResponse:
    """Give all that a person is to be shown and asked before they are registered, in one language.

    Show the text as it is: its hash goes into the receipt.
    """
    one = registration.offer(language, at=timezone.now(), represented=represented)
    return answer(
        {
            "edition": one.edition,
            "language": one.language,
            "head": one.head,
            "statements": [_item(item) | {"key": key} for key, item in one.statements.items()],
            "purposes": [_item(item) for item in one.purposes],
            "acts": [_item(item) for item in one.acts],
            "text": one.text,
            "sha256": one.sha256,
        }
    )


@router.get(
    "/{uuid:subject}/consents",
    auth=WithToken("consent"),
    response=bodies.Stances,
    operation_id="consents",
)
def stances(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Say what the person has given, refused and withdrawn, and what is over. Only what is given permits anything."""
    found = consent.stances(who(request).on_word_of(subject), at=timezone.now())
    return answer({"subject": str(subject), "consents": [_stance(subject, one) for one in found]})


@router.post(
    "/{uuid:subject}/consents",
    auth=WithToken("consent"),
    response=bodies.Changed,
    operation_id="change_consents",
)
def change(request: HttpRequest, subject: UUID, body: bodies.Change) -> HttpResponse:
    """Give and withdraw consents as the person said. What may stop has stopped when this is answered."""
    at = timezone.now()
    said = consent.Change(
        give=_pairs(body.give),
        withdraw=_pairs(body.withdraw),
        language=body.language,
        channel="api",
        address=str(body.evidence.address or ""),
        agent=body.evidence.agent,
    )

    def told(done: consent.Withdrawn) -> dict[str, Any]:
        came = done.answer
        return {
            "outcome": came.outcome,
            "stopped": _shown(came.stopped),
            "refused": _shown(came.refused),
            "ground": came.ground,
            "norm": came.norm,
            "receipt": _receipt(subject, done.occasion) if done.occasion else None,
        }

    deed = lambda: consent.withdraw(who(request).on_word_of(subject), said, at=at)  # noqa: E731
    return once(request, deed, told, at=at)


@router.get(
    "/{uuid:subject}/receipts/{uuid:occasion}",
    auth=WithToken("receipt"),
    response=bodies.Signed,
    operation_id="receipt",
)
def receipt(request: HttpRequest, subject: UUID, occasion: UUID) -> HttpResponse:
    """Give the signed receipt for what a person said on one occasion (ISO/IEC TS 27560), with its place in the journal."""
    signed = consent.receipt(who(request).on_word_of(subject), occasion, at=timezone.now())
    return HttpResponse(journal.written(signed), content_type="application/json")


def _item(item: ConsentItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "purpose": item.purpose,
        "act": item.act,
        "title": item.title,
        "text": item.text,
        "needed": item.needed,
        "fields": list(item.fields),
    }


def _stance(subject: UUID, one: consent.Stance) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "act": one.act,
        "word": one.word,
        "at": stamp(one.at),
        "until": stamp(one.until) if one.until else None,
        "edition": one.edition,
        "receipt": _receipt(subject, one.occasion),
    }


def _receipt(subject: UUID, occasion: UUID) -> str:
    return f"{V1}/{subject}/receipts/{occasion}"


def _pairs(given: Iterable[bodies.Pair]) -> frozenset[tuple[str, str]]:
    return frozenset((pair.purpose, pair.act) for pair in given)


def _shown(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"purpose": purpose, "act": act} for purpose, act in sorted(pairs)]

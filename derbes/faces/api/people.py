"""People: registered, found, read, blocked, destroyed. The purpose stands in every call that opens something."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from derbes.faces.api import bodies
from derbes.faces.api.calls import WithToken, answer, once, who
from derbes.faces.api.problems import Problem
from derbes.faces.api.wrong import mistake
from derbes.flows import blocking, destruction, finding, journal, reading, registration
from derbes.law.moments import stamp

router = Router(tags=["people"])
V1 = "/api/v1/people"


@router.post("", auth=WithToken("register"), response={201: bodies.Registered}, operation_id="register")
def register(request: HttpRequest, body: bodies.Registration) -> HttpResponse:
    """Register a person who has read the offer and agreed.

    Consent, data, index, matter and receipt in one step, or nothing at all.
    """
    at = timezone.now()
    agreement = registration.Agreement(
        statements=frozenset(body.statements),
        agreed=frozenset((pair.purpose, pair.act) for pair in body.agreed),
        language=body.language,
        channel="api",
        represented=body.represented,
        address=str(body.evidence.address or ""),
        agent=body.evidence.agent,
    )

    def told(done: registration.Registered) -> dict[str, str]:
        receipt = f"{V1}/{done.subject}/receipts/{done.occasion}"
        return {"subject": str(done.subject), "matter": done.matter, "receipt": receipt}

    deed = lambda: registration.enrol(who(request).actor, agreement, body.values, at=at)  # noqa: E731
    return once(request, deed, told, status=201, at=at)


@router.post("/find", auth=WithToken("find"), response=bodies.People, operation_id="find")
def find(request: HttpRequest, body: bodies.Search) -> HttpResponse:
    """Find people by IIN, phone or e-mail. Everybody found has an entry of it in their journal."""
    found = finding.find(who(request).actor, body.by, body.value, purpose=body.purpose, at=timezone.now())
    return answer({"people": [str(one) for one in found]})


@router.post("/{uuid:subject}/read", auth=WithToken("read"), response=bodies.Values, operation_id="read")
def read(request: HttpRequest, subject: UUID, body: bodies.Reading) -> HttpResponse:
    """Open the fields that a purpose needs. The journal has the entry before the values leave."""
    values = reading.read(who(request).actor, subject, body.fields, purpose=body.purpose, at=timezone.now())
    return answer({"subject": str(subject), "values": values})


@router.post("/{uuid:subject}/block", auth=WithToken("block"), response=bodies.Blocked, operation_id="block")
def block(request: HttpRequest, subject: UUID, body: bodies.Blocking) -> HttpResponse:
    """Block all data of a person but for storing. Blocked already, nothing changes."""
    at = timezone.now()
    if body.until is not None and (body.until.tzinfo is None or body.until <= at):
        raise Problem("invalid", errors=lambda: [mistake("#/until", "ahead")])
    deed = lambda: blocking.block(  # noqa: E731
        who(request).actor, subject, body.ground, ends_at=body.until, at=at
    )
    return once(request, deed, lambda _: {"subject": str(subject), "blocked": True}, at=at)


@router.post(
    "/{uuid:subject}/unblock", auth=WithToken("block"), response=bodies.Blocked, operation_id="unblock"
)
def unblock(request: HttpRequest, subject: UUID, body: bodies.Lifting) -> HttpResponse:
    """Lift the block of a person's data."""
    at = timezone.now()
    deed = lambda: blocking.lift(who(request).actor, subject, body.ground, at=at)  # noqa: E731
    return once(request, deed, lambda _: {"subject": str(subject), "blocked": False}, at=at)


@router.get(
    "/{uuid:subject}/destruction",
    auth=WithToken("destroy"),
    response=bodies.Plan,
    operation_id="plan_destruction",
)
def plan(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Say what destroying would do now: what goes, what stays, why and until when, and what stands in the way."""
    one = destruction.plan(who(request).actor, subject, at=timezone.now())
    return answer(
        {
            "goes": sorted(one.goes),
            "stays": [_stay(each) for each in one.stays],
            "ground": one.refusal,
            "norm": one.norm,
        }
    )


@router.post(
    "/{uuid:subject}/destroy", auth=WithToken("destroy"), response=bodies.Destroyed, operation_id="destroy"
)
def destroy(request: HttpRequest, subject: UUID, body: bodies.Demand) -> HttpResponse:
    """Destroy what no law orders to keep, because the person demands it. The answer says what stays."""
    at = timezone.now()
    deed = lambda: destruction.demand(who(request).actor, subject, at=at)  # noqa: E731
    return once(request, deed, _destroyed, at=at)


@router.get(
    "/{uuid:subject}/journal", auth=WithToken("history"), response=bodies.Signed, operation_id="history"
)
def history(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Give all entries about a person, with proofs that they are in the public journal and that none is missing.

    The file holds the person's journal secret: give it to them, and keep no copy.
    """
    signed = journal.history(who(request).on_word_of(subject), at=timezone.now())
    return HttpResponse(journal.written(signed), content_type="application/json")


def _destroyed(ended: tuple[Any, Any]) -> dict[str, Any]:
    """What was done and what stays, of what the deed's own transaction returned: the act, and the plan it followed."""
    done, plan, *_ = ended
    return {
        "act": done.act.number,
        "outcome": done.act.kind,
        "fields": sorted({name.partition("/")[0] for name in plan.goes}),
        "stays": [
            _stay(destruction.Stay(name, fate.until, fate.reasons))
            for name, fate in sorted(plan.stays.items())
        ],
    }


def _stay(one: destruction.Stay) -> dict[str, Any]:
    return {
        "field": one.field,
        "until": stamp(one.until) if one.until else None,
        "why": [{"purpose": why.purpose, "norm": why.norm, "clause": why.clause} for why in one.reasons],
    }

"""What a client does: one call of a flow each, and the answer in one word of the model."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from PIL import Image

from derbes.core.matters.models import Matter
from derbes.flows import (
    accounts,
    affected,
    blocking,
    consent,
    destruction,
    gate,
    incidents,
    reading,
    registration,
    scans,
    verification,
)
from derbes.law.lifecycle import Ground, NoSuchStep
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind
from torture import model, people

CLERK = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="registrar")
RESPONSIBLE = Actor(kind=ActorKind.STAFF, code="d-01", unit="compliance", role="dpo")
ADVERTISER = Actor(kind=ActorKind.STAFF, code="m-03", unit="marketing", role="marketing")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom a client has registered."""

    name: str
    subject: UUID
    draft: bool


@cache
def agreement() -> registration.Agreement:
    """What everybody says here: yes to what is needed, and no more."""
    offer = registration.offer("kk", at=timezone.now())
    return registration.Agreement(
        statements=frozenset(offer.statements),
        agreed=frozenset((purpose, "") for purpose in offer.needed),
        language="kk",
        address="203.0.113.7",
        agent="torture",
    )


@cache
def picture() -> bytes:
    """A scan."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG")
    return out.getvalue()


def register(client: int, turn: int) -> UUID:
    """Register a person in one step."""
    return registration.register(agreement(), people.values(client, turn), at=timezone.now())


def begin() -> UUID:
    """Open a draft."""
    return registration.begin(agreement(), at=timezone.now())


def secret(subject: UUID) -> str:
    """The person's journal secret, so that their entries can be counted when the key is gone."""
    with transaction.atomic():
        return gate.hold(subject, numbers=0, at=timezone.now()).handle.secret.hex()


def do(thing: str, one: Known, about: str, client: int, turn: int) -> str:
    """Do `thing` to somebody; return the answer. Whatever else is raised, nobody knows what became of it."""
    try:
        return _THINGS[thing](one, about, client, turn) or model.DONE
    except Refused:
        return model.REFUSED
    except (gate.Unknown, Matter.DoesNotExist):
        return model.UNKNOWN
    except (NoSuchStep, Powerless):
        return model.NOTHING
    except verification.Decided:
        return model.DECIDED
    except scans.TooMany:
        return model.TOO_MANY


def breach(people_affected: list[UUID]) -> None:
    """Enter a breach that affects these people, and have the worker tell them. Whoever has gone is left out."""
    at = timezone.now()
    number = incidents.detect(
        RESPONSIBLE, incidents.Breach.ACCESS, detected_at=at, data=["iin"], happened="An exercise.", at=at
    )
    for subject in people_affected:
        affected.name(RESPONSIBLE, number, subject, at=at)
    incidents.authority_told(RESPONSIBLE, number, reference="1", at=timezone.now())
    incidents.tell_people(RESPONSIBLE, number, at=timezone.now())


def _person(one: Known) -> Actor:
    return accounts.person(one.subject)


def _read(one: Known, *_: object) -> None:
    reading.read(RESPONSIBLE, one.subject, ["iin", "surname"], purpose="rights", at=timezone.now())


def _advertise(one: Known, *_: object) -> None:
    reading.read(ADVERTISER, one.subject, ["email"], purpose="advertising", at=timezone.now())


def _own(one: Known, *_: object) -> None:
    reading.own(_person(one), ["iin"], at=timezone.now())


def _save(one: Known, about: str, client: int, turn: int) -> None:
    values = people.values(client, turn)
    registration.save(_person(one), one.subject, {about: values[about]}, at=timezone.now())


def _change(one: Known, about: str, *_: object) -> str:
    change = consent.Change(give=frozenset({(about, "")}), language="kk")
    return model.DONE if consent.change(_person(one), change, at=timezone.now()) else model.NOTHING


def _withdraw(one: Known, about: str, *_: object) -> str:
    change = consent.Change(withdraw=frozenset({(about, "")}), language="kk")
    said = consent.withdraw(_person(one), change, at=timezone.now())
    return model.DONE if said.occasion else model.NOTHING


def _block(one: Known, *_: object) -> None:
    blocking.block(_person(one), one.subject, Ground.REQUEST, at=timezone.now())


def _lift(one: Known, *_: object) -> None:
    blocking.lift(_person(one), one.subject, Ground.REQUEST, at=timezone.now())


def _verify(one: Known, *_: object) -> None:
    number = Matter.objects.get(subject=one.subject).number
    verification.take(CLERK, number, at=timezone.now())
    verification.verify(CLERK, number, at=timezone.now())


def _scan(one: Known, *_: object) -> None:
    scans.add(_person(one), one.subject, "id_document", picture(), "scan.jpg", at=timezone.now())


def _destroy(one: Known, *_: object) -> None:
    destruction.demand(_person(one), one.subject, at=timezone.now(), search=False)


def _discard(one: Known, *_: object) -> None:
    destruction.discard(_person(one), one.subject, at=timezone.now())


_THINGS: dict[str, Callable[..., str | None]] = {
    "read": _read,
    "advertise": _advertise,
    "own": _own,
    "save": _save,
    "give": _change,
    "withdraw": _withdraw,
    "block": _block,
    "lift": _lift,
    "verify": _verify,
    "scan": _scan,
    "destroy": _destroy,
    "discard": _discard,
}

"""A breach: entered into the register, and told to the authority within one working day (§4.1, 94-V art. 25(2)(8)).

What always holds: a breach is not closed before authority and people were told (derbes/flows/affected.py);
each thing done is an event in the register and an entry in the journal, in codes and counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from derbes.core.calendar import models as days
from derbes.core.incidents.models import Affected, Incident, IncidentEvent, Search
from derbes.core.publications import lawbook, shelf
from derbes.flows import breach_notice
from derbes.flows.breach import done, empowered
from derbes.flows.breach_notice import Letter
from derbes.flows.story import step
from derbes.law import incidents as law
from derbes.law.incidents import Breach, NoSuchStep, Pressing, State
from derbes.law.permission import Actor, Powerless, empower  # Powerless is imported from here

__all__ = [
    "READING",
    "Breach",
    "Case",
    "Incident",
    "Letter",
    "NoSuchStep",
    "Powerless",
    "Pressing",
    "State",
    "authority_letter",
    "authority_told",
    "case",
    "close",
    "describe",
    "detect",
    "listing",
    "tell_people",
]


READING = "incidents audit"  # powers that open the register


@dataclass(frozen=True, slots=True)
class Case:
    """An incident as the office shows it, its clock, what was done, and how far the search and the telling are."""

    incident: Incident
    pressing: Pressing
    events: list[IncidentEvent]
    searches: list[Search]
    affected: int
    told: int


@step
def detect(
    actor: Actor,
    kind: Breach,
    *,
    detected_at: datetime,
    data: list[str],
    happened: str,
    measures: str = "",
    at: datetime,
) -> str:
    """Enter a breach into the register; return its number. Its clock runs from `detected_at`.

    `happened` tells it without naming anybody; `data` are keys of the policy. Raises `Powerless`, `ValueError`.
    """
    policy = empowered(actor, at)
    if detected_at > at or not happened.strip() or not set(data) <= policy.data.keys():
        raise ValueError("a breach is detected in the past, described, and of data that the policy names")
    calendar = days.now(lawbook.norms().days_off)
    clock = law.clock(detected_at, policy.terms["breach"], calendar)
    days.Kept.keep(calendar)
    incident = Incident.open(
        kind,
        detected_at=detected_at,
        due=clock.due,
        calendar=clock.calendar,
        data=sorted(data),
        happened=happened.strip(),
        measures=measures.strip(),
        by=actor.code,
        at=at,
    )
    done(actor, incident, "detected", at=at, kind=kind.value)
    return incident.number


@step
def describe(
    actor: Actor, number: str, *, data: list[str], happened: str, measures: str, at: datetime
) -> None:
    """Say again what is known and what was done. Raises `Powerless`, `ValueError`, `Incident.DoesNotExist`."""
    policy = empowered(actor, at)
    if not happened.strip() or not set(data) <= policy.data.keys():
        raise ValueError("a breach is described, and of data that the policy names")
    incident = Incident.objects.get(number=number)
    incident.describe(data=sorted(data), happened=happened.strip(), measures=measures.strip())
    done(actor, incident, "described", at=at, data=len(data))


def authority_letter(actor: Actor, number: str, language: str, *, at: datetime) -> Letter:
    """Return the notice to the authorised body as it stands now. Raises `Powerless`, `Incident.DoesNotExist`."""
    policy = empowered(actor, at)
    return breach_notice.to_authority(Incident.objects.get(number=number), policy, language)


@step
def authority_told(actor: Actor, number: str, *, reference: str, at: datetime) -> None:
    """The authority was told, and answered with `reference`, if it did. Raises `Powerless`, `NoSuchStep`."""
    incident = _gone(actor, number, State.AUTHORITY_NOTIFIED, reference=reference, at=at)
    late = law.pressing(incident.due, told_at=at, at=at) is Pressing.LATE
    done(actor, incident, "authority_notified", at=at, late=int(late))


@step
def tell_people(actor: Actor, number: str, *, at: datetime) -> None:
    """Have everybody affected told by the worker. Raises `Powerless`, `NoSuchStep` before the authority was told."""
    empowered(actor, at)
    incident = Incident.objects.select_for_update().get(number=number)
    incident.begin_telling(at=at)
    done(actor, incident, "telling", at=at, people=incident.affected)


@step
def close(actor: Actor, number: str, *, confirmed: bool, at: datetime) -> None:
    """Close it: dealt with, or, while nobody was told, not a breach. Raises `Powerless`, `NoSuchStep`.

    It is not closed while somebody found later is still to be told, or a search goes on.
    """
    to = State.CLOSED if confirmed else State.NOT_CONFIRMED
    incident = _gone(actor, number, to, at=at)
    searching = Search.objects.unfinished().filter(incident=incident.id).exists()
    if confirmed and (searching or Affected.objects.of(incident.id).untold().exists()):
        raise NoSuchStep(State.SUBJECTS_NOTIFIED, to)
    done(actor, incident, to.value, at=at)


def listing(actor: Actor, *, at: datetime) -> list[tuple[Incident, Pressing]]:
    """Return the register with how each clock stands, the last detected first. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, READING)
    return [(one, _pressing(one, at)) for one in Incident.objects.newest_first()]


def case(actor: Actor, number: str, *, at: datetime) -> Case:
    """Return one incident with all about it. Raises `Powerless`, `Incident.DoesNotExist`."""
    empower(actor, shelf.in_force(at).policy, READING)
    incident = Incident.objects.get(number=number)
    affected = Affected.objects.of(incident.id)
    return Case(
        incident,
        _pressing(incident, at),
        list(IncidentEvent.objects.filter(incident=incident.id).order_by("id")),
        list(Search.objects.filter(incident=incident.id).order_by("id")),
        affected.count(),
        affected.exclude(told_at=None).count(),
    )


def _gone(actor: Actor, number: str, to: State, *, at: datetime, reference: str = "") -> Incident:
    empowered(actor, at)
    incident = Incident.objects.select_for_update().get(number=number)
    incident.go(to, at=at, reference=reference)
    return incident


def _pressing(incident: Incident, at: datetime) -> Pressing:
    return law.pressing(incident.due, told_at=incident.authority_at, at=at)

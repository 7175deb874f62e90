"""An installation made for measuring: the example policy in force, people who registered, a clerk with a matter."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from derbes.core.matters.models import Matter
from derbes.flows import installation, publication, registration, verification
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind

CLERK = Actor(kind=ActorKind.STAFF, code="bauyrzhan", unit="registry", role="registrar")
READ = ("surname", "given_name", "iin", "phone_mobile")
_WEIGHTS = (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def prepare() -> None:
    """Make the tables and the keys and publish the example policy."""
    at = timezone.now()
    call_command("migrate", verbosity=0)
    installation.prepare(at=at)
    folder = max((settings.POLICY_FOLDER / "example").iterdir())
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    publication.publish(files, actor=Actor(kind=ActorKind.SYSTEM, code="bench"), effective=None, at=at)


def _control(digits: str) -> int:
    """The control digit of an IIN, 10 when it has none."""
    for weights in _WEIGHTS:
        digit = sum(int(one) * weight for one, weight in zip(digits, weights, strict=True)) % 11
        if digit != 10:  # noqa: PLR2004  the remainder that asks for the second row of weights
            break
    return digit


def iins() -> Iterator[str]:
    """Well-formed numbers that were given to nobody, each once."""
    for number in count():
        born = date(1970, 1, 1) + timedelta(days=number // 9000)
        digits = f"{born:%y%m%d}3{number % 9000 + 1000:04}"
        if (control := _control(digits)) < 10:  # noqa: PLR2004
            yield f"{digits}{control}"


def people() -> Iterator[dict[str, str]]:
    """Eight fields of fictional people, without end."""
    for number, iin in enumerate(iins()):
        yield {
            "surname": "Сәрсенова",
            "given_name": "Әлия",
            "patronymic": "Қанатқызы",
            "birth_date": "1970-01-01",
            "iin": iin,
            "email": f"aliya{number}@example.kz",
            "phone_mobile": f"+7701{number:07}",
            "contact_language": "kk",
        }


@cache
def agreement() -> registration.Agreement:
    """What everybody here says: every purpose that is needed is agreed to."""
    offer = registration.offer("kk", at=timezone.now())
    return registration.Agreement(
        statements=frozenset(offer.statements),
        agreed=frozenset((purpose, "") for purpose in offer.needed),
        language="kk",
        channel="api",
    )


def register(values: dict[str, str]) -> UUID:
    """Register a person in one step."""
    return registration.register(agreement(), values, at=timezone.now())


def taken(subject: UUID) -> UUID:
    """The same person, whose matter the clerk has taken."""
    number = Matter.objects.of(subject).get().number
    verification.take(CLERK, number, at=timezone.now())
    return subject

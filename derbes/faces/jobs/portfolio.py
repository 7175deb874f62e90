"""A portfolio of people who do not exist, for trying an import and for measuring it.

Their IINs are well formed, each is used once, and they were given to nobody that we know of; addresses end in
example.kz.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from derbes.law.identifiers import control_digit

COLUMNS = (
    "basis",
    "reference",
    "consent.given",
    "consent.language",
    "surname",
    "given_name",
    "patronymic",
    "birth_date",
    "iin",
    "email",
    "phone_mobile",
    "contact_language",
    "agreement.kind",
    "agreement.started",
)
_FIRST, _DAYS, _SERIALS = date(1960, 1, 1), 14_600, 9000
_SURNAMES = ("Сәрсенова", "Төлегенова", "Ахметова", "Ким", "Иванова", "Жұмабаева", "Оспанова")
_NAMES = ("Әлия", "Сәуле", "Гүлнар", "Мәдина", "Анна", "Дана")
_PATRONYMICS = ("Қайратқызы", "Ерланқызы", "Болатовна", "")


def rows(people: int, *, at: datetime, also: tuple[str, ...] = ("debt",)) -> Iterator[tuple[str, ...]]:
    """Give the rows of `people`, who agreed on the day of `at` and have an agreement of a kind of `also`."""
    today = timezone.localdate(at).isoformat()
    numbers = iins()
    for number in range(people):
        iin = next(numbers)
        language = ("kk", "ru")[number % 2]
        yield (
            "consent",
            f"box {number // 200 + 1}, sheet {number % 200 + 1}",
            today,
            language,
            _SURNAMES[number % len(_SURNAMES)],
            _NAMES[number % len(_NAMES)],
            _PATRONYMICS[number % len(_PATRONYMICS)],
            _born(number).isoformat(),
            iin,
            f"person{number}@example.kz",
            f"+7701{number % 10_000_000:07}",
            language,
            also[number % len(also)],
            today if also[number % len(also)] else "",
        )


def iins() -> Iterator[str]:
    """Give well-formed IINs without end, each once."""
    for number in count():
        eleven = f"{_born(number):%y%m%d}{3 + 2 * (number // _DAYS // _SERIALS)}{number // _DAYS % _SERIALS + 1000:04}"
        digit = control_digit(eleven)
        if digit is not None:
            yield f"{eleven}{digit}"


def _born(number: int) -> date:
    return _FIRST + timedelta(days=number * 7919 % _DAYS)

"""Fictional people without end: everybody's numbers follow from who registers them and in which turn."""

from __future__ import annotations

from datetime import date, timedelta

_WEIGHTS = (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_EACH = 400_000  # numbers set apart for one client
_STRIDE = 8  # of eight numbers in a row one at least has a control digit
_MOBILE = ("701", "702", "705", "707", "747", "775", "776", "777", "778")
_A_DAY = 9000


def values(client: int, turn: int) -> dict[str, str]:
    """The fields of the person whom a client registers in its n-th turn."""
    number = client * _EACH + turn * _STRIDE
    its_iin = iin(number)
    return {
        "surname": "Сәрсенова",
        "given_name": "Әлия",
        "birth_date": f"19{its_iin[:2]}-{its_iin[2:4]}-{its_iin[4:6]}",
        "iin": its_iin,
        "email": f"aliya{number}@example.kz",
        "phone_mobile": phone(client, turn),
    }


def phone(client: int, turn: int) -> str:
    """The mobile of that person, as it is kept."""
    block, number = divmod(client * _EACH + turn * _STRIDE, 10**7)
    return f"+7{_MOBILE[block]}{number:07}"


def portfolio(place: int, count: int, agreed_on: date) -> str:
    """A file of so many people for `manage.py import`, who agreed on paper."""
    lines = [
        "basis,reference,consent.given,consent.language,surname,given_name,birth_date,iin,email,phone_mobile"
    ]
    for turn in range(1, count + 1):
        agreed = f"consent,sheet {turn},{agreed_on:%Y-%m-%d},kk"
        lines.append(",".join([agreed, *values(place, turn).values()]))
    return "\n".join(lines) + "\n"


def iin(number: int) -> str:
    """A well-formed IIN that was given to nobody: the first from `number` on that has a control digit."""
    for at in range(number, number + _STRIDE):
        born = date(1970, 1, 1) + timedelta(days=at // _A_DAY)
        digits = f"{born:%y%m%d}3{at % _A_DAY + 1000:04}"
        for weights in _WEIGHTS:
            digit = sum(int(one) * weight for one, weight in zip(digits, weights, strict=True)) % 11
            if digit < 10:  # noqa: PLR2004  ten is no digit
                return f"{digits}{digit}"
    raise ValueError("no number here has a control digit")

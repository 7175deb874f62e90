"""What people write to say who they are and how to reach them, brought to one form or refused as ill-formed.

Only form is judged, never likelihood (§2.5): a birth date that disagrees with an IIN is a hint, not an error.
A `Malformed` carries no part of what was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import TYPE_CHECKING, Any, Final, Literal

import phonenumbers
from email_validator import EmailNotValidError
from phonenumbers import NumberParseException, PhoneNumberType

from derbes.law import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Identity documents of Kazakhstan: how their numbers look. Kept loose, since no norm fixes the formats.
DOCUMENTS: Final[Mapping[str, str]] = {
    "id_card": r"\d{9}",
    "passport": r"N\d{8}",
    "residence_permit": r"\d{9}",
}

#: Fields by which a person can be found, and the kind of index entry.
INDEXED: Final[Mapping[str, str]] = {"iin": "iin", "email": "email", "phone_mobile": "phone"}

_SENTENCES: Final[Mapping[str, str]] = {
    "empty": "Fill in this field.",
    "iin_digits": "An IIN is 12 digits, such as 900101300007.",
    "iin_control": "This IIN has a mistake: its control digit does not fit. Check each digit.",
    "bin_digits": "A BIN is 12 digits.",
    "bin_control": "This BIN has a mistake: its digits do not fit together. Check each digit.",
    "name_letters": "Write the name in letters; spaces, hyphens and apostrophes may stand in it.",
    "name_long": "The name is longer than %(most)s characters. Write it as it stands in the document.",
    "email_form": "Write the e-mail address in full, such as aliya@example.kz.",
    "phone_form": "Write the phone number with its code, such as 8 701 234 56 78.",
    "phone_plus_eight": "After + comes the country code: +7, not +8.",
    "phone_kind": "This is not a subscriber's number. Give one on which you can be reached.",
    "phone_mobile": "This is not a mobile number. Give one that receives messages.",
    "date_form": "Write the date as day, month, year, such as 31.12.1990.",
    "date_impossible": "There is no such date. Check the day and the month.",
    "date_ahead": "This date is still to come. Check the year.",
    "iban_form": "A Kazakhstan account number is KZ and 18 more letters and digits.",
    "iban_control": "This account number has a mistake. Check each character.",
    "document_form": "Check the document's number: an identity card has 9 digits, a passport N and 8 digits.",
    "text_control": "The text has characters that cannot be shown. Remove them.",
    "choice": "Choose one of the answers.",
}

_NAME_MOST = 100
_USUAL_NAME = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІіA-Za-z][А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІіA-Za-z '-]*")
_TWELVE, _NO_DIGIT = re.compile("[0-9]{12}"), re.compile("[^0-9]")
_PHONE, _PLUS_EIGHT = re.compile(r"\+?[0-9()\-‐‑–./  ]+"), re.compile(r"\+\D*8\D*[79]")
_APOSTROPHES = "'’ʼʻ`´"
_FIRST_PASS = range(1, 12)
_SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_NOT_SUBSCRIBERS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PAGER,
    }
)
_MOBILES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_HERE: Any = phonenumbers.PhoneMetadata.metadata_for_region("KZ")
#: A mobile number of Kazakhstan after 7 or 8, by the library's own data.
_MOBILE_HERE = re.compile(rf"[78](?:{_HERE.mobile.national_number_pattern})")


class Malformed(ValueError):
    """What was written cannot be what was asked for. `params` fill the English `template`."""

    def __init__(self, key: str, code: str, **params: object) -> None:
        super().__init__(f"{key}: {code}")
        self.key = key
        self.code = code
        self.template = _SENTENCES[code]
        self.params = params
        self.sentence = self.template % params if params else self.template


@dataclass(frozen=True, slots=True)
class BirthHint:
    """What an IIN suggests of its holder. The rule behind it was repealed: warn at most, never refuse."""

    date: date
    sex: Literal["female", "male"]


def normalise(key: str, text: str, control: str = "text") -> str:
    """Return `text` in the one form in which data of `key` (a field, or a kind such as iban) are kept.

    A field of the operator's own, which this module does not know, is read as its `control` says. Raises
    `Malformed` when it cannot be such data, an empty text included.
    """
    read = _READERS.get(key) or _READERS.get(control, _text)
    tidy = " ".join(unicodedata.normalize("NFC", text).split()) if read is not _text else text
    if not tidy.strip():
        raise Malformed(key, "empty")
    return read(key, tidy)


def control_digit(digits: str) -> int | None:
    """Return the 12th digit of an IIN or BIN that begins with these eleven; None when none was ever issued."""
    numbers = list(map(int, digits[:11]))
    rest = sum(map(mul, numbers, _FIRST_PASS)) % 11
    if rest == 10:  # noqa: PLR2004  not a digit: the rule counts again
        rest = sum(map(mul, numbers, _SECOND_PASS)) % 11
    return rest if rest < 10 else None  # noqa: PLR2004


def iin_birth_hint(iin: str) -> BirthHint | None:
    """Return birth date and sex that a well-formed `iin` suggests, or None when it suggests none."""
    century = _CENTURIES.get(iin[6])
    if century is None:
        return None
    try:
        born = date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None
    return BirthHint(born, "male" if int(iin[6]) % 2 else "female")


def not_after(key: str, value: str, today: date) -> None:
    """Raise `Malformed` when the ISO date `value` lies after `today`."""
    if date.fromisoformat(value) > today:
        raise Malformed(key, "date_ahead")


def _iin(key: str, text: str) -> str:
    digits = text if len(text) == 12 else _without(text)  # noqa: PLR2004
    if not _TWELVE.fullmatch(digits):
        raise Malformed(key, "iin_digits")
    if digits == "0" * 12 or control_digit(digits) != int(digits[11]):
        raise Malformed(key, "iin_control")
    return digits


def _bin(key: str, text: str) -> str:
    digits = _without(text)
    if not _TWELVE.fullmatch(digits):
        raise Malformed(key, "bin_digits")
    fits = re.match(r"\d\d(0[1-9]|1[0-2])[456][0-4]", digits)
    if not fits or control_digit(digits) != int(digits[11]):
        raise Malformed(key, "bin_control")
    return digits


def _name(key: str, text: str) -> str:
    if len(text) > _NAME_MOST:
        raise Malformed(key, "name_long", most=_NAME_MOST)
    letters = _USUAL_NAME.fullmatch(text) or all(_of_name(character) for character in text)
    if not letters or not text[0].isalpha():
        raise Malformed(key, "name_letters")
    return text


def _of_name(character: str) -> bool:
    if character in f" -‐‑{_APOSTROPHES}" or unicodedata.category(character) == "Mn":
        return True
    return character.isalpha() and unicodedata.name(character, "").startswith(("CYRILLIC", "LATIN"))


def _email(key: str, text: str) -> str:
    try:
        return addresses.normal(text)
    except EmailNotValidError:
        raise Malformed(key, "email_form") from None


def _phone(key: str, text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise Malformed(key, "phone_form")
    digits = _NO_DIGIT.sub("", text)
    if _PLUS_EIGHT.match(text) and len(digits) == 11:  # noqa: PLR2004  the trunk prefix 8 written as a country code
        raise Malformed(key, "phone_plus_eight")
    if _MOBILE_HERE.fullmatch(digits):  # what nearly everybody writes, without asking the whole world's rules
        return f"+7{digits[1:]}"
    try:
        number = phonenumbers.parse(f"+{digits}" if text.startswith("+") else digits, "KZ")
    except NumberParseException:
        raise Malformed(key, "phone_form") from None
    if not phonenumbers.is_valid_number(number):
        raise Malformed(key, "phone_form")
    if phonenumbers.number_type(number) in _NOT_SUBSCRIBERS:
        raise Malformed(key, "phone_kind")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mobile(key: str, text: str) -> str:
    number = _phone(key, text)
    if _MOBILE_HERE.fullmatch(number[1:]):
        return number
    if phonenumbers.number_type(phonenumbers.parse(number)) not in _MOBILES:
        raise Malformed(key, "phone_mobile")
    return number


def _date(key: str, text: str) -> str:
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    local = re.fullmatch(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})", text)
    if iso:
        year, month, day = iso.groups()
    elif local:
        day, month, year = local.groups()
    else:
        raise Malformed(key, "date_form")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Malformed(key, "date_impossible") from None


def _iban(key: str, text: str) -> str:
    account = _without(text).upper()
    if not re.fullmatch("KZ[0-9]{5}[A-Z0-9]{13}", account):
        raise Malformed(key, "iban_form")
    moved = account[4:] + account[:4]
    if int("".join(str(int(character, 36)) for character in moved)) % 97 != 1:
        raise Malformed(key, "iban_control")
    return account


def _document(key: str, text: str) -> str:
    number = re.sub(r"№", "", _without(text)).upper()
    patterns = [DOCUMENTS[key]] if key in DOCUMENTS else DOCUMENTS.values()
    if not any(re.fullmatch(pattern, number, re.ASCII) for pattern in patterns):
        raise Malformed(key, "document_form")
    return number


def _text(key: str, text: str) -> str:
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" for character in plain
    ):
        raise Malformed(key, "text_control")
    return plain


def _choice(key: str, text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_]+", text):
        raise Malformed(key, "choice")
    return text


def _without(text: str) -> str:
    """Return `text` without the spaces and dashes that people put into numbers."""
    return re.sub(r"[\s\-‐‑–]", "", text)


_READERS: Final[Mapping[str, Callable[[str, str], str]]] = {
    **dict.fromkeys(("name", "surname", "given_name", "patronymic"), _name),
    **dict.fromkeys(("phone", "phone_home", "phone_work"), _phone),
    **dict.fromkeys(("mobile", "phone_mobile"), _mobile),
    **dict.fromkeys(("date", "birth_date"), _date),
    **dict.fromkeys(("choice", "contact_language"), _choice),
    **dict.fromkeys(("text", "message"), _text),
    **dict.fromkeys(("document_number", *DOCUMENTS), _document),
    "iin": _iin,
    "bin": _bin,
    "email": _email,
    "iban": _iban,
}

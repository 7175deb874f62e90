"""What is wrong with a value or a file, said to people: one sentence a code, each telling what to do.

What always holds: every code that the law of identifiers or the intake of files can give has its sentence
here (tests/faces/test_registration.py); no sentence repeats what was typed or a file's name.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.law.identifiers import Malformed

MALFORMED: Mapping[str, str] = {
    "empty": _("Fill in this field."),
    "iin_digits": _("An IIN is 12 digits, such as 900101300007."),
    "iin_control": _("This IIN has a mistake: its control digit does not fit. Check each digit."),
    "bin_digits": _("A BIN is 12 digits."),
    "bin_control": _("This BIN has a mistake: its digits do not fit together. Check each digit."),
    "name_letters": _("Write the name in letters; spaces, hyphens and apostrophes may stand in it."),
    "name_long": _("The name is longer than %(most)s characters. Write it as it stands in the document."),
    "email_form": _("Write the e-mail address in full, such as aliya@example.kz."),
    "phone_form": _("Write the phone number with its code, such as 8 701 234 56 78."),
    "phone_plus_eight": _("After + comes the country code: +7, not +8."),
    "phone_kind": _("This is not a subscriber's number. Give one on which you can be reached."),
    "phone_mobile": _("This is not a mobile number. Give one that receives messages."),
    "date_form": _("Write the date as day, month, year, such as 31.12.1990."),
    "date_impossible": _("There is no such date. Check the day and the month."),
    "date_ahead": _("This date is still to come. Check the year."),
    "iban_form": _("A Kazakhstan account number is KZ and 18 more letters and digits."),
    "iban_control": _("This account number has a mistake. Check each character."),
    "document_form": _(
        "Check the document's number: an identity card has 9 digits, a passport N and 8 digits."
    ),
    "text_control": _("The text has characters that cannot be shown. Remove them."),
    "choice": _("Choose one of the answers."),
}

REFUSED_FILES: Mapping[str, str] = {
    "too_big": _(
        "The file is bigger than %(mib)s MB. Make the picture smaller, or send the pages one by one."
    ),
    "empty": _("The file is empty. Choose it again."),
    "unknown_type": _(
        "The file is not a PDF, a JPEG or a PNG. Save it as one of these, or photograph the document."
    ),
    "type_mismatch": _(
        "The file is not what its name says. Send the document itself as a PDF, a JPEG or a PNG."
    ),
    "encrypted_pdf": _("The PDF is protected by a password. Save it without the password and send it again."),
    "too_many_pages": _("The document has more than %(pages)s pages. Send only the pages that are needed."),
    "too_many_pixels": _(
        "The picture has too many pixels. Photograph the document with a usual camera setting."
    ),
    "damaged": _("The file is damaged and cannot be read. Scan or photograph the document again."),
    "infected": _(
        "A virus was found in the file, so it was not taken. Check your device and send another file."
    ),
    "antivirus_unavailable": _(
        "The file could not be checked for viruses just now. Try again in a few minutes."
    ),
}


def malformed(wrong: Malformed) -> str:
    """Return what is wrong with a value, in the page's language."""
    return sentence(wrong.code, **wrong.params)


def sentence(code: str, **params: object) -> str:
    """Return the sentence for a code of the law of identifiers, in the page's language."""
    return gettext(MALFORMED[code]) % params


def refused_file(code: str, *, mib: int, pages: int) -> str:
    """Return why a file was not taken, in the page's language; `mib` and `pages` are the limits in force."""
    return gettext(REFUSED_FILES[code]) % {"mib": mib, "pages": pages}

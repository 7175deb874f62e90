"""Why a row or a file is not taken, in words, in the language that was asked for. Nothing of the row is in them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces import mistakes
from derbes.flows.enrolment import Mistake, Unfit, Unreadable

ROWS: Mapping[str, str] = {
    "not_utf8": _("The row is not written in UTF-8. Save the table in UTF-8."),
    "row_long": _("The row is longer than 64 KB. A quotation mark may be missing."),
    "cells": _(
        "The row has %(have)s cells and the first line has %(want)s. Check the separators and quotation marks."
    ),
    "quotes": _(
        "A quotation mark is missing or too many. A cell with quotation marks in it stands in quotation marks, each of them doubled."
    ),
    "control": _("The row has characters that cannot be shown. Remove them."),
    "basis_unknown": _(
        "Write the basis on which these data are taken: %(known)s. The law knows no agreement and no legitimate interest as a basis."
    ),
    "purpose_of_basis": _("Name a purpose that the policy has for this basis: %(known)s."),
    "consent_language": _("Write the language of the text that the person consented to: %(known)s."),
    "edition_unknown": _("No edition of the policy has this name. Leave it empty for the one in force."),
    "consent_before_edition": _(
        "The consent is older than edition %(edition)s and cannot be a consent to it."
    ),
    "consent_unknown": _("Of these a consent is asked: %(known)s. Separate them by spaces."),
    "consent_needed": _("Without consent to these purposes there is no service: %(needed)s."),
    "reference": _(
        "Name the paper on which this rests, such as: box 12, sheet 40. At most 64 letters, digits and signs such as / and -."
    ),
    "reference_personal": _(
        "The name of the paper holds data of the person. It is kept when they are destroyed: write a number instead."
    ),
    "minor": _(
        "The person is under age: only with their representative's consent. If there is one, write yes under %(column)s."
    ),
    "agreement_kind": _("Write the kind of the agreement: %(known)s."),
    "officer_unknown": _("No member of staff has this code."),
    "yes_or_no": _("Write yes or no."),
    "double": _("Somebody with this IIN is known already, from before or from an earlier row."),
    "not_kept": _("No purpose of this row needs these data, so they would be removed at once: %(fields)s"),
    "refused": _("The policy does not allow it (§%(clause)s): %(refusal)s"),
}

REFUSALS: Mapping[str, str] = {
    "clause_void": _("The clause of the policy that this purpose rests on is void."),
    "operation_not_of_purpose": _("The purpose does not allow this operation."),
    "data_not_of_purpose": _("The purpose does not need all of these data. Choose only what it needs."),
    "no_consent": _("The person has not consented to this, or has withdrawn the consent."),
    "consent_narrower": _(
        "The policy has grown wider since the person consented, and they have not consented anew."
    ),
}

FILES: Mapping[str, str] = {
    "not_utf8": _("The file is not written in UTF-8. Save the table in UTF-8."),
    "no_header": _("The first line has no names of columns. Print them with %(option)s."),
    "column_unknown": _("Column %(place)s has a name that is not known. These are: %(known)s"),
    "column_twice": _("Column %(place)s has the same name as an earlier one: %(name)s"),
    "changed": _(
        "The file was changed after its import had begun: %(taken)s people up to row %(row)s are taken. Put the file back as it was, or take the rest as a file of another name."
    ),
    "list_exists": _("%(name)s is there from an earlier import. Move it away first."),
    "by_unknown": _("%(option)s is the code of a member of staff who has an account."),
    "overtaken": _("Another import of this file is at work. This one has stopped; nothing was taken twice."),
}


_OPTIONS: Mapping[str, str] = {"no_header": "--template", "by_unknown": "--by"}


def sentence(unfit: Unfit) -> str:
    """Return all that is wrong with a row."""
    return " ".join(_mistake(mistake) for mistake in unfit.mistakes)


def unreadable(why: Unreadable) -> str:
    """Return why a file is not taken."""
    return gettext(FILES[why.code]) % {"option": _OPTIONS.get(why.code, ""), **why.params}


def _mistake(mistake: Mistake) -> str:
    params = dict(mistake.params)
    if mistake.code == "refused":
        code = str(params["refusal"])
        params["refusal"] = gettext(REFUSALS[code]) if code in REFUSALS else code
    if mistake.code in ROWS:
        words = gettext(ROWS[mistake.code]) % params
    else:
        words = mistakes.sentence(mistake.code, **params)
    return f"{mistake.column}: {words}" if mistake.column else words

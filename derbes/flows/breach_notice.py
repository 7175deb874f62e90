"""The words of a breach: to the authorised body and to the people, in a given language (481/НҚ; law 94-V art. 25(2)(8)).

What always holds: the contacts of the responsible person and the measures taken stand in both. Only the letter
to the authority speaks of people, and there they are a list of its own, never in the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext

from derbes.core.incidents.models import Incident
from derbes.law.policy import Policy

KINDS = {
    "dissemination": gettext_noop("personal data became known to those who must not know them"),
    "change": gettext_noop("personal data were changed unlawfully"),
    "destruction": gettext_noop("personal data were destroyed unlawfully"),
    "access": gettext_noop("somebody who must not had access to personal data"),
}
NOTHING_YET = gettext_noop("being worked out; we will tell you")


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it goes out: its title, and its paragraphs in order."""

    language: str
    title: str
    paragraphs: tuple[str, ...]


def to_authority(incident: Incident, policy: Policy, language: str) -> Letter:
    """Return the notice to the authorised body. The list of people goes with it."""
    with translation.override(language):
        operator = policy.operator
        who = _filled(
            operator.name[language],
            gettext("BIN %(bin)s") % {"bin": operator.bin} if operator.bin else "",
            operator.address[language],
        )
        people = ngettext(
            "Affected: %(count)s person. What is needed to notify them is in the list attached.",
            "Affected: %(count)s people. What is needed to notify them is in the list attached.",
            incident.affected,
        )
        return Letter(
            language,
            gettext("Notice of a breach of the security of personal data"),
            (
                gettext("Operator: %(who)s") % {"who": who},
                gettext("Number in our register: %(number)s") % {"number": incident.number},
                *_what(incident, policy, language),
                people % {"count": incident.affected},
                *_answers(incident, policy, language),
            ),
        )


def to_people(incident: Incident, policy: Policy, language: str) -> Letter:
    """Return the notice to a person whom the breach affects. It names nobody."""
    with translation.override(language):
        return Letter(
            language,
            gettext("The security of your personal data was broken"),
            (
                *_what(incident, policy, language),
                *_answers(incident, policy, language),
                gettext(
                    "You may ask what we keep of you, have it corrected, blocked or deleted, and complain to the "
                    "authorised body or to a court. Every use of your data is listed in your cabinet."
                ),
            ),
        )


def _what(incident: Incident, policy: Policy, language: str) -> tuple[str, ...]:
    kept = [policy.data[key].label[language] for key in incident.data if key in policy.data]
    return (
        gettext("Found out: %(when)s")
        % {"when": date_format(timezone.localtime(incident.detected_at), "DATETIME_FORMAT")},
        gettext("What it is: %(what)s") % {"what": gettext(KINDS[incident.kind])},
        gettext("What happened: %(what)s") % {"what": incident.happened},
        gettext("Data concerned: %(data)s") % {"data": ", ".join(kept) or gettext(NOTHING_YET)},
    )


def _answers(incident: Incident, policy: Policy, language: str) -> tuple[str, ...]:
    operator = policy.operator
    contacts = _filled(operator.responsible[language], operator.email, operator.phone)
    return (
        gettext("Measures taken: %(measures)s") % {"measures": incident.measures or gettext(NOTHING_YET)},
        gettext("Responsible person: %(contacts)s") % {"contacts": contacts},
    )


def _filled(*parts: str) -> str:
    return ", ".join(part for part in parts if part)

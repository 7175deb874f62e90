"""The home page and the pages that explain: what the words mean, and how the site can be used.

What always holds: they say what the edition in force says; a promise is shown only while its clause stands and code holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from derbes.faces.public import surroundings, written
from derbes.faces.public.kept import for_everybody
from derbes.faces.public.surroundings import said

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from derbes.law.policy import Policy


class Promise(NamedTuple):
    """A sentence of the home page and the clause that it comes from."""

    sentence: str
    clause: str
    address: str


PROMISES = (
    (_("We ask only for the data that a purpose named in the policy needs."), "2.1"),
    (_("Nothing about you is stored before you agree, and you agree to each purpose separately."), "5.1"),
    (_("A consent is withdrawn as easily as it is given."), "5"),
    (
        _(
            "Your data are sealed under a key of your own; staff open them only for a named purpose, and you see who did."
        ),
        "3.3",
    ),
    (_("When the term is over, your data are destroyed for good."), "5.3"),
    (_("A claim gets a number at once and an answer within %(days)s working days."), "6.2"),
    (_("Everything done is written into a journal that nobody can change unseen."), "4.1"),
)


def _promises(policy: Policy) -> list[Promise]:
    term = policy.terms.get("claim")
    days = {"days": term.days if term else ""}
    return [
        Promise(gettext(sentence) % days, clause, reverse("public:clause", args=[policy.edition, clause]))
        for sentence, clause in PROMISES
        if clause in policy.clauses and policy.clauses[clause].enforced and not policy.void(clause)
    ]


@require_safe
@for_everybody
def home(request: HttpRequest) -> HttpResponse:
    """What the operator promises and what can be done here."""
    edition = surroundings.in_force(request)
    context = {"edition": edition, "promises": _promises(edition.policy) if edition else []}
    return render(request, "public/home.html", context)


@require_safe
@for_everybody
def glossary(request: HttpRequest) -> HttpResponse:
    """The terms of the policy, the data by class (personal and other), purposes and operations, in one place (§1)."""
    edition = surroundings.in_force(request)
    if edition is None:
        return render(request, "public/nothing_published.html", status=404)
    policy = edition.policy
    shown = written.document(edition, surroundings.language())
    context = {
        "terms": [each for number, each in shown.clauses.items() if number.startswith("1.")],
        "personal": [(said(each.label), each.clause) for each in policy.data.values() if each.personal],
        "other": [(said(each.label), each.clause) for each in policy.data.values() if not each.personal],
        "purposes": [(said(each.label), each.clause) for each in policy.purposes.values()],
        "operations": [said(label) for label in policy.operations.values()],
        "edition": edition,
    }
    return render(request, "public/glossary.html", context)


@require_safe
@for_everybody
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used, and to whom to write when something stands in the way."""
    return render(request, "public/accessibility.html")

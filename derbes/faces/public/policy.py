"""The pages of the policy: the edition in force, every edition and clause at its own address, what changed.

What always holds: no sign-in, no cookie, one question to the database for a page of the edition in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from derbes.faces.public import linked, paper, surroundings, written
from derbes.faces.public.kept import for_everybody
from derbes.flows import publication
from derbes.flows.publication import Edition, NothingPublished

if TYPE_CHECKING:
    from django.http import HttpRequest

FOR_EVER = "public, max-age=31536000, immutable"


def _edition(name: str) -> Edition:
    try:
        return publication.edition(name)
    except NothingPublished as problem:
        raise Http404 from problem


def _read(request: HttpRequest, edition: Edition) -> HttpResponse:
    current = surroundings.in_force(request)
    state = "in_force" if current and current.edition == edition.edition else "past"
    if edition.effective > timezone.now():
        state = "coming"
    shown = written.document(edition, surroundings.language())
    context = {
        "document": shown,
        "state": state,
        "current": current,
        "section": "policy",
        "paper": paper.POSSIBLE,
    }
    return render(request, "public/policy.html", context)


@require_safe
@for_everybody
def in_force(request: HttpRequest) -> HttpResponse:
    """The edition in force, without sign-in."""
    edition = surroundings.in_force(request)
    if edition is None:
        return render(request, "public/nothing_published.html", {"section": "policy"}, status=404)
    return _read(request, edition)


@require_safe
@for_everybody
def one_edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Any edition ever published, at its own address."""
    return _read(request, _edition(edition))


@require_safe
@for_everybody
def clause(request: HttpRequest, edition: str, clause: str) -> HttpResponse:
    """One clause with what is under it, its norm, what the system does, and where the law is stricter."""
    shown = written.document(_edition(edition), surroundings.language())
    found = shown.clauses.get(clause)
    if found is None:
        raise Http404
    numbers = list(shown.clauses)
    at = numbers.index(clause)
    context = {
        "document": shown,
        "clause": found,
        "under": [each for number, each in shown.clauses.items() if number.startswith(f"{clause}.")],
        "before": shown.clauses[numbers[at - 1]] if at else None,
        "after": shown.clauses[numbers[at + 1]] if at + 1 < len(numbers) else None,
        "section": "policy",
    }
    return render(request, "public/clause.html", context)


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """The archive: every edition with its dates and hash, and what each changed."""
    shelf = publication.editions()
    pairs = [(row, shelf[at + 1] if at + 1 < len(shelf) else None) for at, row in enumerate(shelf)]
    return render(
        request, "public/editions.html", {"pairs": pairs, "now": timezone.now(), "section": "policy"}
    )


@require_safe
def signed(request: HttpRequest, edition: str) -> HttpResponse:
    """The bytes that were signed, as they were signed."""
    del request
    found = _edition(edition)
    response = HttpResponse(found.signed.encode(), content_type="application/json")
    response["Content-Disposition"] = f'inline; filename="edition-{found.edition}.json"'
    response["Cache-Control"] = FOR_EVER
    response["ETag"] = f'"{found.sha256}"'
    return response


@require_safe
def difference(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """What differs between two editions, clause by clause and word by word."""
    try:
        changes = publication.difference(old, new, surroundings.language())
    except NothingPublished as problem:
        raise Http404 from problem
    changed = [change for change in changes if change.kind != "same"]
    context = {
        "old": old,
        "new": new,
        "changes": changed,
        "same": len(changes) - len(changed),
        "section": "policy",
    }
    return render(request, "public/difference.html", context)


@require_safe
def choose_difference(request: HttpRequest) -> HttpResponse:
    """From the form in the archive to the address of the comparison."""
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    names = {row.edition for row in publication.editions()}
    if old not in names or new not in names:
        return HttpResponseRedirect(reverse("public:editions"))
    return HttpResponseRedirect(reverse("public:difference", args=[old, new]))


@require_safe
def on_paper(request: HttpRequest, edition: str) -> HttpResponse:
    """The edition as PDF, in the page's language."""
    if not paper.POSSIBLE:
        return render(request, "public/no_paper.html", {"edition": edition, "section": "policy"}, status=503)
    found = _edition(edition)
    address = request.build_absolute_uri(reverse("public:edition", args=[edition]))
    document = paper.edition(written.document(found, surroundings.language()), found, address)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="policy-{edition}-{surroundings.language()}.pdf"'
    return response


@require_safe
def for_programs(request: HttpRequest) -> HttpResponse:
    """The edition in force as JSON-LD in DPV's terms."""
    edition = surroundings.in_force(request)
    if edition is None:
        raise Http404
    address = request.build_absolute_uri(reverse("public:policy"))
    return JsonResponse(
        linked.notice(edition, address),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of editions (§6.6)."""
    operator = surroundings.in_force(request)
    name = surroundings.said(operator.policy.operator.name) if operator else "Derbes"
    atom = Atom1Feed(
        title=f"{gettext('Privacy policy')} · {name}",
        link=request.build_absolute_uri(reverse("public:policy")),
        description=gettext("Every edition of the privacy policy"),
        language=surroundings.language(),
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(reverse("public:policy")),
    )
    for row in publication.editions():
        address = request.build_absolute_uri(reverse("public:edition", args=[row.edition]))
        atom.add_item(
            title=gettext("Edition %(name)s") % {"name": row.edition},
            link=address,
            description=f"SHA-256: {row.sha256}",
            unique_id=address,
            pubdate=row.published,
            updateddate=row.published,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)

"""Scans of documents: the limits are told first, every file has its answer at once, what was taken can be seen (§1.6).

What always holds: a file that is refused leaves nothing behind; names of files are shown back in the same
answer and kept nowhere.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import mistakes
from derbes.faces.public.forms import switches
from derbes.faces.public.registration import draft
from derbes.faces.public.registration.draft import Draft
from derbes.faces.public.registration.forms import ScansForm
from derbes.faces.public.surroundings import said
from derbes.flows import scans
from derbes.law.policy import DataField


class Result(NamedTuple):
    """What became of one file. `wrong` is empty when it was taken."""

    name: str
    wrong: str


@draft.editable
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, here: Draft, kind: str) -> HttpResponse:
    """The scans of one document: those that are there, and more."""
    field = _asked(here, kind)
    form, results = ScansForm(), list[Result]()
    if request.method == "POST" and not switches(request):
        form = ScansForm(request.POST, request.FILES)
        if form.is_valid():
            results = [_taken(here, kind, file) for file in form.cleaned_data["scans"]]
            if not any(result.wrong for result in results):
                return HttpResponseRedirect(request.get_full_path())
            _tell(form, results)
    return render(request, "public/registration/documents.html", _shown(request, here, field, form, results))


def _asked(here: Draft, kind: str) -> DataField:
    for one in here.scans:
        if one.key == kind:
            return one
    raise Http404


def _taken(here: Draft, kind: str, file: UploadedFile[Any]) -> Result:
    name, limits = str(file.name), here.policy.limits
    try:
        scans.add(here.actor, here.subject, kind, file.read(), name, at=here.at)
    except scans.FileRefused as refused:
        wrong = mistakes.refused_file(refused.code, mib=limits["upload_mib"], pages=limits["upload_pages"])
        return Result(name, wrong)
    except scans.TooMany:
        return Result(name, _("There are as many files here as are kept. Remove one first."))
    return Result(name, "")


def _tell(form: ScansForm, results: list[Result]) -> None:
    for number, result in enumerate(results, 1):
        if result.wrong:
            form.add_error("scans", f"{number}. {result.wrong}" if len(results) > 1 else result.wrong)


def _shown(
    request: HttpRequest, here: Draft, field: DataField, form: ScansForm, results: list[Result]
) -> dict[str, object]:
    return {
        "form": form,
        "results": results,
        "kind": field.key,
        "heading": said(field.label),
        "clause": field.clause,
        "edition": here.policy.edition,
        "scans": [scan for scan in scans.of(here.subject) if scan.kind == field.key],
        "limits": here.policy.limits,
        "shown": here.shown,
        "back": draft.onward(request).url,
        "switch_form": True,
        "section": "register",
    }


@draft.begun
@require_safe
def preview(request: HttpRequest, here: Draft, kind: str, scan: UUID) -> HttpResponse:
    """A small picture of a scan's first page, opened for its owner."""
    if not here.shown:
        raise Http404
    try:
        picture = scans.look(here.actor, here.subject, scan, purpose="rights", at=here.at, preview=True)
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    return HttpResponse(picture.data, content_type=picture.mime)


@draft.editable
@require_POST
def remove(request: HttpRequest, here: Draft, kind: str, scan: UUID) -> HttpResponse:
    """Take one scan back: it is destroyed. One that is gone already stays gone."""
    with suppress(ObjectDoesNotExist):
        scans.remove(here.actor, here.subject, scan, at=here.at)
    query = request.META.get("QUERY_STRING", "")
    address = reverse("public:documents", args=[kind])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)

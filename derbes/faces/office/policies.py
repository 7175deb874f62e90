"""An edition is prepared: what stands in its way, what it changes and for whom; then it is published (§6.5).

What always holds: what is published was previewed from the same files, by somebody with the power to publish
who typed the edition's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from derbes.faces import events
from derbes.faces.office import forms, labels
from derbes.faces.office.archive import BadArchive, unpack
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public.surroundings import language, said
from derbes.flows import drafting, publication
from derbes.flows.citing import cited
from derbes.law.policy import Policy, PolicyError

POWER = "publish"
UPLOADED = "uploaded"  # as a folder's name: what was sent as an archive in this session
_KEPT = "policy_upload"
#: What the law's sentences name by a code that is not the policy's own.
_CODES = {
    "working": gettext_noop("working"),
    "calendar": gettext_noop("calendar"),
    "consent": gettext_noop("consent"),
    "law": gettext_noop("the law"),
    "court": gettext_noop("a court act"),
    "published": gettext_noop("data made public"),
}
#: Places of a sentence that hold words: the unit of a term, the type of a value.
_WORDED = frozenset({"unit", "said"})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def drafts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The editions there are, the folders on this machine, and a form for an archive."""
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["archive"]
        try:
            request.session[_KEPT] = unpack(sent, sent.size)
            return HttpResponseRedirect(f"{reverse('office:preview')}?folder={UPLOADED}")
        except BadArchive as wrong:
            form.add_error("archive", str(wrong.args[0]))
    editions = publication.editions()
    published = {row.edition for row in editions}
    context = {
        "form": form,
        "folders": [{"name": name, "published": path.name in published} for name, path in _folders().items()],
        "editions": [
            {"edition": row.edition, "effective": row.effective, "by": labels.worded(events.SYSTEMS, row.by)}
            for row in editions
        ],
        "now": desk.at,
    }
    return show(request, desk, "office/policy.html", context, section="policy")


def _folders() -> dict[str, Path]:
    return {path.relative_to(settings.POLICY_FOLDER).as_posix(): path for path in drafting.folders()}


def _files(request: HttpRequest, name: str) -> Mapping[str, str] | None:
    if name == UPLOADED:
        kept: Mapping[str, str] | None = request.session.get(_KEPT)
        return kept
    folder = _folders().get(name)
    return drafting.load(folder) if folder else None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What publishing the folder would mean; and the form that publishes it."""
    name = request.GET.get("folder", "")
    files = _files(request, name)
    if files is None:
        messages.error(request, _("This draft is not here any more. Choose it again."))
        return HttpResponseRedirect(reverse("office:policy"))
    try:
        looked = publication.preview(files, at=desk.at)
    except PolicyError as wrong:
        said_so = {"folder": name, "wrong": _sentence(wrong.template, wrong.params), "place": wrong.place}
        return show(request, desk, "office/unreadable.html", said_so, section="policy", status=422)
    data = request.POST if request.method == "POST" else None
    form = forms.Publication(data, edition=looked.name, soonest=looked.soonest, at=desk.at)
    if not looked.refused and form.is_valid():
        return _publish(request, desk, files, form)
    context: dict[str, Any] = {"form": form, "folder": name, **_shown(desk.policy, looked)}
    return show(request, desk, "office/preview.html", context, section="policy")


def _publish(
    request: HttpRequest, desk: Desk, files: Mapping[str, str], form: forms.Publication
) -> HttpResponse:
    day = form.cleaned_data["day"] if form.cleaned_data["when"] == "later" else None
    effective = timezone.make_aware(datetime.combine(day, time.min)) if day else None
    try:
        name = publication.publish(files, actor=desk.actor, effective=effective, at=desk.at)
    except (PolicyError, publication.NotPublishable):
        messages.error(
            request, _("The edition was not published: something stands in its way now. See below.")
        )
        return HttpResponseRedirect(request.get_full_path())
    request.session.pop(_KEPT, None)
    messages.success(request, _("The edition %(name)s is published.") % {"name": name})
    return HttpResponseRedirect(reverse("office:policy"))


def _shown(policy: Policy, looked: publication.Preview) -> dict[str, Any]:
    changes = looked.changes.get(language()) or looked.changes.get("kk") or []
    changed = [change for change in changes if change.kind != "same"]
    return {
        "name": looked.name,
        "refused": looked.refused,
        "problems": [
            {
                "sentence": _sentence(each.template, _called(policy, each.params)),
                "clause": each.clause,
                "norm": cited(each.norm),
                "where": each.where,
                "stops": each.severity == "refuse",
            }
            for each in looked.problems
        ],
        "consequences": [
            {
                "sentence": _sentence(each.template, _called(policy, each.params)),
                "clause": each.clause,
                "renewed": each.renewed,
                "who": [labels.purpose(policy, key) for key in sorted(each.purposes)],
            }
            for each in looked.consequences
        ],
        "changes": changed,
        "same": len(changes) - len(changed),
    }


def _sentence(template: str, params: Mapping[str, object]) -> str:
    """The law's sentence in the page's language, and what the law itself words in its places."""
    said_by_law = {key: _(str(value)) for key, value in params.items() if key in _WORDED}
    return _(template) % {**params, **said_by_law} if params else _(template)


def _called(policy: Policy, params: Mapping[str, object]) -> dict[str, object]:
    """Codes in a sentence, as the policy in force calls them where it knows them."""
    tables: dict[str, Mapping[str, Any]] = {
        "purpose": policy.purposes,
        "purposes": policy.purposes,
        "recipient": policy.recipients,
        "role": policy.roles,
        "term": policy.terms,
    }
    operations = {each.value: label for each, label in policy.operations.items()}
    labels_of = {name: {key: each.label for key, each in table.items()} for name, table in tables.items()}
    data = {**operations, **{key: each.label for key, each in policy.data.items()}}
    return {name: _listed(labels_of.get(name, data), value) for name, value in params.items()}


def _listed(known: Mapping[str, Mapping[str, str]], value: object) -> object:
    if not isinstance(value, str):
        return value
    parts: Iterable[str] = value.split(", ")
    quoted = {part: _("“%(what)s”") % {"what": said(known[part])} for part in parts if known.get(part)}
    return ", ".join(quoted.get(part) or labels.worded(_CODES, part) for part in parts)

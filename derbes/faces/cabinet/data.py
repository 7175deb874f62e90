"""My data: everything kept, by category, each with the purposes and clauses for which it is kept (94-V art. 24).

What always holds: the IIN leaves the server masked until the person asks for it; a look leaves an entry, the
person's own one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public.surroundings import said
from derbes.faces.public.templatetags.faces import masked
from derbes.faces.readable import readable
from derbes.flows import correction, proposal, reading, scans
from derbes.law.policy import Policy, needing

MASKED = frozenset({"iin"})  # controls whose values are shown only when asked for
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class Ground(NamedTuple):
    """A purpose for which something is kept: its label, clause, and the clause's page."""

    label: str
    clause: str
    address: str


class Waits(NamedTuple):
    """Why a value does not stand in its place yet, and the page where that is seen to."""

    why: str
    link: str
    address: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One value that is kept. `when`: of which moment it is, for data of which there are several.

    `change`: the page on which it is changed; `waits`: why it does not stand in its place yet.
    """

    label: str
    value: str
    hidden: bool
    when: datetime | None
    grounds: list[Ground]
    change: str
    waits: Waits | None


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one category."""

    label: str
    values: list[Kept]


@require_http_methods(["GET", "HEAD", "POST"])
@own
def mine(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All fields and scans. A POST with `show` brings what is masked, in this one response."""
    shown = request.method == "POST" and "show" in request.POST
    here = visitor.standing
    readable = here.policy.purposes["rights"].data
    names = [name for name in here.filled if name.partition("/")[0] in readable]
    values = reading.own(visitor.actor, names, at=visitor.at)
    context = {
        "section": "cabinet",
        "groups": _groups(visitor, values, shown=shown),
        "scans": [_scan(visitor, row) for row in here.documents],
        "shown": shown,
    }
    return render(request, "cabinet/data.html", context)


@require_safe
@own
def preview(request: HttpRequest, visitor: Visitor, scan: UUID) -> HttpResponse:
    """A small picture of a scan."""
    picture = _opened(visitor, scan, small=True)
    return HttpResponse(picture.data, content_type=picture.mime)


@require_safe
@own
def scan(request: HttpRequest, visitor: Visitor, scan: UUID) -> HttpResponse:
    """A scan whole, to be saved."""
    picture = _opened(visitor, scan, small=False)
    response = HttpResponse(picture.data, content_type=picture.mime)
    response["Content-Disposition"] = f'attachment; filename="scan.{ENDINGS[picture.mime]}"'
    return response


def _opened(visitor: Visitor, scan: UUID, *, small: bool) -> scans.Picture:
    try:
        return scans.look(
            visitor.actor, visitor.subject, scan, purpose="rights", at=visitor.at, preview=small
        )
    except ObjectDoesNotExist as none:
        raise Http404 from none


def _groups(visitor: Visitor, values: dict[str, str], *, shown: bool) -> list[Group]:
    policy, waits = visitor.standing.policy, _waits(visitor)
    groups = []
    for category, label in policy.categories.items():
        keys = [key for key, field in policy.data.items() if field.category == category]
        names = [name for key in keys for name in sorted(values) if name.partition("/")[0] == key]
        if names:
            kept = [_kept(visitor, name, values[name], waits, shown=shown) for name in names]
            groups.append(Group(said(label), kept))
    return groups


def _waits(visitor: Visitor) -> dict[str, Waits]:
    """What was asked for and does not stand in its place yet."""
    contacts = {
        name: Waits(_("New"), _("Enter the code"), reverse("cabinet:new_contact", args=[key]))
        for key, name in correction.waiting(visitor.actor).items()
    }
    asked = {
        f"{key}/{row.id}": Waits(
            _("Asked for"),
            row.number,
            reverse("cabinet:correction", args=[row.number]),
        )
        for row in proposal.corrections(visitor.subject)
        for key in row.asks
    }
    return contacts | asked


def _change(policy: Policy, key: str) -> str:
    """The page on which a value is changed; none for what people do not type."""
    if any(one.key == key for one in correction.changeable(policy, direct=True)):
        return f"{reverse('cabinet:change')}#id_{key}"
    if any(one.key == key for one in correction.changeable(policy, direct=False)):
        return f"{reverse('cabinet:change_document')}#id_{key}"
    return ""


def _kept(visitor: Visitor, name: str, value: str, waits: Mapping[str, Waits], *, shown: bool) -> Kept:
    policy = visitor.standing.policy
    key, _, instance = name.partition("/")
    field = policy.data[key]
    hidden = field.control in MASKED and not shown
    return Kept(
        label=said(field.label),
        value=masked(value) if hidden else readable(field, value),
        hidden=hidden,
        when=_moment(instance),
        change="" if instance else _change(policy, key),
        waits=waits.get(name),
        grounds=grounds(policy, key, visitor.standing.agreed),
    )


def grounds(policy: Policy, key: str, agreed: Iterable[str]) -> list[Ground]:
    """The purposes for which `key` is kept: those agreed to, and those that rest on the law."""
    return [
        Ground(said(each.label), each.clause, reverse("public:clause", args=[policy.edition, each.clause]))
        for each in needing(policy, key, frozenset(agreed))
    ]


def _moment(instance: str) -> datetime | None:
    """When an instance came: its number is a UUIDv7, which begins with the time in milliseconds."""
    if not instance:
        return None
    return datetime.fromtimestamp((UUID(instance).int >> 80) / 1000, UTC)


def _scan(visitor: Visitor, row: Any) -> dict[str, Any]:
    policy = visitor.standing.policy
    return {
        "row": row,
        "kib": max(1, row.size // 1024),
        "label": said(policy.data[row.kind].label) if row.kind in policy.data else row.kind,
        "grounds": grounds(policy, row.kind, visitor.standing.agreed),
    }

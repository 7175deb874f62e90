"""Appeals in the office: the inbox by due date, one appeal, what was written and attached (§1.8, §6.2).

What always holds: texts and contacts are opened for the purpose of the appeal's kind, and stand in the answer to
that one request; a late appeal is shown late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import asked, refusals
from derbes.faces.office import deeds, labels, told
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.faces.public import paper, surroundings
from derbes.faces.readable import readable
from derbes.flows import appeals as flow
from derbes.law.appeals import CHANNELS, Kind

POWER = "messages"
SECTION = "messages"
A_PAGE = 50
WHOSE = {
    "": gettext_noop("Everybody's"),
    "mine": gettext_noop("Mine"),
    "free": gettext_noop("Nobody's"),
    "late": gettext_noop("Late"),
}
STAGES = {
    "": gettext_noop("All"),
    "open": gettext_noop("In hand"),
    "paused": gettext_noop("Waiting for the person"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """How the inbox is narrowed. It stands in the address."""

    stage: str
    whose: str
    kind: str
    channel: str

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        """The filter in the address; what it does not know counts as none."""
        known = {"stage": STAGES, "whose": WHOSE, "kind": set(Kind), "channel": CHANNELS}
        said = {name: request.GET.get(name, "") for name in known}
        return cls(**{name: word if word in known[name] else "" for name, word in said.items()})

    @property
    def query(self) -> str:
        """The filter as it stands in the address."""
        return urlencode({key: value for key, value in self.words().items() if value})

    def words(self) -> dict[str, str]:
        """Its parts by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def choices(self) -> list[dict[str, Any]]:
        """The two rows of links over the inbox."""
        return [
            {"label": _("Stage"), "links": [self._link("stage", *each) for each in STAGES.items()]},
            {"label": _("Who has it"), "links": [self._link("whose", *each) for each in WHOSE.items()]},
        ]

    def lists(self) -> list[dict[str, Any]]:
        """The two lists to choose from over the inbox."""
        every: list[tuple[str, str, Mapping[str, str]]] = [
            ("kind", _("What is asked for"), told.KINDS),
            ("channel", _("How it came"), asked.CHANNELS),
        ]
        return [
            {
                "name": name,
                "label": label,
                "options": [(code, asked.worded(words, code)) for code in words],
                "chosen": self.words()[name],
            }
            for name, label, words in every
        ]

    def _link(self, key: str, value: str, label: str) -> dict[str, Any]:
        words = {**self.words(), key: value}
        query = urlencode({name: word for name, word in words.items() if word})
        return {"label": _(label), "url": f"?{query}", "current": self.words()[key] == value}


@require_safe
@staff_only(POWER)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The inbox, the most urgent first."""
    if number := request.GET.get("number", "").strip().upper():
        return HttpResponseRedirect(reverse("office:message", args=[number]))
    narrowed = Filter.of(request)
    page, rows = _page_of(request, desk, narrowed)
    context = {"page": page, "rows": rows, "filter": narrowed}
    return show(request, desk, "office/messages.html", context, section=SECTION)


def _page_of(request: HttpRequest, desk: Desk, narrowed: Filter) -> tuple[Page[Any], list[told.Row]]:
    found = flow.queue(
        desk.actor,
        kind=narrowed.kind,
        stage=narrowed.stage,
        channel=narrowed.channel,
        late=narrowed.whose == "late",
        taken_by={"mine": desk.actor.code, "free": ""}.get(narrowed.whose),
        at=desk.at,
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return page, told.rows(flow.cards(page, at=desk.at), desk)


def nearest(desk: Desk, most: int) -> tuple[int, list[told.Row]]:
    """Return how many appeals wait for somebody to take them, and the most urgent of them."""
    free = flow.queue(desk.actor, taken_by="", at=desk.at)
    return free.count(), told.rows(flow.cards(free[:most], at=desk.at), desk)


def mine(desk: Desk) -> list[told.Row]:
    """Return the appeals that this member of staff has taken, the most urgent first."""
    taken = flow.queue(desk.actor, taken_by=desk.actor.code, at=desk.at)
    return told.rows(flow.cards(taken[:A_PAGE], at=desk.at), desk)


@require_safe
@staff_only(POWER)
def letter(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One appeal, its texts still closed."""
    return _letter(request, desk, number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def read(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open the conversation, the notes and the contacts for the purpose of the appeal's kind."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("office:message", args=[number]))
    try:
        texts = flow.open_texts(desk.actor, number, at=desk.at)
    except flow.Unknown as unknown:
        raise Http404 from unknown
    except flow.Refused as refusal:
        return _letter(request, desk, number, refusal=refusal)
    return _letter(request, desk, number, texts=texts)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def act(request: HttpRequest, desk: Desk, number: str, deed: str) -> HttpResponse:
    """Do one thing to the appeal, once."""
    if deed not in deeds.DEEDS:
        raise Http404
    case = found(desk, number)
    if request.method == "POST" and not deeds.possible(deed, case):
        return decided(request, desk, number)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("office:message", args=[number]))
    form = deeds.form(deed, case, desk, request.POST)
    try:
        if not form.is_valid() or not deeds.done(deed, form, number, desk):
            return _letter(request, desk, number, failed=(deed, form))
    except flow.Refused as refusal:
        return _letter(request, desk, number, refusal=refusal)
    except (flow.Decided, ValueError):
        return decided(request, desk, number)
    return deeds.after(request, deed, number, desk)


@require_POST
@staff_only(POWER)
def take(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take the appeal, unless a colleague has it."""
    found(desk, number)
    try:
        flow.take(desk.actor, number, at=desk.at)
    except flow.Decided:
        return decided(request, desk, number)
    return HttpResponseRedirect(reverse("office:message", args=[number]))


@require_POST
@staff_only(POWER)
def file(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A document that was attached, in a window of its own: the bytes themselves, kept by nothing."""
    try:
        picture = flow.look(desk.actor, number, UUID(request.POST.get("file", "")), at=desk.at)
    except (flow.Unknown, ValueError) as unknown:
        raise Http404 from unknown
    response = HttpResponse(picture.data, content_type=picture.mime)
    response["Content-Disposition"] = "inline"
    return response


@require_POST
@staff_only(POWER)
def on_paper(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The answer on paper, in the language of the person, as it was sent."""
    case = found(desk, number)
    answered = [each for each in case.events if each.code == "answered"]
    if not answered or not paper.POSSIBLE:
        raise Http404
    texts = flow.open_texts(desk.actor, number, at=desk.at)
    with translation.override(case.appeal.language):
        context = {
            "appeal": asked.shown(case, texts),
            "text": texts.get(answered[-1].text, ""),
            "at": answered[-1].at,
            "operator": surroundings.of_every_page(request)["operator"],
            "language": case.appeal.language,
        }
        made = paper.pdf(render_to_string("appeal_letter.html", context))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return response


def found(desk: Desk, number: str) -> flow.Case:
    """Return the appeal with this number, or raise 404. Raises `Powerless`."""
    try:
        return flow.case(desk.actor, number, at=desk.at)
    except flow.Unknown as unknown:
        raise Http404 from unknown


def _letter(
    request: HttpRequest,
    desk: Desk,
    number: str,
    *,
    texts: Mapping[str, str] | None = None,
    refusal: flow.Refused | None = None,
    failed: tuple[str, Any] | None = None,
) -> HttpResponse:
    case = found(desk, number)
    appeal, holds = case.appeal, deeds.holds(case, desk)
    context = {
        "case": case,
        "matter": appeal,
        "clock": told.clock(case),
        "mine": appeal.taken_by == desk.actor.code,
        "holds": holds,
        "form": failed[1] if failed else None,
        "deeds": deeds.offered(case, desk, failed) if holds else [],
        "purpose": labels.purpose(desk.policy, appeal.purpose),
        "refusal": refusal,
        "why": refusals.to_staff(refusal.code) if refusal else "",
        "edition": desk.policy.edition,
        "paper": paper.POSSIBLE,
        **conversation(case, texts, desk),
    }
    status = 403 if refusal else 200
    return show(request, desk, "office/message.html", context, section=SECTION, status=status)


def conversation(case: flow.Case, texts: Mapping[str, str] | None, desk: Desk) -> dict[str, Any]:
    """What is shown of the texts: hidden, or opened just now with the contacts."""
    values = texts or {}
    contacts = [
        (labels.field(desk.policy, name), readable(desk.policy.data[name], values[name]))
        for name in flow.FIELDS
        if values.get(name)
    ]
    return {"opened": texts is not None, "contacts": contacts, "events": told.events(case, values)}


def decided(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What happened meanwhile: nothing was done a second time."""
    case = found(desk, number)
    context = {
        "case": case,
        "matter": case.appeal,
        "clock": told.clock(case),
        "last": told.events(case, {})[-1],
    }
    return show(request, desk, "office/message_over.html", context, section=SECTION, status=409)

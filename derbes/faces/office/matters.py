"""What the pages of registrations and of changes on a document share: queue, taking, a scan, asking first, who was sooner.

What always holds: a matter is seen to on the pages of its own sort; a decision is made once, whoever clicks twice or
comes second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from derbes.faces import refusals
from derbes.faces.office import cases, labels, queues
from derbes.faces.office.desk import Desk, show
from derbes.flows import scans, verification
from derbes.law.permission import Refused


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of matter: its kind, its section of the office, and the address of one; the queue's template is the section's."""

    kind: cases.Kind
    section: str
    page: str

    def found(self, desk: Desk, number: str) -> Any:
        """Return the matter of this sort with this number, or raise 404. Raises `Powerless`."""
        return cases.found(desk, number, self.kind)

    def queue(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        """The queue, the oldest first; `number` in the address leads to one matter."""
        if number := request.GET.get("number", "").strip().upper():
            return HttpResponseRedirect(reverse(self.page, args=[number]))
        narrowed = queues.Filter.of(request)
        page, rows = queues.page_of(request, desk, self.kind, narrowed)
        context = {"page": page, "rows": rows, "filter": narrowed, "case": self.page}
        return show(request, desk, f"office/{self.section}.html", context, section=self.section)

    def scan(self, request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
        """The whole scan, in a window of its own: the bytes themselves, kept by nothing."""
        matter = self.found(desk, number)
        purpose = request.POST.get("purpose", "")
        try:
            document = UUID(request.POST.get("scan", ""))
            picture = scans.look(desk.actor, matter.subject, document, purpose=purpose, at=desk.at)
        except (ValueError, scans.Document.DoesNotExist) as unknown:
            raise Http404 from unknown
        response = HttpResponse(picture.data, content_type=picture.mime)
        response["Content-Disposition"] = "inline"
        return response

    def take(self, request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
        """Take the matter, unless a colleague has it."""
        self.found(desk, number)
        try:
            verification.take(desk.actor, number, at=desk.at)
        except verification.Decided:
            return self.decided(request, desk, number)
        return HttpResponseRedirect(reverse(self.page, args=[number]))

    def ask_first(
        self, request: HttpRequest, desk: Desk, matter: Any, template: str, context: Mapping[str, Any]
    ) -> HttpResponse:
        """The page before a decision, while there is one to make."""
        if matter.stage == "closed":
            return self.decided(request, desk, matter.number)
        return show(request, desk, template, {"matter": matter, **context}, section=self.section)

    def decided(self, request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
        """Who has it or decided it, and when: nothing was done a second time."""
        matter = self.found(desk, number)
        outcome, tag = labels.tagged(labels.OUTCOMES, matter.outcome) if matter.outcome else ("", "")
        context = {"matter": matter, "outcome": outcome, "tag": tag, "case": self.page}
        return show(request, desk, "office/decided.html", context, section=self.section, status=409)

    def case(
        self,
        request: HttpRequest,
        desk: Desk,
        matter: Any,
        template: str,
        context: Mapping[str, Any],
        refusal: Refused | None,
    ) -> HttpResponse:
        """The page of one matter: how it stands, and why something was not opened, around what is its own."""
        outcome = labels.OUTCOMES if matter.outcome else labels.STAGES
        around = {
            "matter": matter,
            "stage": labels.tagged(outcome, matter.outcome or matter.stage),
            "mine": matter.taken_by == desk.actor.code,
            "refusal": refusal,
            "why": refusals.to_staff(refusal.code) if refusal else "",
            "edition": desk.policy.edition,
        }
        status = 403 if refusal else 200
        return show(request, desk, template, {**around, **context}, section=self.section, status=status)


REGISTRATION = Sort(cases.Kind.REGISTRATION, "registrations", "office:registration")
CORRECTION = Sort(cases.Kind.CORRECTION, "corrections", "office:correction")

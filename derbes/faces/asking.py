"""The page of one appeal, for whoever it belongs to: the registered in the cabinet, the unregistered by number and code.

What always holds: both see the same clock and the same words; what is written or attached goes to this appeal alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy

from derbes.faces import asked, mistakes
from derbes.faces.public import paper, surroundings
from derbes.faces.public.forms import as_typed, switches
from derbes.flows import appeals, publication
from derbes.law.permission import Actor


@dataclass(frozen=True, slots=True)
class Door:
    """Who asks, for which appeal, when, and the addresses of the pages around it."""

    actor: Actor
    number: str
    at: datetime
    page: str
    file: str
    letter: str
    back: str
    section: str
    export: str = ""


class MoreForm(forms.Form):
    """A further message, a document, or both."""

    text = forms.CharField(
        label=gettext_lazy("Message"), required=False, max_length=5000, widget=forms.Textarea
    )
    file = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG or PNG"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def ask_about(self) -> None:
        """Ask whether the other people's data in the text are the author's to tell (§2.4)."""
        self.fields["sure"] = forms.BooleanField(
            label=gettext("These data are mine, or I may give them"),
            error_messages={"required": gettext("Tick this, or take the data out of the text.")},
        )

    def clean(self) -> dict[str, Any]:
        """Something must be said or attached."""
        cleaned = super().clean() or {}
        if not cleaned.get("text", "").strip() and not cleaned.get("file") and not self.errors:
            self.add_error("text", gettext("Write something, or attach a document."))
        return cleaned


def page(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the appeal; take a further message or a document."""
    form = MoreForm(request.POST or None, request.FILES or None)
    if "sure" in request.POST:
        form.ask_about()
    if switches(request):
        form = as_typed(form)
    elif request.method == "POST" and form.is_valid() and _said(door, form):
        messages.success(request, gettext("It was added to your appeal."))
        return HttpResponseRedirect(door.page)
    return render(request, "appeal.html", _around(door, form))


def take_back(request: HttpRequest, door: Door) -> HttpResponse:
    """End the appeal at the person's own wish."""
    try:
        appeals.take_back(door.actor, door.number, at=door.at)
        messages.success(request, gettext("You have taken it back."))
    except appeals.Decided:
        messages.warning(request, gettext("It was answered or closed before that."))
    except appeals.Unknown as unknown:
        raise Http404 from unknown
    return HttpResponseRedirect(door.page)


def file(request: HttpRequest, door: Door) -> HttpResponse:
    """One attached document."""
    try:
        picture = appeals.look(door.actor, door.number, UUID(request.POST.get("file", "")), at=door.at)
    except (appeals.Unknown, ValueError) as unknown:
        raise Http404 from unknown
    response = HttpResponse(picture.data, content_type=picture.mime)
    response["Content-Disposition"] = f'attachment; filename="{door.number}.{picture.mime.partition("/")[2]}"'
    return response


def letter(request: HttpRequest, door: Door) -> HttpResponse:
    """The answer on paper."""
    case, texts = _opened(door)
    answered = [each for each in case.events if each.code == "answered"]
    if not answered or not paper.POSSIBLE:
        raise Http404
    context = {
        "appeal": asked.shown(case, texts),
        "text": texts.get(answered[-1].text, ""),
        "at": answered[-1].at,
        "operator": surroundings.of_every_page(request)["operator"],
        "language": surroundings.language(),
    }
    made = paper.pdf(render_to_string("appeal_letter.html", context))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{door.number}.pdf"'
    return response


def _opened(door: Door) -> tuple[appeals.Case, dict[str, str]]:
    try:
        case = appeals.see(door.actor, door.number, at=door.at)
        return case, appeals.read(door.actor, door.number, at=door.at)
    except appeals.Unknown as unknown:
        raise Http404 from unknown


def _said(door: Door, form: MoreForm) -> bool:
    text, attached = form.cleaned_data.get("text", "").strip(), form.cleaned_data.get("file")
    try:
        if text:
            appeals.say(door.actor, door.number, text, sure=bool(form.cleaned_data.get("sure")), at=door.at)
        if attached:
            appeals.attach(door.actor, door.number, attached.read(), attached.name or "", at=door.at)
    except appeals.Strangers:
        form.ask_about()
        form.add_error("text", gettext("Your text seems to hold data of other people."))
    except appeals.FileRefused as refused:
        limits = publication.in_force(door.at).policy.limits
        wrong = mistakes.refused_file(refused.code, mib=limits["upload_mib"], pages=limits["upload_pages"])
        form.add_error("file", wrong)
    except appeals.TooMany:
        form.add_error("file", gettext("There are as many documents as one appeal can have."))
    except appeals.Decided:
        form.add_error(None, gettext("It was answered or closed before that."))
    except appeals.Unknown as unknown:
        raise Http404 from unknown
    return not form.errors


def _around(door: Door, form: MoreForm) -> dict[str, object]:
    case, texts = _opened(door)
    return {
        "appeal": asked.shown(case, texts),
        "form": form,
        "edition": publication.in_force(door.at).edition,
        "paper": paper.POSSIBLE,
        "say_url": door.page,
        "file_url": door.file,
        "letter_url": door.letter,
        "back_url": door.back,
        "export_url": door.export,
        "section": door.section,
        "switch_form": case.appeal.live,
    }

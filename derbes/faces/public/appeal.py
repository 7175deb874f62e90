"""An appeal of somebody who is not registered: by its number, and a code sent to the contact they gave with it.

What always holds: the pages look the same for a number that there is and one that there is not; the session
opens that one appeal and nothing else.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import asking
from derbes.faces.cabinet import access
from derbes.faces.public.forms import CodeForm, as_typed, posted, switches, wrong_code
from derbes.faces.public.visitor import address, private
from derbes.flows import accounts, appeals

#: Under these keys a session holds the ticket that waits for its code, and the appeal that was opened.
WAITS, OPEN = "appeal_waits", "appeal_open"


class NumberForm(forms.Form):
    """The number of an appeal, however it is spaced."""

    number = forms.CharField(
        label=_("Number of the appeal"),
        help_text=_("As it was told to you, such as A26-K7QM-4XPD."),
        max_length=40,
        widget=forms.TextInput(
            {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def clean_number(self) -> str:
        """Bring the number to the form in which it was given out."""
        bare = "".join(letter for letter in str(self.cleaned_data["number"]).upper() if letter.isalnum())
        return f"{bare[:3]}-{bare[3:7]}-{bare[7:]}"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Give the number; a code is sent."""
    form = NumberForm(posted(request))
    if switches(request):
        form = as_typed(form)
    elif form.is_valid():
        number = form.cleaned_data["number"]
        ticket = appeals.ask_code(number, who=address(request), at=timezone.now())
        request.session[WAITS] = {"ticket": str(ticket), "number": number}
        return HttpResponseRedirect(reverse("public:appeal_code"))
    return render(
        request, "public/appeal/find.html", {"form": form, "switch_form": True, "section": "feedback"}
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    waits = request.session.get(WAITS)
    if not waits:
        return HttpResponseRedirect(reverse("public:appeal_find"))
    form = CodeForm(posted(request))
    if form.is_valid():
        try:
            ticket, typed = UUID(waits["ticket"]), form.cleaned_data["code"]
            person = appeals.enter(ticket, waits["number"], typed, at=timezone.now())
        except appeals.WrongCode:
            form.add_error("code", wrong_code())
        else:
            request.session.cycle_key()
            request.session[OPEN] = {"subject": str(person.subject), "number": waits["number"]}
            del request.session[WAITS]
            return HttpResponseRedirect(reverse("public:appeal"))
    return render(request, "public/appeal/code.html", {"form": form, "section": "feedback"})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The appeal."""
    door = _door(request)
    return asking.page(request, door) if door else _outside()


@private
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """End it."""
    door = _door(request)
    return asking.take_back(request, door) if door else _outside()


@private
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """A document that was attached."""
    door = _door(request)
    return asking.file(request, door) if door else _outside()


@private
@require_safe
def letter(request: HttpRequest) -> HttpResponse:
    """The answer on paper."""
    door = _door(request)
    return asking.letter(request, door) if door else _outside()


@private
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything kept of who wrote, in one signed archive: free, once they have shown who they are (94-V art. 24)."""
    door = _door(request)
    return access.archive(request, door.actor, at=door.at) if door else _outside()


def _door(request: HttpRequest) -> asking.Door | None:
    with suppress(KeyError, TypeError, ValueError):
        opened = request.session[OPEN]
        actor = accounts.person(UUID(opened["subject"]))
        names = ("appeal", "appeal_file", "appeal_letter", "appeal_back")
        page, document, paper, back = (reverse(f"public:{name}") for name in names)
        number, at = opened["number"], timezone.now()
        export = reverse("public:appeal_export")
        return asking.Door(actor, number, at, page, document, paper, back, "feedback", export)
    return None


def _outside() -> HttpResponse:
    return HttpResponseRedirect(reverse("public:appeal_find"))

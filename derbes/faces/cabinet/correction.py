"""I keep my data right (§2.5): contacts and preferences at once, who I am on a document, and "is it still right?".

What always holds: a new contact is shown as waiting until its code was typed; what was asked for on a document
has its number and the day by which it is due; nothing is refused for being unlikely.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import mistakes
from derbes.faces.cabinet import words
from derbes.faces.cabinet.data import MASKED
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.faces.public.forms import CodeForm, as_typed, switches, wrong_code
from derbes.faces.public.registration.forms import DetailsForm, ScansField, Several
from derbes.faces.public.surroundings import said
from derbes.faces.readable import readable
from derbes.flows import correction, proposal, reading
from derbes.law.policy import DataField

PICTURES = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
#: Under this key a session holds which new contacts were sent a code.
SENT = "new_contact_code_sent"


class DocumentForm(DetailsForm):
    """What is changed on a document, and the document."""

    scans = ScansField(widget=Several({"accept": PICTURES}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scans"].label = _("The document that shows it")
        self.fields["scans"].error_messages["required"] = _("Choose a file.")
        self.order_fields([name for name in self.fields if name != "scans"])

    @property
    def values(self) -> dict[str, str]:
        """What was typed."""
        return {name: text for name, text in super().values.items() if name != "scans"}


# At once


@require_http_methods(["GET", "HEAD", "POST"])
@own
def change(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Contacts and preferences."""
    fields = correction.changeable(visitor.standing.policy, direct=True)
    form = _form(request, visitor, fields, DetailsForm)
    if switches(request):
        form = as_typed(form)
    elif form.is_valid():
        try:
            waits = correction.change(visitor.actor, form.values, at=visitor.at)
        except correction.Illformed as illformed:
            _blame(form, illformed)
        else:
            return _after(request, sorted(waits))
    context = {
        "section": "cabinet",
        "form": form,
        "switch_form": True,
        "waiting": _waiting(visitor),
        "documented": correction.changeable(visitor.standing.policy, direct=False),
    }
    return render(request, "cabinet/change.html", context)


def _after(request: HttpRequest, waits: list[str]) -> HttpResponse:
    if waits:
        return HttpResponseRedirect(reverse("cabinet:new_contact", args=[waits[0]]))
    messages.success(request, _("Your data are kept as you wrote them."))
    return HttpResponseRedirect(reverse("cabinet:data"))


def _waiting(visitor: Visitor) -> list[dict[str, str]]:
    data = visitor.standing.policy.data
    return [{"key": key, "label": said(data[key].label)} for key in correction.waiting(visitor.actor)]


@require_http_methods(["GET", "HEAD", "POST"])
@own
def contact(request: HttpRequest, visitor: Visitor, field: str) -> HttpResponse:
    """A new contact: have a code sent there, type it, or throw the contact away."""
    name = correction.waiting(visitor.actor).get(field)
    if name is None:
        return HttpResponseRedirect(reverse("cabinet:data"))
    typed = "code" in request.POST and not switches(request)
    form = CodeForm(request.POST if typed else None)
    if typed and _confirmed(request, visitor, field, form):
        return _next(request, visitor)
    if "drop" in request.POST:
        correction.drop(visitor.actor, field, at=visitor.at)
        messages.info(request, _("The new contact is thrown away. The one you had stays."))
        return _next(request, visitor)
    one = visitor.standing.policy.data[field]
    asked = "send" in request.POST and not switches(request)
    if asked and _sent(request, visitor, field):
        return HttpResponseRedirect(request.path)
    context = {
        "section": "cabinet",
        "form": form,
        "label": said(one.label),
        "contact": readable(one, reading.own(visitor.actor, [name], at=visitor.at).get(name, "")),
        "by_phone": field != "email",
        "sent": field in request.session.get(SENT, ()),
        "could_not": asked,
        "minutes": visitor.standing.policy.limits["code_minutes"],
    }
    return render(request, "cabinet/new_contact.html", context)


def _next(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The next contact that waits, or the data."""
    waits = sorted(correction.waiting(visitor.actor))
    if waits:
        return HttpResponseRedirect(reverse("cabinet:new_contact", args=[waits[0]]))
    return HttpResponseRedirect(reverse("cabinet:data"))


def _sent(request: HttpRequest, visitor: Visitor, field: str) -> bool:
    try:
        correction.ask_code(visitor.actor, field, at=visitor.at)
    except (correction.NotSent, correction.Nothing):
        return False
    request.session[SENT] = sorted({*request.session.get(SENT, ()), field})
    return True


def _confirmed(request: HttpRequest, visitor: Visitor, field: str, form: CodeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        correction.confirm(visitor.actor, field, form.cleaned_data["code"], at=visitor.at)
    except correction.WrongCode:
        form.add_error("code", wrong_code())
        return False
    request.session[SENT] = [one for one in request.session.get(SENT, ()) if one != field]
    messages.success(request, _("The new contact is confirmed and in use from now on."))
    return True


# On a document


@require_http_methods(["GET", "HEAD", "POST"])
@own
def document(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who I am: the new values, and the document that shows them."""
    fields = correction.changeable(visitor.standing.policy, direct=False)
    form = _form(request, visitor, fields, DocumentForm)
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and (made := _proposed(visitor, form)):
        return HttpResponseRedirect(f"{reverse('cabinet:correction', args=[made])}?new=1")
    context = {
        "section": "cabinet",
        "form": form,
        "switch_form": True,
        "limits": visitor.standing.policy.limits,
        "open": [one for one in shown(visitor) if one["open"]],
    }
    return render(request, "cabinet/change_document.html", context)


def _proposed(visitor: Visitor, form: DocumentForm) -> str:
    """The number of the change, or "" when the form says what is wrong."""
    limits = visitor.standing.policy.limits
    files = [proposal.Scanned(file.read(), str(file.name)) for file in form.cleaned_data["scans"]]
    try:
        return proposal.propose(visitor.actor, form.values, files, at=visitor.at).number
    except proposal.Illformed as illformed:
        _blame(form, illformed)
    except proposal.Nothing:
        form.add_error(None, _("Nothing differs from what is kept. Write what it should be instead."))
    except proposal.FileRefused as refused:
        wrong = mistakes.refused_file(refused.code, mib=limits["upload_mib"], pages=limits["upload_pages"])
        form.add_error("scans", wrong)
    except proposal.TooMany:
        form.add_error("scans", _("No more than %(files)s files.") % {"files": limits["upload_files"]})
    except proposal.Waiting as waits:
        wrong = _("Your change %(number)s is being seen to. Wait for its answer, or take it back first.")
        form.add_error(None, wrong % {"number": waits.number})
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@own
def one(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """One change on a document: how it stands, until when it is due; taking it back."""
    found = [each for each in shown(visitor) if each["matter"].number == number]
    if not found:
        raise Http404
    if request.method == "POST" and "switch" not in request.POST:
        try:
            proposal.take_back(visitor.actor, number, at=visitor.at)
            messages.info(request, _("The change is taken back. Your data stay as they were."))
        except (proposal.Nothing, ObjectDoesNotExist):
            messages.info(request, _("This change was decided meanwhile."))
        return HttpResponseRedirect(reverse("cabinet:data"))
    context = {"section": "cabinet", "one": found[0], "new": "new" in request.GET}
    return render(request, "cabinet/correction.html", context)


def shown(visitor: Visitor) -> list[dict[str, Any]]:
    """The person's changes on a document, the latest first, in words."""
    today = timezone.localdate(visitor.at)
    return [
        {
            "matter": row,
            "open": row.stage != "closed",
            "late": row.stage != "closed" and row.due is not None and row.due < today,
            "fields": words.fields(visitor.standing.policy, row.asks),
            "outcome": words.worded(words.OUTCOMES, row.outcome or row.stage),
            "kind": _KINDS.get(row.outcome, "wait"),
            "reason": words.worded(words.REASONS, row.reason) if row.reason else "",
        }
        for row in proposal.corrections(visitor.subject)
    ]


_KINDS = {"accepted": "done", "refused": "stop", "taken_back": "quiet"}


# Is it still right?


def question(visitor: Visitor) -> datetime | None:
    """Since when nobody has said that the data are right, when that is long; else None."""
    here = visitor.standing
    return correction.asked_since(here.row, here.policy, at=visitor.at)


@require_POST
@own
def right(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Yes, it is right."""
    correction.still_right(visitor.actor, at=visitor.at)
    messages.success(request, _("Thank you. We will ask again in half a year or so."))
    return HttpResponseRedirect(reverse("cabinet:home"))


@require_safe
@own
def changes(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was changed, when and by whom. What stood there before is kept nowhere."""
    policy = visitor.standing.policy
    rows = [
        {
            "at": datetime.fromisoformat(says["at"]),
            "what": words.event(policy, says["event"], says["operation"]),
            "who": words.who(policy, says["actor"]),
            "fields": words.fields(policy, says["fields"]),
        }
        for says in correction.changes(visitor.actor, at=visitor.at)
    ]
    return render(request, "cabinet/changes.html", {"section": "cabinet", "rows": rows})


def _form(request: HttpRequest, visitor: Visitor, fields: list[DataField], shape: type[DetailsForm]) -> Any:
    here, fresh = visitor.standing, request.method != "POST"
    hidden = frozenset(one.key for one in fields if one.control in MASKED) & here.filled
    names = [one.key for one in fields if one.key in here.filled - hidden]
    kept = reading.own(visitor.actor, names, at=visitor.at) if fresh and names else {}
    dates = {one.key for one in fields if one.control == "date"}
    purposes = here.policy.purposes
    required = {name for key in here.agreed & purposes.keys() for name in purposes[key].required}
    return shape(
        *((None,) if fresh else (request.POST, request.FILES)),
        fields=fields,
        required=frozenset() if shape is DocumentForm else frozenset(required),
        masked=hidden,
        own=not here.row.represented,
        today=timezone.localdate(visitor.at),
        initial={name: date.fromisoformat(kept[name]) if name in dates else kept[name] for name in kept},
    )


def _blame(form: DetailsForm, illformed: correction.Illformed) -> None:
    for name, wrong in illformed.errors.items():
        form.add_error(name, mistakes.malformed(wrong))

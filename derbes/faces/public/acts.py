"""Acts of destruction, on screen and on paper: for whoever has the number, which was told to the person alone.

What always holds: an act holds no value of anybody's data; its number stands in no address, so in no log either;
what the search found stands in the act, and what could not be searched too.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.public import lives, paper
from derbes.faces.public.forms import as_typed, posted, switches
from derbes.faces.public.surroundings import in_force, said
from derbes.faces.public.visitor import address, private
from derbes.flows import journal, outlook
from derbes.flows.citing import cited
from derbes.law.policy import Policy

#: Under this key a session holds the number of the act that its owner looks at, and whether it was drawn up just now.
KEY = "act"

KINDS: Mapping[str, str] = {
    "destroyed": gettext_noop("All data were destroyed"),
    "trimmed": gettext_noop("What no purpose needs any more was destroyed"),
    "archived": gettext_noop("Everything but what a law orders to keep was destroyed"),
    "depersonalised": gettext_noop("The data were depersonalised"),
}
PLACES: Mapping[str, str] = {
    "database": gettext_noop("database file with its free pages"),
    "log": gettext_noop("write-ahead log"),
    "ciphertext": gettext_noop("sealed data"),
    "index": gettext_noop("search index"),
    "file": gettext_noop("a file"),
    "write-ahead log": gettext_noop("write-ahead log"),
    "dead rows": gettext_noop("rows that are deleted already"),
    "write-ahead log and copies": gettext_noop("write-ahead log and copies"),
}
WHY_NOT: Mapping[str, str] = {
    "a transaction is open": gettext_noop("something was being written"),
    "somebody is reading": gettext_noop("somebody was reading"),
    "closed with the epoch key": gettext_noop("unreadable as soon as the key of the epoch is destroyed"),
    "a short or public word": gettext_noop("a word too short or too common to look for"),
}
_CARRIED = 1_500_000  # letters that a form takes along
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_NUMBER = re.compile(r"[A-Z]\d\d-\w{4}-\w{4}")


class Number(forms.Form):
    """The number of an act."""

    number = forms.CharField(
        label=_("Number of the act"),
        help_text=_("Such as D26-K7QM-4XPD"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        """A number as it is told: letters in any case, with or without spaces."""
        number = "".join(str(self.cleaned_data["number"]).split()).upper()
        if not _NUMBER.fullmatch(number):
            raise forms.ValidationError(_("A number of an act looks like D26-K7QM-4XPD"))
        return number


def told(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the page of the act with this number."""
    request.session[KEY] = {"number": number, "new": False}
    return HttpResponseRedirect(reverse("public:act"))


def new(request: HttpRequest, number: str, history: Mapping[str, Any] | None) -> HttpResponse:
    """Show the act that was drawn up just now, to whom it is about, with their last history in the page and nowhere else."""
    request.session[KEY] = {"number": number, "new": True}
    last = "" if history is None else b64encode(journal.written(history)).decode()
    return _page(request, Number(), last)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The act whose number was typed or told just now; and a form for a number."""
    form = Number(posted(request))
    if switches(request):
        form = as_typed(form)
    elif form.is_valid():
        if _found(request, form.cleaned_data["number"]):
            return told(request, form.cleaned_data["number"])
        form.add_error("number", _("There is no act with this number. Check each letter and digit."))
    last = request.POST.get("last", "")
    return _page(request, form, last if _BASE64.fullmatch(last) else "")


def _page(request: HttpRequest, form: Number, last: str) -> HttpResponse:
    """`last`, the person's last history, goes from page to page when they change the language: it is kept in the page."""
    kept = request.session.get(KEY, {})
    found = _found(request, kept["number"]) if kept and not form.is_bound else None
    context = {
        "form": form,
        "switch_form": True,
        "paper": paper.POSSIBLE,
        "new": kept.get("new", False),
        "last": last,
        "carried": last if len(last) < _CARRIED else "",
        "stands_at": reverse("public:act"),
    }
    return render(request, "public/act.html", context | (found or {}))


@private
@require_safe
def on_paper(request: HttpRequest) -> HttpResponse:
    """The same act as PDF, in the page's language."""
    found = _found(request, request.session.get(KEY, {}).get("number", ""))
    if found is None or not paper.POSSIBLE:
        return HttpResponseRedirect(reverse("public:act"))
    return pdf(found)


def pdf(shown: Mapping[str, Any]) -> HttpResponse:
    """Return the act as a file to be saved."""
    made = paper.pdf(render_to_string("public/act_paper.html", dict(shown)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{shown["act"].number}.pdf"'
    return response


def _found(request: HttpRequest, number: str) -> dict[str, Any] | None:
    edition = in_force(request)
    if edition is None or not number:
        return None
    try:
        return shown(edition.policy, *outlook.act(number, who=address(request)))
    except outlook.Unknown:
        return None


def shown(policy: Policy, act: Any, findings: Iterable[Any]) -> dict[str, Any]:
    """Return an act in words, for the page and for the paper."""
    return {
        "act": act,
        "operator_name": said(policy.operator.name),
        "operator_bin": policy.operator.bin,
        "what": lives.worded(KINDS, act.kind),
        "ground": lives.worded(lives.GROUNDS, act.ground),
        "norm": cited(act.norm),
        "by": _by(act.by),
        "approved_by": act.approved_by,
        "gone": lives.fields(policy, act.fields),
        "counts": [(_COUNTED[key], act.counts[key]) for key in _COUNTED if act.counts.get(key)],
        "stays": _stays(policy, act.stays),
        "findings": [_finding(policy, each) for each in findings],
    }


_COUNTED = {
    "fields": _("kinds of data"),
    "rows": _("sealed rows"),
    "index": _("rows of the search index"),
    "files": _("files"),
}
_BY = {"subject": _("the person, by demand"), "retention": _("the system, when the terms were over")}


def _by(code: str) -> Any:
    return _BY.get(code, code)


def _stays(policy: Policy, stays: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What stays: fields that stay as long and for the same reasons, together."""
    fates: dict[tuple[Any, ...], list[str]] = {}
    for stay in stays:
        reasons = tuple((each["purpose"], each["norm"], each["clause"]) for each in stay["why"])
        fates.setdefault((stay.get("until") or "", reasons), []).append(stay["field"])
    return [
        {
            "labels": [label for _category, group in lives.fields(policy, names) for label in group] or names,
            "last": lives.last_day(datetime.fromisoformat(until)) if until else None,
            "why": [lives.why(policy, *reason) for reason in reasons],
        }
        for (until, reasons), names in fates.items()
    ]


def _finding(policy: Policy, finding: Any) -> dict[str, Any]:
    mib = [(place(policy, name), size) for name, size in sorted(finding.searched.items())]
    return {
        "at": finding.at,
        "nothing_left": finding.nothing_left,
        "searched": mib,
        "residue": [
            " · ".join(place(policy, part) for part in each.split(": ", 1)) for each in finding.residue
        ],
        "unsearched": [_unsearched(policy, each) for each in finding.unsearched],
    }


def _unsearched(policy: Policy, text: str) -> str:
    what, _colon, reason = text.partition(": ")
    return ": ".join(part for part in (place(policy, what), lives.worded(WHY_NOT, reason)) if part)


def place(policy: Policy, name: str) -> str:
    """Where or what was looked for: a part of the database, a table, a field."""
    if name in policy.data:
        return said(policy.data[name].label)
    table = name.removeprefix("table ")
    return gettext("table %(name)s") % {"name": table} if table != name else lives.worded(PLACES, name)

"""What the staff can do with an appeal: each deed with its form, when it is possible, and what is said once it is done.

What always holds: a deed is one call into the flow; whether it is allowed, the flow says, not this list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces.office import appeal_forms as forms
from derbes.faces.office.desk import Desk
from derbes.flows import appeals as flow
from derbes.law.appeals import Kind

Do = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed: what it is called, its button, its form, the flow's function with the names of what it is given."""

    title: str
    button: str
    form: type[forms.Deed]
    do: Do
    takes: tuple[str, ...]
    done: str
    when: Callable[[flow.Case], bool] = lambda case: case.appeal.live
    warns: bool = False


def _always(_case: flow.Case) -> bool:
    return True


def _running(case: flow.Case) -> bool:
    return case.appeal.live and not case.stopped


DEEDS: Mapping[str, Deed] = {
    "write": Deed(
        _("Write to the person"),
        _("Send"),
        forms.Writing,
        flow.write_to,
        ("text",),
        _("%(number)s: the message is sent."),
    ),
    "pause": Deed(
        _("Ask the person, and stop the clock"),
        _("Ask and stop the clock"),
        forms.Pausing,
        flow.pause,
        ("reason", "text"),
        _("%(number)s: the person was asked; the clock stands still."),
        _running,
    ),
    "resume": Deed(
        _("Let the clock go on"),
        _("Let the clock go on"),
        forms.Resuming,
        flow.resume,
        ("reason",),
        _("%(number)s: the clock goes on."),
        lambda case: case.stopped,
    ),
    "extend": Deed(
        _("Lengthen the term"),
        _("Lengthen"),
        forms.Extending,
        flow.extend,
        ("days", "reason"),
        _("%(number)s: the term is longer now. The person was told."),
        lambda case: case.extendable > 0,
    ),
    "retype": Deed(
        _("It asks for something else"),
        _("Change the kind"),
        forms.Retyping,
        flow.retype,
        ("kind", "reason"),
        _("%(number)s: the kind is changed, and its term with it."),
    ),
    "note": Deed(
        _("Leave a note"),
        _("Save"),
        forms.Noting,
        flow.note,
        ("text",),
        _("%(number)s: the note is kept."),
        _always,
    ),
    "reassign": Deed(
        _("Give to a colleague, or back"),
        _("Give"),
        forms.Giving,
        flow.reassign,
        ("to",),
        _("%(number)s was given on."),
    ),
    "close": Deed(
        _("Close without a letter"),
        _("Close"),
        forms.Closing,
        flow.close,
        ("outcome",),
        _("%(number)s is closed."),
        warns=True,
    ),
}


def holds(case: flow.Case, desk: Desk) -> bool:
    """Whether the appeal is in this person's hands: they took it, or their role need not take any."""
    mine = case.appeal.taken_by == desk.actor.code
    return mine or not (desk.role and desk.role.assigned)


def possible(deed: str, case: flow.Case) -> bool:
    """Whether the deed makes sense as the appeal stands."""
    return DEEDS[deed].when(case)


def form(deed: str, case: flow.Case, desk: Desk, data: Any = None) -> forms.Deed:
    """The form of a deed. Its fields are named after the deed, since several stand on one page."""
    colleagues = flow.colleagues(desk.actor, case.number, at=desk.at) if deed == "reassign" else []
    return DEEDS[deed].form(data, prefix=deed, case=case, colleagues=colleagues)


def offered(case: flow.Case, desk: Desk, failed: tuple[str, Any] | None) -> list[dict[str, Any]]:
    """The deeds that the page offers; the one that failed stays open with what was typed."""
    every = []
    for key, deed in DEEDS.items():
        if not deed.when(case):
            continue
        mine = failed[1] if failed and failed[0] == key else form(key, case, desk)
        every.append(
            {
                "key": key,
                "title": gettext(deed.title),
                "button": gettext(deed.button),
                "kind": "warning" if deed.warns else "secondary",
                "form": mine,
                "fields": list(mine),
                "open": bool(failed and failed[0] == key),
                "url": reverse("office:act_on_message", args=[case.number, key]),
            }
        )
    return every


def done(deed: str, form: forms.Deed, number: str, desk: Desk) -> bool:
    """Do it; false, with the error in the form, when the flow says that it cannot be so. Raises what the flow raises."""
    given = [form.cleaned_data[name] for name in DEEDS[deed].takes]
    if deed == "retype":
        given[0] = Kind(given[0])
    try:
        DEEDS[deed].do(desk.actor, number, *given, at=desk.at)
    except flow.NotExtendable as wrong:
        said = gettext("The rule allows %(most)s at the most.") % {"most": wrong.most}
        form.add_error("days", said)
    except flow.NotSuited:
        form.add_error("to", gettext("This colleague cannot see to such appeals: choose another"))
    return not form.errors


def after(request: HttpRequest, deed: str, number: str, desk: Desk) -> HttpResponse:
    """Back to the appeal, or to the inbox when it is no more this person's to see."""
    messages.success(request, gettext(DEEDS[deed].done) % {"number": number})
    try:
        case = flow.case(desk.actor, number, at=desk.at)
    except flow.Unknown:
        return HttpResponseRedirect(reverse("office:messages"))
    if not case.appeal.live:
        return HttpResponseRedirect(reverse("office:messages"))
    return HttpResponseRedirect(reverse("office:message", args=[number]))

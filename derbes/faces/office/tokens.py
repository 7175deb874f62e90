"""Tokens of the operator's programs: which there are, a new one, an end (§3.3).

What always holds: the text of a token is shown once, in the answer to the request that made it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces.fields import HintedChoice, HintedChoices
from derbes.faces.office import labels
from derbes.faces.office.desk import Desk, show, staff_only
from derbes.flows import tokens as flow
from derbes.law.policy import Policy

POWER = "tokens"

SCOPES = {
    "register": gettext_noop("register people"),
    "read": gettext_noop("open data for a purpose"),
    "find": gettext_noop("find people by IIN, phone or e-mail"),
    "consent": gettext_noop("give and withdraw consents as a person said"),
    "receipt": gettext_noop("fetch receipts for consents"),
    "block": gettext_noop("block data and lift blocks"),
    "destroy": gettext_noop("destroy data by a person's demand"),
    "history": gettext_noop("fetch a person's entries of the journal"),
}
WRONG = {
    ("code", "form"): gettext_noop(
        "Small Latin letters, digits and hyphens, beginning with a letter, such as crm-1"
    ),
    ("code", "taken"): gettext_noop("This code is taken, or was once: give another"),
    ("role", "unsuitable"): gettext_noop("Choose a role that is not bound to matters"),
    ("unit", "empty"): gettext_noop("Name the system that will use the token"),
    ("scopes", "unknown"): gettext_noop("Choose at least one"),
    ("purposes", "not_of_role"): gettext_noop("The role does not have all of these purposes"),
    ("expires_at", "term"): gettext_noop("At least one day, and a year at the most"),
    ("rate", "out_of_range"): gettext_noop("From 1 to 1,000,000"),
}


class Issue(forms.Form):
    """A new token: what it is called, as whom, for what, until when, how fast."""

    code = forms.CharField(
        label=gettext_lazy("Code of the token"),
        help_text=gettext_lazy("It stands in the journal for ever, such as crm-1. Not a person's name."),
        max_length=31,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    unit = forms.CharField(
        label=gettext_lazy("System that will use it"),
        help_text=gettext_lazy("People see it in the list of who looked at their data, such as crm"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label=gettext_lazy("In how many days it ends"), min_value=1, max_value=366, initial=90
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        help_text=gettext_lazy("As many as one process of the server takes"),
        min_value=1,
        max_value=flow.FASTEST,
        initial=600,
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(key, labels.role(policy, key)) for key in flow.suitable(policy)]
        purposes = [(key, labels.purpose(policy, key)) for key in policy.purposes]
        scopes = [(key, _(said)) for key, said in SCOPES.items()]
        chosen = {"required": _("Choose the role")}
        self.fields["role"] = HintedChoice(label=_("Role"), choices=roles, error_messages=chosen)
        self.fields["purposes"] = HintedChoices(label=_("Purposes"), choices=purposes, required=False)
        self.fields["scopes"] = HintedChoices(
            label=_("What it may do"),
            choices=scopes,
            error_messages={"required": _("Choose at least one")},
        )


@require_safe
@staff_only(POWER)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All tokens, the last issued first."""
    rows = [
        {
            "token": token,
            "role": labels.role(desk.policy, token.role),
            "purposes": [labels.purpose(desk.policy, key) for key in token.purposes],
            "scopes": [_(SCOPES[key]) for key in token.scopes if key in SCOPES],
            "ended": token.expires_at <= desk.at,
        }
        for token in flow.listing(desk.actor, at=desk.at)
    ]
    return show(request, desk, "office/tokens.html", {"rows": rows}, section="tokens")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def issue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new token; its text is in the answer and nowhere else."""
    form = Issue(request.POST if request.method == "POST" else None, policy=desk.policy)
    if form.is_valid():
        try:
            token, text = flow.issue(desk.actor, _wanted(form.cleaned_data, desk), at=desk.at)
            context = {"code": token.code, "text": text, "token": token}
            return show(request, desk, "office/token_told.html", context, section="tokens")
        except flow.NotIssuable as wrong:
            name = "days" if wrong.field == "expires_at" else wrong.field
            form.add_error(name, _(WRONG[wrong.field, wrong.code]))
    return show(request, desk, "office/issue.html", {"form": form}, section="tokens")


def _wanted(given: dict[str, Any], desk: Desk) -> flow.Wanted:
    return flow.Wanted(
        code=given["code"],
        role=given["role"],
        unit=given["unit"],
        purposes=frozenset(given["purposes"]),
        scopes=frozenset(given["scopes"]),
        expires_at=desk.at + timedelta(days=given["days"]),
        rate=given["rate"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(POWER)
def withdraw(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Withdraw a token; asked once more."""
    if request.method != "POST":
        return show(request, desk, "office/withdraw_token.html", {"code": code}, section="tokens")
    try:
        flow.withdraw(desk.actor, code, at=desk.at)
    except flow.Token.DoesNotExist as unknown:
        raise Http404 from unknown
    messages.success(request, _("The token %(code)s is withdrawn.") % {"code": code})
    return HttpResponseRedirect(reverse("office:tokens"))

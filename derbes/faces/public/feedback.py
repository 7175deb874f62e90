"""The feedback form (§1.8): open to all, mandatory fields marked, a number and a date at once.

What always holds: nothing is kept before the consent to be answered; other people's data in the text are
asked about first (§2.4); whoever is signed in is not asked again for what is known.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from derbes.faces import asked, mistakes
from derbes.faces.fields import HintedChoice
from derbes.faces.public import surroundings, written
from derbes.faces.public.forms import Unhurried, Written, as_typed, posted, switches
from derbes.faces.public.surroundings import said
from derbes.faces.public.visitor import address, agent, private
from derbes.flows import accounts, appeals, consent
from derbes.law import appeals as law
from derbes.law.consent import Offer
from derbes.law.policy import Policy

#: Under this key a session holds the number and the moment of the last message, for its confirmation.
KEY = "message"
CONTACTS = ("email", "phone_mobile")
_ATTRS = {
    "given_name": {"autocomplete": "name"},
    "email": {"type": "email", "autocomplete": "email", "spellcheck": "false"},
    "phone_mobile": {"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"},
}


class LetterForm(Unhurried):
    """A message. `asks_contacts`: of who is not signed in; `asks_consent`: of who has not given it yet."""

    def __init__(
        self, *args: Any, policy: Policy, offer: Offer, asks_contacts: bool, asks_consent: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer, self.asked, self.strangers = offer, "", ""
        self.fields["kind"] = _kind_field()
        most = policy.limits["message_characters"]
        self.fields["text"] = Written(
            key="message",
            strip=False,
            label=said(policy.data["message"].label),
            help_text=gettext("Up to %(most)s characters. Write nothing about other people.")
            % {"most": most},
            max_length=most,
            error_messages={"required": mistakes.sentence("empty"), "max_length": _too_long(most)},
            widget=forms.Textarea,
        )
        self.contacts = self._contacts(policy) if asks_contacts else []
        if asks_consent:
            (item,) = offer.purposes
            self.fields["agreed"] = forms.BooleanField(
                label=item.title,
                help_text=item.text,
                required=False,
                error_messages={
                    "required": gettext("Without this consent your message cannot be kept or answered.")
                },
            )

    def _contacts(self, policy: Policy) -> list[str]:
        """The fields by which an answer reaches the person: those that the purpose has."""
        purpose = policy.purposes[appeals.PURPOSE]
        names = [name for name in appeals.FIELDS if name in purpose.data]
        for name in names:
            self.fields[name] = Written(
                key=name,
                label=said(policy.data[name].label),
                required=name in purpose.required and name not in CONTACTS,
                error_messages={"required": mistakes.sentence("empty")},
                widget=forms.TextInput(_ATTRS[name]),
            )
        return names

    def ask_about(self, kinds: frozenset[str]) -> None:
        """Ask whether the other people's data in the text are the author's to tell."""
        self.fields["sure"] = forms.BooleanField(
            label=_("These data are mine, or I may give them"),
            error_messages={"required": gettext("Tick this, or take the data out of the text.")},
        )
        self.asked = " ".join(sorted(kinds))
        named = ", ".join(str(_KINDS[kind]) for kind in sorted(kinds))
        self.strangers = gettext("Your text seems to hold: %(kinds)s.") % {"kinds": named}

    def clean(self) -> dict[str, Any]:
        """One way to answer is needed, whichever; a question needs consent, a right needs none."""
        cleaned = super().clean()
        conversation = cleaned.get("kind") in law.CONVERSATION
        if conversation and "agreed" in self.fields and not cleaned.get("agreed"):
            self.add_error("agreed", self.fields["agreed"].error_messages["required"])
        ways = [name for name in CONTACTS if name in self.contacts]
        wrong = any(name in self.errors for name in ways)
        if ways and not wrong and not any(cleaned.get(name) for name in ways):
            self.add_error(
                ways[0], _("Give an e-mail address or a phone number: one is enough for an answer.")
            )
        return cleaned


def _kind_field() -> HintedChoice:
    """What the person wants, in plain words, each with its term."""
    at = timezone.now()
    hints = {
        kind.value: gettext("Answered within %(term)s.")
        % {"term": asked.term_of(length.days, working=length.working)}
        for kind, length in appeals.terms(at=at).items()
    }
    choices = [(kind.value, gettext(asked.WISHES[kind.value])) for kind in law.CHOICES]
    return HintedChoice(label=gettext("What do you want?"), choices=choices, hints=hints)


_KINDS = {
    "card": _("the number of a bank card"),
    "iin": _("an IIN"),
    "phone": _("a phone number"),
    "email": _("an e-mail address"),
}


def _too_long(most: int) -> str:
    return gettext("The text is longer than %(most)s characters. Shorten it, or send it in two messages.") % {
        "most": most
    }


@private
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Write a message."""
    edition = surroundings.in_force(request)
    if edition is None:
        return render(request, "public/nothing_published.html", {"section": "feedback"}, status=404)
    form = _form(request, edition.policy)
    if switches(request):
        form = as_typed(form)
    elif form.is_valid() and (sent := _sent(request, form)):
        request.session[KEY] = {
            "number": sent.number,
            "at": sent.received_at.isoformat(),
            "due": sent.due.isoformat(),
        }
        return HttpResponseRedirect(reverse("public:feedback_sent"))
    return render(request, "public/feedback/feedback.html", _shown(form, edition.edition))


def _form(request: HttpRequest, policy: Policy) -> LetterForm:
    subject, language = _subject(request), surroundings.language()
    at = timezone.now()
    agreed = bool(subject) and (appeals.PURPOSE, "") in consent.state(subject, language, at=at)[1]
    form = LetterForm(
        posted(request),
        policy=policy,
        offer=appeals.offer(language, at=at),
        asks_contacts=not subject,
        asks_consent=not agreed,
        initial=_beginning(request) if subject else {"kind": request.GET.get("kind", "")},
    )
    if kinds := frozenset(request.POST.get("asked", "").split()) & _KINDS.keys():
        form.ask_about(kinds)
    return form


def _subject(request: HttpRequest) -> Any:
    return request.user.subject if request.user.is_authenticated else None


def _beginning(request: HttpRequest) -> dict[str, str]:
    """What the page before said that it is about: a kind, or an entry of the person's journal."""
    entry = request.GET.get("entry", "")
    if not entry.isascii() or not entry.isdigit():
        return {"kind": request.GET.get("kind", "")}
    text = gettext("What is entry No. %(number)s in the list of who looked at my data?") % {
        "number": int(entry)
    }
    return {"kind": law.Kind.QUESTION.value, "text": text}


def _sent(request: HttpRequest, form: LetterForm) -> Any:
    """Keep the message and return the appeal; or ask about other people's data, or say what is wrong."""
    accounts.pace("message", address(request))
    values = form.cleaned_data
    letter = appeals.Letter(
        text=values["text"],
        values={name: values[name] for name in form.contacts},
        agreed=bool(values.get("agreed")),
        kind=law.Kind(values["kind"]),
        sure=bool(values.get("sure")),
        language=surroundings.language(),
        address=address(request),
        agent=agent(request),
    )
    try:
        if request.user.is_authenticated and request.user.subject:
            return appeals.write(accounts.actor(request.user), letter, at=timezone.now())
        return appeals.send(letter, at=timezone.now())
    except appeals.Strangers as strangers:
        form.ask_about(strangers.kinds)
        form.add_error("sure", form.fields["sure"].error_messages["required"])
    except appeals.NotAgreed:
        form.add_error("agreed", form.fields["agreed"].error_messages["required"])
    except appeals.Illformed as illformed:
        for name, wrong in illformed.errors.items():
            form.add_error(name, mistakes.malformed(wrong))
    return None


def _shown(form: LetterForm, edition: str) -> dict[str, object]:
    return {
        "form": form,
        "contacts": [form[name] for name in form.contacts],
        "offer": form.offer,
        "head": written.html(form.offer.head),
        "edition": edition,
        "switch_form": True,
        "section": "feedback",
    }


@private
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The confirmation: number and moment."""
    last = request.session.get(KEY)
    if not last:
        return HttpResponseRedirect(reverse("public:feedback"))
    context = {
        "number": last["number"],
        "at": parse_datetime(last["at"]),
        "due": parse_date(last["due"]),
        "section": "feedback",
    }
    return render(request, "public/feedback/sent.html", context)

"""How an appeal reads: to the person whose it is, in the cabinet and by number, and to the staff.

What always holds: every event that moved a date shows both dates and the reason; a late appeal says by how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from derbes.faces import events
from derbes.flows.appeals import Case, Happening
from derbes.flows.citing import cited

#: What a person asks for, in plain words, in the order of law.appeals.CHOICES.
WISHES: Mapping[str, str] = {
    "feedback": _("I want to tell you something"),
    "question": _("I have a question"),
    "claim": _("I make a claim: my rights were breached"),
    "access": _("I want to know what is kept of me"),
    "rectify": _("My data are wrong or incomplete"),
    "block": _("Block my data"),
    "unblock": _("Lift the block from my data"),
    "destroy": _("Destroy data that were collected or processed unlawfully"),
    "erase": _("Delete, depersonalise or restrict my data"),
    "public_removal": _("Take my data out of a public source"),
    "withdraw": _("I take back my consent"),
    "objection": _("I object to a decision that a machine made"),
    "debt_balance": _("I want a written statement of my debt"),
    "no_debt": _("I have paid everything and want a certificate of it"),
    "restructure": _("I ask for other terms of paying my debt"),
}
KINDS: Mapping[str, str] = {
    "feedback": _("Feedback"),
    "question": _("Question"),
    "claim": _("Claim"),
    "access": _("Access to my data"),
    "rectify": _("Correction of data"),
    "block": _("Blocking of data"),
    "unblock": _("Lifting of a block"),
    "destroy": _("Destruction of unlawfully processed data"),
    "erase": _("Deletion, depersonalisation or restriction"),
    "public_removal": _("Removal from a public source"),
    "withdraw": _("Withdrawal of consent"),
    "objection": _("Objection to an automated decision"),
    "debt_balance": _("Statement of a debt"),
    "no_debt": _("Certificate that nothing is owed"),
    "restructure": _("Other terms of a debt"),
    "restructure_own": _("Other terms of a debt that is ours"),
    "unsorted": _("Not sorted yet"),
}
CHANNELS: Mapping[str, str] = {
    "web": _("by the site"),
    "cabinet": _("from the cabinet"),
    "email": _("by e-mail"),
    "phone": _("by phone"),
    "paper": _("on paper"),
    "visit": _("in person"),
}
HAPPENED: Mapping[str, str] = {
    "received": _("The appeal was received"),
    "retyped": _("What is asked for was named anew"),
    "paused": _("The clock stopped: something is needed from the person"),
    "resumed": _("The clock went on"),
    "extended": _("The term was lengthened"),
    "recomputed": _("The calendar of working days changed"),
    "taken": _("A member of staff took it"),
    "reassigned": _("It was given to a colleague"),
    "noted": _("A note among the staff"),
    "written": _("A message"),
    "attached": _("A document was attached"),
    "escalated": _("An alarm: the date is near or over"),
    "answered": _("The answer"),
    "closed": _("Closed without a letter"),
}
REASONS: Mapping[str, str] = {
    "asks_for_other": _("the text asks for something else"),
    "asks_for_more": _("the text asks for more"),
    "chosen_by_mistake": _("the kind was chosen by mistake"),
    "settled": _("it was settled what is asked for"),
    "details_wanted": _("details are needed"),
    "identity_wanted": _("it must be shown who asks"),
    "authority_wanted": _("a document of authority is needed"),
    "document_wanted": _("a document is needed"),
    "person_answered": _("the person has answered"),
    "no_longer_wanted": _("it is not needed any more"),
    "person_silent": _("the person did not answer"),
    "facts_to_establish": _("facts must be established"),
    "others_asked": _("others were asked"),
    "much_material": _("there is much material"),
    "staff_absent": _("the member of staff was absent"),
    "overload": _("there were too many appeals"),
    "others_late": _("others answered late"),
    "system_failure": _("a system failed"),
    "sorted_late": _("it was sorted late"),
    "oversight": _("it was overlooked"),
}
OUTCOMES: Mapping[str, str] = {
    "granted": _("granted"),
    "partly": _("granted in part"),
    "refused": _("refused"),
    "explained": _("explained"),
    "taken_back": _("taken back by the person"),
    "double": _("the same as another appeal"),
    "no_appeal": _("not an appeal"),
    "answered_otherwise": _("answered in another way"),
}
GROUNDS: Mapping[str, str] = {
    "right_exercised": _("the right was exercised"),
    "breach_confirmed": _("the breach was confirmed"),
    "question_answered": _("the question was answered"),
    "no_such_data": _("there are no such data"),
    "breach_not_confirmed": _("the breach was not confirmed"),
    "obligation_unfulfilled": _("an obligation is unfulfilled"),
    "law_forbids": _("a law forbids it"),
    "law_orders_to_keep": _("a law orders to keep the data"),
    "rights_of_others": _("rights of other people stand against it"),
    "not_identified": _("it could not be shown who asks"),
    "no_documents": _("there are no documents that show it"),
    "human_decided": _("a person decided, not a machine"),
    "debt_stated": _("the debt is stated"),
    "debt_paid": _("the debt is paid"),
    "debt_unpaid": _("the debt is not paid in full"),
    "sent_to_creditor": _("the application was sent to the creditor"),
    "terms_agreed": _("other terms were agreed"),
    "terms_refused": _("other terms were refused"),
    "claim_unfounded": _("the claim is unfounded"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is shown: when, what, who, the reason, the dates before and after, and its text."""

    at: datetime
    what: str
    who: str
    reason: str
    before: date | None
    due: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An appeal as it is shown. `state` is a word and the kind of its tag; `left` a sentence about the clock."""

    number: str
    kind: str
    channel: str
    term: str
    norm: str
    state: tuple[str, str]
    left: str
    outcome: str
    ground: str
    case: Case
    events: list[Told]


worded = events.worded


def term_of(days: int, *, working: bool) -> str:
    """Return a term in words."""
    if working:
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
    return ngettext("%(days)s calendar day", "%(days)s calendar days", days) % {"days": days}


def shown(case: Case, texts: Mapping[str, str] | None = None) -> Shown:
    """Return `case` in the reader's language; `texts` are those that were opened."""
    appeal = case.appeal
    outcome = worded(OUTCOMES, appeal.outcome) if appeal.outcome else ""
    return Shown(
        number=case.number,
        kind=worded(KINDS, appeal.kind),
        channel=worded(CHANNELS, appeal.channel),
        term=term_of(appeal.days, working=appeal.working),
        norm=cited(appeal.norm),
        state=_state(case),
        left=_left(case),
        outcome=outcome,
        ground=worded(GROUNDS, appeal.ground) if appeal.ground else "",
        case=case,
        events=[_told(each, texts or {}) for each in case.events],
    )


def _state(case: Case) -> tuple[str, str]:
    if not case.appeal.live:
        return (gettext("Answered") if case.appeal.stage == "answered" else gettext("Closed"), "done")
    if case.stopped:
        return gettext("Waits for you"), "wait"
    return (gettext("Late"), "stop") if case.late else (gettext("In hand"), "quiet")


def _left(case: Case) -> str:
    """Where the clock stands, said so that nobody has to count."""
    days = abs(case.left)
    if case.late:
        return ngettext("late by %(days)s working day", "late by %(days)s working days", days) % {
            "days": days
        }
    if not case.appeal.live:
        return gettext("in time")
    if case.stopped:
        return gettext("the clock stands still until you answer; the date cannot become earlier")
    return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}


def _told(event: Happening, texts: Mapping[str, str]) -> Told:
    detail: Mapping[str, Any] = event.detail
    reason = [worded(REASONS, detail["reason"])] if detail.get("reason") else []
    if event.code == "retyped":
        reason = [
            f"{worded(KINDS, detail.get('was', ''))} → {worded(KINDS, detail.get('kind', ''))}",
            *reason,
        ]
    if detail.get("outcome"):
        reason.append(worded(OUTCOMES, detail["outcome"]))
    if detail.get("ground"):
        reason.append(worded(GROUNDS, detail["ground"]))
    return Told(
        at=event.at,
        what=worded(HAPPENED, event.code),
        who=_who(event),
        reason="; ".join(reason),
        before=_date(detail.get("before")),
        due=_date(detail.get("due")),
        text=texts.get(event.text, ""),
    )


def _who(event: Happening) -> str:
    if event.actor == "subject":
        return gettext("You")
    return (
        gettext("Staff") + (f" {event.by}" if event.by else "")
        if event.actor == "staff"
        else gettext("System")
    )


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None

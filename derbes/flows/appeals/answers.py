"""The answer: a template in the person's language, the staff's own words, the outcome and its ground (94-V art. 25(2)(6), (7)).

A letter is made once and kept as it was sent. One that comes late says why in the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from derbes.core.appeals.models import Appeal
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows.appeals import attaching, door
from derbes.flows.appeals.door import Decided
from derbes.flows.appeals.filing import tell
from derbes.flows.citing import cited
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law.deadlines import local_day
from derbes.law.permission import Actor
from derbes.law.vocabulary import Operation

#: What an answer says first, by template; which outcomes each is for.
TEMPLATES: Mapping[str, tuple[frozenset[str], str]] = {
    "answer": (
        frozenset({"explained", "granted", "partly", "refused"}),
        gettext_noop("We have considered your appeal. Our answer is below."),
    ),
    "access": (
        frozenset({"granted", "partly"}),
        gettext_noop(
            "You asked what data about you we keep. The data are in your cabinet, and described below."
        ),
    ),
    "no_data": (
        frozenset({"explained"}),
        gettext_noop("You asked what data about you we keep. We keep none beyond this appeal."),
    ),
    "rectified": (
        frozenset({"granted", "partly"}),
        gettext_noop("We have changed your data as you asked, on the documents that you gave."),
    ),
    "blocked": (
        frozenset({"granted"}),
        gettext_noop("We have blocked your data: they are stored, and nothing else is done with them."),
    ),
    "unblocked": (frozenset({"granted"}), gettext_noop("We have lifted the block of your data.")),
    "destroyed": (
        frozenset({"granted", "partly"}),
        gettext_noop("We have destroyed the data that you named. They cannot be restored."),
    ),
    "removed": (
        frozenset({"granted", "partly"}),
        gettext_noop("We have removed the data that you named from public sources."),
    ),
    "withdrawn": (
        frozenset({"granted", "partly"}),
        gettext_noop("Your consent is withdrawn, and the processing that rested on it has ended."),
    ),
    "reviewed": (
        frozenset({"granted", "partly", "explained"}),
        gettext_noop("A member of our staff has reviewed what was done by automatic means."),
    ),
    "debt": (
        frozenset({"granted", "partly", "explained"}),
        gettext_noop("You wrote to us as a debtor. Our answer is below."),
    ),
    "claim": (
        frozenset({"granted", "partly", "explained"}),
        gettext_noop("We have considered your claim. Our decision is below."),
    ),
    "refusal": (
        frozenset({"refused"}),
        gettext_noop("We have considered your appeal and cannot do what you ask. The reasons are below."),
    ),
}
#: The grounds of law.appeals.GROUNDS as a letter states them.
GROUNDS: Mapping[str, str] = {
    "right_exercised": gettext_noop("This is your right."),
    "breach_confirmed": gettext_noop("The breach of the terms of processing was confirmed."),
    "question_answered": "",
    "no_such_data": gettext_noop("We do not keep such data."),
    "breach_not_confirmed": gettext_noop("The breach of the terms of processing was not confirmed."),
    "obligation_unfulfilled": gettext_noop(
        "A consent cannot be withdrawn while an obligation is unfulfilled."
    ),
    "law_forbids": gettext_noop("What you ask is contrary to a law."),
    "law_orders_to_keep": gettext_noop(
        "A law orders to keep these data for a set term. Access to them is restricted until it ends."
    ),
    "rights_of_others": gettext_noop("The data are needed to protect the rights of others."),
    "not_identified": gettext_noop("It could not be confirmed that it was you who appealed."),
    "no_documents": gettext_noop("The documents that prove the right data were not given."),
    "human_decided": gettext_noop("The decision was taken by a member of staff, not by automatic means."),
    "debt_stated": gettext_noop("You have the right to a written statement of your debt, free of charge."),
    "debt_paid": gettext_noop("The debt is paid in full."),
    "debt_unpaid": gettext_noop("The debt is not paid in full, so it cannot be certified."),
    "sent_to_creditor": gettext_noop(
        "The claim belongs to the creditor. We have sent your application to them and tell you what they decide."
    ),
    "terms_agreed": gettext_noop("Other terms of paying the debt are agreed or offered."),
    "terms_refused": gettext_noop("Other terms of paying the debt are refused for the reasons above."),
    "claim_unfounded": gettext_noop("The circumstances named in the claim were not confirmed."),
}
_HEAD = gettext_noop("Answer to the appeal %(number)s of %(received)s")
_GROUND = gettext_noop("Ground: %(ground)s")
_REMEDY = gettext_noop(
    "If you do not agree, you can write to us again, turn to the authorised body for the protection of personal "
    "data, or go to court."
)


class NotAnAnswer(Exception):
    """Something of the answer does not fit: `code` is one of template, outcome, ground, words, late_reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: a key of TEMPLATES, of OUTCOMES, of GROUNDS, and the staff's own words in the person's language.

    `late_reason`, one of LATE_REASONS, is wanted when the term is over, and only then.
    """

    template: str
    outcome: str
    ground: str
    words: str = field(repr=False)
    late_reason: str = ""


def preview(actor: Actor, number: str, answer: Answer, *, at: datetime) -> str:
    """Return the letter that `answer` would make, in the person's language. Nothing is kept.

    Raises `NotAnAnswer`, `Unknown`, `Powerless`.
    """
    appeal = door.handled(actor, number, at=at)
    _check(appeal, answer, at=at)
    return _compose(appeal, answer, at=at)


def answer(
    actor: Actor,
    number: str,
    answer: Answer,
    *,
    files: Sequence[tuple[bytes, str]] = (),
    at: datetime,
) -> str:
    """Answer an appeal: seal the letter and what goes with it, tell the person, return the name of the letter (letter/…).

    `files` are bytes with the name that they came under: washed as scans are (§1.6), then seen by the person with
    the letter. All of it is kept or nothing. Raises `NotAnAnswer`, `Decided` (it was answered already), `FileRefused`,
    `TooMany`, `Unknown`, `Powerless`, `Refused`.
    """
    door.live(actor, number, at=at)
    taken = [attaching.washed(data, declared, at=at) for data, declared in files]
    appeal, name = _answer(actor, number, answer, taken, at=at)
    tell(appeal, "appeal_answered", at=at)
    return name


@step
def _answer(
    actor: Actor, number: str, answer: Answer, taken: Sequence[attaching.TakenIn], *, at: datetime
) -> tuple[Appeal, str]:
    appeal = door.live(actor, number, at=at)
    _check(appeal, answer, at=at)
    attaching.room(appeal, len(taken), at=at)
    for file in taken:
        attaching.keep(appeal, actor, file, at=at)
    name = f"letter/{uuid7(at)}"
    permission = door.ask(actor, appeal, Operation.RECORD, [name], event="appeals.answer", at=at)
    said = {"outcome": answer.outcome, "ground": answer.ground, "late_reason": answer.late_reason}
    if not appeal.answer(**said, by=actor.code, at=at):
        raise Decided
    vault.put(permission, {name: _compose(appeal, answer, at=at)}, outcome=answer.outcome)
    Subject.look_again(appeal.subject, at=at)
    detail = {name: value for name, value in said.items() if value}
    door.happened(appeal, law.Happened.ANSWERED, actor, at=at, template=answer.template, text=name, **detail)
    return appeal, name


def _check(appeal: Appeal, answer: Answer, *, at: datetime) -> None:
    template, ground = TEMPLATES.get(answer.template), law.GROUNDS.get(answer.ground)
    late = appeal.late(local_day(at))
    wrong = (
        (template is None, "template"),
        (answer.outcome not in law.OUTCOMES, "outcome"),
        (template is not None and answer.outcome not in template[0], "template"),
        (ground is None or answer.outcome not in ground[0], "ground"),
        (not answer.words.strip(), "words"),
        ((answer.late_reason in law.LATE_REASONS) != late or bool(answer.late_reason) != late, "late_reason"),
    )
    for is_wrong, code in wrong:
        if is_wrong:
            raise NotAnAnswer(code)


def _compose(appeal: Appeal, answer: Answer, *, at: datetime) -> str:
    """The letter as paragraphs, in the language in which the person wrote."""
    operator = shelf.in_force(at).policy.operator
    _, norm = law.GROUNDS[answer.ground]
    with translation.override(appeal.language):
        received = date_format(local_day(appeal.received_at), "DATE_FORMAT")
        ground = gettext(GROUNDS[answer.ground]) if GROUNDS[answer.ground] else ""
        ground = f"{ground} ({cited(norm)})" if ground and norm else ground
        paragraphs = [
            gettext(_HEAD) % {"number": appeal.number, "received": received},
            gettext(TEMPLATES[answer.template][1]),
            answer.words.strip(),
            gettext(_GROUND) % {"ground": ground} if ground else "",
            gettext(_REMEDY),
            "\n".join((operator.name[appeal.language], date_format(local_day(at), "DATE_FORMAT"))),
        ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

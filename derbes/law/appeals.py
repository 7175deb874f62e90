"""Appeals: their kinds, the term that each kind is owed, and the clock as a function of what happened (§6.2, §6.7).

Every kind has the stricter of two terms: what the policy promises and what the state demands. While nobody has
settled what an appeal is, the shortest term of all counts. The clock stops and goes on, is lengthened where the
rule allows it, and starts anew from the same day when the kind is changed; it never forgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from derbes.law import deadlines
from derbes.law.norms import POLICY, citation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from derbes.law.deadlines import Calendar
    from derbes.law.norms import Norms, TermNorm
    from derbes.law.policy import Policy, Term

_DAY: Final = deadlines.DAY


class Kind(StrEnum):
    """What a person asks for (94-V art. 24; §6.2, §6.7; of a debtor 62-VI art. 6, 6-1, 15).

    Unsorted is what came by post and nobody has read yet. Whether an agency decides on other terms of a debt itself, or
    passes the application on, depends on whose the claim is: the staff settle that.
    """

    FEEDBACK = "feedback"
    QUESTION = "question"
    CLAIM = "claim"
    ACCESS = "access"
    RECTIFY = "rectify"
    BLOCK = "block"
    UNBLOCK = "unblock"
    DESTROY = "destroy"
    ERASE = "erase"
    PUBLIC_REMOVAL = "public_removal"
    WITHDRAW = "withdraw"
    OBJECTION = "objection"
    DEBT_BALANCE = "debt_balance"
    NO_DEBT = "no_debt"
    RESTRUCTURE = "restructure"
    RESTRUCTURE_OWN = "restructure_own"
    UNSORTED = "unsorted"


class Happened(StrEnum):
    """What can happen to an appeal. Rows of it are only added."""

    RECEIVED = "received"
    RETYPED = "retyped"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    RECOMPUTED = "recomputed"
    TAKEN = "taken"
    REASSIGNED = "reassigned"
    NOTED = "noted"
    WRITTEN = "written"
    ATTACHED = "attached"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    CLOSED = "closed"


#: The norm of norms/terms.toml behind each kind; the policy's own term is the one that keeps this norm.
NORM_OF: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.FEEDBACK: "question",
        Kind.QUESTION: "question",
        Kind.CLAIM: "claim_policy",
        Kind.ACCESS: "access_info",
        Kind.RECTIFY: "rectify",
        Kind.BLOCK: "block",
        Kind.UNBLOCK: "unblock",
        Kind.DESTROY: "destroy_unlawful",
        Kind.ERASE: "erase_anon_restrict",
        Kind.PUBLIC_REMOVAL: "public_removal",
        Kind.WITHDRAW: "withdraw",
        Kind.OBJECTION: "automated_objection",
        Kind.DEBT_BALANCE: "debt_balance",
        Kind.NO_DEBT: "no_debt_certificate",
        Kind.RESTRUCTURE: "restructure_forward",
        Kind.RESTRUCTURE_OWN: "restructure_own",
    }
)
#: What the staff may find an appeal to be.
SORTED: Final = tuple(NORM_OF)
#: What a person may choose, in the order in which it is offered: whose the claim is they need not know.
CHOICES: Final = tuple(kind for kind in SORTED if kind is not Kind.RESTRUCTURE_OWN)
#: Conversation, which rests on consent; all other kinds are rights, which rest on the law.
CONVERSATION: Final = frozenset({Kind.FEEDBACK, Kind.QUESTION})

CHANNELS: Final = ("web", "cabinet", "email", "phone", "paper", "visit")
RETYPE_REASONS: Final = ("asks_for_other", "asks_for_more", "chosen_by_mistake", "settled")
#: Only the person can end what the clock waits for; the operator's own delays stop no clock.
PAUSE_REASONS: Final = ("details_wanted", "identity_wanted", "authority_wanted", "document_wanted")
RESUME_REASONS: Final = ("person_answered", "no_longer_wanted", "person_silent")
EXTEND_REASONS: Final = ("facts_to_establish", "others_asked", "much_material")
LATE_REASONS: Final = (
    "staff_absent",
    "overload",
    "others_late",
    "system_failure",
    "sorted_late",
    "oversight",
)
OUTCOMES: Final = ("granted", "partly", "refused", "explained")
#: How an appeal ends without a letter.
CLOSINGS: Final = ("taken_back", "double", "no_appeal", "answered_otherwise")
#: The ground of an outcome: for which outcomes it can be given, and the norm that it rests on.
GROUNDS: Final[Mapping[str, tuple[frozenset[str], str]]] = MappingProxyType(
    {
        "right_exercised": (frozenset({"granted", "partly"}), "94-V art. 24"),
        "breach_confirmed": (frozenset({"granted", "partly"}), "94-V art. 25(2)(8)"),
        "question_answered": (frozenset({"explained", "granted"}), ""),
        "no_such_data": (frozenset({"explained", "refused"}), "94-V art. 25(2)(7)"),
        "breach_not_confirmed": (frozenset({"refused", "partly"}), "94-V art. 25(2)(8)"),
        "obligation_unfulfilled": (frozenset({"refused", "partly"}), "94-V art. 8(2)"),
        "law_forbids": (frozenset({"refused", "partly"}), "94-V art. 8(2)"),
        "law_orders_to_keep": (frozenset({"refused", "partly"}), "255-VIII art. 41(3)"),
        "rights_of_others": (frozenset({"refused", "partly"}), "255-VIII art. 41(4)"),
        "not_identified": (frozenset({"refused"}), "255-VIII art. 37(5)"),
        "no_documents": (frozenset({"refused", "partly"}), "94-V art. 25(2)(8)"),
        "human_decided": (frozenset({"refused", "explained"}), "94-V art. 19-1"),
        "debt_stated": (frozenset({"granted"}), "62-VI art. 15(1)(4)"),
        "debt_paid": (frozenset({"granted"}), "62-VI art. 15(1)(4-1)"),
        "debt_unpaid": (frozenset({"refused"}), "62-VI art. 15(1)(4-1)"),
        "sent_to_creditor": (frozenset({"explained"}), "62-VI art. 6(2)"),
        "terms_agreed": (frozenset({"granted", "partly"}), "62-VI art. 6-1(2)"),
        "terms_refused": (frozenset({"refused"}), "62-VI art. 6-1(2)"),
        "claim_unfounded": (frozenset({"refused", "partly"}), ""),
    }
)

_EARLY_DAYS = 3


@dataclass(frozen=True, slots=True)
class Length:
    """A term: so many `days`, `working` or calendar, by `clause` and `norm`; it may be lengthened by `extension`."""

    days: int
    working: bool
    clause: str
    norm: str
    extension: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a day, as far as the clock cares: `kind` with received and retyped, `days` with extended."""

    code: Happened
    on: date
    kind: Kind = Kind.UNSORTED
    days: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood still after `since`, until `until` included; None while it still does."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` does not count. A stop that still lasts has not yet cost a day."""
        return self.until is not None and self.since < day <= self.until


@dataclass(frozen=True, slots=True)
class Clock:
    """Where an appeal's clock stands. While it is `stopped`, `due` is the earliest day that it can still become."""

    kind: Kind
    length: Length
    due: date
    stopped: bool
    extended: int


def purpose_of(kind: Kind, *, agreed: bool) -> str:
    """Return the purpose for which the data of an appeal are processed.

    A question of somebody who `agreed` to be answered is conversation. Everything else rests on the law, also a
    question in a letter that came by itself: whom nobody could ask for consent is answered all the same.
    """
    return "communication" if agreed and kind in CONVERSATION else "rights"


def lengths(kind: Kind, policy: Policy, norms: Norms, day: date) -> tuple[Length, ...]:
    """Return the terms that bind an appeal of `kind` received on `day`: the promised one and the demanded one."""
    kinds = SORTED if kind is Kind.UNSORTED else (kind,)
    found = [one for each in kinds for one in _of_norm(NORM_OF[each], policy, norms, day)]
    return tuple(dict.fromkeys(found))


def _of_norm(key: str, policy: Policy, norms: Norms, day: date) -> Iterable[Length]:
    norm = norms.terms.get(key)
    for term in policy.terms.values():
        if (term.keeps or term.key) == key:
            yield _promised(term, norm)
    if norm is not None and norms.in_force(norm, day) and norm.act != POLICY:
        yield Length(norm.days, norm.unit == "working", "", citation(norm), norm.extension)


def _promised(term: Term, norm: TermNorm | None) -> Length:
    """A term of the policy; where a law sets one as well, only that law can let it be lengthened."""
    extension = term.extension
    if norm is not None and norm.act != POLICY:
        extension = min(extension, norm.extension)
    return Length(term.days, term.working, term.clause, term.norm, extension)


def strictest(found: Sequence[Length], received: date, calendar: Calendar) -> Length:
    """Return the term that ends first; of equal ones the promised, which stands first."""
    return min(found, key=lambda length: deadlines.due(received, length, calendar))


def due(
    received: date, length: Length, calendar: Calendar, *, stops: Iterable[Stop] = (), extended: int = 0
) -> date:
    """Return the last day of a term that was stopped and lengthened by `extended` days."""
    stops, day, left = tuple(stops), received, length.days + extended
    while left:
        day += _DAY
        counts = calendar.working(day) if length.working else True
        left -= counts and not any(stop.holds(day) for stop in stops)
    return deadlines.next_working(day, calendar)


def clock(events: Iterable[Event], terms: Callable[[Kind], Sequence[Length]], calendar: Calendar) -> Clock:
    """Return where the clock stands after `events`, the first of which is the receipt.

    A retyping counts from the day of receipt, and a lengthening ends with the kind that allowed it. Raises
    `ValueError` when the events do not begin with a receipt.
    """
    first, *later = events
    if first.code is not Happened.RECEIVED:
        raise ValueError("an appeal begins with its receipt")
    kind, extended = first.kind, 0
    for event in later:
        if event.code is Happened.RETYPED:
            kind, extended = event.kind, 0
        elif event.code is Happened.EXTENDED:
            extended += event.days
    stops = _stops(later)
    length = strictest(terms(kind), first.on, calendar)
    return Clock(
        kind=kind,
        length=length,
        due=due(first.on, length, calendar, stops=stops, extended=extended),
        stopped=any(stop.until is None for stop in stops),
        extended=extended,
    )


def _stops(events: Iterable[Event]) -> list[Stop]:
    stops: list[Stop] = []
    for event in events:
        running = not stops or stops[-1].until is not None
        if event.code is Happened.PAUSED and running:
            stops.append(Stop(event.on))
        elif event.code is Happened.RESUMED and not running:
            stops[-1] = Stop(stops[-1].since, event.on)
    return stops


def extendable(clock: Clock) -> int:
    """Return by how many more days the term may be lengthened; 0 where the rule does not allow it."""
    return max(0, clock.length.extension - clock.extended)


def alarm(last: date, days: int, today: date, calendar: Calendar) -> str:
    """Return "overdue" after the `last` day of a term of `days`, "soon" shortly before, or an empty word.

    Shortly is three working days, and for short terms half of them.
    """
    if today > last:
        return "overdue"
    left = deadlines.working_days_left(today, last, calendar)
    return "soon" if left <= min(_EARLY_DAYS, days // 2) else ""

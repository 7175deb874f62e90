"""Random lives against a simple model: whatever people, staff and time do, what must always hold holds.

The model knows a person by what they said, what they owe, what is blocked and held, and works out by plain dates when
their data must be there and when they must be gone. The system is asked by its flows alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from derbes.core.acts.models import Act
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey
from derbes.crypto import leaf
from derbes.flows import (
    accounts,
    agreements,
    blocking,
    consent,
    destruction,
    gate,
    holds,
    reading,
    registration,
    retention,
)
from derbes.flows.agreements import EndReason, Kind
from derbes.flows.gate import Wish
from derbes.flows.holds import HoldReason
from derbes.flows.story import step
from derbes.law.deadlines import local_day
from derbes.law.lifecycle import Ground, NoSuchStep
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind, Operation
from tests.conftest import ALIYA, NOON

CHINGIZ = Actor(kind=ActorKind.STAFF, code="m-03", unit="marketing", role="marketing")
SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
OFFICER = Actor(kind=ActorKind.STAFF, code="c-01", unit="cases", role="case_officer")
DANA = Actor(kind=ActorKind.STAFF, code="d-01", unit="compliance", role="dpo")
NEEDED = ("service", "identification", "verification", "contract", "communication")
RECORDS = {"surname", "given_name", "patronymic", "iin"}
IDENTITY = {*RECORDS, "birth_date"}
ADVERTISED = {"given_name", "email", "phone_mobile"}
SIGN_IN = {"email", "phone_mobile", "iin"}


@dataclass
class Model:
    """One person as plain facts."""

    subject: UUID
    consents: set[str]
    advertising_since: datetime | None = None
    debt: UUID | None = None
    debts_ended: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)
    left: bool = False
    blocked: bool = False
    held_until: datetime | None = None
    gone: bool = False
    archived: bool = False
    acts: int = 0

    @property
    def actor(self) -> Actor:
        return accounts.person(self.subject)

    def held(self, at: datetime) -> bool:
        return self.held_until is not None and self.held_until > at

    def service_end(self) -> datetime | None:
        """When the service ended, by what is known of this person; None while it goes on."""
        if self.debt is not None:
            return None
        return max([*self.debts_ended, *self.ends], default=None)

    def ordered_until(self) -> date:
        """The last day of what tax law orders to keep: of names and IIN, when there was a debt."""
        if self.debt is not None:
            return date.max
        return max((date(local_day(end).year + 5, 12, 31) for end in self.debts_ended), default=date.min)

    def promised_until(self, name: str) -> date:
        """The last day of what consents keep; `date.max` while the service goes on."""
        if self.archived:
            return date.min
        end, found = self.service_end(), [date.min]
        long = {"service", "contract"} | ({"identification"} if name in IDENTITY else set())
        if long & self.consents:
            found.append(years_on(end, 3))
        if "verification" in self.consents:
            found.append(local_day(end) + timedelta(days=30) if end else date.max)
        if name in ADVERTISED and "advertising" in self.consents:
            found.append(years_on(self.advertising_since, 1))
        if name in SIGN_IN and end is None:
            found.append(date.max)
        return max(found)

    def last_day(self, name: str) -> date:
        return max(self.promised_until(name), self.ordered_until() if name in RECORDS else date.min)


def years_on(moment: datetime | None, years: int) -> date:
    if moment is None:
        return date.max
    day = local_day(moment)
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Lives(RuleBasedStateMachine):
    """The rules are what may happen; the invariants what must always hold."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.everybody: list[Model] = []
        self.story = transaction.atomic()
        self.story._from_testcase = True  # steps are durable within it, as within a test
        self.story.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    # What people do

    @rule(target=people, also=st.booleans())
    def register(self, *, also: bool) -> Model:
        offered = registration.offer("kk", at=self.at)
        agreed = {*offered.needed, *({"advertising"} if also else set())}
        agreement = registration.Agreement(
            statements=frozenset(offered.statements), agreed=frozenset((p, "") for p in agreed), language="kk"
        )
        subject = registration.register(agreement, ALIYA, at=self.at)
        person = Model(subject, set(agreed), self.at if also else None)
        self.everybody.append(person)
        return person

    def over(self, person: Model) -> bool:
        """Whether the consent to advertising has ended by its own term: then there is nothing to take back."""
        return local_day(self.at) > years_on(person.advertising_since, 1)

    @rule(person=people, purposes=st.sets(st.sampled_from([*NEEDED, "advertising"]), min_size=1))
    def withdraw(self, person: Model, purposes: set[str]) -> None:
        asked = {one for one in purposes & person.consents if one != "advertising" or not self.over(person)}
        change = consent.Change(withdraw=frozenset((p, "") for p in purposes), language="kk")
        if not asked or self.closed(person, lambda: consent.withdraw(person.actor, change, at=self.at)):
            return
        with self.leaves_an_entry(person):
            told = consent.withdraw(person.actor, change, at=self.at).answer
        refused = {p for p in asked if p in NEEDED and person.debt is not None}
        assert {p for p, _ in told.refused} == refused
        assert {p for p, _ in told.stopped} == asked - refused
        person.consents -= asked - refused
        if "service" in asked - refused:
            person.ends.append(self.at)

    @rule(person=people)
    def agree_to_advertising(self, person: Model) -> None:
        change = consent.Change(give=frozenset({("advertising", "")}), language="kk")
        if "advertising" in person.consents or person.archived:
            return
        if self.closed(person, lambda: consent.change(person.actor, change, at=self.at)):
            return
        with self.leaves_an_entry(person):
            consent.change(person.actor, change, at=self.at)
        person.consents.add("advertising")
        person.advertising_since = self.at

    @rule(person=people)
    def leave(self, person: Model) -> None:
        if self.closed(person, lambda: agreements.leave(person.actor, at=self.at)):
            return
        if person.debt is not None:
            with pytest.raises(agreements.Obliged):
                agreements.leave(person.actor, at=self.at)
            return
        with self.leaves_an_entry(person):
            agreements.leave(person.actor, at=self.at)
        if not person.left:
            person.ends.append(self.at)
        person.left = True

    @rule(person=people)
    def demand_destruction(self, person: Model) -> None:
        def demand() -> destruction.Destroyed:
            return destruction.demand(person.actor, person.subject, at=self.at)

        if person.blocked or person.gone:
            self.closed(person, demand)
            return
        if person.held(self.at) or person.debt is not None or person.archived:
            with pytest.raises(destruction.NotNow):
                demand()
            return
        shown = destruction.preview(person.subject, at=self.at)
        done = demand()
        assert done.stays == shown.stays
        ordered = RECORDS if local_day(self.at) <= person.ordered_until() else set()
        assert {stay.field for stay in done.stays} == ordered & set(ALIYA)
        person.archived, person.gone = bool(done.stays), not done.stays
        person.acts += 1
        assert Act.objects.get(number=done.act).ground == "demand"

    # What the staff do

    @rule(person=people)
    def begin_debt(self, person: Model) -> None:
        def begin() -> UUID:
            return agreements.begin(
                OFFICER, person.subject, Kind.DEBT, started=self.at, obliged=True, at=self.at
            )

        if person.debt is not None or self.closed(person, begin):
            return
        if "service" not in person.consents:
            self.refused(person, begin)
            return
        with self.leaves_an_entry(person):
            person.debt = begin()

    @rule(person=people)
    def settle_debt(self, person: Model) -> None:
        def settle() -> None:
            agreements.end(
                OFFICER, person.subject, person.debt, EndReason.FULFILLED, ended=self.at, at=self.at
            )

        if person.debt is None or self.closed(person, settle):
            return
        with self.leaves_an_entry(person):
            settle()
        person.debts_ended.append(self.at)
        person.debt = None

    @rule(person=people)
    def block(self, person: Model) -> None:
        if person.gone:
            with pytest.raises(gate.Unknown):
                blocking.block(DANA, person.subject, Ground.SUSPICION, at=self.at)
            return
        blocking.block(DANA, person.subject, Ground.SUSPICION, at=self.at)
        person.blocked = True

    @rule(person=people)
    def unblock(self, person: Model) -> None:
        if person.gone or not person.blocked:
            with pytest.raises((gate.Unknown, NoSuchStep)):
                blocking.lift(DANA, person.subject, Ground.NOT_CONFIRMED, at=self.at)
            return
        with self.leaves_an_entry(person):
            blocking.lift(DANA, person.subject, Ground.NOT_CONFIRMED, at=self.at)
        person.blocked = False

    @rule(person=people, days=st.integers(1, 2000))
    def hold(self, person: Model, days: int) -> None:
        until = self.at + timedelta(days=days)
        if person.gone:
            with pytest.raises(gate.Unknown):
                holds.place(DANA, person.subject, HoldReason.COURT, paper="1", until=until, at=self.at)
            return
        with self.leaves_an_entry(person):
            holds.place(DANA, person.subject, HoldReason.COURT, paper="1", until=until, at=self.at)
        person.held_until = max(until, person.held_until or until)

    @rule(person=people)
    def advertise(self, person: Model) -> None:
        def read() -> dict[str, str]:
            return reading.read(CHINGIZ, person.subject, ["given_name"], purpose="advertising", at=self.at)

        if self.closed(person, read):
            return
        if "advertising" not in person.consents or self.over(person):
            self.refused(person, read)
            return
        with self.leaves_an_entry(person):
            assert set(read()) <= {"given_name"}

    @rule(person=people)
    def try_without_a_ground(self, person: Model) -> None:
        """Another's purpose, a transfer that nobody agreed to, a purpose that does not exist."""
        tries = [
            (CHINGIZ, Wish(operation=Operation.USE, purpose="service", fields=["iin"])),
            (
                SYSTEM,
                Wish(operation=Operation.TRANSFER, purpose="contract", fields=["iin"], recipient="insurer"),
            ),
            (SYSTEM, Wish(operation=Operation.USE, purpose="profiling", fields=["iin"])),
        ]
        for actor, wish in tries:

            def attempt(actor: Actor = actor, wish: Wish = wish) -> object:
                return step(gate.ask_all)(actor, person.subject, [wish], event="try", at=self.at)

            if person.gone:
                with pytest.raises((Refused, gate.Unknown)):
                    attempt()
            else:
                self.refused(person, attempt)

    # Time

    @rule(days=st.sampled_from([1, 29, 31, 200, 366, 1000]))
    def time_passes(self, days: int) -> None:
        """Days pass; of the sweeps of each night here are three, the last one at the end."""
        for part in sorted({days // 3, 2 * days // 3, days} - {0}):
            self.sweep(self.at + timedelta(days=part))
        self.at += timedelta(days=days)
        for person in self.everybody:
            if not (person.blocked or person.held(self.at)):
                over = [n for n in vault.filled(person.subject) if person.last_day(n) < local_day(self.at)]
                assert over == [], "kept past its end"

    def sweep(self, at: datetime) -> None:
        agreed = retention.dry_run(DANA, at=at)
        retention.approve(DANA, [item for item in agreed.waiting if item.waits == "approval"], at=at)
        expected = retention.dry_run(DANA, at=at)
        done = retention.run(retention.SYSTEM, at=at, search=False)
        assert done.digest == expected.digest, "the dry run is the real run"
        known = {person.subject: person for person in self.everybody}
        for item in done.done:
            person = known[item.subject]
            assert not person.blocked, "blocked means only stored"
            assert not person.held(at), "held"
            early = [name for name in item.goes if person.last_day(name) >= local_day(at)]
            assert early == [], "destroyed before its end"
            person.acts += 1
            person.gone = item.end in {"destroyed", "depersonalised"}
            person.archived = person.archived or item.end == "restricted_archive"

    # What always holds

    @invariant()
    def data_are_there_exactly_while_they_may_be(self) -> None:
        for person in self.everybody:
            kept = vault.filled(person.subject)
            row = Subject.objects.get(subject=person.subject)
            assert (row.life in {"destroyed", "depersonalised"}) == person.gone
            assert (row.life == "restricted_archive") == (person.archived and not person.gone)
            assert PersonKey.objects.filter(subject=person.subject).exists() != person.gone
            assert (row.blocked_at is not None) == person.blocked
            if person.gone:
                assert not kept
                assert not Found.objects.filter(subject=person.subject).exists()
            elif person.archived:
                assert kept <= RECORDS

    @invariant()
    def acts_match_what_happened(self) -> None:
        for person in self.everybody:
            kinds = list(Act.objects.of(person.subject).values_list("kind", flat=True))
            assert len(kinds) == person.acts
            assert bool({"destroyed", "depersonalised"} & set(kinds)) == person.gone
            assert ("archived" in kinds) == person.archived

    @invariant()
    def the_journal_is_complete(self) -> None:
        """Each living person finds entries 1 to N of theirs, and no further one."""
        for person in self.everybody:
            if not person.gone:
                handle = gate.hold(person.subject, numbers=0, at=self.at).handle
                tags = [leaf.tag(handle.secret, n) for n in range(1, handle.last_number + 2)]
                assert Entry.objects.filter(tag__in=tags[:-1]).count() == handle.last_number
                assert not Entry.objects.filter(tag=tags[-1]).exists()

    # How it is looked at

    @contextmanager
    def leaves_an_entry(self, person: Model) -> Iterator[None]:
        before = self.entries(person)
        yield
        assert self.entries(person) > before, "nothing is done without an entry"

    def entries(self, person: Model) -> int:
        return PersonKey.objects.get(subject=person.subject).entries

    def closed(self, person: Model, act: Callable[[], object]) -> bool:
        """Whether the person is gone, blocked or archived: then it is refused, and the refusal is on record."""
        if person.gone:
            with pytest.raises((gate.Unknown, Refused)):
                act()
        elif person.blocked or person.archived:
            self.refused(person, act)
        return person.gone or person.blocked or person.archived

    def refused(self, person: Model, act: Callable[[], object]) -> None:
        with self.leaves_an_entry(person), pytest.raises(Refused):
            act()


STORIES = settings(
    max_examples=int(os.environ.get("LIVES", "12")),
    stateful_step_count=24,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
@pytest.mark.clause("5.3")
def test_whatever_happens_what_must_hold_holds(published):
    run_state_machine_as_test(Lives, settings=STORIES)

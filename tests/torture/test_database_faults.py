"""The database only reads, or is full: nothing half is kept, and people are told in their language."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import psycopg
import pytest
from django.db import DatabaseError, DataError, IntegrityError, InternalError, OperationalError, connection
from django.utils import timezone

from derbes.flows import (
    blocking,
    destruction,
    installation,
    journal,
    reading,
    registration,
    serving,
)
from derbes.law.lifecycle import Ground
from tests.api.conftest import issued
from tests.conftest import ALIYA, NOON
from tests.faces.walk import hidden, page, ticks
from tests.torture.faults import (
    AWAY,
    LATER,
    SAULE,
    full_database,
    only_reading,
    raising,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_that_only_reads_keeps_nothing_half_and_is_a_failure_that_passes(
    aliya, agreement, everything
):
    before = everything()
    with only_reading():
        for deed in (
            lambda: registration.register(agreement, SAULE, at=LATER),
            lambda: blocking.block(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER),
            lambda: destruction.demand(aliya.actor, aliya.subject, at=LATER),
            lambda: reading.own(aliya.actor, ["iin"], at=LATER),
        ):
            with pytest.raises((OperationalError, InternalError)) as failed:
                deed()
            assert installation.passing(failed.value)
    assert everything() == before, "no entry, so no reading either"
    assert reading.own(aliya.actor, ["iin"], at=LATER) == {"iin": ALIYA["iin"]}


@pytest.mark.parametrize("prefix", AWAY)
def test_people_are_told_in_their_language_that_it_cannot_be_done_now(
    published, visitor, prefix, monkeypatch, everything
):
    ticking = count(0)
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(seconds=next(ticking)))
    address = f"{prefix}/register/consent?for=self"
    form = {**hidden(visitor.get(address)), **ticks()}
    for _ in range(60):
        timezone.now()  # a minute of reading
    before = everything()
    with only_reading():
        assert visitor.get(f"{prefix}/policy").status_code == 200, "what is only read is there"
        answer = visitor.post(address, form)
    assert answer.status_code == 503
    assert AWAY[prefix] in page(answer)
    assert int(answer["Retry-After"]) > 0
    assert everything() == before
    assert visitor.post(address, form).status_code == 302, "and later it can"


@pytest.mark.parametrize("prefix", AWAY)
def test_without_a_database_every_page_says_so_in_its_language(published, visitor, monkeypatch, prefix):
    monkeypatch.setattr(serving._memory, "until", 0.0)  # the first thing that is asked of the database
    with connection.execute_wrapper(raising(OperationalError("connection refused"))):
        for address in ("/policy", "/register", "/cabinet/", "/office/", "/sign-in", "/feedback"):
            answer = visitor.get(f"{prefix}{address}")
            assert answer.status_code == 503, address
            assert AWAY[prefix] in page(answer)
            assert f'<html lang="{prefix[1:] or "kk"}">' in page(answer)
        assert visitor.get("/healthz").status_code == 200, "the process itself is well"
        assert visitor.get("/readyz").status_code == 503


def test_a_mistake_of_ours_is_not_taken_for_a_fault_of_the_surroundings(published, visitor, monkeypatch):
    def wrong(*_, **__):
        raise KeyError("a mistake")

    monkeypatch.setattr("derbes.faces.public.policy.publication.in_force", wrong)
    assert visitor.get("/en/policy").status_code == 500
    assert not installation.passing(DatabaseError())
    for kind, cause, passes in (
        (DatabaseError, psycopg.DatabaseError("server closed the connection unexpectedly"), True),
        (DataError, psycopg.DataError("text cannot contain NUL"), False),
        (IntegrityError, psycopg.errors.UniqueViolation(), False),
        (InternalError, psycopg.errors.ReadOnlySqlTransaction(), True),
    ):
        failure = kind()
        failure.__cause__ = cause
        assert installation.passing(failure) is passes
        assert installation.passing(cause) is passes, "Django does not wrap everything"
    assert installation.passing(psycopg.errors.AdminShutdown())
    assert not installation.passing(None)


def test_a_full_database_keeps_nothing_half(aliya, agreement, everything, on_postgresql):
    if on_postgresql:
        pytest.skip("a full disk under PostgreSQL is `make torture DISK=small`")
    before, whole, failures = everything(), 0, list[Exception]()
    with full_database():
        for _ in range(2000):  # some go into the room that pages have left, more or less of it
            if len(failures) == 5:
                break
            try:
                registration.register(agreement, {**SAULE, "patronymic": "Қ" * 40}, at=LATER)
                whole += 1
            except OperationalError as failure:
                failures.append(failure)
    assert failures
    assert all(installation.passing(failure) for failure in failures)
    after = everything()
    for table in ("subjects_subject", "vault_personkey", "matters_matter"):
        assert after[table] == before[table] + whole
    assert after["journal_entry"] == before["journal_entry"] + 3 * whole
    journal.integrate(at=LATER)
    assert journal.verify().sound
    registration.register(agreement, SAULE, at=LATER)


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "Қызмет"), ("ru", "Сервис"), ("en", "The service cannot answer just now")]
)
def test_programs_are_told_in_their_language_too(gulnar, agreement, monkeypatch, everything, language, words):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    program = issued(gulnar)
    program.language = language
    before = everything()
    with only_reading():
        answer = program.post(
            "/people",
            {
                "language": "kk",
                "statements": sorted(agreement.statements),
                "agreed": [{"purpose": purpose} for purpose, _ in sorted(agreement.agreed)],
                "values": SAULE,
            },
            key="once",
        )
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"].startswith(words)
    assert int(answer["Retry-After"]) > 0
    assert everything() == before

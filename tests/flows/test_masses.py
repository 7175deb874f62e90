"""Many people end together: all that is due and nobody else, each with an entry, an act and a tombstone of their own."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.acts import residue
from derbes.core.acts.models import Act, Finding
from derbes.core.agreements.models import Agreement
from derbes.core.consents.models import Consent
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Step, Subject
from derbes.core.vault import crowd
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.crypto.ids import uuid7
from derbes.flows import accounts, agreements, blocking, course, holds, journal, reading, retention
from derbes.flows.holds import HoldReason
from derbes.law.lifecycle import Ground
from derbes.law.retention import lasts
from derbes.outside import tombstones
from tests.conftest import NOON
from tests.flows.portfolios import of_people, taken

pytestmark = pytest.mark.django_db
OVER = lasts(NOON, years=3) + timedelta(days=1)
PEOPLE = 12


@pytest.fixture
def crowded(dana, tmp_path):
    """People of a portfolio whose debts were settled to nobody's account: their service ended at noon."""
    taken(of_people(tmp_path / "portfolio.csv", PEOPLE), most=100)
    Agreement.objects.update(kind="site", ended_at=NOON, end_reason="left")
    Subject.objects.update(review_at=OVER)
    return list(Subject.objects.order_by("subject").values_list("subject", flat=True))


@pytest.fixture
def responsible(dana):
    return accounts.actor(dana)


def approved(actor):
    seen = retention.dry_run(actor, at=OVER)
    retention.approve(actor, [item for item in seen.waiting if item.waits == "approval"], at=OVER)
    return retention.dry_run(actor, at=OVER)


@pytest.mark.clause("5.3")
def test_what_is_due_ends_together_and_each_has_their_own_entry_act_and_tombstone(crowded, responsible):
    entries, expected = Entry.objects.count(), approved(responsible)
    done = retention.run(responsible, at=OVER, search=False)
    assert done.digest == expected.digest
    assert sorted(item.subject for item in done.done) == crowded
    assert len(set(done.acts)) == PEOPLE
    for table in (PersonKey, Sealed, Found):
        assert not table.objects.exists()
    assert Entry.objects.count() == entries + PEOPLE
    acts = {act.subject: act for act in Act.objects.all()}
    assert sorted(acts) == crowded
    assert {(act.kind, act.ground, act.approved_by) for act in acts.values()} == {
        ("destroyed", "term", "d-01")
    }
    assert {tuple(sorted(act.counts.items())) for act in acts.values()} <= {
        (("fields", n), ("files", 0), ("index", 3), ("rows", 3)) for n in (7, 8)
    }
    assert Step.objects.filter(new="destroyed").count() == PEOPLE
    noted = {one.subject for one in tombstones.since(OVER) if one.kind == "destroyed"}
    assert noted >= set(crowded)


def test_their_last_entries_stand_in_the_tree_when_they_have_ended(crowded, responsible):
    approved(responsible)
    retention.run(responsible, at=OVER, search=False)
    assert not Entry.objects.waiting().exists()
    last = Entry.objects.placed().values_list("operation", flat=True)
    assert set(list(last)[-PEOPLE:]) == {"destroy"}
    assert journal.verify().sound


def test_a_chunk_is_as_many_statements_as_one_person(crowded, responsible, django_assert_max_num_queries):
    approved(responsible)
    with django_assert_max_num_queries(60) as trips:
        retention.run(responsible, at=OVER, search=False)
    assert len(trips) > 10


def test_what_is_known_of_each_is_the_same_whether_they_are_looked_at_together_or_alone(crowded, responsible):
    blocking.block(responsible, crowded[0], Ground.RESPONSIBLE, at=OVER)
    until = OVER + timedelta(days=9)
    holds.place(responsible, crowded[5], HoldReason.COURT, paper="2-17", until=until, at=OVER)
    Agreement.begin(crowded[7], agreements.Kind.DEBT, officer="c-01", obliged=True, started=NOON, at=OVER)
    word = Consent.objects.filter(subject=crowded[8], purpose="communication").get()
    word.id, word.number, word.word = uuid7(OVER), 9, "withdrawn"
    word.save(force_insert=True)
    Sealed.objects.filter(subject=crowded[9], place="contact").delete()
    signs = [course.of(subject, at=OVER).known for subject in crowded]
    found = {who: one.known for one in course.of_many(crowded, at=OVER) for who in one.subjects}
    assert [found[subject.bytes] for subject in crowded] == signs
    assert 5 < len({id(one) for one in signs}) < PEOPLE


@pytest.mark.clause("5.3")
def test_who_was_blocked_or_held_after_the_approval_is_left(crowded, responsible):
    approved(responsible)
    blocked, held, owing = crowded[0], crowded[5], crowded[7]
    blocking.block(responsible, blocked, Ground.RESPONSIBLE, at=OVER)
    until = OVER + timedelta(days=9)
    holds.place(responsible, held, HoldReason.COURT, paper="2-17", until=until, at=OVER)
    Agreement.begin(owing, agreements.Kind.DEBT, officer="c-01", obliged=True, started=NOON, at=OVER)
    done = retention.run(responsible, at=OVER, search=False)
    assert {item.subject for item in done.done} == set(crowded) - {blocked, held, owing}
    assert {item.subject: item.waits for item in done.waiting} == {blocked: "blocked", held: "hold"}
    assert set(PersonKey.objects.values_list("subject", flat=True)) == {blocked, held, owing}


def test_when_one_persons_end_fails_the_others_are_not_kept_for_it(crowded, responsible, monkeypatch):
    approved(responsible)
    stubborn, honest = crowded[3], crowd.destroy

    def destroy(permission):
        if stubborn.bytes in permission.key.subjects:
            raise ValueError
        honest(permission)

    monkeypatch.setattr(crowd, "destroy", destroy)
    done = retention.run(responsible, at=OVER, search=False)
    assert {item.subject for item in done.done} == set(crowded) - {stubborn}
    assert PersonKey.objects.get().subject == stubborn
    assert Act.objects.filter(subject=stubborn).count() == 0
    assert Entry.objects.filter(operation="destroy").count() == PEOPLE - 1


def test_chunks_of_a_run_come_to_everybody_once(crowded, responsible, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 5)
    approved(responsible)
    sizes = [len(part.done) for part in retention.sweep(responsible, at=OVER, search=0)]
    assert sizes == [5, 5, 2]


def test_who_comes_next_is_found_by_the_index_alone_however_many_wait_since_the_same_moment(crowded):
    following = Subject.objects.to_review(OVER, after=(OVER, crowded[3]))
    assert list(following.values_list("subject", flat=True)) == crowded[4:]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = following.explain()
    assert "subjects_to_review" in plan
    assert "Filter" not in plan
    assert "SORT" not in plan.upper()
    assert "TEMP" not in plan


def test_processes_that_divide_a_run_come_to_everybody_once(crowded, responsible, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    approved(responsible)
    done = [
        item.subject
        for n in range(3)
        for part in retention.sweep(responsible, at=OVER, search=0, share=(n, 3))
        for item in part.done
    ]
    assert sorted(done) == crowded
    assert not PersonKey.objects.exists()


def test_a_share_is_no_more_than_is_asked_for(crowded, responsible):
    approved(responsible)
    assert len(retention.run(responsible, at=OVER, search=False, most=5).done) == 5
    assert PersonKey.objects.count() == PEOPLE - 5


@pytest.mark.django_db(transaction=True)
def test_whom_another_step_holds_is_passed_over_and_met_again(crowded, responsible):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nobody can be held meanwhile")
    approved(responsible)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE vault_personkey SET entries = entries WHERE subject = %s", [crowded[2]])
            first = retention.run(responsible, at=OVER, search=False)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert {item.subject for item in first.done} == set(crowded) - {crowded[2]}
    assert [item.subject for item in retention.run(responsible, at=OVER, search=False).done] == [crowded[2]]


@pytest.mark.django_db(transaction=True)
def test_the_search_looks_for_everybody_at_once_and_tells_them_apart(crowded, responsible):
    """A leak: somebody has written one person's IIN into a table of other data, in clear."""
    leaked = crowded[4]
    iin = crowd_values(leaked)["iin"]
    User.objects.create(id=leaked, code=iin, role="registrar")
    approved(responsible)
    retention.run(responsible, at=OVER)
    findings = {one.subject: one for one in Finding.objects.all()}
    assert sorted(findings) == crowded
    told = {subject: one.residue for subject, one in findings.items() if one.residue}
    assert told.keys() == {leaked}, told
    assert {found.split(":")[0] for found in told[leaked]} == {"iin"}


def crowd_values(subject):
    return reading.own(accounts.person(subject), ["iin"], at=NOON)


def test_a_needle_of_one_among_many_is_found_wherever_it_lies(tmp_path):
    spoken = [f"secret number {n:05}".encode() for n in range(300)]
    wanted = [{"surname": frozenset({one})} for one in spoken]
    path = tmp_path / "kept"
    for before in range(9):
        path.write_bytes(b"x" * before + spoken[before * 7] + b"y" * 5 + spoken[299])
        found = residue.search(wanted, [path])
        there = [n for n, one in enumerate(found) if "surname: kept" in one.residue]
        assert there == [before * 7, 299]


def test_a_needle_across_two_chunks_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(residue, "CHUNK", 64)
    spoken = [f"secret number {n:05}".encode() for n in range(300)]
    path = tmp_path / "kept"
    for before in range(40, 70):
        path.write_bytes(b"x" * before + spoken[13] + b"y" * 100)
        found = residue.search([{"surname": frozenset({one})} for one in spoken], [path])
        assert [n for n, one in enumerate(found) if one.residue] == [13]


def test_the_command_tells_what_is_done_and_what_waits(crowded, responsible, capsys, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: OVER)
    call_command("retention", "--list")
    told = capsys.readouterr().out
    assert f"waits: {PEOPLE} approval (term)" in told
    assert "would be done: nothing" in told
    assert all(str(subject) in told for subject in crowded)
    call_command("retention", "--approve", told.rsplit(maxsplit=1)[-1], "--run", "--search", "0")
    assert f"done: {PEOPLE} destroyed (term)" in capsys.readouterr().out

"""What was not sent dies by itself, and scans end after the decision."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from derbes.core.documents.models import Document
from derbes.core.holds.models import HoldReason
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey
from derbes.flows import accounts, blocking, destruction, holds, journal, registration, scans, verification
from derbes.law.lifecycle import Ground
from derbes.outside import storage
from tests.conftest import ALIYA, NOON
from tests.flows.portfolios import iins

pytestmark = pytest.mark.django_db
DUE = NOON + timedelta(days=30, seconds=1)


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "JPEG")
    return out.getvalue()


def test_a_draft_lives_its_term_and_not_longer(agreement):
    subject = registration.begin(agreement, at=NOON)
    registration.save(accounts.person(subject), subject, ALIYA, at=NOON)
    assert destruction.sweep_drafts(at=NOON + timedelta(days=14)) == 0
    assert destruction.sweep_drafts(at=NOON + timedelta(days=14, seconds=1)) == 1
    assert not PersonKey.objects.filter(subject=subject).exists()
    assert Subject.objects.get(subject=subject).state == "destroyed"
    assert destruction.sweep_drafts(at=NOON + timedelta(days=15)) == 0


@pytest.mark.clause("1.6")
def test_scans_end_thirty_days_after_the_decision(newcomer, bauyrzhan):
    scan = scans.add(newcomer.actor, newcomer.subject, "id_document", picture(), "scan.jpg", at=NOON)
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    verification.verify(clerk, newcomer.number, at=NOON)
    assert scans.sweep(at=NOON + timedelta(days=29)) == 0
    assert storage.store().exists(str(scan))
    assert scans.sweep(at=NOON + timedelta(days=30, seconds=1)) == 1
    assert not storage.store().exists(str(scan))
    assert not Document.objects.exists()


@pytest.fixture
def decided(agreement, bauyrzhan):
    """Three people whose registration was decided at noon: with one scan, with one, with two."""
    clerk, people = accounts.actor(bauyrzhan), []
    for iin, count in zip(iins(3), (1, 1, 2), strict=True):
        own = {"iin": iin, "email": f"{iin}@example.kz", "phone_mobile": f"+77010{iin[-6:]}"}
        subject = registration.register(agreement, ALIYA | own, at=NOON)
        for _ in range(count):
            scans.add(accounts.person(subject), subject, "id_document", picture(), "scan.jpg", at=NOON)
        matter = Matter.objects.get(subject=subject).number
        verification.take(clerk, matter, at=NOON)
        verification.verify(clerk, matter, at=NOON)
        people.append(subject)
    return people


def last_entry(subject):
    (row,) = journal.own(accounts.person(subject), at=DUE)[1:2]  # the first is this look
    return row.says


@pytest.mark.clause("1.6")
def test_scans_of_all_end_part_by_part_and_each_person_has_their_own_entry(decided, monkeypatch):
    monkeypatch.setattr(scans, "MOST", 1)
    assert [scans.sweep(at=DUE) for _ in range(4)] == [1, 1, 1, 0]
    assert not Document.objects.exists()
    for subject, count in zip(decided, (1, 1, 2), strict=True):
        said = last_entry(subject)
        assert (said["event"], said["operation"], said["purpose"]) == (
            "destruction.scans",
            "destroy",
            "verification",
        )
        assert (said["fields"], said["detail"], said["actor"]["code"]) == (
            ["id_document"],
            {"scans": count},
            "retention",
        )


def test_scans_of_many_end_in_as_few_statements_as_those_of_one(decided, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert scans.sweep(at=DUE) == 3


def test_scans_of_the_blocked_and_the_held_wait_for_them_alone(decided, dana):
    blocked, held, _ = decided
    blocking.block(accounts.person(blocked), blocked, Ground.REQUEST, at=NOON)
    holds.place(
        accounts.actor(dana), held, HoldReason.COURT, paper="12-3", until=DUE + timedelta(days=9), at=NOON
    )
    assert scans.sweep(at=DUE) == 1
    assert set(Document.objects.values_list("subject", flat=True)) == {blocked, held}
    assert scans.sweep(at=DUE + timedelta(days=10)) == 1


def test_a_registration_that_waits_keeps_its_scans(newcomer):
    scans.add(newcomer.actor, newcomer.subject, "id_document", picture(), "scan.jpg", at=NOON)
    assert scans.sweep(at=NOON + timedelta(days=400)) == 0


def test_what_was_sent_is_not_thrown_away_like_a_draft(newcomer):
    with pytest.raises(destruction.NotDraft):
        destruction.discard(newcomer.actor, newcomer.subject, at=NOON)
    assert PersonKey.objects.filter(subject=newcomer.subject).exists()


def test_nobody_throws_away_the_draft_of_another(agreement, newcomer):
    other = registration.begin(agreement, at=NOON)
    with pytest.raises(registration.Refused, match="not_yours"):
        destruction.discard(newcomer.actor, other, at=NOON)


@pytest.mark.clause("1.6")
def test_a_scan_is_kept_sealed_and_opens_for_its_purpose_alone(newcomer, bauyrzhan, chingiz):
    scan = scans.add(newcomer.actor, newcomer.subject, "id_document", picture(), "scan.jpg", at=NOON)
    sealed = b"".join(storage.store().read(str(scan)))
    assert b"JFIF" not in sealed
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    assert (
        scans.look(clerk, newcomer.subject, scan, purpose="verification", at=NOON).data[:3] == b"\xff\xd8\xff"
    )
    for actor, purpose in ((clerk, "communication"), (accounts.actor(chingiz), "verification")):
        with pytest.raises(registration.Refused):
            scans.look(actor, newcomer.subject, scan, purpose=purpose, at=NOON)

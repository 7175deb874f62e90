"""The office's journal and its staff."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from derbes.core.accounts.models import User
from derbes.core.matters.models import Matter
from derbes.flows import accounts, verification
from tests.conftest import NOON
from tests.faces.at_work import PASSWORD, at_work, bodies, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_tried() -> None:
    cache.clear()


# The journal


def test_erlan_reads_the_journal_narrows_it_and_finds_nobody_in_it(erlan, aliya):
    from derbes.flows import journal

    journal.integrate(at=NOON)
    client = at_work(erlan)
    shown = page(client.get("/en/office/journal"))
    assert "The registration was confirmed" in shown
    assert "An edition of the policy was published" in shown
    assert str(aliya.subject) not in shown
    narrowed = page(client.get("/en/office/journal?code=r-17"))
    assert "The registration was confirmed" in narrowed
    assert "An edition of the policy was published" not in narrowed
    first = page(client.get("/en/office/journal?before=1"))
    assert "An edition of the policy was published" in first
    assert "The registration was confirmed" not in first


def test_erlan_has_the_journal_checked_by_itself_and_against_a_checkpoint_he_kept(erlan, aliya):
    from derbes.flows import journal

    journal.integrate(at=NOON)
    kept = journal.resource("checkpoint").body.decode()
    client = at_work(erlan)
    assert "The journal is whole" in page(client.post("/en/office/journal/check", {"earlier": ""}))
    from_form = kept.replace("\n", "\r\n")
    checked = page(client.post("/en/office/journal/check", {"earlier": from_form}))
    assert "It goes on from the earlier checkpoint" in checked
    foreign = page(client.post("/en/office/journal/check", {"earlier": kept.replace("journal", "jounral")}))
    assert "This is no checkpoint of this journal" in foreign


# The staff


def test_gulnar_employs_and_the_password_is_told_once(gulnar):
    client = at_work(gulnar)
    given = {"code": "R-30", "unit": "registry", "role": "registrar"}
    told = page(client.post("/office/staff/employ", given))
    password = re.search(r'd-panel__number">([0-9a-f-]{27})<', told)[1]
    user = User.objects.get(code="r-30")
    assert user.check_password(password)
    assert user.initial_password
    assert password not in page(client.get("/office/staff"))
    (entry,) = (body for body in bodies() if "staff.employ" in body)
    assert '"code":"r-30"' in entry
    assert password not in "".join(bodies())
    assert "This code is taken" in page(client.post("/en/office/staff/employ", given))


@pytest.mark.parametrize("code", ["s-1", "Әлия", "a b", "7up", "x", "r_17", "<b>"])
def test_a_staff_code_is_a_code(gulnar, code):
    given = {"code": code, "unit": "registry", "role": "registrar"}
    answer = at_work(gulnar).post("/en/office/staff/employ", given)
    assert "Latin letters, digits or hyphens, beginning with" in page(answer)


def test_one_who_is_dismissed_sets_free_what_they_had_taken(gulnar, bauyrzhan, newcomer):
    verification.take(accounts.actor(bauyrzhan), newcomer.number, at=NOON)
    client = at_work(gulnar)
    assert client.get("/office/staff/r-17/dismiss").status_code == 200
    client.post("/office/staff/r-17/dismiss")
    assert Matter.objects.get(number=newcomer.number).taken_by == ""
    assert not User.objects.get(code="r-17").is_active
    assert client.post("/office/staff/r-17/dismiss").status_code == 404


def test_nobody_dismisses_or_renews_themself(gulnar):
    client = at_work(gulnar)
    client.post("/office/staff/g-01/dismiss")
    client.post("/office/staff/g-01/renew")
    gulnar.refresh_from_db()
    assert gulnar.is_active
    assert gulnar.check_password(PASSWORD)


def test_one_who_lost_their_device_begins_anew(gulnar, bauyrzhan):
    lost = at_work(bauyrzhan)
    told = page(at_work(gulnar).post("/office/staff/r-17/renew"))
    password = re.search(r'd-panel__number">([0-9a-f-]{27})<', told)[1]
    assert lost.get("/office/")["Location"].startswith("/office/sign-in")
    client = Client()
    client.post("/office/sign-in", {"login": "r-17", "password": password})
    assert client.get("/office/")["Location"] == "/office/account/password"
    assert not Authenticator.objects.filter(user=bauyrzhan).exists()


def test_people_are_no_staff_to_be_dismissed(gulnar, aliya):
    assert at_work(gulnar).post(f"/office/staff/{aliya.user.code}/dismiss").status_code == 404
    aliya.user.refresh_from_db()
    assert aliya.user.is_active

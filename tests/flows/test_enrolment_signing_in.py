"""What a portfolio says of somebody's phone is hearsay: whoever has that number now does not get into their cabinet."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps

from derbes.core.journal.models import Entry
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found
from derbes.flows import accounts, blocking, finding, registration, retention
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON
from tests.flows.portfolios import ROW, iins, taken, written
from tests.flows.test_enrolment_by_law import DEBT, agency, staff  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
PHONE = "+77000037733"
OFFICER = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="case_officer")
OWED = {"agreement.kind": "debt", "agreement.started": "2026-11-01", "agreement.officer": "r-17"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "portfolio.csv"


def only() -> UUID:
    return Subject.objects.get().subject


def asked(way: str, value: str) -> UUID:
    return accounts.ask_sign_in(way, value, who="203.0.113.7", at=LATER)


@pytest.mark.clause("4.2")
@pytest.mark.parametrize(("way", "value"), [("phone", PHONE), ("email", ALIYA["email"])])
def test_whoever_has_her_old_number_or_mailbox_gets_no_code_and_learns_nothing(dana, file, sent, way, value):
    taken(written(file, ROW))
    assert asked(way, value) != only()
    assert sent() == []


@pytest.mark.clause("4.1")
def test_she_names_her_iin_the_first_time_and_after_it_the_phone_is_hers(dana, file, code):
    taken(written(file, ROW))
    assert registration.standing(only(), at=LATER).confirmed == frozenset()
    ticket = asked("iin", ALIYA["iin"])
    assert accounts.sign_in(ticket, code(PHONE), at=LATER).subject == only()
    assert registration.standing(only(), at=LATER).confirmed == {"phone_mobile"}
    assert Entry.objects.filter(body__contains='"accounts.confirm"').count() == 1
    ticket = asked("phone", PHONE)
    assert accounts.sign_in(ticket, code(PHONE), at=LATER).subject == only()
    assert Entry.objects.filter(body__contains='"accounts.confirm"').count() == 1  # it was known by then


@pytest.mark.clause("4.1")
def test_a_wrong_code_confirms_nothing(dana, file, code):
    taken(written(file, ROW))
    ticket = asked("iin", ALIYA["iin"])
    wrong = str((int(code(PHONE)) + 1) % 10**6).zfill(6)
    with pytest.raises(accounts.WrongCode):
        accounts.sign_in(ticket, wrong, at=LATER)
    assert vault.confirmed(only()) == frozenset()


def test_the_staff_find_her_by_what_the_portfolio_says(dana, bauyrzhan, file):
    taken(written(file, ROW | OWED))
    for way, value in (("phone", PHONE), ("email", ALIYA["email"]), ("iin", ALIYA["iin"])):
        assert finding.find(OFFICER, way, value, purpose="service", at=LATER) == [only()]


@pytest.mark.usefixtures("staff")
def test_a_debtor_without_any_contact_gets_no_code(file, sent):
    taken(written(file, DEBT))
    assert asked("iin", ROW["iin"]) == only()
    assert sent() == []


@pytest.mark.clause("5.2")
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("contacts", "kind"),
    [({"phone_mobile": PHONE}, "phone"), ({"email": ALIYA["email"]}, "email")],
)
def test_a_debtor_confirms_the_contact_to_which_the_code_came(file, code, contacts, kind):
    taken(written(file, DEBT | contacts))
    ticket = asked("iin", ROW["iin"])
    accounts.sign_in(ticket, code(*contacts.values()), at=LATER)
    assert vault.confirmed(ticket) == {kind}
    assert asked(kind, *contacts.values()) == ticket


def test_who_is_blocked_comes_in_and_nothing_of_theirs_is_changed(dana, file, code):
    taken(written(file, ROW))
    ticket = asked("iin", ALIYA["iin"])
    blocking.block(accounts.person(only()), only(), Ground.REQUEST, at=LATER)
    assert accounts.sign_in(ticket, code(PHONE), at=LATER).subject == only()
    assert vault.confirmed(only()) == frozenset()


def test_a_stranger_who_registers_with_her_iin_does_not_lock_her_out(dana, file, agreement, code):
    taken(written(file, ROW))
    enrolled = only()
    strange = {**ALIYA, "phone_mobile": "+77010002233", "email": "stranger@example.kz"}
    registered = registration.register(agreement, strange, at=LATER)
    assert asked("iin", ALIYA["iin"]) == enrolled
    assert asked("phone", "+77010002233") == registered
    assert Subject.objects.get(subject=enrolled).state == State.ENROLLED


def test_her_phone_leads_to_what_she_began_last(dana, file, agreement, code):
    taken(written(file, ROW))
    accounts.sign_in(asked("iin", ALIYA["iin"]), code(PHONE), at=LATER)
    registered = registration.register(agreement, ALIYA, at=LATER)
    assert asked("phone", PHONE) == registered


def test_what_is_not_confirmed_goes_with_her(dana, file):
    taken(written(file, ROW))
    assert Found.objects.filter(confirmed=False).count() == 3
    person = accounts.person(only())
    from derbes.flows import destruction

    destruction.demand(person, only(), at=LATER, search=False)
    assert not Found.objects.exists()
    assert vault.find("phone", PHONE, ring=keys.ring()) == []
    assert retention.run(retention.SYSTEM, at=LATER).done == ()


def test_who_came_before_it_was_told_apart_is_unconfirmed_and_nobody_else(dana, file, aliya):
    taken(written(file, ROW | {"iin": iins(1)[0]}))
    Found.objects.update(confirmed=True)
    import_module("derbes.core.subjects.migrations.0007_came_unconfirmed").unconfirm(apps, None)
    sure = set(Found.objects.filter(confirmed=True).values_list("subject", flat=True))
    assert sure == {aliya.subject}
    assert Found.objects.filter(confirmed=False).count() == 3

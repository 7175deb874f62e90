"""Aliya registers: after her consent come tasks that she may leave and resume, then one number, however often she sends."""

import pytest

from derbes.core.accounts.models import SignIn
from derbes.core.matters.models import Matter
from derbes.core.vault.models import Sealed
from derbes.faces import mistakes
from derbes.flows import accounts, publication, verification
from derbes.law import identifiers
from derbes.outside.intake.refusals import SENTENCES
from tests.conftest import NOON, example_files
from tests.faces.walk import CONTACTS, IDENTITY, agree, fill, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(published, time_at, monkeypatch):
    """It is noon; nobody is hurried."""
    time_at(NOON)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)


@pytest.fixture
def begun(client):
    """Aliya has agreed and begins."""
    agree(client)
    return client


@pytest.fixture
def filled(begun, code):
    """Aliya has done every task."""
    fill(begun, code)
    return begun


@pytest.mark.clause("1.6")
def test_the_tasks_say_what_is_done_what_is_not_and_what_cannot_begin_yet(begun):
    shown = page(begun.get("/en/register/tasks"))
    assert 'href="/en/register/details/identity"' in shown
    assert shown.count("Cannot start yet") == 3  # two contacts to confirm, and sending
    assert "/register/check" not in shown
    begun.post("/en/register/details/contact", CONTACTS)
    assert 'href="/en/register/confirm/email"' in page(begun.get("/en/register/tasks"))


@pytest.mark.clause("2.1")
def test_a_form_asks_for_what_the_policy_names_and_for_nothing_else(begun, madina, time_at):
    def names():
        return set(begun.get("/register/details/contact").context["form"].fields)

    assert names() == {"email", "phone_mobile", "phone_home", "phone_work"}
    files = example_files()
    toml = files["policy.toml"].replace('edition         = "2026-11-22"', 'edition         = "2026-12-01"')
    toml = toml.replace('"phone_home", ', "")
    head, _, tail = toml.partition("[data.phone_home]")
    toml = head + tail[tail.index("\n[data.") :]
    publication.publish({**files, "policy.toml": toml}, actor=accounts.actor(madina), effective=None, at=NOON)
    assert names() == {"email", "phone_mobile", "phone_work"}


@pytest.mark.clause("1.8")
def test_what_is_mandatory_is_marked_and_the_rest_may_stay_empty(begun):
    form = begun.get("/register/details/identity").context["form"]
    assert {name for name, field in form.fields.items() if field.required} == {"surname", "given_name", "iin"}
    only = {name: IDENTITY[name] for name in ("surname", "given_name", "iin")}
    assert begun.post("/register/details/identity", only).status_code == 302


@pytest.mark.clause("2.5")
def test_values_are_forgiven_their_spaces_and_refused_only_when_they_cannot_be(begun):
    assert begun.post("/register/details/contact", CONTACTS).status_code == 302
    answer = begun.post("/en/register/details/identity", {**IDENTITY, "iin": "900101300008"})
    assert "its control digit does not fit" in page(answer)
    assert 'value="900101300008"' in page(answer)
    unlikely = {**IDENTITY, "birth_date_year": "1899"}
    assert begun.post("/register/details/identity", unlikely).status_code == 302


@pytest.mark.clause("2.5")
def test_the_birth_date_is_read_back_in_words_and_an_iin_that_differs_only_warns(begun):
    answer = begun.post("/en/register/details/identity", {**IDENTITY, "birth_date_year": "1991"}, follow=True)
    assert "1 January 1991" in page(answer)
    assert "Look at the IIN and the date of birth once more" in page(answer)
    answer = begun.post("/en/register/details/identity", IDENTITY, follow=True)
    assert "1 January 1990" in page(answer)
    assert "once more" not in page(answer)


def test_a_date_to_come_is_refused(begun):
    answer = begun.post("/en/register/details/identity", {**IDENTITY, "birth_date_year": "2030"})
    assert "This date is still to come" in page(answer)


def test_an_iin_is_masked_once_it_is_kept_and_stays_when_nothing_is_typed(begun):
    begun.post("/register/details/identity", IDENTITY)
    for address in ("/register/details/identity", "/register/check"):
        assert "900101300007" not in page(begun.get(address))
    assert "••••••••0007" in page(begun.get("/register/check"))
    begun.post("/register/details/identity", {**IDENTITY, "iin": ""})
    assert "••••••••0007" in page(begun.get("/register/check"))


def test_switching_the_language_keeps_what_was_typed_and_judges_nothing(begun):
    typed = {**IDENTITY, "surname": "С4рсенова", "iin": "12", "switch": "1"}
    answer = begun.post("/ru/register/details/identity", typed)
    assert 'lang="ru"' in page(answer)
    assert 'value="С4рсенова"' in page(answer)
    assert "govuk-error" not in page(answer)
    assert not Sealed.objects.filter(place="identity").exists()


@pytest.mark.clause("3.2")
def test_a_contact_is_confirmed_by_the_code_that_was_sent_there(begun, code):
    begun.post("/register/details/contact", CONTACTS)
    assert "7733" not in page(begun.get("/register/confirm/email"))
    begun.post("/register/confirm/phone_mobile", {"send": "1"})
    asked = page(begun.get("/register/confirm/phone_mobile"))
    assert not any(value in asked for value in ("+77000037733", "003 77 33"))
    wrong = begun.post("/en/register/confirm/phone_mobile", {"code": "000000"})
    assert "This is not the code" in page(wrong)
    assert begun.post("/register/confirm/phone_mobile", {"code": code("+77000037733")}).status_code == 302
    assert "Done" in page(begun.get("/en/register/tasks"))


def test_a_look_sends_no_code(begun, sent):
    begun.post("/register/details/contact", CONTACTS)
    begun.get("/register/confirm/email")
    assert not sent()


def test_asking_for_codes_too_often_is_stopped(begun):
    begun.post("/register/details/contact", CONTACTS)
    answers = [begun.post("/register/confirm/email", {"send": "1"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_sentences_stand_for_every_code():
    assert mistakes.MALFORMED.keys() == identifiers._SENTENCES.keys()
    assert mistakes.REFUSED_FILES.keys() == SENTENCES.keys()
    assert all(mistakes.refused_file(code, mib=10, pages=20) for code in SENTENCES)


def test_answers_are_checked_and_a_changed_one_comes_back_to_the_page_of_answers(filled):
    shown = page(filled.get("/en/register/check"))
    for answer in (
        "Сәрсенова",
        "Қайратқызы",
        "1 January 1990",
        "+7 700 003 77 33",
        "Confirmed by a code",
        "Files: 1, pages: 1",
    ):
        assert answer in shown
    assert "/en/register/details/contact?from=check#id_email" in shown
    changed = {**CONTACTS, "phone_work": "8 727 250 00 00"}
    assert filled.post("/register/details/contact?from=check", changed).url == "/register/check"


def test_what_is_lacking_is_named_and_nothing_is_sent(begun):
    answer = begun.post("/en/register/check")
    assert answer.status_code == 400
    assert "/en/register/documents/id_document?from=check" in page(answer)
    assert not Matter.objects.exists()


@pytest.mark.clause("1.7")
def test_sent_twice_it_has_one_number_and_the_person_is_signed_in(filled):
    answer = filled.post("/register/check")
    assert answer.url == "/register/sent"
    number = Matter.objects.get().number
    assert filled.post("/register/check").url == "/register/sent"
    assert Matter.objects.get().number == number
    assert number in page(filled.get("/register/sent"))
    assert "2026 жылғы 23 қараша" in page(filled.get("/register/sent"))
    assert SignIn.objects.get().way == "registration"
    assert "draft" not in filled.session


def test_pages_of_a_registration_are_kept_nowhere(filled):
    for name in ("tasks", "check", "details/identity", "documents/id_document"):
        assert "no-store" in filled.get(f"/register/{name}")["Cache-Control"]


def test_what_was_sent_cannot_be_changed_until_more_is_asked_for(filled, bauyrzhan):
    filled.post("/register/check")
    assert filled.get("/register/details/identity").url == "/register/sent"
    assert filled.post("/register/details/identity", IDENTITY).url == "/register/sent"
    number = Matter.objects.get().number
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, number, at=NOON)
    verification.ask_more(clerk, number, ["id_document"], "document_unreadable", at=NOON)
    assert "Something more is asked of you" in page(filled.get("/en/register/tasks"))
    assert filled.post("/register/check").url == "/register/sent"
    assert Matter.objects.get().number == number

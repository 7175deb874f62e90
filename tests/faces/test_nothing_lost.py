"""What people typed outlives a session that ended, a second window, and a look at an address that only takes forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from derbes.faces import handed_back
from derbes.faces.public import wrong_way
from derbes.faces.readable import grouped
from derbes.flows import appeals
from tests.conftest import NOON
from tests.faces.at_work import at_work, page
from tests.faces.reading import Page
from tests.faces.walk import agree, hidden

pytestmark = pytest.mark.django_db

TEXT = 'Құқығым бұзылды.\nТөлеген едім, <бірақ> "қарыз" тұр.'
HERE = {"HTTP_ORIGIN": "http://testserver"}
HTML = {"HTTP_ACCEPT": "text/html,*/*"}


@pytest.fixture
def number(aliya: Any) -> str:
    letter = appeals.Letter(text="Сұрақ", values={}, agreed=False, language="kk")
    return str(appeals.write(aliya.actor, letter, at=NOON).number)


def test_what_aliya_wrote_when_her_session_ended_is_handed_back_and_goes_out_once_she_is_back(
    aliya: Any, client: Client, number: str
) -> None:
    address = f"/cabinet/appeals/{number}"
    answer = client.post(address, {"text": TEXT})
    assert answer.status_code == 403
    assert 'href="/sign-in"' in page(answer)
    back = hidden(answer)
    assert back["text"] == TEXT
    client.force_login(aliya.user)
    assert client.post(address, back).status_code == 302
    assert "&lt;бірақ&gt;" in page(client.get(address))


def test_a_bare_button_leads_to_signing_in_and_then_to_a_page(aliya: Any, client: Client) -> None:
    answer = client.post("/cabinet/looks/history.json", {"csrfmiddlewaretoken": "x"})
    assert answer["Location"] == "/sign-in?next=%2Fcabinet%2Flooks%2Fhistory.json"
    client.force_login(aliya.user)
    back = client.get("/cabinet/looks/history.json", **HTML)
    assert back["Location"] == "/cabinet/looks"


def test_what_bauyrzhan_was_entering_is_handed_back(client: Client, published: Any) -> None:
    answer = client.post("/office/messages/enter", {"text": TEXT, "channel": "phone"})
    assert answer.status_code == 403
    assert 'href="/office/sign-in"' in page(answer)
    assert hidden(answer)["text"] == TEXT


def test_a_form_older_than_the_last_sign_in_is_handed_back_to_a_page_of_ours_alone(published: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    typed = {"text": TEXT, "password": "correct horse battery"}
    ours = strict.post("/feedback", typed, **HERE)
    assert ours.status_code == 403
    assert hidden(ours)["text"] == TEXT
    assert "correct horse" not in page(ours)
    for origin in ("https://elsewhere.example", "null"):
        theirs = strict.post("/feedback", typed, HTTP_ORIGIN=origin)
        assert theirs.status_code == 403
        assert "Құқығым" not in page(theirs)
    unsaid = strict.post("/feedback", typed)
    assert "Құқығым" not in page(unsaid)


def test_a_form_that_stood_open_while_bauyrzhan_signed_in_is_taken(bauyrzhan: Any, published: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    shown = page(strict.get("/office/sign-in"))
    token = shown.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    secret = strict.cookies["derbes_csrf"].value
    typed = {"csrfmiddlewaretoken": token, "login": "r-17", "password": "correct horse battery"}
    assert strict.post("/office/sign-in", typed, **HERE).status_code == 302
    assert strict.cookies["derbes_csrf"].value == secret
    assert strict.post("/office/sign-out", {"csrfmiddlewaretoken": token}, **HERE).status_code == 302


def test_the_form_itself_comes_back_when_a_file_must_be_chosen_anew(
    aliya: Any, client: Client, number: str, tmp_path: Any
) -> None:
    address = f"/cabinet/appeals/{number}"
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7")
    with scan.open("rb") as file:
        back = hidden(client.post(address, {"text": TEXT, "file": file}))
    assert back.pop("switch") == "1"
    client.force_login(aliya.user)
    again = client.post(address, {**back, "switch": "1"})
    assert again.status_code == 200
    assert "<textarea" in page(again)
    assert TEXT.splitlines()[0] in page(again)
    assert "Қате:" not in page(again)
    assert not [event for event in appeals.see(aliya.actor, number, at=NOON).events if event.code == "said"]


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_an_opened_case_can_be_had_in_another_language(bauyrzhan: Any, newcomer: Any, language: str) -> None:
    client = at_work(bauyrzhan)
    case = f"{language}/office/registrations/{newcomer.number}"
    answer = client.get(f"{case}/open", **HTML)
    assert answer.status_code == 302
    assert answer["Location"] == case
    assert client.get(case).status_code == 200


def test_a_program_is_told_that_its_method_is_wrong(bauyrzhan: Any, newcomer: Any) -> None:
    address = f"/office/registrations/{newcomer.number}/take"
    assert at_work(bauyrzhan).get(address, HTTP_ACCEPT="*/*").status_code == 405


@pytest.mark.parametrize(
    ("path", "page_above"),
    [
        ("/cabinet/life/unblock", "/cabinet/life"),
        ("/cabinet/sessions/end", "/cabinet/sessions"),
        ("/office/registrations/R26-K7QM-4XPD/take", "/office/registrations/R26-K7QM-4XPD"),
        ("/nothing/of/ours/", "/"),
    ],
)
def test_above_an_address_that_only_takes_forms_there_is_a_page(path: str, page_above: str) -> None:
    assert wrong_way.above(path) == page_above


def test_of_what_was_posted_only_what_a_person_typed_is_handed_back() -> None:
    posted = {
        "csrfmiddlewaretoken": "x",
        "oldpassword": "y",
        "since": "z",
        "text": "a",
        "kind": ["b", "c"],
        "e": "",
    }
    request = RequestFactory().post("/", posted)
    assert handed_back.typed(request) == [("text", "a"), ("kind", "b"), ("kind", "c")]
    assert handed_back.typed(RequestFactory().get("/?text=a")) == []


# How values are read


def test_a_telephone_is_read_in_groups_and_a_foreign_one_as_it_is() -> None:
    assert grouped("+77010000001") == "+7 701 000 00 01"
    assert grouped("+4915112345678") == "+4915112345678"


def test_bauyrzhan_reads_dates_and_telephones_as_aliya_does(bauyrzhan: Any, newcomer: Any) -> None:
    client = at_work(bauyrzhan)
    case = f"/office/registrations/{newcomer.number}"
    client.post(f"{case}/take")
    opened = page(client.post(f"{case}/open", {"purpose": "verification", "fields": ["*"]}))
    assert "1990 жылғы 1 қаңтар" in opened
    assert "1990-01-01" not in opened
    assert "+7 700 003 77 33" in opened


# Ways out, and to the proof


@pytest.mark.parametrize("path", ["", "data", "appeals", "looks"])
def test_aliya_signs_out_from_every_page(aliya: Any, client: Client, path: str) -> None:
    client.force_login(aliya.user)
    assert page(client.get(f"/cabinet/{path}")).count('action="/sign-out"') == 1


def test_one_appeal_leads_back_to_all_of_them(aliya: Any, client: Client, number: str) -> None:
    client.force_login(aliya.user)
    assert 'href="/cabinet/appeals"' in page(client.get(f"/cabinet/appeals/{number}"))


@pytest.mark.usefixtures("published")
def test_erlan_gets_the_verifier_from_the_page_of_the_journal(client: Client) -> None:
    assert 'href="/verify/derbes_verify.py"' in page(client.get("/journal"))
    answer = client.get("/verify/derbes_verify.py")
    assert answer["Content-Disposition"] == 'attachment; filename="derbes_verify.py"'
    compile(answer.content, "derbes_verify.py", "exec")


@pytest.mark.usefixtures("published")
def test_whoever_has_no_scripts_is_told_where_the_description_of_the_api_is(client: Client) -> None:
    shown = page(client.get("/api/docs"))
    assert Page(shown).language == "en"
    assert "<noscript>" in shown
    assert 'href="/api/openapi.json"' in shown


# Nobody thinks that something was sent when it was not


def test_the_question_about_other_peoples_data_stands_at_the_top_of_the_page(
    aliya: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)
    client.force_login(aliya.user)
    typed = {**hidden(client.get("/feedback")), "kind": "claim", "text": "Көршімнің ЖСН-і 850505300121"}
    asked = page(client.post("/feedback", typed))
    assert "<title>Қате:" in asked
    assert 'href="#id_sure"' in asked


def test_a_label_that_asks_has_no_colon_after_it(client: Client, published: Any) -> None:
    shown = page(client.post("/feedback", {}))
    assert "?:" not in shown
    assert "Не қалайсыз? Жауаптардың бірін таңдаңыз." in shown


def test_what_is_not_open_to_aliya_leads_on(aliya: Any, client: Client) -> None:
    client.force_login(aliya.user)
    refused = client.get("/office/")
    assert refused.status_code == 403
    assert 'href="/cabinet/"' in page(refused).partition("<main")[2]


def test_what_is_lacking_is_named_in_the_order_of_the_pages(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)
    client = Client()
    agree(client)
    shown = page(client.post("/register/check", {})).partition("govuk-error-summary")[2].partition("</ul>")[0]
    order = [shown.index(f">{label}<") for label in ("Тегі", "Аты", "Электрондық пошта", "Ұялы телефон")]
    assert order == sorted(order)


def test_what_was_typed_into_a_registration_whose_session_ended_is_handed_back(published: Any) -> None:
    answer = Client().post("/register/details/identity", {"surname": "Сәрсенова", "given_name": "Әлия"})
    assert answer.status_code == 403
    assert hidden(answer) == {"surname": "Сәрсенова", "given_name": "Әлия"}
    assert 'href="/sign-in"' in page(answer)


def test_erlan_comes_from_the_journal_of_the_office_to_the_program_that_checks_it(erlan: Any) -> None:
    client = at_work(erlan)
    main = page(client.get("/office/journal")).partition("<main")[2].partition("</main>")[0]
    assert 'href="/journal"' in main

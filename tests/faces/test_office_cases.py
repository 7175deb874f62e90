"""Registrations and messages in the office: opened for a purpose, decided once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.consents.models import Consent, Word
from derbes.core.matters.models import Matter
from derbes.flows import accounts, appeals, registration, scans, verification
from tests.conftest import ALIYA, NOON
from tests.faces.at_work import at_work, bodies, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_tried() -> None:
    cache.clear()


# Registrations


def test_the_queue_has_the_oldest_first_and_its_filters_in_the_address(bauyrzhan, newcomer, agreement):
    later = registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON + timedelta(hours=1))
    second = Matter.objects.get(subject=later).number
    client = at_work(bauyrzhan)
    both = page(client.get("/office/registrations"))
    assert both.index(newcomer.number) < both.index(second)
    verification.take(accounts.actor(bauyrzhan), second, at=NOON)
    mine = page(client.get("/office/registrations?whose=mine"))
    assert second in mine
    assert newcomer.number not in mine
    free = page(client.get("/office/registrations?whose=free&stage=open"))
    assert newcomer.number in free
    assert second not in free
    assert client.get(f"/office/registrations?number={second.lower()}")["Location"].endswith(second)


def test_a_case_shows_which_fields_are_kept_and_no_value(bauyrzhan, newcomer):
    shown = page(at_work(bauyrzhan).get(f"/office/registrations/{newcomer.number}"))
    assert "ЖСН" in shown
    for value in ("900101300007", "0007", "Сәрсенова", "aliya@example.kz", "7003", "ip_address"):
        assert value not in shown


def opened_by(
    client: Client, number: str, purpose: str = "verification", fields=("iin", "surname")
) -> object:
    return client.post(f"/en/office/registrations/{number}/open", {"purpose": purpose, "fields": fields})


@pytest.mark.clause("3.3")
def test_what_is_opened_for_a_purpose_stands_in_the_answer_and_in_the_journal(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    before = bodies()
    answer = opened_by(client, newcomer.number)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "900101300007" in page(answer)
    assert "Сәрсенова" in page(answer)
    assert "aliya@example.kz" not in page(answer)
    new = "".join(bodies() - before)
    assert '"event":"reading.read"' in new
    assert '"fields":["iin","surname"]' in new
    assert '"event":"verification.doubles"' in new
    assert "900101300007" not in page(client.get(f"/office/registrations/{newcomer.number}"))


@pytest.mark.clause("3.3")
def test_nothing_is_opened_before_the_case_was_taken_and_the_attempt_is_recorded(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    before = bodies()
    answer = opened_by(client, newcomer.number)
    assert answer.status_code == 403
    assert "Clause 3.3" in page(answer)
    assert "900101300007" not in page(answer)
    (attempt,) = bodies() - before
    assert '"outcome":"refused"' in attempt
    assert '"code":"matter_not_taken"' in attempt


@pytest.mark.clause("2.1")
def test_what_the_purpose_does_not_need_is_not_opened_with_it(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    answer = opened_by(client, newcomer.number, purpose="communication", fields=["surname", "iin"])
    assert answer.status_code == 403
    assert "Clause 2.1" in page(answer)
    assert "Сәрсенова" not in page(answer)
    everything = page(opened_by(client, newcomer.number, purpose="communication", fields=["*"]))
    assert "aliya@example.kz" in everything
    assert "900101300007" not in everything


def test_no_purpose_is_chosen_beforehand_and_none_is_guessed(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    form = page(client.get(f"/office/registrations/{newcomer.number}"))
    assert 'type="radio"' in form
    assert " checked" not in form
    answer = client.post(f"/en/office/registrations/{newcomer.number}/open", {"fields": ["iin"]})
    assert "Choose the purpose" in page(answer)
    assert "900101300007" not in page(answer)
    foreign = opened_by(client, newcomer.number, purpose="advertising")
    assert "900101300007" not in page(foreign)


def test_chingiz_can_post_what_he_likes(chingiz, newcomer):
    client = at_work(chingiz)
    number = newcomer.number
    for action in ("take", "open", "scan", "verify", "ask", "refuse"):
        assert client.post(f"/office/registrations/{number}/{action}").status_code == 403
    assert Matter.objects.get(number=number).stage == "open"


def test_somebody_else_with_this_iin_is_told_of(bauyrzhan, newcomer, agreement):
    registration.register(agreement, ALIYA, at=NOON)
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    assert "1 other person is registered with this IIN" in page(opened_by(client, newcomer.number))
    assert "is registered with this IIN" not in page(opened_by(client, newcomer.number, fields=["surname"]))


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (400, 250), "navy").save(out, "JPEG")
    return out.getvalue()


def test_a_scan_is_opened_with_the_data_and_whole_in_a_window_of_its_own(bauyrzhan, newcomer):
    document = scans.add(newcomer.actor, newcomer.subject, "id_document", picture(), "id.jpg", at=NOON)
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    answer = opened_by(client, newcomer.number, fields=["surname", f"scan:{document}"])
    assert 'src="data:image/jpeg;base64,' in page(answer)
    whole = {"scan": str(document), "purpose": "verification"}
    answer = client.post(f"/office/registrations/{newcomer.number}/scan", whole)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert client.get(f"/office/registrations/{newcomer.number}/scan").status_code == 405
    refused = client.post(
        f"/office/registrations/{newcomer.number}/scan", {**whole, "purpose": "communication"}
    )
    assert refused.status_code == 403


def test_a_double_click_decides_once_and_says_who_did(bauyrzhan, newcomer, sent):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    assert client.get(f"/office/registrations/{newcomer.number}/verify").status_code == 200
    first = client.post(f"/office/registrations/{newcomer.number}/verify")
    second = client.post(f"/en/office/registrations/{newcomer.number}/verify")
    assert first.status_code == 302
    assert second.status_code in {403, 409}
    assert Matter.objects.get(number=newcomer.number).outcome == "verified"
    assert len(sent()) == 1
    late = client.get(f"/en/office/registrations/{newcomer.number}/refuse")
    assert late.status_code == 409
    assert "r-17" in page(late)


def test_a_case_that_a_colleague_has_is_not_taken(bauyrzhan, newcomer):
    other = User.employ("r-20", unit="registry", role="registrar", password="x", at=NOON)
    verification.take(accounts.actor(other), newcomer.number, at=NOON)
    client = at_work(bauyrzhan)
    answer = client.post(f"/en/office/registrations/{newcomer.number}/take")
    assert answer.status_code == 409
    assert "r-20 was first" in page(answer)
    assert "r-20 works on this case" in page(client.get(f"/en/office/registrations/{newcomer.number}"))


def test_a_refusal_takes_a_reason_of_the_list(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    path = f"/en/office/registrations/{newcomer.number}/refuse"
    assert "Choose the reason" in page(client.post(path))
    client.post(path, {"reason": "because I say so"})
    assert Matter.objects.get(number=newcomer.number).stage == "open"
    client.post(path, {"reason": "document_unreadable"})
    closed = Matter.objects.get(number=newcomer.number)
    assert (closed.outcome, closed.reason, closed.taken_by) == ("refused", "document_unreadable", "r-17")


def test_more_is_asked_of_the_person(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    path = f"/en/office/registrations/{newcomer.number}/ask"
    assert "Tick what the person is to give" in page(client.post(path, {"reason": "document_unreadable"}))
    client.post(path, {"reason": "document_unreadable", "asks": ["id_document"]})
    waiting = Matter.objects.get(number=newcomer.number)
    assert (waiting.stage, waiting.asks) == ("waiting", ["id_document"])


def test_after_a_withdrawal_the_case_opens_no_more(bauyrzhan, newcomer):
    from derbes.flows import consent

    client = at_work(bauyrzhan)
    client.post(f"/office/registrations/{newcomer.number}/take")
    withdrawn = frozenset({("verification", "")})
    consent.change(newcomer.actor, consent.Change(withdraw=withdrawn, language="kk"), at=timezone.now())
    answer = opened_by(client, newcomer.number)
    assert answer.status_code == 403
    assert "withdrawn the consent" in page(answer)
    assert Consent.objects.filter(subject=newcomer.subject, word=Word.WITHDRAWN).exists()


# Messages


@pytest.fixture
def letter(published) -> appeals.Appeal:
    values = {"given_name": "Ерлан", "email": "reader@example.kz"}
    text = "Менің деректерім қашан жойылады?"
    return appeals.send(appeals.Letter(text=text, values=values, agreed=True, language="kk"), at=NOON)


@pytest.mark.clause("1.8")
def test_a_message_is_taken_opened_for_a_purpose_and_closed(bauyrzhan, letter):
    client = at_work(bauyrzhan)
    path = f"/en/office/messages/{letter.number}"
    assert "қашан жойылады" not in page(client.get(path))
    client.post(f"{path}/take")
    answer = page(client.post(f"{path}/open"))
    assert "қашан жойылады" in answer
    assert "reader@example.kz" in answer
    client.post(f"{path}/close", {"close-outcome": "answered_otherwise"})
    closed = appeals.Appeal.objects.get(number=letter.number)
    assert (closed.stage, closed.outcome) == ("closed", "answered_otherwise")
    assert client.post(f"{path}/close").status_code in {403, 409}


def test_a_message_is_no_registration_and_the_other_way_round(bauyrzhan, letter, newcomer):
    client = at_work(bauyrzhan)
    assert client.get(f"/office/registrations/{letter.number}").status_code == 404
    assert client.get(f"/office/messages/{newcomer.number}").status_code == 404


def test_erlan_who_audits_reads_no_message(erlan, letter):
    client = at_work(erlan)
    answer = client.post(
        f"/office/messages/{letter.number}/open", {"purpose": "communication", "fields": ["*"]}
    )
    assert answer.status_code == 403

"""Aliya in her cabinet: she sees all that is kept and done, gives and takes back her word; nobody else comes in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from derbes.faces.public import paper
from derbes.flows import accounts, consent, journal, publication, registration, scans, verification
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from tests.conftest import ALIYA, NOON, Person, example_files

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
PAGES = ("/cabinet/", "/cabinet/data", "/cabinet/consents", "/cabinet/consents/words", "/cabinet/looks")
PAGES_OF_SIGN_IN = ("/cabinet/sessions", "/cabinet/passkeys", "/cabinet/passkeys/add")


@pytest.fixture(autouse=True)
def an_hour_later(time_at: Callable[[datetime], None]) -> None:
    """It is an hour after Aliya was verified."""
    time_at(NOON + timedelta(hours=1))


@pytest.fixture
def at_home(aliya: Person) -> Client:
    """Aliya's browser, signed in."""
    return signed_in(aliya.user)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    accounts.began(user, client.session.session_key, "code", at=timezone.now())
    return client


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


# Who comes in


@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_SIGN_IN])
def test_nobody_who_is_not_signed_in_comes_in(published: str, page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=")


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_SIGN_IN])
def test_the_staff_have_no_cabinet(chingiz: Any, page: str) -> None:
    client = Client()
    client.force_login(chingiz)
    assert client.get(page).status_code == 403


@pytest.mark.clause("1.7")
@pytest.mark.parametrize("language", ["", "/ru", "/en"])
@pytest.mark.parametrize("page", [*PAGES, *PAGES_OF_SIGN_IN])
def test_aliya_opens_every_page_in_three_languages_and_no_browser_keeps_it(
    at_home: Client, page: str, language: str
) -> None:
    answer = at_home.get(language + page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert f'<html lang="{language[1:] or "kk"}"' in text(answer)


def test_a_draft_is_led_to_its_tasks(published: str, agreement: Any) -> None:
    subject = registration.begin(agreement, at=NOON)
    client = signed_in(accounts.account_of(subject, at=NOON))
    for page in PAGES:
        assert client.get(page)["Location"] == "/register/tasks"


@pytest.mark.clause("2.4")
def test_a_representative_sees_only_the_status_until_confirmed(published: str, bauyrzhan: Any) -> None:
    offered = registration.offer("kk", at=NOON, represented=True)
    agreed = frozenset((purpose, "") for purpose in offered.needed)
    agreement = registration.Agreement(
        statements=frozenset(offered.statements), agreed=agreed, language="kk", represented=True
    )
    subject = registration.register(agreement, ALIYA, at=NOON)
    client = signed_in(accounts.account_of(subject, at=NOON))
    home = text(client.get("/cabinet/"))
    assert "Сәрсенова" not in home
    assert "/cabinet/data" not in home
    for page in PAGES[1:]:
        assert client.get(page)["Location"] == "/cabinet/"


def test_what_was_asked_for_more_stands_first_with_the_way_to_give_it(
    newcomer: Person, bauyrzhan: Any
) -> None:
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    verification.ask_more(clerk, newcomer.number, ["id_document"], "document_unreadable", at=NOON)
    client = signed_in(newcomer.user)
    home = text(client.get("/en/cabinet/"))
    assert "The scan cannot be read." in home
    assert "Scan of your identity card or passport" in home
    assert 'href="/en/register/tasks"' in home
    assert client.get("/en/register/tasks").status_code == 200


def test_a_refused_registration_says_why(newcomer: Person, bauyrzhan: Any) -> None:
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    verification.refuse(clerk, newcomer.number, "document_expired", at=NOON)
    home = text(signed_in(newcomer.user).get("/en/cabinet/"))
    assert newcomer.number in home
    assert "Not confirmed" in home
    assert "The document has expired." in home


# My data


@pytest.mark.clause("2.3")
def test_aliya_sees_everything_kept_of_her_with_purpose_and_clause(at_home: Client) -> None:
    page = text(at_home.get("/en/cabinet/data"))
    for value in (
        "Сәрсенова",
        "Әлия",
        "Қайратқызы",
        "1 January 1990",
        "aliya@example.kz",
        "+7 700 003 77 33",
    ):
        assert value in page
    assert "203.0.113.7" in page
    assert "Identification" in page
    assert "/en/policy/2026-11-22/2.2.2" in page


def test_the_iin_leaves_the_server_only_when_asked_for(at_home: Client) -> None:
    assert ALIYA["iin"] not in text(at_home.get("/cabinet/data"))
    assert "••••••••0007" in text(at_home.get("/cabinet/data"))
    assert ALIYA["iin"] in text(at_home.post("/cabinet/data", {"show": "1"}))


def test_a_purpose_that_was_withdrawn_is_no_ground_any_more(at_home: Client) -> None:
    at_home.post("/cabinet/consents/identification", {"word": "withdraw"})
    assert "2.2.2" not in text(at_home.get("/cabinet/data"))


def test_the_scan_is_seen_and_saved_by_its_owner_and_by_no_other(
    at_home: Client, aliya: Person, agreement: Any
) -> None:
    scan = scans.add(aliya.actor, aliya.subject, "id_document", a_picture(), "id.png", at=NOON)
    assert f"/cabinet/data/scans/{scan}/preview" in text(at_home.get("/cabinet/data"))
    preview = at_home.get(f"/cabinet/data/scans/{scan}/preview")
    assert preview["Content-Type"] == "image/jpeg"
    assert "no-store" in preview["Cache-Control"]
    saved = at_home.get(f"/cabinet/data/scans/{scan}")
    assert saved["Content-Disposition"].startswith("attachment")
    other = registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    stranger = signed_in(accounts.account_of(other, at=NOON))
    assert stranger.get(f"/cabinet/data/scans/{scan}").status_code == 404


def a_picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (640, 400), "white").save(made, "PNG")
    return made.getvalue()


# My consents


@pytest.mark.clause("5")
def test_withdrawing_takes_two_clicks_from_the_cabinet_and_gives_a_receipt(
    at_home: Client, aliya: Person
) -> None:
    assert 'href="/cabinet/consents/contract"' in text(at_home.get("/cabinet/"))  # the first
    asked = text(at_home.get("/en/cabinet/consents/contract"))
    assert "This stops at once" in asked
    assert "This goes on" in asked
    answer = at_home.post("/cabinet/consents/contract", {"word": "withdraw"})  # the second
    assert answer.status_code == 302
    assert answer["Location"].startswith("/cabinet/receipts/")
    assert ("contract", "") not in consent.state(aliya.subject, "kk", at=timezone.now())[1]
    assert at_home.get(answer["Location"]).status_code == 200


@pytest.mark.clause("5.2")
def test_giving_is_as_easy_and_nothing_is_ticked_beforehand(at_home: Client, aliya: Person) -> None:
    page = text(at_home.get("/en/cabinet/consents/advertising"))
    assert "checked" not in page
    assert consent.state(aliya.subject, "en", at=NOON)[0].purposes[0].text.split(".")[0][:20]
    at_home.post("/en/cabinet/consents/advertising", {"word": "give"})
    assert ("advertising", "") in consent.state(aliya.subject, "en", at=timezone.now())[1]
    last = consent.ledger(aliya.subject)[0]
    assert (last.language, last.word, last.purpose) == ("en", "given", "advertising")


def test_a_consent_to_an_act_stands_apart(at_home: Client, aliya: Person) -> None:
    at_home.post("/cabinet/consents/contract/transfer", {"word": "give"})
    now = consent.state(aliya.subject, "kk", at=timezone.now())[1]
    assert ("contract", "transfer") in now
    assert ("communication", "transfer") not in now


def test_what_the_policy_does_not_ask_cannot_be_given(at_home: Client) -> None:
    assert at_home.post("/cabinet/consents/selling", {"word": "give"}).status_code == 404
    assert at_home.post("/cabinet/consents/rights", {"word": "withdraw"}).status_code == 404


def test_a_word_said_twice_is_recorded_once(at_home: Client, aliya: Person) -> None:
    for _ in range(2):
        at_home.post("/cabinet/consents/advertising", {"word": "give"})
    rows = [
        row for row in consent.ledger(aliya.subject) if (row.purpose, row.word) == ("advertising", "given")
    ]
    assert len(rows) == 1


@pytest.mark.clause("5.2")
def test_the_receipt_is_checked_by_anyone_and_a_changed_byte_is_refused(
    at_home: Client, aliya: Person, tmp_path: Path
) -> None:
    occasion = consent.ledger(aliya.subject)[0].occasion
    answer = at_home.get(f"/cabinet/receipts/{occasion}/receipt.json")
    assert answer["Content-Disposition"].startswith("attachment")
    file = tmp_path / "receipt.json"
    file.write_bytes(answer.content)
    assert verified("receipt", file) == 0
    file.write_bytes(answer.content.replace("а".encode(), "о".encode(), 1))
    assert verified("receipt", file) == 1


def verified(what: str, file: Path, *more: str) -> int:
    program = ROOT / "verify" / "derbes_verify.py"
    command = [sys.executable, program, what, file, "--key", journal.key(), *more]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    print(done.stdout, done.stderr)  # noqa: T201  what the verifier said, should the test fail
    return done.returncode


@pytest.mark.skipif(not paper.POSSIBLE, reason="libpango is not on this machine")
def test_the_receipt_on_paper_says_the_same_in_kazakh(at_home: Client, aliya: Person, tmp_path: Path) -> None:
    occasion = consent.ledger(aliya.subject)[0].occasion
    answer = at_home.get(f"/cabinet/receipts/{occasion}/receipt.pdf")
    assert answer["Content-Type"] == "application/pdf"
    file = tmp_path / "receipt.pdf"
    file.write_bytes(answer.content)
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True, text=True).stdout
    words = set(re.findall(r"\w+", told))
    document = json.loads(at_home.get(f"/cabinet/receipts/{occasion}/receipt.json").content)["document"]
    assert len(document["text"]) > 500
    assert set(re.findall(r"\w+", document["text"])) <= words


def test_another_persons_receipt_is_not_there(at_home: Client, agreement: Any) -> None:
    other = registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    occasion = consent.ledger(other)[0].occasion
    assert at_home.get(f"/cabinet/receipts/{occasion}").status_code == 404
    assert at_home.get(f"/cabinet/receipts/{occasion}/receipt.json").status_code == 404


@pytest.mark.clause("6.5")
def test_a_wider_edition_is_news_and_asks_for_consent_anew(at_home: Client, aliya: Person) -> None:
    assert "/policy/diff/" not in text(at_home.get("/cabinet/"))
    publish_wider()
    home = text(at_home.get("/en/cabinet/"))
    assert "/en/policy/diff/2026-11-22/2026-11-30" in home
    assert "Asked anew" in home
    page = text(at_home.get("/en/cabinet/consents/identification"))
    assert "I agree to the new edition" in page
    at_home.post("/en/cabinet/consents/identification", {"word": "give"})
    assert "Asked anew" not in text(at_home.get("/en/cabinet/"))
    assert consent.ledger(aliya.subject)[0].edition == "2026-11-30"


def publish_wider() -> None:
    files = example_files()
    toml = files["policy.toml"].replace('"2026-11-22"', '"2026-11-30"', 1)
    head, mark, rest = toml.partition("[purpose.identification]")
    wider = rest.replace('"birth_date", "iin"]', '"birth_date", "iin", "phone_home"]', 1)
    console = Actor(kind=ActorKind.SYSTEM, code="console")
    publication.publish(
        {**files, "policy.toml": head + mark + wider},
        actor=console,
        effective=None,
        at=timezone.now() - timedelta(seconds=1),
    )


# Who looked


@pytest.mark.clause("3.3")
def test_a_look_by_the_staff_is_seen_with_who_why_what_and_ground(
    at_home: Client, aliya: Person, bauyrzhan: Any
) -> None:
    page = text(at_home.get("/en/cabinet/looks"))
    assert "Registrar, registry, r-17" in page
    assert "The registration was confirmed" in page
    assert "Verifying the data provided" in page
    assert "/en/policy/2026-11-22/3.2" in page
    assert "You" in page


@pytest.mark.clause("4.1")
def test_a_refused_attempt_is_shown_as_refused(at_home: Client, aliya: Person, chingiz: Any) -> None:
    from derbes.flows import reading

    with pytest.raises(reading.Refused):
        reading.read(
            accounts.actor(chingiz), aliya.subject, ["iin"], purpose="verification", at=timezone.now()
        )
    page = text(at_home.get("/en/cabinet/looks?who=others"))
    assert "Marketing, marketing, m-03" in page
    assert "Refused" in page
    assert "this purpose is not part of their work" in page


def test_ones_own_looks_fold_away_by_the_address(at_home: Client) -> None:
    at_home.get("/cabinet/data")
    assert "<strong>You</strong>" in text(at_home.get("/en/cabinet/looks"))
    assert "<strong>You</strong>" not in text(at_home.get("/en/cabinet/looks?who=others"))


def test_the_list_goes_on_page_by_page_to_the_first_entry(at_home: Client, aliya: Person) -> None:
    for _ in range(journal.PAGE):
        at_home.get("/cabinet/data")
    first = text(at_home.get("/cabinet/looks"))
    onward = re.search(r'rel="next" href="\?before=(\d+)"', first)
    assert onward is not None
    second = text(at_home.get(f"/en/cabinet/looks?before={onward[1]}"))
    assert "Consent was given and the registration begun" in second
    assert 'rel="next"' not in second


def test_an_entry_waits_for_its_place_and_is_proved_then(at_home: Client) -> None:
    assert "Waits for its place" in text(at_home.get("/en/cabinet/looks"))
    journal.integrate(at=timezone.now())
    assert "Proved, place 0" not in text(at_home.get("/en/cabinet/looks"))
    assert "Proved, place" in text(at_home.get("/en/cabinet/looks"))


def test_the_history_is_proved_complete_by_the_verifier(at_home: Client, tmp_path: Path) -> None:
    assert at_home.get("/cabinet/looks/history.json").status_code == 405
    answer = at_home.post("/cabinet/looks/history.json")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    file = tmp_path / "history.json"
    file.write_bytes(answer.content)
    assert verified("history", file, "--journal", str(published_tree(tmp_path))) == 0


def published_tree(folder: Path) -> Path:
    """What an outsider fetches of the public journal, as files."""
    root = folder / "journal"
    size = int(journal.resource("checkpoint").body.split(b"\n")[1])
    names = ["checkpoint"] + [f"tile/{kind}/000.p/{size}" for kind in ("0", "entries")]
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(journal.resource(name).body)
    return root


def test_the_usage_file_has_every_entry_and_not_the_secret(at_home: Client) -> None:
    history = json.loads(at_home.post("/cabinet/looks/history.json").content)
    usage = json.loads(at_home.post("/cabinet/looks/usage.json").content)
    assert usage["total"] == history["document"]["count"] + 1
    assert history["document"]["secret"] not in json.dumps(usage)
    rows = usage["findUsageResponse"]["usage"]
    assert {"logtime", "action", "receiver"} <= rows[0].keys()
    assert [row["logtime"] for row in rows] == sorted((row["logtime"] for row in rows), reverse=True)
    assert rows[-1]["derbes"]["event"] == "registration.begin"
    assert ("staff", "r-17") in {
        (row["derbes"]["actor"]["kind"], row["derbes"]["actor"]["code"]) for row in rows
    }


# Sessions and passkeys


def test_aliya_ends_another_session_of_hers_and_no_page_holds_its_key(at_home: Client, aliya: Person) -> None:
    phone = signed_in(aliya.user)
    page = text(at_home.get("/cabinet/sessions"))
    assert phone.session.session_key not in page
    assert at_home.session.session_key not in page
    name = re.search(r'name="session" value="(\w+)"', page)
    assert name is not None
    at_home.post("/cabinet/sessions/end", {"session": name[1]})
    assert phone.get("/cabinet/").status_code == 302
    assert at_home.get("/cabinet/").status_code == 200


def test_nobody_ends_a_session_of_another(at_home: Client, aliya: Person, agreement: Any) -> None:
    other = registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    stranger = signed_in(accounts.account_of(other, at=NOON))
    from derbes.faces.cabinet import sessions

    stranger.post("/cabinet/sessions/end", {"session": sessions._name(at_home.session.session_key)})
    stranger.post("/cabinet/sessions/end-others")
    assert at_home.get("/cabinet/").status_code == 200


def test_all_other_sessions_end_at_once(at_home: Client, aliya: Person) -> None:
    others = [signed_in(aliya.user) for _ in range(2)]
    at_home.post("/cabinet/sessions/end-others")
    assert [each.get("/cabinet/").status_code for each in others] == [302, 302]
    assert at_home.get("/cabinet/").status_code == 200


def test_a_passkey_that_no_device_answered_for_is_refused(at_home: Client) -> None:
    for answer in ("", "{}", '{"id": "x", "response": {}}', "[]", "nonsense"):
        page = at_home.post("/cabinet/passkeys/add", {"kind": "phone", "credential": answer})
        assert page.status_code == 200
        assert "govuk-error-summary" in text(page)
    assert "/remove" not in text(at_home.get("/cabinet/passkeys"))


def test_a_forged_answer_to_a_passkey_challenge_opens_nothing(published: str) -> None:
    client = Client()
    assert "challenge" in client.get("/cabinet/passkeys/sign-in").json()["publicKey"]
    for answer in ("", "{}", "[]", '{"id": "x", "response": {"userHandle": "x"}}'):
        assert client.post("/cabinet/passkeys/sign-in", {"credential": answer})["Location"] == "/sign-in"
    assert client.get("/cabinet/").status_code == 302


def test_a_passkey_of_the_staff_opens_no_cabinet(chingiz: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from derbes.faces.cabinet import passkeys

    monkeypatch.setattr(passkeys, "_whose", lambda _: chingiz)
    client = Client()
    assert client.post("/cabinet/passkeys/sign-in", {"credential": "{}"})["Location"] == "/sign-in"
    assert "_auth_user_id" not in client.session


def test_no_passkey_of_another_can_be_renamed_or_removed(at_home: Client, chingiz: Any) -> None:
    from allauth.mfa.models import Authenticator

    foreign = Authenticator.objects.create(
        user=chingiz, type="webauthn", data={"name": "key", "credential": {}}
    )
    assert at_home.post(f"/cabinet/passkeys/{foreign.pk}/remove").status_code == 404
    assert at_home.post(f"/cabinet/passkeys/{foreign.pk}/name", {"kind": "phone"}).status_code == 404


def test_the_cabinet_names_nobody_in_an_address(at_home: Client) -> None:
    for page in (*PAGES, *PAGES_OF_SIGN_IN):
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', text(at_home.get(page))):
            assert not re.search(r"\d{12}|\+7|%40|@", link.replace(settings.ORIGIN, "")) or link.startswith(
                "mailto:"
            )

"""Three languages everywhere: every page says the same in Kazakh, in Russian and in English, and nothing is left over.

Whoever adds a page and forgets a word fails here: every face is gone through as whoever may come, with every
form sent empty and sent wrong, in an installation in which things have happened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from PIL import Image

from derbes.core.matters.models import Matter
from derbes.faces.public import errors, paper
from derbes.flows import (
    accounts,
    appeals,
    codes,
    journal,
    notice,
    publication,
    reading,
    registration,
    scans,
    staff,
    verification,
)
from tests.conftest import ALIYA, NOON, Person, Sent, example_files
from tests.faces import crawl, walk
from tests.faces.at_work import PASSWORD, SECRET, at_work, totp
from tests.faces.reading import Page, foreign, pairs
from tests.faces.test_office_policy import later_edition, zipped

pytestmark = pytest.mark.django_db

TRANSLATED = ("kk", "ru")
STAFF = ("bauyrzhan", "chingiz", "dana", "erlan", "gulnar", "madina")
DESKS = tuple(
    f"/office/{page}" for page in ("", "account", "registrations", "messages", "policy", "journal", "staff")
)


def address(language: str, path: str) -> str:
    return path if language == "kk" else f"/{language}{path}"


@pytest.fixture(autouse=True)
def nothing_was_tried() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def papers_are_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be printed is read; setting it in type takes long and changes no word."""
    monkeypatch.setattr(paper, "pdf", str.encode)
    monkeypatch.setattr(paper, "_kept", {})


@pytest.fixture
def later(time_at: Callable[[datetime], None]) -> None:
    time_at(NOON + timedelta(hours=1))


@pytest.fixture
def editions(madina: Any) -> None:
    """A second edition is in force, in which a clause is void and a purpose goes further; a third is to come."""
    changed = example_files()
    changed["policy.toml"] = (
        changed["policy.toml"]
        .replace('"2026-11-22"', '"2026-11-23"', 1)
        .replace(
            '[clause."2.5"]',
            '[clause."2.5"]\nvoid = { kk = "Сот шешімі.", ru = "Решение суда.", en = "A court." }',
        )
    )
    for name in ("kk.md", "ru.md", "en.md"):
        changed[name] = re.sub(r"(?m)^(2\.1\. \{#2\.1\}) ", r"\1 1001 ", changed[name])
    who = accounts.actor(madina)
    publication.publish(changed, actor=who, effective=None, at=NOON + timedelta(minutes=1))
    publication.publish(
        later_edition(), actor=who, effective=NOON + timedelta(days=30), at=NOON + timedelta(minutes=2)
    )


@pytest.fixture
def events(aliya: Person, agreement: Any, bauyrzhan: Any, chingiz: Any, editions: None) -> None:
    """A scan, a look that was refused, a double, a message, a registration that waits; and the journal has grown."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 40), "white").save(drawn, "PNG")
    scans.add(aliya.actor, aliya.subject, "id_document", drawn.getvalue(), "id.png", at=NOON)
    with pytest.raises(reading.Refused):
        reading.read(accounts.actor(chingiz), aliya.subject, ["iin"], purpose="verification", at=NOON)
    appeals.send(
        appeals.Letter(text="2 × 2 = 5", values={"email": ALIYA["email"]}, agreed=True, language="kk"),
        at=NOON,
    )
    waiting = Matter.objects.get(subject=registration.register(agreement, ALIYA, at=NOON))
    verification.take(accounts.actor(bauyrzhan), waiting.number, at=NOON)
    registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    journal.integrate(at=NOON + timedelta(minutes=5))


# Every page


def strange(seen: Iterable[crawl.Seen], language: str) -> list[str]:
    """What is wrong with the pages: another language, a failure, a word that is foreign to it."""
    found: list[str] = []
    for how, status, page in seen:
        if page.language != language:
            found.append(f"{how}: html[lang] is “{page.language}”")
            continue
        if status >= 500 and status != 503:
            found.append(f"{how}: {status}")
        found += [f"{how}: {word}" for word in foreign(page)]
    return sorted(set(found))


def gone_through(
    client: Client,
    *starts: str,
    least: int,
    within: tuple[str, ...] = ("/",),
    languages: tuple[str, ...] = TRANSLATED,
) -> None:
    """Go through a face; `least` is how many pages and answers there are, so that a crawl cannot shrink unseen."""
    for language in languages:
        begun = [address(language, start) for start in starts]
        seen = list(crawl.crawl(client, language, *begun, within=within))
        wrong = strange(seen, language)
        assert not wrong, "\n".join(wrong)
        assert len(seen) >= least, [how for how, _, _ in seen]


@pytest.mark.usefixtures("editions", "later")
def test_whoever_comes_by_reads_one_language():
    starts = (
        "/",
        "/register",
        "/register/consent?for=self",
        "/feedback",
        "/journal",
        "/office/sign-in",
        "/cabinet/",
    )
    gone_through(Client(), *starts, least=35)


def test_before_the_first_edition_too():
    starts = (
        "/",
        "/policy",
        "/register",
        "/feedback",
        "/sign-in",
        "/journal",
        "/policy/editions/",
        "/glossary",
    )
    gone_through(Client(), *starts, least=10)


@pytest.mark.parametrize("whom", ["self", "other"])
@pytest.mark.usefixtures("published")
def test_aliya_reads_one_language_while_she_registers(whom, time_at, code):
    client = Client()
    begin(client, f"/register/consent?for={whom}", whom, time_at)
    steps = ("/register", "/sign-in")
    gone_through(client, "/register/tasks", "/register/check", "/register/discard", within=steps, least=25)
    if whom == "self":
        walk.fill(client, code)
        gone_through(client, "/register/tasks", "/register/check", within=steps, least=25)


def begin(client: Client, consent: str, whom: str, time_at: Callable[[datetime], None]) -> None:
    """Agree, not quicker than a person."""
    time_at(NOON)
    seen = walk.hidden(client.get(consent))
    time_at(NOON + timedelta(minutes=1))
    agreed = client.post(consent, {**seen, **walk.ticks(represented=whom == "other")})
    assert agreed.status_code == 302


@pytest.mark.usefixtures("events", "later")
def test_aliya_reads_one_language_in_her_cabinet(aliya: Person):
    client = Client()
    client.force_login(aliya.user)
    accounts.began(aliya.user, client.session.session_key, "code", at=timezone.now())
    gone_through(client, "/cabinet/", "/register", within=("/cabinet", "/feedback"), least=27)
    # Last, since the device would be asked about this key, which is none.
    key = Authenticator.objects.create(user=aliya.user, type="webauthn", data={"name": "phone"})
    own = f"/cabinet/passkeys/{key.pk}/"
    gone_through(client, "/cabinet/passkeys", f"{own}name", f"{own}remove", within=(own,), least=6)


@pytest.mark.usefixtures("newcomer", "later")
def test_aliya_reads_one_language_while_she_waits(newcomer: Person, bauyrzhan: Any):
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    verification.ask_more(clerk, newcomer.number, ["id_document"], "document_unreadable", at=NOON)
    client = Client()
    client.force_login(newcomer.user)
    gone_through(client, "/cabinet/", "/register/tasks", within=("/cabinet", "/register"), least=20)


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.usefixtures("events")
def test_the_staff_read_one_language(name, request: pytest.FixtureRequest, time_at):
    client = at_work(request.getfixturevalue(name))
    time_at(NOON + timedelta(hours=1))
    gone_through(client, *DESKS, within=("/office",), least=8)


@pytest.mark.usefixtures("published")
def test_who_is_new_to_the_office_reads_one_language(gulnar: Any):
    user, password = staff.employ(accounts.actor(gulnar), "r-99", unit="registry", role="registrar", at=NOON)
    client = Client()
    client.post("/office/sign-in", {"login": user.code, "password": password})
    gone_through(client, "/office/", "/office/account", within=("/office",), least=3)
    user.set_password(PASSWORD)
    user.initial_password = False
    user.save()
    client.force_login(user)
    gone_through(client, "/office/", "/office/account/app", within=("/office",), least=8)
    totp.TOTP.activate(user, SECRET)
    half = Client()
    half.post("/office/sign-in", {"login": user.code, "password": PASSWORD})
    gone_through(half, "/office/sign-in/second", within=("/office/sign-in",), least=3)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("spoiled", ["promises", "texts", "shape", "toml"])
@pytest.mark.usefixtures("later")
def test_madina_reads_in_one_language_what_is_wrong_with_a_policy(language, spoiled, madina: Any):
    client = at_work(madina)
    client.post("/office/policy", {"archive": zipped(SPOILED[spoiled](later_edition()))})
    preview = "/office/policy/preview?folder=uploaded"
    answer = client.get(address(language, preview))
    shown = answer.content.decode().replace("Invalid value (at end of document)", "")  # Python's own words
    found = strange([crawl.Seen(preview, answer.status_code, Page(shown))], language)
    assert not found, "\n".join(found)
    assert (b"d-finding" in answer.content) is not (answer.status_code == 422)


def weaker(files: dict[str, str]) -> dict[str, str]:
    """Terms longer than the law allows, data kept for ever, a purpose gone, a recipient abroad."""
    toml = re.sub(r"(\[term\.rectify\]\ndays    = )1", r"\g<1>90", files["policy.toml"])
    toml = re.sub(r"(?m)^needed( *)= false", r"needed\1= true", toml)
    toml = re.sub(r'country( *)= "KZ"', r'country\1= "US"', toml, count=1)
    return {**files, "policy.toml": re.sub(r"years = \d+", "years = 90", toml)}


SPOILED: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "promises": weaker,
    "texts": lambda files: {
        **files,
        "ru.md": files["ru.md"].replace("{#5.1}", "{#5.99}"),
        "consent/kk.md": "# Келісім",
    },
    "shape": lambda files: {
        **files,
        "policy.toml": re.sub(r"days    = \d+", 'days = "ten"', files["policy.toml"], count=1),
    },
    "toml": lambda files: {**files, "policy.toml": "edition = "},
}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "page", ["bad_request", "forbidden", "not_found", "too_large", "too_many", "failed", "csrf_failure"]
)
@pytest.mark.usefixtures("published")
def test_what_goes_wrong_is_said_in_the_language_of_the_page(language, page):
    request = RequestFactory().get(address(language, "/policy"))
    with translation.override(language):
        read = Page(getattr(errors, page)(request).content.decode())
    assert strange([crawl.Seen(page, 200, read)], language) == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.usefixtures("published")
def test_a_page_that_is_not_there_is_missed_in_the_language_of_its_address(language):
    answer = Client().get(address(language, "/nothing"))
    assert answer.status_code == 404
    assert Page(answer.content.decode()).language == language


def test_a_forgotten_word_would_be_found():
    forgotten = Page(
        '<html lang="kk"><p>Кабинет <b>«Open» есікті door</b> <i lang="en">English</i> <code>ls</code></html>'
    )
    assert list(foreign(forgotten)) == ["“Open door” in: «Open» есікті door"]
    button = Page('<html lang="ru"><input type="submit" value="Sign in"><img alt="Саясат"></html>')
    assert list(foreign(button)) == ["not translated: Sign in", "in the other language: Саясат"]


# Messages that leave


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("what", ["verified", "refused", "more"])
def test_a_notice_is_in_the_language_of_the_person(
    language, what, agreement: Any, sent: Callable[[], list[Sent]]
):
    code = language[0]
    offered = registration.offer(code, at=NOON)
    subject = registration.register(
        replace(agreement, language=code, statements=frozenset(offered.statements)), ALIYA, at=NOON
    )
    notice.tell(subject, what, at=NOON)
    assert_said(sent()[-1].text, code, notice._TEXTS[what])


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("field", ["phone_mobile", "email"])
def test_a_code_is_sent_in_the_language_of_the_person(
    language, field, agreement: Any, sent: Callable[[], list[Sent]]
):
    code = language[0]
    subject = registration.register(replace(agreement, language=code), ALIYA, at=NOON)
    with translation.override("kk" if code != "kk" else "ru"):
        accounts.ask_confirmation(subject, field, at=NOON)
    assert_said(sent()[-1].text, code, codes._TEXT)


def assert_said(text: str, language: str, english: str) -> None:
    said = english if language == "en" else dict(pairs(language))[english]
    assert re.fullmatch(re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(said)), text)

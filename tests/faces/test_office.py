"""The office: who comes in, and what a role opens."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from derbes.core.accounts.models import SignIn, User
from tests.conftest import NOON
from tests.faces.at_work import PASSWORD, SECRET, at_work, now_code, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_tried() -> None:
    cache.clear()


# Coming in


def test_nobody_comes_in_without_signing_in(published):
    answer = Client().get("/office/registrations")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/office/sign-in?next=")


@pytest.mark.clause("4.1")
def test_the_password_alone_opens_nothing(bauyrzhan):
    totp.TOTP.activate(bauyrzhan, SECRET)
    client = Client()
    answer = client.post("/office/sign-in", {"login": "r-17", "password": PASSWORD})
    assert answer["Location"] == "/office/sign-in/second"
    assert client.get("/office/")["Location"].startswith("/office/sign-in")


def test_with_both_factors_bauyrzhan_is_at_work_and_the_session_is_noted(bauyrzhan):
    client = at_work(bauyrzhan)
    assert client.get("/office/").status_code == 200
    noted = SignIn.objects.get(user=bauyrzhan.pk)
    assert noted.way == "password"
    assert noted.session == client.session.session_key
    assert client.session.get_expiry_age() <= 24 * 3600


def test_a_wrong_code_is_told_and_lets_nobody_in(bauyrzhan):
    totp.TOTP.activate(bauyrzhan, SECRET)
    client = Client()
    client.post("/office/sign-in", {"login": "r-17", "password": PASSWORD})
    wrong = client.post("/en/office/sign-in/second", {"code": "000000"})
    assert "This code is wrong" in page(wrong)
    assert client.get("/office/").status_code == 302


def test_a_wrong_password_tells_nothing_of_the_account(bauyrzhan):
    known = page(Client().post("/en/office/sign-in", {"login": "r-17", "password": "wrong wrong wrong"}))
    unknown = page(Client().post("/en/office/sign-in", {"login": "r-99", "password": "wrong wrong wrong"}))
    assert "The staff code or the password is wrong" in known
    assert "The staff code or the password is wrong" in unknown


@pytest.mark.clause("4.1")
def test_aliya_does_not_pass_here_even_if_her_account_had_a_password(aliya):
    User.objects.get(pk=aliya.user.pk)
    assert not aliya.user.has_usable_password()
    aliya.user.set_password(PASSWORD)
    aliya.user.save()
    client = Client()
    answer = client.post("/en/office/sign-in", {"login": aliya.user.code, "password": PASSWORD})
    assert "The staff code or the password is wrong" in page(answer)
    assert "_auth_user_id" not in client.session


def test_aliya_signed_in_to_her_cabinet_is_refused_the_office(aliya):
    client = Client()
    client.force_login(aliya.user)
    for path in ("/office/", "/office/registrations", "/office/account", "/office/account/password"):
        assert client.get(path).status_code == 403, path


def test_there_is_no_sign_up_and_no_way_to_reset_by_mail(published):
    for path in ("signup/", "signup", "password/reset/", "email/", "account/signup/"):
        assert Client().get(f"/office/{path}").status_code == 404


def test_one_who_was_employed_first_chooses_a_password_then_a_second_factor(published):
    user = User.employ("r-18", unit="registry", role="registrar", password="the first password", at=NOON)
    client = Client()
    client.post("/office/sign-in", {"login": "r-18", "password": "the first password"})
    assert client.get("/office/")["Location"] == "/office/account/password"
    assert client.get("/office/account/app")["Location"] == "/office/account/password"
    short = {"oldpassword": "the first password", "password1": "short", "password2": "short"}
    assert "Too short: at least 12 characters" in page(client.post("/en/office/account/password", short))
    chosen = {"oldpassword": "the first password", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/office/account/password", chosen).status_code == 302
    user.refresh_from_db()
    assert user.initial_password is False
    assert client.get("/office/")["Location"] == "/office/account"
    shown = page(client.get("/office/account/app"))
    secret = re.search(r'id="totp-key">([A-Z2-7]+)<', shown)[1]
    assert 'src="data:image/svg+xml;base64,' in shown
    answer = client.post("/office/account/app", {"code": now_code(secret)})
    assert answer["Location"] == "/office/account/codes"
    codes = re.findall(r'<li class="d-mono">(\w+)</li>', page(client.get("/office/account/codes")))
    assert len(codes) == 10
    assert codes[0] not in page(client.get("/office/account/codes"))
    assert client.get("/office/").status_code == 200


def test_a_while_after_signing_in_factors_are_changed_only_with_the_password(bauyrzhan):
    client = at_work(bauyrzhan)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    asked = client.get("/office/account/passkeys/add")
    assert asked["Location"] == "/office/account/again?next=%2Foffice%2Faccount%2Fpasskeys%2Fadd"
    wrong = page(client.post("/en/office/account/again", {"password": "wrong wrong wrong"}))
    assert "This is not your present password" in wrong
    client.post(asked["Location"], {"password": PASSWORD})
    assert client.get("/office/account/passkeys/add").status_code == 200


def test_a_recovery_code_is_good_once(bauyrzhan):
    client = at_work(bauyrzhan)
    assert "will not be good any more" not in client.get("/en/office/account/codes/new").content.decode()
    client.post("/office/account/codes/new")
    assert "will not be good any more" in client.get("/en/office/account/codes/new").content.decode()
    code = re.findall(r'<li class="d-mono">(\w+)</li>', page(client.get("/office/account/codes")))[0]
    for expected in (302, 200):
        other = Client()
        other.post("/office/sign-in", {"login": "r-17", "password": PASSWORD})
        assert other.post("/office/sign-in/second", {"code": code}).status_code == expected


def test_a_session_from_before_the_factor_was_set_up_has_to_sign_in_again(bauyrzhan):
    early = Client()
    early.post("/office/sign-in", {"login": "r-17", "password": PASSWORD})
    assert early.get("/office/account").status_code == 200
    at_work(bauyrzhan)
    for path in ("/office/", "/office/account", "/office/account/password", "/office/account/passkeys/add"):
        assert early.get(path)["Location"].startswith("/office/sign-in")


def test_the_only_second_factor_cannot_be_removed(bauyrzhan):
    client = at_work(bauyrzhan)
    answer = client.post("/en/office/account/app/remove")
    assert "This is your only second factor" in page(answer)
    assert Authenticator.objects.filter(user=bauyrzhan, type="totp").exists()


def test_one_whose_account_was_closed_does_not_come_in(bauyrzhan, gulnar):
    client = at_work(bauyrzhan)
    at_work(gulnar).post("/office/staff/r-17/dismiss")
    assert client.get("/office/")["Location"].startswith("/office/sign-in")
    again = Client().post("/office/sign-in", {"login": "r-17", "password": PASSWORD})
    assert again["Location"] == "/office/account/closed"


def test_too_many_wrong_passwords_are_stopped(bauyrzhan):
    client = Client()
    for _ in range(5):
        client.post("/office/sign-in", {"login": "r-17", "password": "wrong wrong wrong"})
    answer = client.post("/en/office/sign-in", {"login": "r-17", "password": PASSWORD})
    assert "Too many tries" in page(answer)
    assert "_auth_user_id" not in client.session


# What a role opens


@pytest.mark.clause("3.3")
@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("bauyrzhan", {"registrations", "messages"}),
        ("chingiz", set()),
        ("dana", {"messages", "policy", "journal"}),
        ("erlan", {"journal"}),
        ("gulnar", {"policy", "journal", "staff"}),
        ("madina", {"policy", "journal"}),
    ],
)
def test_each_role_opens_its_own_pages_and_is_refused_the_others_with_the_clause(name, opens, request):
    client = at_work(request.getfixturevalue(name))
    home = page(client.get("/office/"))
    for section in ("registrations", "messages", "policy", "journal", "staff"):
        answer = client.get(f"/en/office/{section}")
        assert answer.status_code == (200 if section in opens else 403), section
        assert ("clause 3.3" in page(answer)) == (section not in opens)
        assert (f'href="/office/{section}"' in home) == (section in opens)


def test_no_page_of_the_office_is_kept_by_the_browser(bauyrzhan, newcomer):
    client = at_work(bauyrzhan)
    for path in ("", "registrations", f"registrations/{newcomer.number}", "account", "messages"):
        assert "no-store" in client.get(f"/office/{path}")["Cache-Control"]

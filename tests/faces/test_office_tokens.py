"""Gulnar issues a token to a program and withdraws it; nobody else does, and it is shown once."""

import re

import pytest

from derbes.core.tokens.models import Token
from derbes.flows import callers
from tests.conftest import NOON
from tests.faces.at_work import at_work, page

pytestmark = pytest.mark.django_db

WANTED = {
    "code": "crm-1",
    "unit": "crm",
    "role": "integration",
    "purposes": ["verification", "rights"],
    "scopes": ["read", "find"],
    "days": "30",
    "rate": "600",
}
SHOWN = re.compile(r"derbes_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def noon(time_at):
    time_at(NOON)
    callers.forget()


def test_gulnar_issues_a_token_that_is_shown_once(gulnar):
    office = at_work(gulnar)
    answer = page(office.post("/office/tokens/issue", WANTED))
    text = SHOWN.search(answer)
    assert text is not None, answer
    bearer = callers.recognise(text[0], at=NOON)
    assert bearer.actor.purposes == {"verification", "rights"}
    assert bearer.scopes == {"read", "find"}
    listed = page(office.get("/office/tokens"))
    assert "crm-1" in listed
    assert not SHOWN.search(listed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Aliya S"},
        {"role": "registrar"},
        {"role": "marketing"},
        {"purposes": ["advertising"]},
        {"scopes": []},
        {"days": "367"},
        {"rate": "0"},
    ],
    ids=str,
)
def test_a_token_that_cannot_be_is_refused_with_what_to_do(gulnar, wrong):
    answer = page(at_work(gulnar).post("/office/tokens/issue", {**WANTED, **wrong}))
    assert "govuk-error-summary" in answer
    assert not Token.objects.exists()


def test_a_withdrawn_token_is_over(gulnar):
    office = at_work(gulnar)
    text = SHOWN.search(page(office.post("/office/tokens/issue", WANTED)))[0]
    assert "crm-1" in page(office.get("/office/tokens/crm-1/withdraw"))
    assert Token.objects.get().withdrawn_at is None
    assert office.post("/office/tokens/crm-1/withdraw").status_code == 302
    callers.forget()
    with pytest.raises(callers.Unrecognised) as over:
        callers.recognise(text, at=NOON)
    assert over.value.code == "withdrawn"
    assert "/withdraw" not in page(office.get("/office/tokens"))


def test_a_token_that_there_is_not_cannot_be_withdrawn(gulnar):
    assert at_work(gulnar).post("/office/tokens/nobody/withdraw").status_code == 404


@pytest.mark.parametrize("who", ["bauyrzhan", "chingiz", "dana", "erlan", "madina"])
def test_who_may_not(who, request):
    office = at_work(request.getfixturevalue(who))
    assert office.get("/office/tokens").status_code == 403
    assert office.post("/office/tokens/issue", WANTED).status_code == 403
    assert office.post("/office/tokens/crm-1/withdraw").status_code == 403
    assert not Token.objects.exists()
    assert 'href="/office/tokens"' not in page(office.get("/office/"))

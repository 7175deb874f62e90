"""Whatever the law refuses has words that say what to do, to the person and to the staff; every event has words too."""

import ast
import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import translation

from derbes.faces import events, refusals
from derbes.faces.public import errors
from derbes.flows import accounts, appeals, blocking
from derbes.law.appeals import Kind
from derbes.law.lifecycle import Ground
from derbes.law.permission import Refused
from tests.conftest import NOON
from tests.faces.at_work import at_work, page

ROOT = Path(__file__).parent.parent.parent
TABLES = {"to a person": refusals.TO_PERSON, "to the staff": refusals.TO_STAFF, "as seen": refusals.AS_SEEN}
_QUESTION = 4


def calls(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def codes():
    """Every code that a refusal can have: as the law's questions name it, and as anybody raises it."""
    law = ast.parse((ROOT / "derbes/law/permission.py").read_text())
    asked = {
        node.elts[1].value
        for node in ast.walk(law)
        if isinstance(node, ast.Tuple)
        and len(node.elts) == _QUESTION
        and isinstance(node.elts[1], ast.Constant)
    }
    files = [*(ROOT / "derbes/law").rglob("*.py"), *(ROOT / "derbes/flows").rglob("*.py")]
    raised = {
        call.args[1].value
        for path in files
        for call in calls(path)
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "Refused"
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
    }
    return asked | raised


def test_the_law_has_the_codes_that_are_looked_for():
    assert {"archived", "deceased", "consent_over", "consent_narrower", "blocked", "no_consent"} <= codes()
    assert {"unknown_purpose", "unknown_recipient", "matter_not_taken"} <= codes()


@pytest.mark.parametrize("table", TABLES)
def test_every_code_has_words_and_no_words_are_left_over(table):
    assert set(TABLES[table]) == codes()


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("table", TABLES)
def test_the_words_are_in_the_persons_language(table, language):
    with translation.override(language):
        english = [code for code, words in TABLES[table].items() if translation.gettext(words) == words]
    assert english == []


def test_what_to_do_is_a_second_sentence():
    both = [*refusals.TO_PERSON.items(), *refusals.TO_STAFF.items()]
    assert [code for code, words in both if len(re.findall(r"[.:;,](?= |$)", words)) < 2] == []


@pytest.mark.parametrize("code", sorted(codes()))
@pytest.mark.django_db
def test_the_page_of_a_refusal_says_why(published, code):
    refusal = Refused(None, code, "5.1")
    with translation.override("en"):
        text = page(errors.forbidden(RequestFactory().get("/en/"), refusal))
    assert refusals.TO_PERSON[code].replace("'", "&#x27;") in text


@pytest.mark.django_db
def test_a_blocked_persons_case_tells_dana_what_to_do(aliya, dana):
    letter = appeals.Letter(kind=Kind.CLAIM, text="Талап", language="kk", values={}, agreed=True)
    number = appeals.write(aliya.actor, letter, at=NOON).number
    blocking.block(accounts.actor(dana), aliya.subject, Ground.RESPONSIBLE, at=NOON)
    client = at_work(dana)
    answer = client.post(f"/en/office/messages/{number}/open")
    assert refusals.TO_STAFF["blocked"] in page(answer)


def named_events():
    """Every event that a story names as such: what is given or assigned to `event`."""
    found = set()
    for path in (ROOT / "derbes/flows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            given = isinstance(node, ast.keyword) and node.arg == "event"
            assigned = isinstance(node, ast.Assign) and "event" in {
                getattr(t, "id", "") for t in node.targets
            }
            if given or assigned:
                constants = (each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))
                found |= {each for each in constants if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(each))}
    return found


def test_every_event_that_a_story_names_has_words():
    assert {"access.export", "agreements.under_age", "consent.give"} <= named_events()
    assert named_events() - events.TO_STAFF.keys() == set()


def test_a_person_is_told_of_every_event_on_their_data():
    registers = {"calendar", "enrolment", "publication", "staff", "tokens"}
    theirs = {name for name in named_events() if name.partition(".")[0] not in registers}
    own = {name for name in theirs if not name.startswith("incidents.")} | {
        "incidents.own",
        "incidents.authority",
    }
    assert own - events.TO_PERSON.keys() == set()

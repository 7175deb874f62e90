"""A program registers, finds, reads, blocks and destroys, within what the policy allows it."""

import json

import pytest

from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.flows import accounts, blocking, reading
from derbes.law.lifecycle import Ground
from tests.api.conftest import PURPOSES, issued
from tests.api.test_tokens import problem
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db

NOBODY = "01930000-0000-7000-8000-000000000000"


def read(program, subject, *fields, purpose="verification"):
    return program.post(f"/people/{subject}/read", {"purpose": purpose, "fields": list(fields)})


def entries(event: str) -> list[dict]:
    rows = Entry.objects.order_by("id").values_list("body", flat=True)
    return [body for body in map(json.loads, rows) if body["event"] == event]


def test_a_program_registers_a_person_and_reads_what_its_purpose_needs(crm, asked):
    answer = crm.post("/people", asked)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert read(crm, told["subject"], "iin", "surname").json() == {
        "subject": told["subject"],
        "values": {"iin": ALIYA["iin"], "surname": "Сәрсенова"},
    }
    receipt = crm.client.get(told["receipt"], HTTP_AUTHORIZATION=f"Bearer {crm.text}")
    assert receipt.status_code == 200, receipt.content
    assert receipt.json()["document"]["subject"] == told["subject"]


def test_the_journal_says_that_it_was_the_program(crm, asked):
    subject = crm.post("/people", asked).json()["subject"]
    read(crm, subject, "iin")
    who = {"kind": "token", "code": "crm", "unit": "crm", "role": "integration"}
    for event in ("registration.begin", "reading.read"):
        assert all(body["actor"] == who for body in entries(event))
        assert entries(event)


@pytest.mark.clause("5.1")
def test_without_the_needed_consent_nothing_is_kept(crm, asked):
    asked["agreed"], asked["statements"] = [], asked["statements"][:1]
    told = problem(crm.post("/people", asked), 422, "not_agreed")
    assert told["statements"]
    assert "service" in told["purposes"]
    assert not Subject.objects.exists()


def test_a_value_that_cannot_be_is_told_by_its_field_and_not_repeated(crm, asked):
    asked["values"] = {**ALIYA, "iin": "900101300000"}
    answer = crm.post("/people", asked)
    told = problem(answer, 422, "invalid")
    assert told["errors"][0]["pointer"] == "#/values/iin"
    assert told["errors"][0]["code"] == "iin_control"
    assert "900101300000" not in answer.content.decode()
    assert not Subject.objects.exists()


def test_a_field_that_no_purpose_needs_is_refused_and_its_name_is_kept_nowhere(crm, asked):
    asked["values"] = {**ALIYA, "maiden_name": "Қасымова"}
    told = problem(crm.post("/people", asked), 403, "refused")
    assert (told["code"], told["clause"]) == ("data_not_of_purpose", "2.1")
    assert not Subject.objects.exists()
    assert all("maiden_name" not in body for body in Entry.objects.values_list("body", flat=True))


@pytest.mark.clause("3.3")
def test_a_purpose_that_the_token_lacks_is_refused_although_the_role_has_it(aliya, gulnar):
    program = issued(gulnar, purposes=PURPOSES - {"verification"})
    told = problem(read(program, aliya.subject, "iin"), 403, "refused")
    assert (told["code"], told["clause"]) == ("purpose_not_of_role", "3.3")
    assert entries("reading.read")[-1]["outcome"] == "refused"


@pytest.mark.clause("3.3")
def test_a_purpose_that_the_role_lacks_is_refused(aliya, crm):
    told = problem(read(crm, aliya.subject, "email", purpose="advertising"), 403, "refused")
    assert told["code"] == "purpose_not_of_role"


@pytest.mark.clause("2.1")
def test_a_field_that_the_purpose_does_not_need_is_refused(aliya, crm):
    told = problem(read(crm, aliya.subject, "ip_address", purpose="communication"), 403, "refused")
    assert told["code"] == "data_not_of_purpose"


def test_a_purpose_is_obligatory(aliya, crm):
    told = problem(crm.post(f"/people/{aliya.subject}/read", {"fields": ["iin"]}), 422, "invalid")
    assert told["errors"] == [{"pointer": "#/purpose", "code": "missing", "detail": "This is missing."}]


def test_who_is_not_here_cannot_be_told_from_who_was_destroyed(aliya, crm):
    before = problem(read(crm, NOBODY, "iin"), 404, "person_unknown")
    answer = crm.post(f"/people/{aliya.subject}/destroy", {"ground": "demand"})
    assert answer.status_code == 200, answer.content
    after = read(crm, aliya.subject, "iin")
    if answer.json()["outcome"] == "destroyed":
        assert problem(after, 404, "person_unknown") == before
    else:
        assert after.status_code in {403, 404}


@pytest.mark.parametrize(
    ("by", "value"), [("iin", ALIYA["iin"]), ("phone", "+7 700 003 77 33"), ("email", "ALIYA@example.kz")]
)
def test_a_person_is_found_by_what_only_they_have(aliya, crm, by, value):
    wanted = {"purpose": "communication" if by != "iin" else "verification", "by": by, "value": value}
    assert crm.post("/people/find", wanted).json() == {"people": [str(aliya.subject)]}
    assert entries("finding.find")[-1]["actor"]["code"] == "crm"


def test_nobody_is_found_by_what_nobody_has(aliya, crm):
    wanted = {"purpose": "verification", "by": "iin", "value": "900101300811"}
    assert crm.post("/people/find", wanted).json() == {"people": []}
    assert entries("finding.find") == []


def test_what_cannot_be_is_not_looked_for(crm):
    wanted = {"purpose": "verification", "by": "iin", "value": "900101300000"}
    answer = crm.post("/people/find", wanted)
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "#/value"
    assert b"900101300000" not in answer.content


def test_nobody_is_found_for_a_purpose_that_the_program_lacks(aliya, crm):
    wanted = {"purpose": "advertising", "by": "email", "value": "aliya@example.kz"}
    problem(crm.post("/people/find", wanted), 403, "refused")
    assert entries("finding.find")[-1]["outcome"] == "refused"


@pytest.mark.clause("5.3")
def test_blocked_data_are_not_read_until_the_block_is_lifted(aliya, crm):
    path = f"/people/{aliya.subject}"
    assert crm.post(f"{path}/block", {"ground": "request"}).json() == {
        "subject": str(aliya.subject),
        "blocked": True,
    }
    told = problem(read(crm, aliya.subject, "iin"), 403, "refused")
    assert told["code"] == "blocked"
    assert crm.post(f"{path}/unblock", {"ground": "request"}).json()["blocked"] is False
    assert read(crm, aliya.subject, "iin").status_code == 200


def test_a_block_that_does_not_stand_cannot_be_lifted(aliya, crm):
    told = problem(crm.post(f"/people/{aliya.subject}/unblock", {"ground": "request"}), 409, "not_now")
    assert told["ground"] == "no_such_step"


@pytest.mark.parametrize("until", ["2026-11-22T00:00:00Z", "2026-12-01T00:00:00"])
def test_a_block_ends_ahead_and_at_a_moment_that_is_one(aliya, crm, until):
    answer = crm.post(f"/people/{aliya.subject}/block", {"ground": "request", "until": until})
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "#/until"


def test_a_role_without_the_power_neither_blocks_nor_destroys(aliya, gulnar):
    program = issued(gulnar, role="marketing", purposes=frozenset())
    told = problem(
        program.post(f"/people/{aliya.subject}/block", {"ground": "request"}), 403, "power_missing"
    )
    assert told["power"] == "block"
    problem(program.get(f"/people/{aliya.subject}/destruction"), 403, "power_missing")
    problem(program.post(f"/people/{aliya.subject}/destroy", {"ground": "demand"}), 403, "power_missing")


def test_destruction_says_before_and_after_what_stays_and_why(aliya, crm):
    plan = crm.get(f"/people/{aliya.subject}/destruction").json()
    assert plan["ground"] == ""
    done = crm.post(f"/people/{aliya.subject}/destroy", {"ground": "demand"}).json()
    assert done["stays"] == plan["stays"]
    assert set(done["fields"]) == {name.partition("/")[0] for name in plan["goes"]}
    assert all(stay["why"] for stay in done["stays"])
    reader = accounts.actor
    with pytest.raises((reading.Refused, LookupError)):
        reading.read(reader(aliya.user), aliya.subject, ["iin"], purpose="rights", at=NOON)


def test_blocked_data_are_not_destroyed(aliya, crm, dana):
    blocking.block(accounts.actor(dana), aliya.subject, Ground.SUSPICION, at=NOON)
    assert crm.get(f"/people/{aliya.subject}/destruction").json()["ground"] == "blocked"
    told = problem(crm.post(f"/people/{aliya.subject}/destroy", {"ground": "demand"}), 403, "refused")
    assert told["code"] == "blocked"


def test_a_persons_entries_come_with_their_proofs(aliya, crm):
    answer = crm.get(f"/people/{aliya.subject}/journal")
    document = answer.json()["document"]
    assert document["type"] == "history"
    assert document["count"] == len(document["entries"])
    assert document["entries"][0]["proof"] is not None

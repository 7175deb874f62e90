"""Debtors whose data came with a claim, on the ground of a law: nobody asked them for consent, and nobody says so."""

import pytest

from derbes.core.consents.models import Consent
from derbes.core.subjects.models import Subject
from derbes.flows import accounts, agreements, destruction, enrolment, publication, reading, retention
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind
from tests.conftest import NOON, PUBLISHED, STAFF, example_files
from tests.flows.portfolios import CONSOLE, ROW, taken, written

pytestmark = pytest.mark.django_db

#: What an agency adds to its policy that takes over claims.
COLLECTION = """
[purpose.collection]
clause     = "3.2"
basis      = "law"
norm       = "94-V art. 9(10); 62-VI art. 4, 10, 11"
operations = ["collect", "record", "systematise", "accumulate", "store", "clarify", "use", "block", "destroy"]
data       = ["surname", "given_name", "patronymic", "birth_date", "iin", "phone_mobile", "email"]
required   = ["surname", "given_name", "iin"]
needed     = true
retention  = { since = "year_end", years = 5, days = 0, clause = "5.3" }
label      = { kk = "Берешекті өндіріп алу", ru = "Взыскание задолженности", en = "Collecting a debt" }

[purpose.records]"""
DEBT = {
    "basis": "law",
    "reference": "cession 14/2026",
    "surname": "Сәрсенова",
    "given_name": "Әлия",
    "iin": ROW["iin"],
    "agreement.kind": "debt",
    "agreement.started": "2025-02-03",
    "agreement.obliged": "yes",
    "agreement.officer": "r-17",
}


@pytest.fixture
def agency(db):
    """A policy by which claims are taken over is in force."""
    files = example_files()
    files["policy.toml"] = (
        files["policy.toml"]
        .replace("[purpose.records]", COLLECTION, 1)
        .replace(
            'purposes = ["service", "contract", "communication"]',
            'purposes = ["service", "contract", "communication", "collection"]',
        )
    )
    return publication.publish(files, actor=CONSOLE, effective=None, at=PUBLISHED)


@pytest.fixture
def staff(agency):
    from derbes.core.accounts.models import User

    for name in ("dana", "bauyrzhan"):
        code, unit, role = STAFF[name]
        User.employ(code, unit=unit, role=role, password="the first password", at=PUBLISHED)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "portfolio.csv"


@pytest.mark.clause("3.2")
def test_a_debtor_is_taken_by_law_and_read_for_that_purpose_alone(staff, file):
    done = taken(written(file, DEBT))
    assert (done.taken, done.reasons) == (1, {})
    subject = Subject.objects.get().subject
    assert not Consent.objects.exists()
    origin = enrolment.origin(subject)
    assert (origin.basis, origin.purpose, origin.reference) == ("law", "collection", "cession 14/2026")
    assert origin.norm == "94-V art. 9(10); 62-VI art. 4, 10, 11"
    officer = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="case_officer")
    assert reading.read(officer, subject, ["iin"], purpose="collection", at=NOON) == {"iin": ROW["iin"]}
    with pytest.raises(Refused, match="no_consent"):
        reading.read(officer, subject, ["iin"], purpose="service", at=NOON)


@pytest.mark.clause("5.3")
def test_the_night_leaves_a_debtor_while_the_debt_runs(staff, file):
    taken(written(file, DEBT))
    row = Subject.objects.get()
    assert retention.run(CONSOLE, at=NOON).done == ()
    assert Subject.objects.get().life == row.life == "active"
    with pytest.raises(destruction.NotNow):
        destruction.demand(accounts.person(row.subject), row.subject, at=NOON)
    (debt,) = agreements.of(row.subject)
    assert (debt.obliged, debt.officer) == (True, "r-17")


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (
            "not_kept",
            {"agreement.kind": "", "agreement.started": "", "agreement.obliged": "", "agreement.officer": ""},
        ),
        ("refused", {"phone_home": "+77272123456"}),
        ("purpose_of_basis", {"purpose": "records"}),
        ("basis_unknown", {"basis": "court"}),
    ],
)
@pytest.mark.clause("2.1")
def test_what_no_law_needs_is_not_taken(staff, file, code, wrong):
    assert taken(written(file, DEBT | wrong)).reasons == {code: 1}
    assert not Subject.objects.exists()


def test_without_such_a_purpose_in_the_policy_nobody_is_taken_by_law(dana, bauyrzhan, file):
    assert taken(written(file, DEBT)).reasons == {"basis_unknown": 1}

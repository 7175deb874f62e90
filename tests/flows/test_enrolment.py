"""A portfolio is imported: each person with a key, a basis, an index and a history of their own, or a reason why not."""

import csv
import json
from datetime import timedelta

import pytest
from django.db.models import Sum

from derbes.core.agreements.models import Agreement
from derbes.core.consents.models import Consent, Wording
from derbes.core.enrolments.models import Enrolment, Origin
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.flows import (
    access,
    accounts,
    blocking,
    destruction,
    enrolment,
    journal,
    reading,
    registration,
    retention,
)
from derbes.flows.enrolment import Unreadable
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON, STAFF
from tests.flows.portfolios import ROW, iins, of_people, taken, written

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
OFFICER = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="case_officer")
TABLES = (Subject, PersonKey, Sealed, Found, Consent, Agreement, Origin, Enrolment)
KEPT = {**ALIYA, "phone_mobile": "+77000037733"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "portfolio.csv"


def only() -> Subject:
    (row,) = Subject.objects.all()
    return row


def rejected(file) -> list[dict[str, str]]:
    with enrolment.place_of(file).open(newline="", encoding="utf-8-sig") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.clause("2.3")
def test_aliya_is_taken_as_if_she_had_registered(dana, bauyrzhan, file):
    debt = {"agreement.kind": "debt", "agreement.started": "2026-11-01", "agreement.officer": "r-17"}
    done = taken(written(file, ROW | debt))
    assert (done.rows, done.taken, done.reasons) == (1, 1, {})
    row = only()
    assert (row.state, row.language, row.review_at) == (State.ENROLLED, "kk", NOON)
    for kind, value in (("iin", KEPT["iin"]), ("phone", KEPT["phone_mobile"]), ("email", KEPT["email"])):
        assert vault.find(kind, value, ring=keys.ring()) == [row.subject]
    read = reading.read(OFFICER, row.subject, ["surname", "iin", "phone_mobile"], purpose="service", at=LATER)
    assert read == {name: KEPT[name] for name in ("surname", "iin", "phone_mobile")}
    assert reading.own(accounts.person(row.subject), list(KEPT), at=LATER) == KEPT
    origin = enrolment.origin(row.subject)
    assert (origin.basis, origin.purpose, origin.reference) == ("consent", "service", "box 12, sheet 40")


@pytest.mark.clause("5.2")
def test_her_consent_has_edition_language_text_and_the_day_on_which_she_gave_it(dana, file):
    taken(
        written(
            file,
            ROW
            | {
                "consent.purposes": "service identification verification contract communication contract/transfer"
            },
        )
    )
    words = {(one.purpose, one.act): one for one in Consent.objects.of(only().subject)}
    assert words.keys() == {
        *(
            (purpose, "")
            for purpose in ("service", "identification", "verification", "contract", "communication")
        ),
        ("contract", "transfer"),
    }
    word = words["service", ""]
    assert (word.word, word.edition, word.language, word.channel) == ("given", "2026-11-22", "kk", "import")
    assert word.at.isoformat() == "2026-11-22T19:00:00+00:00"
    assert "«" in Wording.objects.get(sha256=word.wording).text


@pytest.mark.clause("4.1")
def test_her_history_is_complete_from_the_first_entry(dana, file):
    taken(written(file, ROW | {"agreement.kind": "site", "agreement.started": "2026-11-01"}))
    person = accounts.person(only().subject)
    history = journal.history(person, at=LATER)["document"]
    says = [json.loads(entry["body"]) for entry in history["entries"]]
    assert [(one["operation"], one["purpose"]) for one in says[:4]] == [
        ("record", "rights"),
        ("collect", "service"),
        ("systematise", "service"),
        ("record", "service"),
    ]
    assert history["count"] == len(says) == 5
    assert says[1]["fields"] == sorted(KEPT)
    assert {one["actor"]["code"] for one in says[:4]} == {"console"}
    assert PersonKey.objects.get().entries == 5
    assert journal.verify().sound


@pytest.mark.clause("5.3")
def test_she_can_be_blocked_destroyed_and_take_her_data_along(dana, file):
    taken(written(file, ROW))
    subject = only().subject
    person = accounts.person(subject)
    accounts.account_of(subject, at=LATER)
    assert access.export(person, "kk", lambda _: None, at=LATER).data
    blocking.block(person, subject, Ground.REQUEST, at=LATER)
    with pytest.raises(Refused, match="blocked"):
        reading.own(person, ["iin"], at=LATER)
    blocking.lift(person, subject, Ground.REQUEST, at=LATER)
    destruction.demand(person, subject, at=LATER, search=False)
    assert not any(table.objects.filter(subject=subject).exists() for table in (PersonKey, Sealed, Found))


@pytest.mark.clause("5.3")
def test_the_nightly_run_sees_her_and_leaves_her_while_her_service_lasts(dana, file):
    taken(written(file, ROW))
    assert retention.run(retention.SYSTEM, at=LATER).done == ()
    assert only().review_at > LATER


@pytest.mark.clause("2.1")
def test_what_is_kept_of_many_is_what_would_be_kept_of_each(dana, agreement, file):
    """The same person twice: once by registration, once by import, with other numbers."""
    registered = registration.register(agreement, ALIYA, at=NOON)
    taken(written(file, ROW | {"iin": iins(1)[0]}))
    imported = Subject.objects.exclude(subject=registered).get().subject
    places = {one: {p: set(json.loads(b)) for p, b in _sealed(one)} for one in (registered, imported)}
    evidence = {place for place in places[registered] if "/" in place}
    assert {p: names for p, names in places[registered].items() if p not in evidence} == places[imported]
    kinds = [set(Found.objects.filter(subject=one).values_list("kind", flat=True)) for one in places]
    assert kinds[0] == kinds[1]


def _sealed(subject):
    return Sealed.objects.filter(subject=subject).values_list("place", "body")


def test_a_thousand_at_once_and_every_one_is_whole(dana, file):
    done = taken(of_people(file, 300), most=128)
    assert (done.taken, done.reasons) == (300, {})
    assert Subject.objects.count() == PersonKey.objects.count() == Origin.objects.count() == 300
    assert Found.objects.count() == 900
    assert Agreement.objects.count() == 300
    people = Entry.objects.filter(tag__isnull=False)
    assert (
        people.count()
        == people.placed().count()
        == PersonKey.objects.aggregate(Sum("entries"))["entries__sum"]
    )
    assert journal.integrate(at=LATER), "the entry of the import as a whole waits as any other"
    assert journal.verify().sound
    for row in Subject.objects.order_by("subject")[::60]:
        kept = reading.own(accounts.person(row.subject), ["iin", "surname"], at=LATER)
        assert vault.find("iin", kept["iin"], ring=keys.ring()) == [row.subject]


def test_a_file_that_was_taken_is_not_taken_twice(dana, file):
    taken(of_people(file, 5))
    assert taken(file).ended == NOON
    assert Subject.objects.count() == 5


@pytest.mark.clause("3.3")
def test_only_the_command_line_imports(dana, chingiz, file):
    written(file, ROW)
    for name in ("dana", "chingiz"):
        code, unit, role = STAFF[name]
        clerk = Actor(kind=ActorKind.STAFF, code=code, unit=unit, role=role)
        with pytest.raises(Powerless):
            list(enrolment.run(clerk, file, by=code, say=str, clock=lambda: NOON))
        with pytest.raises(Powerless):
            list(enrolment.dry_run(clerk, file, clock=lambda: NOON))
    with pytest.raises(Unreadable, match="by_unknown"):
        taken(file, by="nobody")
    assert not any(table.objects.exists() for table in TABLES)


def test_the_journal_tells_of_the_import_as_a_whole_with_counts(dana, file):
    taken(written(file, ROW, ROW))
    entries = [json.loads(entry.body) for entry in Entry.objects.filter(tag=None, actor_code="console")]
    told = {entry["event"]: entry["detail"] for entry in entries}
    assert told["enrolment.begin"] == {"by": "d-01", "bytes": file.stat().st_size}
    assert told["enrolment.end"] == {"by": "d-01", "rows": 2, "taken": 1, "rejected": {"double": 1}}

"""What a row may be and what is said when it is not: in three languages, and never with anything that stood in it."""

import csv
import json
import logging

import pytest
from django.utils import translation

from derbes.core.enrolments.models import Enrolment
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.faces.jobs import rejections
from derbes.flows import enrolment
from derbes.flows.enrolment import Unreadable
from tests.conftest import NOON
from tests.flows.portfolios import CONSOLE, ROW, foreseen, iins, taken, written

pytestmark = pytest.mark.django_db

#: What is wrong → the code of the reason.
WRONG = {
    "iin_control": {"iin": "900101300008"},
    "name_letters": {"surname": "Сәрсенова 1"},
    "email_form": {"email": "aliya"},
    "phone_mobile": {"phone_mobile": "8 727 250 00 00"},
    "date_ahead": {"birth_date": "2040-01-01"},
    "empty": {"iin": ""},
    "choice": {"contact_language": "de"},
    "basis_unknown": {"basis": "agreement"},
    "purpose_of_basis": {"purpose": "advertising"},
    "consent_language": {"consent.language": "de"},
    "consent_before_edition": {"consent.given": "2020-01-01"},
    "edition_unknown": {"consent.edition": "1999-01-01"},
    "consent_unknown": {"consent.purposes": "everything"},
    "consent_needed": {"consent.purposes": "service"},
    "reference": {"reference": ""},
    "reference_personal": {"reference": "Сәрсенова, sheet 4"},
    "minor": {"birth_date": "2015-01-01"},
    "yes_or_no": {"represented": "perhaps"},
    "agreement_kind": {"agreement.kind": "loan", "agreement.started": "2026-01-01"},
    "officer_unknown": {
        "agreement.kind": "debt",
        "agreement.started": "2026-01-01",
        "agreement.officer": "x-1",
    },
    "control": {"surname": "Сәр\x00сенова"},
    "refused": {"purpose": "identification"},
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "portfolio.csv"


def rejected(file, delimiter=","):
    with enrolment.place_of(file).open(newline="", encoding="utf-8-sig", errors="surrogateescape") as rows:
        return list(csv.DictReader(rows, delimiter=delimiter))


@pytest.mark.clause("2.5")
@pytest.mark.parametrize("code", WRONG)
def test_a_row_that_is_not_fit_is_listed_with_its_reason_and_nothing_of_it_is_kept(dana, file, code):
    done = taken(written(file, ROW | WRONG[code]))
    assert done.reasons == {code: 1}
    assert not Subject.objects.exists()
    (row,) = rejected(file)
    assert row["row"] == "2"
    assert row["iin"] == (ROW | WRONG[code])["iin"]


def test_every_reason_is_said_in_the_language_of_the_clerk(dana, file):
    told = []

    def say(unfit):
        three = []
        for language in ("kk", "ru", "en"):
            with translation.override(language):
                three.append(rejections.sentence(unfit))
        told.append(three)
        return three[0]

    rows = [ROW | {"iin": iin} | wrong for iin, wrong in zip(iins(len(WRONG)), WRONG.values(), strict=True)]
    assert (
        list(enrolment.run(CONSOLE, written(file, *rows), by="d-01", say=say, clock=lambda: NOON))[-1].taken
        == 0
    )
    assert [row["reason"] for row in rejected(file)] == [kazakh for kazakh, _, _ in told]
    assert [three for three in told if len(set(three)) < 3] == []
    assert len({english for _, _, english in told}) == len(WRONG)
    said = " ".join(" ".join(three) for three in told)
    assert not any(value in said for value in ("Сәрсенова", "900101300008"))


def test_all_that_is_wrong_with_a_row_is_told_at_once(dana, file):
    taken(written(file, ROW | {"iin": "1", "email": "aliya", "reference": "", "given_name": ""}))
    (row,) = rejected(file)
    assert all(name in row["reason"] for name in ("iin:", "email:", "reference:", "given_name:"))


def test_the_list_can_be_corrected_and_taken_as_it_is(dana, file, tmp_path):
    taken(written(file, ROW | {"iin": "900101300008"}))
    listed = enrolment.place_of(file)
    assert listed.stat().st_mode & 0o777 == 0o600
    again = tmp_path / "again.csv"
    again.write_text(listed.read_text().replace("900101300008", "900101300007"))
    assert taken(again).taken == 1


def test_somebody_known_already_is_not_taken_twice_nor_within_the_file(dana, newcomer, file):
    other = ROW | {"iin": iins(1)[0]}
    done = taken(written(file, ROW, other, other | {"surname": "Төлегенова"}), most=2)
    assert (done.taken, done.reasons) == (1, {"double": 2})
    assert [row["row"] for row in rejected(file)] == ["2", "4"]


@pytest.mark.clause("2.4")
def test_somebody_under_age_comes_with_a_representative_and_their_terms_wait(dana, file):
    taken(written(file, ROW | {"birth_date": "2015-01-01", "represented": "yes"}))
    row = Subject.objects.get()
    assert (row.represented, row.of_age_year) == (True, 2033)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_come_as_programs_write_them(dana, file, delimiter, encoding, end):
    wide = ROW | {"patronymic": "Қайрат қызы", "iin": "900101300007"}
    path = written(
        file, wide, wide | {"iin": "1"}, delimiter=delimiter, encoding=encoding, lineterminator=end
    )
    done = taken(path)
    assert (done.taken, done.reasons) == (1, {"iin_digits": 1})
    assert rejected(file, delimiter)[0]["patronymic"] == "Қайрат қызы"


def broken(file, *lines: bytes):
    names, good = ",".join(ROW).encode(), ",".join(f'"{value}"' for value in ROW.values()).encode()
    second = good.replace(b"900101300007", iins(1)[0].encode())
    file.write_bytes(b"\n".join([names, good, *lines, second]) + b"\n")
    return file


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("cells", b"consent,box 1"),
        ("quotes", b'consent,"box 1,2026-11-23'),
        ("not_utf8", "consent,Сәрсенова".encode("cp1251", "replace")),
        ("row_long", b"x" * 200_000),
    ],
)
def test_a_row_that_cannot_be_read_costs_no_other_row(dana, file, code, line):
    done = taken(broken(file, line))
    assert done.taken == 2
    assert done.reasons == {code: 1}


def test_quoted_cells_may_go_over_lines_and_empty_lines_are_none(dana, file):
    done = taken(written(file, ROW | {"reference": 'box 1, "a"'}, ROW | {"given_name": "Әлия\nГүл"}))
    assert (done.rows, done.taken, done.reasons) == (2, 1, {"reference": 1})
    assert rejected(file)[0]["reference"] == 'box 1, "a"'


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("no_header", b"\n"),
        ("not_utf8", "тегі,аты\n".encode("cp1251")),
        ("column_unknown", "basis,Сәрсенова,900101300007\n".encode()),
        ("column_twice", b"basis,iin,iin\n"),
    ],
)
@pytest.mark.clause("2.1")
def test_a_file_without_proper_columns_is_refused_whole_and_not_repeated(dana, file, code, content):
    file.write_bytes(content)
    for run in (taken, foreseen):
        with pytest.raises(Unreadable) as refusal:
            run(file)
        assert refusal.value.code == code
        for language in ("kk", "ru", "en"):
            with translation.override(language):
                assert "Сәрсенова" not in rejections.unreadable(refusal.value)
    assert not Enrolment.objects.exists()


@pytest.mark.clause("4.2")
def test_nothing_of_a_row_is_in_log_exception_or_journal(dana, file, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    rows = [ROW | wrong for wrong in WRONG.values()]
    list(enrolment.run(CONSOLE, written(file, *rows), by="d-01", say=_silent, clock=lambda: NOON))
    said = caplog.text + "".join(capsys.readouterr()) + "".join(Entry.objects.values_list("body", flat=True))
    said += json.dumps(list(Enrolment.objects.values("digest", "place", "reasons")))
    assert not any(
        value in said for value in ("Сәрсенова", "Әлия", "900101300007", "aliya@example.kz", "portfolio")
    )


def _silent(unfit):
    assert "Сәрсенова" not in str(unfit)
    return "no"


def test_a_cell_with_nothing_but_spaces_is_an_empty_one_in_every_row(dana, file):
    blank = ROW | {"patronymic": "  "}
    done = taken(written(file, *(blank | {"iin": iin} for iin in iins(3))))
    assert done.taken == 3
    fields = [json.loads(entry.body)["fields"] for entry in Entry.objects.filter(operation="collect")]
    assert not any("patronymic" in names for names in fields)

"""Madina writes a policy: it is read whole, or she is told in one sentence what is wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from derbes.law.policy import PolicyError, comes_into_force, parse
from derbes.law.vocabulary import Act, Basis, Operation

from .example import FILES, LANGUAGES, POLICY, changed, varied

NUMBERS = [
    "1",
    "1.1",
    "1.2",
    "1.3",
    "1.4",
    "1.5",
    "1.6",
    "1.7",
    "1.8",
    "2",
    "2.1",
    "2.2",
    "2.2.1",
    "2.2.2",
    "2.2.3",
    "2.2.4",
    "2.2.5",
    "2.3",
    "2.3.1",
    "2.3.2",
    "2.3.3",
    "2.4",
    "2.5",
    "3",
    "3.1",
    "3.2",
    "3.3",
    "3.4",
    "3.5",
    "3.5.1",
    "3.5.2",
    "3.6",
    "3.6.1",
    "3.6.2",
    "3.7",
    "3.8",
    "3.9",
    "3.10",
    "4",
    "4.1",
    "4.2",
    "5",
    "5.1",
    "5.2",
    "5.3",
    "6",
    "6.1",
    "6.2",
    "6.3",
    "6.4",
    "6.5",
    "6.6",
    "6.7",
]


def wrong(*swaps):
    with pytest.raises(PolicyError) as caught:
        parse(changed("policy.toml", *swaps))
    return str(caught.value)


def test_the_example_has_every_clause_and_says_of_each_what_the_system_does():
    assert list(POLICY.clauses) == NUMBERS
    for clause in POLICY.clauses.values():
        assert clause.norm
        assert all(clause.does[language] for language in LANGUAGES)


def test_the_example_is_marked_and_invents_no_operator():
    operator = POLICY.operator
    assert POLICY.example
    assert (operator.bin, operator.register_number, operator.phone) == ("", "", "")


@pytest.mark.clause("2.2")
@pytest.mark.clause("3.2")
def test_every_purpose_of_the_policy_is_there_with_basis_operations_data_and_term():
    assert set(POLICY.purposes) == {
        *("service", "identification", "verification", "contract", "personalisation", "communication"),
        *("advertising", "research", "quality", "authentication", "records", "rights", "breach"),
    }
    for purpose in POLICY.purposes.values():
        assert purpose.operations
        assert purpose.data
        assert purpose.norm
        assert purpose.retention.clause == "5.3"


@pytest.mark.clause("2.2.1")
def test_the_service_needs_who_a_person_is_and_how_to_reach_them_and_transfers_nothing():
    service = POLICY.purposes["service"]
    assert service.clause == "2.2.1"
    assert Operation.TRANSFER not in service.operations
    assert {"iin", "surname", "given_name", "email", "phone_mobile"} <= service.required
    assert "id_document" not in service.data


@pytest.mark.clause("2.2.2")
def test_identification_takes_nothing_but_name_birth_date_and_iin():
    identification = POLICY.purposes["identification"]
    assert identification.clause == "2.2.2"
    assert identification.data == {"surname", "given_name", "patronymic", "birth_date", "iin"}


@pytest.mark.clause("2.2.3")
def test_communication_covers_contacts_and_the_message_but_no_iin():
    communication = POLICY.purposes["communication"]
    assert communication.clause == "2.2.3"
    assert "message" in communication.data
    assert "iin" not in communication.data


@pytest.mark.clause("2.2.4")
def test_advertising_is_a_choice_and_never_needed():
    advertising = POLICY.purposes["advertising"]
    assert advertising.clause == "2.2.4"
    assert advertising.basis is Basis.CONSENT
    assert not advertising.needed
    assert not advertising.required


@pytest.mark.clause("2.2.5")
def test_research_sees_no_name_and_no_iin_and_depersonalises():
    research = POLICY.purposes["research"]
    assert research.clause == "2.2.5"
    assert Operation.DEPERSONALISE in research.operations
    assert not research.data & {"surname", "given_name", "patronymic", "iin", "email", "phone_mobile"}


@pytest.mark.clause("2.3")
@pytest.mark.clause("5.2")
def test_the_list_of_data_is_closed_and_a_purpose_cannot_take_what_is_not_in_it():
    assert "other" not in POLICY.data
    said = wrong(('data       = ["given_name", "contact_language"]', 'data = ["given_name", "hair_colour"]'))
    assert said == "policy.toml, [purpose.personalisation], data: hair_colour is not in this policy."


@pytest.mark.clause("2.3.1")
@pytest.mark.clause("2.3.2")
@pytest.mark.clause("2.3.3")
def test_each_kind_of_data_stands_under_its_clause():
    clauses = {key: kind.clause for key, kind in POLICY.data.items()}
    assert {clauses[key] for key in ("surname", "given_name", "patronymic", "iin")} == {"2.3.1"}
    assert clauses["email"] == "2.3.2"
    assert {clauses[key] for key in ("phone_mobile", "phone_home", "phone_work")} == {"2.3.3"}


def test_visits_are_not_personal_and_in_no_form():
    visit = {key for key, kind in POLICY.data.items() if kind.category == "visit"}
    assert visit == {"ip_address", "user_agent", "page_address", "access_time"}
    assert all(not POLICY.data[key].personal and POLICY.data[key].control == "automatic" for key in visit)


@pytest.mark.clause("5")
def test_what_the_law_gives_is_asked_of_nobody():
    for key in ("authentication", "rights"):
        assert POLICY.purposes[key].basis is Basis.LAW
    assert POLICY.purposes["rights"].data == set(POLICY.data)


def test_the_three_acts_have_their_clauses():
    assert POLICY.acts == {Act.TRANSFER: "3.6.1", Act.CROSS_BORDER: "3.6.1", Act.PUBLICATION: "3.3"}


@pytest.mark.clause("3.3")
def test_an_analyst_opens_no_personal_data_and_a_registrar_only_of_those_taken():
    assert not POLICY.roles["analyst"].purposes
    assert not POLICY.roles["auditor"].purposes
    assert POLICY.roles["registrar"].assigned


@pytest.mark.clause("6.4")
def test_a_void_clause_takes_along_the_clauses_it_holds_and_no_other():
    files = changed(
        "policy.toml",
        (
            '[clause."2.2"]\n',
            '[clause."2.2"]\nvoid = { kk = "сот шешімі", ru = "решение суда", en = "court decision" }\n',
        ),
    )
    policy = parse(files)
    assert policy.void("2.2")
    assert policy.void("2.2.4")
    assert not policy.void("2.3")
    assert not policy.void("2")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("example         = true", "example = 1", "policy.toml, example: it must be true or false."),
        ('edition         = "2026-11-22"', 'edition = "new"', "policy.toml, edition: it must be a date"),
        ('change_in_force = "posting"', "", "policy.toml, change_in_force: it is missing."),
        (
            'change_in_force = "posting"',
            'change_in_force = "soon"',
            'policy.toml, change_in_force: it must be "posting"',
        ),
        (
            'category = "identity"',
            'category = "soul"',
            "policy.toml, [data.surname], category: soul is not in",
        ),
        ('control  = "iin"', 'control = "magic"', "policy.toml, [data.iin], control: magic is not known"),
        ('choices  = ["kk", "ru", "en"]', "", "policy.toml, [data.contact_language], choices: a choice"),
        ('choices  = ["kk", "ru", "en"]', 'choices = ["kk", "kk"]', "choices: an item stands twice."),
        (
            'basis      = "consent"',
            'basis = "interest"',
            "policy.toml, [purpose.service], interest: the law knows only",
        ),
        (
            "needed     = true",
            'needed = "yes"',
            "policy.toml, [purpose.service], needed: it must be true or false.",
        ),
        (
            'since = "service_end"',
            'since = "moon"',
            "policy.toml, [purpose.service.retention], since: moon is not known",
        ),
        (
            "years = 3, days = 0",
            "years = -3, days = 0",
            "policy.toml, [purpose.service.retention], years: -3 is negative.",
        ),
        ("days    = 3", "days = 0", "policy.toml, [term.access], days: it must be more than zero."),
        (
            'clause  = "6.2"',
            'clause = "9.9"',
            "policy.toml, [term.access], clause: 9.9 is not in this policy.",
        ),
        (
            'country  = "KZ"',
            'country = "Kz"',
            "policy.toml, [recipient.data_aggregator], country: it must be two",
        ),
        ('purposes = ["contract"]', 'purposes = ["service"]', "purposes: service does not allow transfer."),
        (
            'powers   = ["verify", "messages", "correct"]',
            'powers = ["fly"]',
            "policy.toml, [role.registrar], powers: fly is not known",
        ),
        (
            "code_minutes       = 10",
            "code_minutes = 0",
            "policy.toml, [limits], code_minutes: it must be more than zero.",
        ),
        (
            "code_minutes       = 10",
            "code_minutes = true",
            "policy.toml, [limits], code_minutes: it must be a whole number.",
        ),
        (
            'label    = { kk = "Тегі", ru',
            "label = { ru",
            "policy.toml, [data.surname.label], kk: the text is missing",
        ),
        (
            'label    = { kk = "Тегі", ru',
            'lable = { kk = "Тегі", ru',
            "policy.toml, [data.surname], label: it is missing.",
        ),
        (
            'control  = "iin"',
            'control = "iin"\nsecret = true',
            "[data.iin], secret: nothing by this name is known here.",
        ),
        (
            'required   = ["id_document"]',
            'required = ["message"]',
            "message is required but not among the data.",
        ),
        ("[act.publication]", "[act.theft]", "policy.toml, [act.theft], theft: the law knows only transfer"),
        (
            "transfer.label      = {",
            "steal.label = {",
            "policy.toml, [operation.steal], steal: the law knows only",
        ),
        (
            'norm       = "94-V art. 24"',
            'norm = ""',
            "policy.toml, [purpose.rights], norm: a basis other than consent",
        ),
        ('[clause."3.10"]', '[clause."7.10"]', "is not in this policy."),
        ('[clause."3.10"]', '[clause."three"]', "is not in this policy."),
        ("[operator]", "[operator", "policy.toml is not well-formed TOML"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_with_file_table_and_key(old, new, said):
    assert said in wrong((old, new))


def test_a_folder_without_the_machine_half_is_no_policy():
    with pytest.raises(PolicyError, match=r"no policy\.toml"):
        parse({})


def test_a_language_that_is_not_obligatory_may_be_missing():
    label = parse(changed("policy.toml", (', en = "Surname" }', " }"))).data["surname"].label
    assert label["en"] == label["kk"] == "Тегі"


@pytest.mark.clause("6.5")
def test_an_edition_may_say_when_it_comes_into_force():
    moment = parse(
        changed("policy.toml", ("example ", "effective = 2026-12-01T00:00:00+05:00\nexample "))
    ).effective
    assert moment.isoformat() == "2026-12-01T00:00:00+05:00"
    assert parse(FILES).effective is None
    assert "time zone" in wrong(("example ", "effective = 2026-12-01T00:00:00\nexample "))


def test_what_a_program_proposed_is_no_promise_before_a_person_confirms_it():
    proposed = ("[data.iin]\n", "[data.iin]\nconfirmed = false\n")
    assert wrong(proposed).startswith("policy.toml, [data.iin], confirmed: 1 items wait for a person.")
    assert wrong(("example ", "draft = true\nexample ")).startswith("policy.toml, draft: this is a draft.")
    confirmed = ("[data.iin]\n", "[data.iin]\nconfirmed = true\n")
    assert parse(changed("policy.toml", confirmed)).data["iin"] == POLICY.data["iin"]


@pytest.mark.clause("6.5")
def test_a_change_is_in_force_at_once_or_when_it_says_or_after_the_notice_that_was_promised():
    at, day = datetime(2026, 11, 22, tzinfo=UTC), timedelta(days=1)
    patient = varied(change_in_force="10 days")
    assert comes_into_force(POLICY, at, POLICY) == at
    assert comes_into_force(POLICY, at, patient) == at + 10 * day
    assert comes_into_force(patient, at, POLICY) == at
    assert comes_into_force(patient, at) == at
    assert comes_into_force(varied(effective=at + 3 * day), at, POLICY) == at + 3 * day
    assert comes_into_force(varied(effective=at + 3 * day), at, patient) == at + 10 * day
    assert comes_into_force(varied(effective=at - day), at, POLICY) == at


@pytest.mark.parametrize("table", ["", "[act.transfer]"])
def test_a_key_that_nobody_knows_is_refused_wherever_it_stands(table):
    old = table or "edition"
    assert old in FILES["policy.toml"], old
    said = wrong((old, f"{table}\nsoul = 1\n{'' if table else old}"))
    assert "soul" in said


def test_an_edition_is_an_example_only_when_it_says_so():
    assert POLICY.example is True
    without = "\n".join(line for line in FILES["policy.toml"].splitlines() if not line.startswith("example"))
    assert parse({**FILES, "policy.toml": without}).example is False


def test_every_category_operation_and_act_has_its_label():
    policy = parse(FILES)
    for labels in (policy.categories, policy.operations, policy.act_labels):
        assert labels
        for label in labels.values():
            assert set(label) == set(LANGUAGES)
            assert all(label.values())

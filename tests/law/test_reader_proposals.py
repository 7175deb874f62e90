"""What becomes a proposal and what must not: denials, definitions, rights, contacts, mixed alphabets, terms."""

from __future__ import annotations

from typing import Any

import pytest

from derbes.law.reader import read


def keys(text: str, kind: str) -> list[str]:
    return [each["key"] for each in read(text.encode(), "policy.md").as_json()["proposals"][kind]]


def terms(text: str) -> dict[str, Any]:
    return read(text.encode(), "policy.md").as_json()["proposals"]["terms"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Оператор не обрабатывает биометрические персональные данные.",
        "Обработка биометрических данных Оператором не осуществляется.",
        "Оператор биометриялық деректерді өңдемейді.",
        "Біз биометриялық деректерді жинамаймыз.",
        "We do not process biometric data.",
        "The company never collects biometric data.",
    ],
)
def test_a_denial_is_no_proposal(sentence: str) -> None:
    text = f"1. Данные\n\n1.1. Оператор собирает следующие данные: имя, телефон.\n\n1.2. {sentence}"
    assert keys(text, "data") == ["name", "phone"]


def test_a_denied_list_denies_every_item() -> None:
    text = "1. Data\n\n1.1. We collect your name.\n\n1.2. We do not collect:\n\n- biometric data;\n- health data."
    assert keys(text, "data") == ["name"]


def test_what_is_said_before_but_counts_and_what_follows_does_not() -> None:
    text = "1. Data\n\n1.1. We collect your name and phone number, but we do not collect your location."
    assert keys(text, "data") == ["name", "phone"]


def test_an_exception_from_a_refusal_is_a_recipient() -> None:
    text = "4. Передача\n\n4.1. Данные не передаются никому, за исключением государственных органов и судов."
    assert set(keys(text, "recipients")) <= {"state_body", "court"}
    listed = "4. Передача\n\n4.1. Данные не передаются третьим лицам, за исключением случаев:\n\n- запрос суда;\n- передача банкам для оплаты."
    assert "bank" in keys(listed, "recipients")


def test_a_word_in_two_alphabets_is_one_word() -> None:
    assert keys("1. А\n\n1.1. Сайт автоматты түрде соokie мен IР-мекенжай жинайды.", "data") == [
        "ip_address",
        "cookie",
    ]


def test_a_contact_of_the_operator_is_no_datum() -> None:
    text = "6. Контакты\n\n6.1. Вопросы об обработке данных направляйте по адресу электронной почты info@example.kz или по телефону 8 (727) 300 11 22."
    assert keys(text, "data") == []


def test_what_a_person_may_ask_for_is_no_operation() -> None:
    text = (
        "5. Права\n\n5.1. Субъект вправе требовать уточнения, блокирования, удаления или уничтожения данных."
    )
    assert keys(text, "operations") == []


def test_what_data_are_protected_against_is_no_operation() -> None:
    text = "4. Защита\n\n4.1. Меры защищают данные от неправомерного доступа, уничтожения, изменения, блокирования, копирования, распространения."
    assert keys(text, "operations") == []


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("жинау, сақтау, пайдалану, жою", ["collect", "store", "use", "delete"]),
        ("жинау, сақтау, пайдалану, өшіру, жою", ["collect", "store", "use", "delete", "destroy"]),
        ("сбор, хранение, удаление, уничтожение", ["collect", "store", "delete", "destroy"]),
    ],
)
def test_deleting_and_destroying_are_told_apart(listed: str, found: list[str]) -> None:
    assert (
        keys(f"3. А\n\n3.1. Операторға мынадай әрекеттерді жасау құқығы беріледі: {listed}.", "operations")
        == found
    )


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Данные хранятся 5 (пять) лет с даты прекращения договора.", {"years": 5, "from": "contract_end"}),
        (
            "Данные хранятся не менее трёх лет после прекращения пользования услугами.",
            {"years": 3, "from": "service_end"},
        ),
        ("Деректер келісім берілген күннен бастап бес жыл сақталады.", {"years": 5, "from": "consent"}),
        (
            "Data are stored for 24 months after the account is deleted.",
            {"years": 2, "from": "account_deletion"},
        ),
        ("Logs are kept for 90 days.", {"days": 90}),
    ],
)
def test_retention_is_read_with_its_start(sentence: str, found: dict[str, Any]) -> None:
    assert terms(f"5. Сроки\n\n5.1. {sentence}") == {"retention": {**found, "clause": "5.1"}}


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Изменения вступают в силу с момента размещения на Сайте.", "posting"),
        ("Өзгерістер жарияланған сәттен бастап күшіне енеді.", "posting"),
        ("Changes take effect 14 days after publication.", {"days": 14}),
        (
            "Новая редакция вступает в силу по истечении 10 рабочих дней с даты публикации.",
            {"working_days": 10},
        ),
    ],
)
def test_when_a_change_binds_is_read(sentence: str, found: object) -> None:
    assert terms(f"6. А\n\n6.1. {sentence}") == {"change_in_force": found}


def test_a_term_that_is_not_said_is_absent() -> None:
    assert terms("1. А\n\n1.1. Оператор хранит данные столько, сколько нужно.") == {}

"""How real documents word things: plain headings, labels, enumerations, exceptions, named services."""

from __future__ import annotations

from typing import Any

import pytest

from derbes.law.reader import read


def proposed(text: str, name: str = "policy.md") -> dict[str, Any]:
    return read(text.encode(), name).as_json()["proposals"]


def cited(text: str, kind: str, name: str = "policy.md") -> dict[str, str | None]:
    return {each["key"]: each["clause"] for each in proposed(text, name)[kind]}


def test_a_heading_without_a_number_belongs_to_the_chapter_it_stands_under() -> None:
    page = (
        "<h1>Политика</h1><h2>2. Что мы узнаём</h2><p>Мы собираем такие данные:</p>"
        "<h3>О читателе:</h3><ul><li>имя, телефон</li></ul><h3>О визите:</h3><ul><li>IP-адрес</li></ul>"
        "<h2>Контакты</h2><p>Пишите по адресу a@example.kz.</p>"
    )
    assert cited(page, "data", "p.html") == {"name": "2", "phone": "2", "ip_address": "2"}


def test_a_heading_of_the_same_depth_leaves_the_chapter() -> None:
    page = "## 1. Сбор\n\nМы собираем данные: имя.\n\n## Согласие\n\nМы собираем и такие данные: телефон."
    assert cited(page, "data") == {"name": "1", "phone": None}


@pytest.mark.parametrize(
    ("heading", "body", "kind", "keys"),
    [
        ("Зачем нам это", "Чтобы провести урок, напомнить о встрече и защитить вас от мошенников: без этого занятий не будет.", "purposes", {"communication", "security"}),
        ("Кому передаём", "Оплату проводит платёжный провайдер, а письма доставляет почтовый сервис Mailchimp, с которым у нас договор.", "recipients", {"payment_provider", "contractor"}),
        ("Кімге береміз", "Төлемді төлем жүйелері қабылдайды, хабарламаларды жеткізуші серіктестеріміз таратады, шарттар жасалған.", "recipients", {"payment_provider", "contractor"}),
    ],
)  # fmt: skip
def test_a_plain_heading_tells_what_its_paragraph_is_about(
    heading: str, body: str, kind: str, keys: set[str]
) -> None:
    assert keys <= set(cited(f"{heading}\n\n{body}", kind, "p.txt"))


def test_an_exception_for_the_law_refuses_nothing() -> None:
    text = "5. Сроки\n\n5.1. Мы удаляем данные после закрытия счёта, если иное не требует закон."
    assert cited(text, "operations") == {"delete": "5.1"}


def test_what_is_excepted_after_a_refusal_in_kazakh_is_a_recipient() -> None:
    after = "4. Деректерді беру\n\n4.1. Біз деректерді ешкімге бермейміз, мыналардан басқа: төлем жүйелері, хостинг иесі."
    within = "4. Деректерді беру\n\n4.1. Біз деректерді ешкімге сатпаймыз және бермейміз, төлем жүйелері мен хостинг керек болған жағдайларды қоспағанда."
    for text in (after, within):
        assert set(cited(text, "recipients")) == {"payment_provider", "contractor"}


def test_a_refusal_in_brackets_reaches_no_further() -> None:
    text = "3. Данные\n\nМы собираем:\n\n- имя\n- платёжные данные (номера карт нами не хранятся)"
    assert cited(text, "data") == {"name": "3", "payment_card": "3"}


def test_things_between_semicolons_are_items_of_a_list() -> None:
    text = (
        "3. Персональные данные, которые обрабатываются\n\n"
        "Ф.И.О. и ИИН; телефон; сведения о трудоустройстве и доходах; кредитная история; данные удостоверения личности."
    )
    keys = {"name", "iin", "phone", "employment", "income", "id_document", "other"}
    assert set(cited(text, "data")) == keys


def test_a_label_turns_a_list_of_purposes_to_data() -> None:
    text = (
        "6. Цели обработки\n\n6.1. Оказание услуг и рассылка рекламы.\n\n"
        "Состав данных: имя; телефон; адрес доставки.\n\nПравовое основание: исполнение договора."
    )
    found = proposed(text)
    assert {each["key"] for each in found["data"]} == {"name", "phone", "address"}
    assert "contract" not in {each["key"] for each in found["purposes"]}


@pytest.mark.parametrize(
    "lead",
    [
        "Политика касается данных следующих категорий лиц:",
        "Саясат мына санаттағы тұлғалардың деректеріне қатысты:",
        "This notice covers the following categories of persons:",
    ],
)
def test_whose_data_they_are_names_no_data(lead: str) -> None:
    text = (
        f"1. А\n\n1.1. {lead}\n\n- покупатели, приславшие e-mail или телефон;\n- customers with a passport."
    )
    assert cited(text, "data") == {}


def test_notions_that_are_only_named_are_no_operations() -> None:
    text = "2. Основные понятия\n\nНиже встречаются слова: удаление, передача, обезличивание, блокирование, уничтожение."
    assert cited(text, "operations") == {}


def test_a_definition_of_a_cookie_tells_no_purpose() -> None:
    text = (
        "2. Ұғымдар\n\n2.1. Осы Саясаттың мақсаттары үшін мынадай ұғымдар пайдаланылады:\n\n"
        "cookie — сайттың сапасын жақсарту және талдау үшін сақталатын файл;"
    )
    assert cited(text, "purposes") == {}


def test_a_consent_that_is_given_is_no_transfer() -> None:
    text = "5. А\n\n5.1. Дербес деректерді өңдеуге келісім сайтта белгі қою арқылы беріледі."
    assert "transfer" not in cited(text, "operations")


def test_what_protects_data_is_no_use_of_them() -> None:
    text = "5. Қорғау\n\n5.1. Деректерді беру кезінде шифрлау қолданылады."
    assert "use" not in cited(text, "operations")


def test_data_from_third_parties_make_them_no_recipients() -> None:
    text = "2. Деректер\n\n### 2.3 Үшінші тараптардан алынған мәлімет\n\nGoogle бізге кірген адамның атын айтады."
    assert cited(text, "recipients") == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Данные могут храниться в других странах.",
        "Деректеріңіз басқа елдерге жіберілуі мүмкін.",
        "Your data may be stored outside Kazakhstan.",
    ],
)
def test_data_that_leave_the_country_cross_its_border(sentence: str) -> None:
    assert "cross_border" in cited(f"9. А\n\n9.1. {sentence}", "operations")


@pytest.mark.parametrize(
    "sentence", ["Срок ответа – 20 дней.", "Жауап қайтару мерзімі – 20 күн.", "Response time is 20 days."]
)
def test_a_term_of_answer_is_read_by_its_name(sentence: str) -> None:
    assert proposed(f"9. А\n\n9.1. {sentence}")["terms"] == {"claim_answer": {"days": 20, "clause": "9.1"}}


def test_an_effective_date_to_come_sets_no_term() -> None:
    text = "10. Updates\n\n10.1. Changes are told by posting them together with another effective date."
    assert proposed(text)["terms"] == {}


def test_the_title_of_a_section_names_what_its_text_collects() -> None:
    text = "## Device information\n\nWe collect information about how the app runs.\n"
    assert "device" in cited(text, "data")


def test_an_enumeration_of_what_no_key_covers_is_other() -> None:
    text = "1. Біз жинайтын деректер\n\n- аты, телефоны\n- тест нәтижесі, оқу барысы, ұпайлар"
    assert cited(text, "data") == {"name": "1", "phone": "1", "other": "1"}


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("оценки платёжеспособности", {"verification"}),
        ("повышения качества обслуживания", {"quality"}),
        ("возврата займа", {"payment"}),
        ("организации учебного процесса", {"service"}),
        ("контроля доступа в помещения", {"security"}),
    ],
)
def test_a_purpose_has_the_key_of_its_whole_wording(words: str, keys: set[str]) -> None:
    assert set(cited(f"3. Цели\n\n3.1. Данные обрабатываются в целях {words}.", "purposes")) == keys


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("частным судебным исполнителям", {"law_enforcement"}),
        ("Национальному Банку", {"state_body"}),
        ("компаниям группы", {"affiliate"}),
        ("другим лицам", {"unspecified_third_party"}),
    ],
)
def test_a_recipient_has_the_key_of_its_whole_name(words: str, keys: set[str]) -> None:
    assert set(cited(f"4. А\n\n4.1. Оператор передаёт персональные данные {words}.", "recipients")) == keys


def test_processing_entrusted_to_a_list_names_recipients() -> None:
    text = "7. А\n\n7.2. Обработка данных может быть поручена:\n\n- курьерам;\n- платёжным сервисам."
    assert cited(text, "recipients") == {"contractor": "7.2", "payment_provider": "7.2"}

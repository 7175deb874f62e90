"""What stands in a consent, part by part: whose it is, what for, to whom, and nothing that does not belong there."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from derbes.law.consent_text import ConsentItem, Writer, recipients_of, sections
from derbes.law.text import TextError
from derbes.law.vocabulary import Act, Operation
from derbes.law.wording import Words, lower_first
from tests.law.example import FILES, POLICY, varied, with_purpose, with_recipient, with_void

ALL = "{{ subject.name }}|{{ purpose.label }}|{{ purpose.data }}|{{ purpose.operations }}|{{ purpose.term }}"
HEAD = "{{ subject.name }}|{{ consent.terms }}|{{ consent.data }}|{{ consent.transfer }}|{{ consent.publication }}"
SAID = "{{ consent.recipients }}/{{ consent.countries }}"
PAGE = f"""# Page

## Head {{#head}}
{HEAD}
## {{#other}}
other
## Own {{#statement.own}}
{{{{ subject.name }}}}
## Theirs {{#statement.represented}}
represented {{{{ subject.name }}}}
## Read {{#statement.read}}
read
## Service {{#purpose.service}}
{ALL}
""" + "".join(
    f"## {act.value} {{#act.{act.value}}}\n{{{{ act.recipients }}}}/{{{{ act.countries }}}}/{ALL}\n"
    f"## {{#said.{act.value}.offered}}\n{SAID}\n## {{#said.{act.value}.none}}\nnone\n"
    for act in Act
)


def writer(policy: Any = POLICY, subject: str = "Әлия", *, represented: bool = False) -> Writer:
    return Writer(policy, {"consent/en.md": PAGE}, "en", represented=represented, subject=subject)


def test_a_file_of_sections_gives_each_its_title_and_its_body() -> None:
    assert sections("lost\n## One two {#a.b}\nx\n\ny\n  ## {#c} \nz") == {
        "a.b": ("One two", "x\n\ny"),
        "c": ("", "z"),
    }
    with pytest.raises(TextError, match="section a stands twice"):
        sections("## A {#a}\n## B {#a}")


def test_only_recipients_of_the_purpose_on_clauses_that_hold_are_named() -> None:
    contract = {one.key for one in recipients_of(POLICY, "contract")}
    assert contract == {"data_aggregator", "financial_organisation", "insurer"}
    assert recipients_of(with_void("3.10"), "contract") == ()
    assert {one.key for one in recipients_of(with_void("3.10"), "breach")} == {"state_body"}


def test_without_its_file_nothing_is_written() -> None:
    with pytest.raises(TextError, match=r"consent/kk\.md"):
        Writer(POLICY, {"consent/en.md": PAGE}, "kk", represented=False, subject="")


def test_a_statement_is_about_the_person_and_has_neither_purpose_nor_data() -> None:
    own = ConsentItem("statement.own", "", "", "Own", "Әлия", needed=True, fields=())
    assert writer().statement("own") == own
    assert writer(represented=True).statement("own") == dataclasses.replace(
        own, title="Theirs", text="represented Әлия"
    )
    assert writer(represented=True).statement("read").text == "read"
    with pytest.raises(TextError, match=r"consent/en\.md has no section statement\.accept"):
        writer().statement("accept")


def test_who_is_not_named_yet_is_who_fills_in_the_form() -> None:
    assert "person" in writer(subject="").statement("own").text


def about(policy: Any = POLICY) -> str:
    """What the text of the purpose of the service may say of it."""
    purpose, words = policy.purposes["service"], Words(policy, "en")
    fields = [key for key in policy.data if key in purpose.data]
    done = [one for one in Operation if one in purpose.operations and one is not Operation.TRANSFER]
    return "|".join(
        [
            "Әлия",
            purpose.label["en"],
            ", ".join(lower_first(policy.data[key].label["en"]) for key in fields),
            words.labels(policy.operations[one] for one in done),
            words.kept("service"),
        ]
    )


def test_a_purpose_says_whose_data_for_what_which_how_and_how_long() -> None:
    found = writer().purpose("service")
    fields = tuple(key for key in POLICY.data if key in POLICY.purposes["service"].data)
    assert found == ConsentItem(
        "purpose.service", "service", "", "Service", about(), needed=True, fields=fields
    )
    few = with_purpose("service", operations=frozenset({Operation.USE, Operation.TRANSFER}), needed=False)
    item = writer(few).purpose("service")
    assert (item.needed, item.text) == (False, about(few))
    assert item.text.count(POLICY.operations[Operation.USE]["en"]) == 1
    assert POLICY.operations[Operation.TRANSFER]["en"] not in item.text


def test_an_act_names_its_recipients_and_across_the_border_those_abroad_alone() -> None:
    purposes = frozenset({"service"})
    policy = varied(
        recipients={
            **with_recipient("insurer", purposes=purposes, country="DE").recipients,
            "other": dataclasses.replace(POLICY.recipients["other"], purposes=purposes),
        }
    )
    insurer, other = (POLICY.recipients[key].label["en"] for key in ("insurer", "other"))
    title = f"transfer: {lower_first(POLICY.purposes['service'].label['en'])}"
    found = writer(policy).act("service", Act.TRANSFER)
    fields = tuple(key for key in POLICY.data if key in POLICY.purposes["service"].data)
    text = f"{insurer}, {other}/DE/{about()}"
    assert found == ConsentItem(
        "act.transfer.service", "service", "transfer", title, text, needed=False, fields=fields
    )
    assert writer(policy).act("service", Act.CROSS_BORDER).text.startswith(f"{insurer}/DE/")


def test_the_head_names_who_may_get_data_only_for_what_is_offered() -> None:
    policy = with_recipient("insurer", purposes=frozenset({"service"}), country="DE")
    insurer = POLICY.recipients["insurer"].label["en"]
    term = f"{lower_first(POLICY.purposes['service'].label['en'])} — {Words(POLICY, 'en').kept('service')}"
    data = about().split("|")[2]
    with_transfer = writer(policy).head(["service"], [("service", Act.TRANSFER)])
    assert with_transfer == f"Әлия|{term}|{data}|{insurer}/DE|none"
    published = writer(policy).head(["service"], [("service", Act.PUBLICATION)])
    assert published == f"Әлия|{term}|{data}|none|/"
    assert writer(policy).head(["service"], []) == f"Әлия|{term}|{data}|none|none"


def test_the_head_says_each_datum_once_and_each_purposes_term() -> None:
    labels = [POLICY.purposes[key].label["en"] for key in ("service", "identification")]
    head = writer().head(["service", "identification"], [])
    terms, data = head.split("|")[1:3]
    assert [lower_first(label) in terms for label in labels] == [True, True]
    assert terms.count("; ") == 1
    assert len(data.split(", ")) == len(set(data.split(", ")))
    assert writer().head([], []).startswith("Әлия|||")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_example_has_every_section(language: str) -> None:
    found = Writer(POLICY, FILES, language, represented=True, subject="")
    for key in POLICY.purposes:
        if POLICY.purposes[key].basis.value == "consent":
            assert found.purpose(key).text

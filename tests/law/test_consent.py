"""What Aliya is asked, word for word, and what she gets for it."""

import dataclasses
import hashlib
from datetime import UTC, datetime

import pytest

from derbes.law import consent
from derbes.law.text import TextError
from derbes.law.vocabulary import Act

from .example import FILES, LANGUAGES, POLICY, varied, with_recipient, with_void

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclasses.dataclass
class Word:
    purpose: str
    word: str
    act: str = ""
    at: datetime = AT


def receipt(*said, language="ru"):
    offered = consent.offer(POLICY, FILES, language)
    return consent.receipt(
        receipt_id="r",
        issued=AT,
        subject="s",
        name="Сәрсенова Әлия",
        policy=POLICY,
        edition=POLICY.edition,
        edition_sha256="e",
        language=language,
        text=offered.text,
        consents=said,
        channel="web",
        at=AT,
        entry_body="{}",
    )


@pytest.mark.clause("5.1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_four_statements_stand_apart_from_the_purposes(language):
    offered = consent.offer(POLICY, FILES, language)
    assert tuple(offered.statements) == ("processing", "own", "read", "accept")
    assert len({item.text for item in offered.items}) == len(offered.items)


@pytest.mark.clause("5.2")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_eight_things_stand_in_the_text(language):
    offered = consent.offer(POLICY, FILES, language)
    assert POLICY.operator.name[language] in offered.head
    assert all(f"\n{n}. " in offered.head for n in range(1, 9))
    assert POLICY.data["iin"].label[language][1:] in offered.head
    assert offered.text.startswith(offered.head)
    assert offered.sha256 == hashlib.sha256(offered.text.encode()).hexdigest()
    assert "{{" not in offered.text


@pytest.mark.clause("5.2")
def test_consent_is_asked_per_purpose_and_per_act_and_never_for_what_the_law_gives():
    offered = consent.offer(POLICY, FILES, "kk")
    assert ("advertising", "") in offered.pairs
    assert ("contract", "transfer") in offered.pairs
    assert not {purpose for purpose, _ in offered.pairs} & {"rights", "authentication"}
    assert offered.needed == {"service", "identification", "verification", "contract", "communication"}
    assert all(not item.needed for item in offered.acts)


def test_transfer_is_not_hidden_among_the_operations_of_a_purpose():
    offered = consent.offer(POLICY, FILES, "en")
    contract = next(item for item in offered.purposes if item.purpose == "contract")
    assert "transfer to third parties." not in contract.text.split("Operations:")[1].split("Term:")[0]


def test_one_who_only_writes_is_asked_about_communication_alone():
    offered = consent.offer(POLICY, FILES, "kk", purposes=("communication",))
    assert offered.pairs == {("communication", ""), ("communication", "transfer")}
    assert POLICY.data["iin"].label["kk"][1:] not in offered.text


@pytest.mark.clause("2.4")
def test_one_who_acts_for_another_confirms_that_the_data_are_the_others():
    for_self = consent.offer(POLICY, FILES, "en").statements["own"]
    for_other = consent.offer(POLICY, FILES, "en", represented=True).statements["own"]
    assert "belongs to me" in for_self.text
    assert "whom I represent" in for_other.text


@pytest.mark.clause("3.6.1")
def test_a_recipient_abroad_brings_a_consent_of_its_own_and_none_brings_none():
    assert not [item for item in consent.offer(POLICY, FILES, "en").acts if item.act == Act.CROSS_BORDER]
    abroad = consent.offer(with_recipient("insurer", country="DE"), FILES, "en")
    (item,) = [item for item in abroad.acts if item.act == Act.CROSS_BORDER]
    assert item.purpose == "contract"
    assert "DE" in item.text
    assert "insurers" in item.text
    assert "financial" not in item.text
    assert "only to these countries: DE" in abroad.head


def test_without_recipients_nothing_is_asked_and_the_text_says_so():
    nobody = varied(recipients={})
    offered = consent.offer(nobody, FILES, "en")
    assert offered.acts == ()
    assert "4. Transfer to third parties: none." in offered.head


@pytest.mark.clause("6.4")
def test_what_rests_on_a_void_clause_is_not_asked():
    offered = consent.offer(with_void("2.2.4"), FILES, "kk")
    assert ("advertising", "") not in offered.pairs


def test_a_name_may_be_bound_into_the_text_and_changes_its_hash():
    bound = consent.offer(POLICY, FILES, "kk", subject="Сәрсенова Әлия")
    assert "2. Субъект: Сәрсенова Әлия." in bound.head
    assert bound.sha256 != consent.offer(POLICY, FILES, "kk").sha256


def test_a_missing_text_is_an_error_and_no_gap():
    with pytest.raises(TextError, match=r"purpose\.service"):
        consent.offer(
            POLICY, {**FILES, "consent/kk.md": FILES["consent/kk.md"].replace("purpose.service", "x")}, "kk"
        )
    with pytest.raises(TextError, match=r"consent/kk\.md"):
        consent.offer(POLICY, {}, "kk")


@pytest.mark.clause("5.2")
def test_a_receipt_holds_the_text_the_words_and_the_eight_things():
    document = receipt(
        Word("service", "given"), Word("advertising", "refused"), Word("contract", "given", "transfer")
    )
    assert document["type"] == "receipt"
    assert document["text_sha256"] == hashlib.sha256(document["text"].encode()).hexdigest()
    assert document["entry_body_sha256"] == hashlib.sha256(b"{}").hexdigest()
    assert [(c["purpose"], c["act"], c["state"]) for c in document["consents"]] == [
        ("service", None, "given"),
        ("advertising", None, "refused"),
        ("contract", "transfer", "given"),
    ]
    assert document["consents"][2]["recipients"] == ["data_aggregator", "financial_organisation", "insurer"]
    content = document["content"]
    assert list(content) == [
        "operator",
        "subject",
        "terms",
        "transfer",
        "cross_border",
        "publication",
        "data",
        "other",
    ]
    assert content["subject"] == "Сәрсенова Әлия"
    assert (content["transfer"], content["cross_border"], content["publication"]) == (True, False, False)
    assert "iin" in content["data"]


def test_a_receipt_claims_nothing_that_was_refused():
    content = receipt(Word("advertising", "refused"), Word("contract", "given"))["content"]
    assert content["transfer"] is False
    assert "transfer" not in content["other"]["operations"]
    assert set(content["terms"]) == {"contract"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_plain_json_without_floats(language):
    def plain(value):
        if isinstance(value, dict):
            return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
        if isinstance(value, list):
            return all(map(plain, value))
        return value is None or type(value) in {str, int, bool}

    assert plain(receipt(Word("service", "given"), language=language))

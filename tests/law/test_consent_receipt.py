"""A receipt, member by member: what stands in it is what was said, and the texts are joined in one way."""

from __future__ import annotations

import dataclasses
import hashlib
from types import SimpleNamespace

from derbes.law import consent
from derbes.law.consent_text import recipients_of
from derbes.law.vocabulary import Operation
from derbes.law.wording import Words
from tests.law.example import FILES, POLICY, varied
from tests.law.test_consent import AT, Word, receipt

STAMP = "2026-11-22T09:30:00.000000Z"


def test_a_receipt_has_these_members_and_no_others():
    found = receipt(Word("contract", "given"), Word("contract", "refused", act="transfer"))
    text = consent.offer(POLICY, FILES, "ru").text
    contract = POLICY.purposes["contract"]
    fields = [key for key in POLICY.data if key in contract.data]
    term = Words(POLICY, "ru").kept("contract")
    recipients = [one.key for one in recipients_of(POLICY, "contract")]
    said = {"purpose": "contract", "at": found["at"], "term": term, "fields": fields}
    assert found.pop("@context")
    assert found == {
        "type": "receipt",
        "v": 1,
        "id": "r",
        "issued": found["at"],
        "subject": "s",
        "entry_body_sha256": hashlib.sha256(b"{}").hexdigest(),
        "edition": {"edition": POLICY.edition, "sha256": "e"},
        "language": "ru",
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "operator": {
            "name": POLICY.operator.name["ru"],
            "bin": POLICY.operator.bin,
            "address": POLICY.operator.address["ru"],
            "contact": POLICY.operator.email,
        },
        "channel": "web",
        "at": found["at"],
        "consents": [
            {**said, "act": None, "recipients": [], "state": "given"},
            {**said, "act": "transfer", "recipients": recipients, "state": "refused"},
        ],
        "content": {
            "operator": found["content"]["operator"],
            "subject": "Сәрсенова Әлия",
            "terms": {"contract": term},
            "transfer": False,
            "cross_border": False,
            "publication": False,
            "data": fields,
            "other": {
                "withdrawal": Words(POLICY, "ru").of("terms.withdraw.term"),
                "operations": sorted(o.value for o in contract.operations if o is not Operation.TRANSFER),
            },
        },
    }
    assert found["at"].startswith("2026-11-22T09:30:00")
    assert len(fields) < len(POLICY.data)


def test_a_transfer_that_was_agreed_to_is_among_the_operations_and_names_all_recipients():
    found = receipt(Word("contract", "given"), Word("contract", "given", act="transfer"))
    assert "transfer" in found["content"]["other"]["operations"]
    assert found["content"]["transfer"] is True
    assert found["content"]["cross_border"] is False


def test_across_the_border_go_only_the_recipients_abroad():
    key = recipients_of(POLICY, "contract")[0].key
    abroad = dataclasses.replace(POLICY.recipients[key], country="DE")
    policy = varied(recipients={**POLICY.recipients, key: abroad})
    said = SimpleNamespace(purpose="contract", act="cross_border", word="given", at=AT)
    assert consent._consent(said, policy, "ru")["recipients"] == [key]
    said.act = "transfer"
    assert set(consent._consent(said, policy, "ru")["recipients"]) > {key}
    said.act = "publication"
    assert consent._consent(said, policy, "ru")["recipients"] == []


def test_what_only_one_of_two_purposes_needs_is_among_the_data():
    found = receipt(Word("advertising", "given"), Word("identification", "given"))["content"]["data"]
    both = POLICY.purposes["advertising"].data | POLICY.purposes["identification"].data
    assert found == [key for key in POLICY.data if key in both]
    assert both - POLICY.purposes["advertising"].data


def test_the_text_is_head_and_items_with_a_blank_line_between_and_one_line_at_the_end():
    offered = consent.offer(POLICY, FILES, "kk")
    items = (*offered.statements.values(), *offered.purposes, *offered.acts)
    assert (
        offered.text == "\n\n".join([offered.head, *(f"{item.title}\n{item.text}" for item in items)]) + "\n"
    )


def test_where_no_term_of_withdrawal_is_promised_the_receipt_says_nothing_of_it():
    policy = varied(terms={key: term for key, term in POLICY.terms.items() if key != "withdraw"})
    assert consent._eight(policy, "ru", "n", [])["other"] == {"withdrawal": "", "operations": []}

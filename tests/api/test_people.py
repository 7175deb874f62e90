"""A program registers, finds, reads, blocks and destroys, within what the policy allows it."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_program_registers_a_person_and_reads_what_its_purpose_needs(crm, asked):
    answer = crm.post("/people", asked)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    read = crm.post(
        f"/people/{told['subject']}/read", {"purpose": "verification", "fields": ["iin", "surname"]}
    )
    assert read.json() == {
        "subject": told["subject"],
        "values": {"iin": "900101300007", "surname": "Сәрсенова"},
    }
    receipt = crm.client.get(told["receipt"], HTTP_AUTHORIZATION=f"Bearer {crm.text}")
    assert receipt.status_code == 200, receipt.content
    assert receipt.json()["document"]["subject"] == told["subject"]

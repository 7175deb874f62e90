"""Receipts and editions: the verifier says yes to what is true, and no to everything else."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.core.journal import log, prove
from derbes.crypto import armour
from tests.core.ledger import ALIYA, SYSTEM, place, publication, reading
from tests.verify.papers import (
    FILES,
    FILES_SHA256,
    FOREIGN,
    KEY,
    agreeing,
    answer,
    changed,
    kept,
    receipt_document,
    reworked,
    sealed,
)

pytestmark = pytest.mark.django_db


def test_a_receipt_holds(receipt, capsys):
    assert answer("receipt", receipt, "--key", KEY) == 0
    said = capsys.readouterr().out
    assert "signature of derbes.example/journal is good" in said
    assert "entry 300 of 600" in said
    assert "verification: given" in said
    assert said.endswith("OK.\n")
    assert "Warning" not in said


def test_without_a_trusted_key_it_is_said(receipt, edition, capsys):
    assert answer("receipt", receipt) == answer("edition", edition) == 0
    assert (
        capsys.readouterr().out.count(
            f"Warning: no trusted key was given. Compare this key with the published one: {KEY}"
        )
        == 2
    )


def test_every_changed_byte_of_a_receipt_is_refused(receipt):
    refused_everywhere(receipt, "receipt")


def test_every_changed_byte_of_an_edition_is_refused(edition):
    refused_everywhere(edition, "edition")


def refused_everywhere(file: Path, command: str) -> None:
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(changed(whole, at, 1 << at % 8))
        assert answer(command, file) == 1, f"byte {at} of {len(whole)}"


@pytest.fixture
def receipt_bytes(receipt):
    return receipt.read_bytes(), receipt


def test_a_receipt_in_which_anything_was_changed_is_refused(receipt_bytes):
    whole, file = receipt_bytes

    @given(st.integers(0, len(whole) - 1), st.binary(max_size=3), st.integers(0, 3))
    def refused(at, put, cut):
        other = whole[:at] + put + whole[at + cut :]
        file.write_bytes(other)
        assert answer("receipt", file) == (0 if other in {whole, whole + b"\n"} else 1)

    refused()


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.pop("inclusion"),
        lambda file: file.pop("opening"),
        lambda file: file.pop("signature"),
        lambda file: file.update(extra=1),
        lambda file: file["opening"].update(n=2),
        lambda file: file["inclusion"].update(proof=[]),
        lambda file: file["inclusion"].update(index=True),
        lambda file: file["inclusion"]["proof"].append(armour.encode(bytes(32))),
        lambda file: file["signature"].update(alg="none"),
        lambda file: file.update(document=[]),
    ],
)
def test_a_receipt_with_other_parts_is_refused(receipt, change):
    assert answer("receipt", reworked(receipt, change)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "edition"},
        {"v": 2},
        {"text": "Бәріне келісемін."},
        {"text_sha256": "0" * 64},
        {"entry_body_sha256": "0" * 64},
        {"edition": {"edition": "2020-01-01", "sha256": FILES_SHA256}},
        {"consents": [None]},
        {"consents": {}},
        {"consents": [{"purpose": "verification", "act": None, "state": "withdrawn"}]},
        {"consents": [{"purpose": "advertising", "act": None, "state": "given"}]},
        {"text": "Бәріне келісемін.", "text_sha256": sha256("Бәріне келісемін.".encode()).hexdigest()},
    ],
)
def test_a_signed_receipt_that_says_what_is_not_so_is_refused(consent, tmp_path, wrong):
    attached = prove.attachment(consent)
    document = receipt_document(attached["opening"]["body"]) | wrong
    assert answer("receipt", kept(tmp_path / "r.json", sealed(document, **attached)), "--key", KEY) == 1


def test_the_opening_of_another_entry_is_refused(consent, tmp_path):
    other = log.append(reading(), secret=ALIYA, n=2)
    place()
    attached = prove.attachment(consent) | {"opening": prove.attachment(other)["opening"]}
    document = receipt_document(attached["opening"]["body"])
    assert answer("receipt", kept(tmp_path / "r.json", sealed(document, **attached))) == 1


def test_a_receipt_that_another_key_signed_is_refused(receipt, capsys):
    assert answer("receipt", receipt, "--key", FOREIGN) == 1
    assert "signed with another key" in capsys.readouterr().out


def test_an_edition_holds_with_and_without_its_place_in_the_journal(edition, capsys):
    assert answer("edition", edition, "--key", KEY) == 0
    assert FILES_SHA256 in capsys.readouterr().out
    assert answer("edition", reworked(edition, lambda file: file.pop("inclusion"))) == 0
    assert "No proof of the journal" in capsys.readouterr().out


def test_an_edition_with_the_place_of_another_entry_is_refused(edition):
    other = log.append(publication(sha256="0" * 64), secret=None, n=None)
    place()
    assert (
        answer("edition", reworked(edition, lambda file: file.update(inclusion=prove.inclusion(other)))) == 1
    )


def test_an_edition_whose_files_have_another_hash_is_refused(tmp_path):
    document = {
        "type": "edition",
        "v": 1,
        "edition": "2026-11-22",
        "effective": "",
        "sha256": "0" * 64,
        "files": FILES,
    }
    assert answer("edition", kept(tmp_path / "e.json", sealed(document))) == 1


def test_the_actor_may_be_the_system_itself(history, tmp_path):
    entry = log.append(agreeing(actor=SYSTEM, purpose=None, fields=()), secret=ALIYA, n=6)
    place()
    attached = prove.attachment(entry)
    document = receipt_document(attached["opening"]["body"])
    assert answer("receipt", kept(tmp_path / "r.json", sealed(document, **attached)), "--key", KEY) == 0

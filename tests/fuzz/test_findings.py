"""What the fuzzing and the search for slow patterns brought up, said as what holds since."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from derbes.crypto import canonical, checkpoint, signed, tiles
from derbes.law import policy, reader
from derbes.law.consent_text import sections
from derbes.law.policy import PolicyError
from derbes.law.strangers import strangers
from derbes.outside import tombstones
from derbes.outside.mailbox import Unreadable, parse
from tests.fuzz import papers
from tests.law.example import FILES
from verify import derbes_verify

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PARAGRAPH = (
    '<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    "<w:r><w:t>Деректер сақталады.</w:t></w:r></w:p>"
)


def refused(data: bytes, name: str) -> str:
    with pytest.raises(reader.Unreadable) as found:
        reader.read(data, name)
    return found.value.code


def packed(method: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(f"word/{name}.xml", data)
    return out.getvalue()


def quick(begun: float, most: float = 2.0) -> bool:
    return time.process_time() - begun < most


def test_a_list_may_begin_at_a_number_that_is_none() -> None:
    page = "<html><body><div><h1>Саясат</h1><p>Бір</p><ol start='²'><li value='٣'>Деректер</li></ol></div></body></html>"
    assert "Деректер" in {clause.text for clause in reader.read(page.encode(), "policy.html").clauses}


def test_a_page_that_nests_without_end_is_refused() -> None:
    assert refused(b"<div>" * 3000 + b"text", "policy.html") == "too_deep"


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "hex"])
def test_a_page_cannot_choose_a_codec_that_is_no_charset(charset: str) -> None:
    begun = time.process_time()
    page = f"<html><meta charset={charset}><body><p>text</p>".encode() + b"\xff-" + b"a" * 50_000
    assert reader.read(page, "policy.html").clauses
    assert quick(begun)


def test_a_document_is_not_unpacked_further_than_it_may_be_large() -> None:
    assert refused(packed(document=b" " * 31_000_000), "policy.docx") == "too_large"


def test_a_document_packed_as_no_program_packs_it_is_refused() -> None:
    assert refused(packed(zipfile.ZIP_BZIP2, document="<w/>"), "policy.docx") == "broken"


def test_a_document_whose_packing_is_damaged_is_refused() -> None:
    whole = bytearray(packed(document=f"<w:document {_W}/>"))
    whole[50] ^= 0xFF
    assert refused(bytes(whole), "policy.docx") == "broken"


def test_levels_of_a_list_that_word_does_not_have_count_nothing() -> None:
    lists = (
        f'<w:n {_W}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="x"><w:start w:val="{"9" * 5000}"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:n>'
    )
    body = "".join(_PARAGRAPH.format(level=level) for level in (0, 77, "²"))
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    found = reader.read(packed(document=document, numbering=lists), "policy.docx").clauses
    assert [clause.number for clause in found] == ["1", None, "2"]


def test_a_refusal_does_not_name_the_file() -> None:
    with pytest.raises(reader.Unreadable) as found:
        reader.read(b"%PDF-1.7", "Сәрсенова Әлия.pdf")
    assert "Әлия" not in str(found.value)


@pytest.mark.parametrize("line", ["# a" + " " * 50_000 + "\x00", "|--" + " " * 50_000 + "x", "меню " + "ru " * 3000 + "x",
                                  "![" * 20_000, "a" * 50_000, ". " * 20_000])  # fmt: skip
def test_a_line_without_end_is_read_in_seconds(line: str) -> None:
    begun = time.process_time()
    reader.read(f"{line}\n\n1. Деректер сақталады.\n".encode(), "policy.md")
    assert quick(begun, 10)


@pytest.mark.parametrize("machine", ["n = " + "9" * 5000, "a = " + "[" * 3000])
def test_a_policy_of_numbers_or_brackets_without_end_is_refused_in_a_sentence(machine: str) -> None:
    with pytest.raises(PolicyError, match="not well-formed"):
        policy.parse({**FILES, "policy.toml": machine})


def test_a_heading_of_spaces_is_read_at_once() -> None:
    begun = time.process_time()
    assert sections("## " + " " * 5000 + "x\n## Title {#head}\nbody") == {"head": ("Title", "body")}
    assert quick(begun)


def test_a_letter_of_one_word_is_looked_through_at_once() -> None:
    begun = time.process_time()
    assert strangers("a" * 4000 + " aliya@example.kz", ()) == {"email"}
    assert quick(begun, 0.1)


@pytest.mark.parametrize(
    "letter",
    [
        "From: aliya@example.kz\nSubject: =?punycode?q?" + "a" * 900 + "?=\n\nx",
        "From: " + '"' * 3000 + " <aliya@example.kz>\n\nx",
        "From: aliya@example.kz\nContent-Type: multipart/mixed; boundary=x\n\n" + "--x\n\na\n" * 2000,
        "From: \udcc7@example.kz\n\nx",
    ],
    ids=["codec", "header", "parts", "half a character"],
)
def test_a_letter_that_no_program_of_good_will_writes_is_left_for_a_person(letter: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable):
        parse(letter.encode("utf-8", "surrogateescape"))
    assert quick(begun)


def test_a_letter_cannot_choose_a_codec_that_is_no_charset() -> None:
    begun = time.process_time()
    letter = b"From: aliya@example.kz\nContent-Type: text/plain; charset=punycode\n\nx-" + b"a" * 50_000
    assert parse(letter).text.startswith("x-aaa")
    assert quick(begun)


def test_a_page_of_open_comments_is_read_at_once() -> None:
    begun = time.process_time()
    parse(b"From: aliya@example.kz\nContent-Type: text/html\n\n" + b"<!--" * 200_000)
    assert quick(begun)


def test_no_path_of_the_journal_is_longer_than_a_number_can_be() -> None:
    assert tiles.parse_path("tile/0/" + "x999/" * 2000 + "999") is None
    assert tiles.parse_path(tiles.tile_path(0, 10**17)) == (tiles.Asked(0, 10**17, 256))


def test_a_document_that_nests_without_end_has_no_canonical_form() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(deep)
    with pytest.raises(signed.Forged):
        signed.verify(
            {
                "document": {"type": "receipt", "v": deep},
                "signature": {"alg": "Ed25519", "key": str(papers.KEY), "sig": ""},
            },
            papers.KEY,
        )


def verified(tmp_path, command: str, data: bytes, *more: str) -> tuple[int, str]:
    file = tmp_path / "shown"
    file.write_bytes(data)
    return papers._told(command, file, *more)


def test_the_verifier_does_not_unpack_a_bomb(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(derbes_verify, "MOST", 100_000)
    code, said = verified(tmp_path, "export", packed(document=b"0" * 200_000))
    assert (code, "unpacks to more" in said) == (1, True)
    code, said = verified(tmp_path, "export", packed(zipfile.ZIP_LZMA, document=b"0"))
    assert (code, "packed in a way" in said) == (1, True)


def test_a_count_beyond_all_entries_is_refused_at_once(tmp_path) -> None:
    document = {"type": "history", "v": 1, "secret": "A" * 43 + "=", "count": 2**53 - 1, "entries": []}
    whole = canonical.dumps(
        {**signed.sign(document, papers.PEN, name=papers.ORIGIN), "checkpoint": papers._note()}
    )
    code, said = verified(tmp_path, "history", whole, "--journal", str(tmp_path))
    assert (code, "does not hold the entries" in said) == (1, True)


def test_a_paper_cannot_write_lines_of_its_own_into_the_answer(tmp_path) -> None:
    files: dict[str, str] = {}
    document = {
        "type": "edition",
        "v": 1,
        "edition": "2026\nOK.\x1b[8m",
        "effective": "x\u202e",
        "files": files,
    }
    digest = derbes_verify.sha256(canonical.dumps(files)).hexdigest()
    whole = canonical.dumps(signed.sign({**document, "sha256": digest}, papers.PEN, name=papers.ORIGIN))
    code, said = verified(tmp_path, "edition", whole, "--key", str(papers.KEY))
    assert code == 0
    assert "2026?OK.?[8m" in said
    assert "\u202e" not in said


def test_a_checkpoint_of_another_size_is_not_signed() -> None:
    with pytest.raises(checkpoint.Unsigned):
        checkpoint.verify(papers._note().replace("\n5\n", "\n6\n"), papers.KEY)


def test_a_ledger_that_says_what_nobody_knows_is_damaged_and_no_accident(tmp_path) -> None:
    for line in (
        {"n": 1, "kind": "destroyed"},
        {"n": 1, "kind": "x", "subjects": [], "at": "x"},
        {"n": 1, "done": []},
    ):
        file = tmp_path / "ledger"
        file.write_bytes(tombstones._written({**line, "chain": tombstones._chain("", line)}) + b"\n")
        with pytest.raises(tombstones.Damaged):
            tombstones.ledger(file)


def test_a_name_beyond_the_basic_plane_is_refused_wherever_its_letter_stands() -> None:
    for name in ("\U0001f600", "a\U0001f600"):
        with pytest.raises(canonical.NotCanonical):
            canonical.dumps({name: 1, "a\uffee": 2})
    whole = '{"\uffff8":1}'.encode()
    assert canonical.loads(whole) == derbes_verify.parse(whole, "It") == {"\uffff8": 1}

"""Documents from outside: policies of other operators, policy folders, scans, letters."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

from derbes.law import checks, identifiers, norms, policy, reader, text
from derbes.law.consent import offer
from derbes.law.reader.fold import bounded
from derbes.outside.intake import FileRefused, Kind, Limits
from derbes.outside.intake.kinds import by_content
from derbes.outside.intake.pdf import wash_pdf
from derbes.outside.intake.pictures import wash_picture
from derbes.outside.intake.reception import _understand
from derbes.outside.mailbox import letters
from tests.fuzz.target import Broken, Target, must, unsaid
from tests.law.example import FILES, NORMS, POLICY
from tests.outside import sheets

DOCUMENTS = Path(__file__).parents[1] / "law" / "documents"
FEW = Limits(size=1 << 20, pages=2, pixels=100_000, page_pixels=50_000, preview=32)
_DOCX = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body>'
    "</w:document>"
)
_AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def _read(data: bytes, name: str) -> None:
    try:
        reading = reader.read(data, name)
    except reader.Unreadable as refused:
        unsaid(refused, data.decode(errors="replace"), shortest=24)
        return
    must(reading == reader.read(data, name), "the same bytes are read the same")
    json.dumps(reading.as_json(), ensure_ascii=False)
    reader.draft(reading)


def _lines(data: bytes) -> None:
    plain = data.decode(errors="replace")
    must(bounded(bounded(plain)) == bounded(plain), "what is bounded stays as it is")
    _read(data, "policy.md")


def _page(data: bytes) -> None:
    _read(data, "policy.html")


def _word(data: bytes) -> None:
    """The parts of a DOCX, as they are, or packed into one: a file's first byte says which."""
    if data[:1] == b"P":
        _read(data, "policy.docx")
        return
    document, _, rest = data.partition(b"\x00")
    numbering, _, styles = rest.partition(b"\x00")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", document)
        archive.writestr("word/numbering.xml", numbering or "<n/>")
        archive.writestr("word/styles.xml", styles or "<n/>")
    _read(packed.getvalue(), "policy.docx")


def _documents(*suffixes: str) -> Iterator[bytes]:
    for path in sorted(DOCUMENTS.iterdir()):
        if path.suffix in suffixes:
            data = path.read_bytes()
            yield from (data[at : at + 1500] for at in range(0, min(len(data), 6000), 1500))


def _parts_of_word() -> Iterator[bytes]:
    text = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Мәтін</w:t></w:r></w:p>'
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ия</w:t></w:r></w:p></w:tc><w:tc/></w:tr></w:tbl>"
    lists = (
        '<w:n xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum '
        'w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="2"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:n>'
    )
    yield (_DOCX % (text + table)).encode() + b"\x00" + lists.encode()
    yield from (path.read_bytes()[:3000] for path in DOCUMENTS.glob("*.docx"))


def _machine_half(data: bytes) -> None:
    """A policy.toml that somebody wrote: it is refused in a sentence, or all that follows can be asked of it."""
    try:
        found = policy.parse({**FILES, "policy.toml": data.decode(errors="replace")})
    except policy.PolicyError:
        return
    checks.check(found, FILES, NORMS, POLICY)
    checks.consequences(found, POLICY)
    policy.comes_into_force(found, _AT, found)


def _tables() -> Iterator[bytes]:
    whole = FILES["policy.toml"]
    yield whole.encode()
    yield from (part.encode() for part in whole.split("\n\n")[:12])


def _human_half(data: bytes) -> None:
    """Texts of a policy: what is wrong with them is told as a problem."""
    plain = data.decode(errors="replace")
    checks.check(POLICY, {**FILES, "kk.md": plain, "consent/kk.md": plain}, NORMS)
    try:
        text.diff(FILES["kk.md"][:400], plain[:400])
        offer(POLICY, {**FILES, "consent/kk.md": plain}, "kk")
        text.render(plain, POLICY, "kk")
    except text.TextError:
        pass


def _rules(data: bytes) -> None:
    """A file of norms."""
    name, _, rest = data.decode(errors="replace").partition("\n")
    with contextlib.suppress(norms.NormError):
        norms.parse({"acts.toml": "", "terms.toml": "", "retention.toml": "", "disclosure.toml": "",
                     "limits.toml": "", name: rest})  # fmt: skip


def _texts() -> Iterator[bytes]:
    yield from (
        FILES[name].encode()[at : at + 1800] for name in ("kk.md", "consent/kk.md") for at in (0, 2000)
    )


def _norm_files() -> Iterator[bytes]:
    yield b'acts.toml\n[act."94-V"]\ntitle = "T"\nedition = "E"\nsource = "S"\nverified = 2026-11-22\nmark = "A"\n'
    yield b'days_off/2026.toml\nyear = 2026\noff = [2026-01-01]\nworked = []\nact = "a"\narticle = "1"\nmark = "A"\n'


def _sheet(data: bytes) -> None:
    """A scan, washed here without its own process: other people's parsers may fail, our code says how."""
    kind = by_content(data)
    if kind is None:
        return
    try:
        copy, pages, preview = wash_pdf(data, FEW) if kind is Kind.PDF else wash_picture(data, kind, FEW)
    except FileRefused as refused:
        must(str(refused) and refused.code, "a refusal has its sentence")
        return
    must(by_content(copy) is kind and by_content(preview) is Kind.JPEG, "what is kept is what it says")
    must(1 <= pages <= FEW.pages, "no more pages than allowed")
    for trace in (b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"Exif", b"/Launch"):
        must(trace not in copy, "nothing but pixels is kept")


def _answer(data: bytes) -> None:
    """What a washing process answers, when it fell into hostile hands."""
    for kind in Kind:
        try:
            taken = _understand(data, kind, FEW)
        except FileRefused:
            continue
        must(
            by_content(taken.data) is kind and taken.pages <= FEW.pages,
            "an answer is believed only in bounds",
        )


def _sheets() -> Iterator[bytes]:
    small = sheets.picture(size=(9, 7))
    yield from (sheets.saved(small, kind) for kind in ("JPEG", "PNG"))
    yield sheets.saved(small.convert("P"), "PNG", transparency=0)
    yield sheets.saved(small.convert("I;16"), "PNG")
    yield from (sheets.pdf_of(1, (20, 20)), sheets.with_javascript())


def _letter(data: bytes) -> None:
    limits = letters.Limits(size=LONGEST_LETTER, characters=300, enclosures=2, parts=8)
    try:
        found = letters.parse(data, limits)
    except letters.Unreadable as refused:
        must(
            refused.reason in {"too_big", "no_sender", "automatic", "damaged"}, "a letter is refused by name"
        )
        return
    must(
        len(found.text) <= limits.characters and len(found.enclosed) <= limits.enclosures,
        "no more than allowed",
    )
    said = (found.sender, found.name, found.subject, found.text, found.mark)
    must(not any(letters._CONTROL.search(part) for part in said), "no sign that hides others")
    must(not any("\n" in part for part in (found.sender, found.name, found.subject)), "a line is a line")
    must("".join(said).encode(), "what is kept can be written")
    must("@" in found.sender and "\n" not in found.sender, "there is one sender")


LONGEST_LETTER = 8192


def _letters() -> Iterator[bytes]:
    letter = EmailMessage()
    letter["From"], letter["To"] = "Әлия <aliya@example.kz>", "office@example.kz"
    letter["Subject"], letter["Message-ID"] = "Өтініш", "<1@example.kz>"
    letter.set_content("Деректерімді түзетіңіз.")
    letter.add_alternative("<p>Деректерімді <b>түзетіңіз</b>.</p>", subtype="html")
    letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="құжат.pdf")
    yield letter.as_bytes()
    yield b"From: a@b.kz\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nbody\n--x--\n"
    yield b"From: =?utf-8?q?=D3=98?= <a@b.kz>\nSubject: =?cp1251?b?4A==?=\nContent-Type: text/html; charset=koi8-r\n\n<p>x"


_KEYS = (*sorted(identifiers._READERS), "own_field")


def _typed(data: bytes) -> None:
    """What a person types into a field: one form, or refused without repeating a word of it."""
    key = _KEYS[data[0] % len(_KEYS)] if data else "iin"
    typed = data[1:].decode(errors="replace")
    try:
        kept = identifiers.normalise(key, typed)
    except identifiers.Malformed as refused:
        unsaid(refused, typed, shortest=len(key) + 14)
        unsaid(Broken(refused.sentence), typed, shortest=30)
        return
    must(identifiers.normalise(key, kept) == kept, "one form stays that form")
    kept.encode()
    if key == "iin":
        identifiers.iin_birth_hint(kept)
    if key == "birth_date":
        date.fromisoformat(kept)


def _words_typed() -> Iterable[bytes]:
    typed = ("900101300007", "Әлия Сәрсенова", "+7 (701) 234-56-78", "aliya@example.kz", "31.12.1990",
             "KZ86125KZT5004100100", "N12345678", "text\r\nmore", "қ'а-б", "１２３４")  # fmt: skip
    return [bytes([place]) + one.encode() for place, one in enumerate(typed * 3)]


TARGETS = (
    Target("reader_lines", _lines, lambda: _documents(".md", ".txt")),
    Target("reader_page", _page, lambda: _documents(".html")),
    Target("reader_word", _word, _parts_of_word),
    Target("policy_machine", _machine_half, _tables, 60_000),
    Target("policy_texts", _human_half, _texts),
    Target("norms", _rules, _norm_files),
    Target("scans", _sheet, _sheets),
    Target(
        "scan_answers",
        _answer,
        lambda: [b'{"data": 3, "pages": 1}\n\xff\xd8\xff\xff\xd8\xff', b'{"refused": "damaged"}\n'],
    ),
    Target("letters", _letter, _letters, LONGEST_LETTER),
    Target("typed", _typed, _words_typed, 600),
)

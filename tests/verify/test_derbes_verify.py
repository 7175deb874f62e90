"""The stand-alone verifier says yes to what is true, and no to everything else."""

import ast
import json
import shutil
import subprocess
import sys
import threading
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.core.journal import log, prove, public
from derbes.crypto import armour, canonical, checkpoint, signed, tiles
from derbes.crypto.checkpoint import Head
from tests.core.ledger import ALIYA, ERLAN, ORIGIN, PEN, SYSTEM, place, publication, reading, write
from tests.crypto.pen import Pen
from verify import derbes_verify

pytestmark = pytest.mark.django_db
KEY = str(checkpoint.vkey(ORIGIN, PEN.public_key))
STRANGER = Pen(bytes(32))
TEXT = "Жеке деректерімді тексеру үшін өңдеуге келісемін."
FILES = {"policy.toml": "[operator]\n", "kk.md": "# Саясат\n", "ru.md": "# Политика\n", "en.md": "# Policy\n"}
FILES_SHA256 = sha256(canonical.dumps(FILES)).hexdigest()


def publish(folder: Path) -> Path:
    """Copy what is public of the journal into a folder."""
    for path in public.paths():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(public.resource(path).body)
    return folder


def kept(path: Path, document: object) -> Path:
    path.write_bytes(canonical.dumps(document))
    return path


def sealed(document: dict, **attached: object) -> dict:
    return {**signed.sign(document, PEN, name=ORIGIN), **attached}


@pytest.fixture
def consent():
    """Aliya agrees; her entry gets its place among 600 others."""
    write(300, ERLAN)
    entry = log.append(reading(300, event="registration.register", operation="collect"), secret=ALIYA, n=1)
    write(299, None, first=400)
    place()
    return entry


def receipt_document(entry_body: str) -> dict:
    return {
        "type": "receipt",
        "v": 1,
        "subject": "01900000-0000-7000-8000-000000000001",
        "entry_body_sha256": sha256(entry_body.encode()).hexdigest(),
        "edition": {"edition": "2026-11-22", "sha256": FILES_SHA256},
        "language": "kk",
        "text": TEXT,
        "text_sha256": sha256(TEXT.encode()).hexdigest(),
        "consents": [{"purpose": "verification", "act": None, "state": "given"}],
    }


@pytest.fixture
def receipt(consent, tmp_path):
    attached = prove.attachment(consent)
    return kept(tmp_path / "receipt.json", sealed(receipt_document(attached["opening"]["body"]), **attached))


@pytest.fixture
def edition(tmp_path):
    entry = log.append(publication(sha256=FILES_SHA256), secret=None, n=None)
    place()
    document = {
        "type": "edition",
        "v": 1,
        "edition": "2026-11-22",
        "effective": "2026-11-22T00:00:00.000Z",
        "published": "2026-11-21T09:00:00.000Z",
        "sha256": FILES_SHA256,
        "files": FILES,
    }
    return kept(tmp_path / "edition.json", sealed(document, inclusion=prove.inclusion(entry)))


@pytest.fixture
def history(tmp_path):
    """Aliya's history of five entries among others, and the journal that was published with it."""
    write(300, ERLAN)
    write(5, ALIYA)
    place()
    write(300, None, first=400)
    place()
    return exported(tmp_path / "history.json"), publish(tmp_path / "journal")


def exported(path: Path, **changes: object) -> Path:
    found = prove.history(ALIYA, 5)
    note = found.pop("checkpoint")
    document = {"type": "history", "v": 1, "subject": "01900000-0000-7000-8000-000000000001"}
    document |= {"secret": armour.encode(ALIYA), **found, **changes}
    return kept(path, sealed(document, checkpoint=note))


def answer(*arguments: object) -> int:
    return derbes_verify.main([str(argument) for argument in arguments])


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


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_every_changed_byte_of_a_receipt_is_refused(receipt, flip):
    refused_everywhere(receipt, flip, "receipt")


@pytest.mark.parametrize("flip", [0x01, 0x20])
def test_every_changed_byte_of_an_edition_is_refused(edition, flip):
    refused_everywhere(edition, flip, "edition")


def test_every_changed_byte_of_a_history_is_refused(history):
    file, journal = history
    whole = file.read_bytes()
    for at in range(0, len(whole), 7):  # every seventh: each costs a walk over the journal
        file.write_bytes(changed(whole, at, 0x01))
        assert answer("history", file, "--journal", journal, "--key", KEY) == 1, at


def refused_everywhere(file: Path, flip: int, command: str) -> None:
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(changed(whole, at, flip))
        assert answer(command, file) == 1, f"byte {at} of {len(whole)}"


def changed(whole: bytes, at: int, flip: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]


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


def reworked(file: Path, change) -> Path:
    content = json.loads(file.read_bytes())
    change(content)
    return kept(file, content)


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


FOREIGN = str(checkpoint.vkey(ORIGIN, STRANGER.public_key))


def test_a_receipt_that_another_key_signed_is_refused(receipt, capsys):
    assert answer("receipt", receipt, "--key", FOREIGN) == 1
    assert "signed with another key" in capsys.readouterr().out


def test_a_journal_that_another_key_signed_is_refused(history):
    file, journal = history
    assert answer("history", file, "--journal", journal, "--key", FOREIGN) == 1
    assert answer("journal", journal, "--key", FOREIGN) == 1
    assert answer("note", journal / "checkpoint", "--key", FOREIGN) == 1


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


def test_a_history_is_complete_also_when_the_journal_went_on(history, capsys):
    file, journal = history
    assert answer("history", file, "--journal", journal, "--key", KEY) == 0
    said = capsys.readouterr().out
    assert (
        "5. 2026-11-22T09:35:00.123Z reading.read (done) by staff s-17 for verification: iin, name." in said
    )
    assert "complete: 5 entries, each once, and no further one in a journal of 605" in said
    write(3, first=6)
    write(200, None, first=900)
    place()
    shutil.rmtree(journal)
    assert answer("history", file, "--journal", publish(journal), "--key", KEY) == 0


def test_a_history_that_leaves_out_the_last_entry_is_refused(history, tmp_path, capsys):
    _, journal = history
    shorter = prove.history(ALIYA, 5)["entries"][:4]
    file = exported(tmp_path / "short.json", count=4, entries=shorter)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    assert "leaves out" in capsys.readouterr().out


def test_a_history_that_leaves_out_one_in_between_is_refused(history, tmp_path):
    _, journal = history
    entries = prove.history(ALIYA, 5)["entries"]
    without = [*entries[:2], *entries[3:]]
    file = exported(tmp_path / "gap.json", count=4, entries=without)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    renumbered = [entry | {"n": n} for n, entry in enumerate(without, start=1)]
    file = exported(tmp_path / "gap.json", count=4, entries=renumbered)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_a_history_with_an_entry_of_another_person_is_refused(history, tmp_path):
    _, journal = history
    entries = prove.history(ALIYA, 5)["entries"]
    entries[4] = prove.history(ERLAN, 5)["entries"][4]
    file = exported(tmp_path / "other.json", entries=entries)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_a_history_against_a_journal_that_was_cut_is_refused(history, tmp_path, capsys):
    file, journal = history
    note = checkpoint.sign(Head(ORIGIN, 305, bytes(32)), PEN)
    (journal / "checkpoint").write_text(note)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    assert "was cut" in capsys.readouterr().out


def test_a_history_against_other_leaves_is_refused(history):
    file, journal = history
    bundle = journal / "tile/entries/000"
    leaves = tiles.decode_bundle(bundle.read_bytes())
    bundle.write_bytes(tiles.encode_bundle([*leaves[1:], leaves[0]]))
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_a_whole_journal_holds_in_a_folder_and_at_an_address(history, capsys):
    _, journal = history
    assert answer("journal", journal, "--key", KEY) == 0
    assert "605 entries" in capsys.readouterr().out
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(journal)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        assert answer("journal", f"{address}/", "--key", KEY) == 0
        assert answer("journal", f"{address}/elsewhere", "--key", KEY) == 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def leaves_of(journal: Path) -> list[bytes]:
    parts = [journal / "tile/entries/000", journal / "tile/entries/001", journal / "tile/entries/002.p/93"]
    return [leaf for part in parts for leaf in tiles.decode_bundle(part.read_bytes())]


def rewrite(journal: Path, leaves: list[bytes]) -> None:
    for number, name in enumerate(("000", "001", "002.p/93")):
        part = leaves[number * 256 : (number + 1) * 256]
        (journal / "tile/entries" / name).write_bytes(tiles.encode_bundle(part))


@pytest.mark.parametrize(
    ("cheat", "sentence"),
    [
        (
            lambda leaves: [*leaves[:300], leaves[300].replace(b'"v":1', b'"v":2'), *leaves[301:]],
            "Entry 300 is not",
        ),
        (lambda leaves: [*leaves[:300], *leaves[301:], leaves[300]], "Entry 300 is not"),
        (lambda leaves: [*leaves[:7], leaves[8], leaves[7], *leaves[9:]], "Entry 7 is not"),
        (lambda leaves: [*leaves[:40], leaves[40], *leaves[40:-1]], "Entry 41 is not"),
        (lambda leaves: leaves[:-1], "Bundle 2 has 92 entries instead of 93"),
    ],
    ids=["altered", "removed", "swapped", "added", "cut"],
)
def test_each_cheat_in_a_journal_is_named(history, capsys, cheat, sentence):
    _, journal = history
    rewrite(journal, cheat(leaves_of(journal)))
    assert answer("journal", journal, "--key", KEY) == 1
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", ["tile/0/001", "tile/0/002.p/93", "tile/1/000.p/2", "tile/entries/001", "checkpoint"]
)
def test_every_file_of_a_journal_must_be_there_and_unchanged(history, path):
    _, journal = history
    whole = (journal / path).read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        (journal / path).write_bytes(changed(whole, at, 0x01))
        assert answer("journal", journal, "--key", KEY) == 1, at
    (journal / path).unlink()
    assert answer("journal", journal, "--key", KEY) == 1


def test_a_journal_goes_on_from_an_earlier_checkpoint(history, tmp_path, capsys):
    _, journal = history
    earlier = tmp_path / "earlier"
    shutil.copy(journal / "checkpoint", earlier)
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 0
    write(300, None, first=900)
    place()
    shutil.rmtree(journal)
    publish(journal)
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 0
    assert "goes on from the earlier checkpoint of 605" in capsys.readouterr().out
    earlier.write_text(checkpoint.sign(Head(ORIGIN, 605, bytes(32)), PEN))
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 1
    assert "it was rewritten" in capsys.readouterr().out
    earlier.write_text(checkpoint.sign(Head(ORIGIN, 906, bytes(32)), PEN))
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 1
    assert "was cut" in capsys.readouterr().out


def test_an_empty_journal_has_no_checkpoint_and_is_refused(tmp_path):
    assert answer("journal", tmp_path, "--key", KEY) == 1


def test_a_checkpoint_holds_and_any_change_does_not(history, capsys):
    note = history[1] / "checkpoint"
    assert answer("note", note, "--key", KEY) == 0
    assert "605 entries" in capsys.readouterr().out
    whole = note.read_bytes()
    for at in range(len(whole)):
        note.write_bytes(changed(whole, at, 0x01))
        assert answer("note", note, "--key", KEY) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["receipt"],
        ["note", "x"],
        ["journal", "x"],
        ["history", "x"],
        ["receipt", "x", "--key", "nonsense"],
    ],
)
def test_a_wrong_call_is_told_how_to_call(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        answer(*arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path, capsys):
    assert answer("receipt", tmp_path / "nothing") == 2
    assert "cannot be read" in capsys.readouterr().err


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["document", "signature", "inclusion", "opening", "type", "v"]), inner
        )
    ),
    max_leaves=8,
)


@pytest.fixture
def some_file(tmp_path):
    return tmp_path / "some.json"


def test_any_json_and_any_bytes_are_refused_in_a_sentence(some_file):
    @given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
    def refused(data):
        some_file.write_bytes(data)
        assert answer("receipt", some_file) == answer("edition", some_file) == 1

    refused()


def test_the_verifier_stands_alone():
    source = Path(derbes_verify.__file__).read_text(encoding="utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_verifier_runs_by_itself(receipt):
    program = [sys.executable, "-I", derbes_verify.__file__, "receipt", str(receipt), "--key", KEY]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("OK.\n")


def test_the_actor_may_be_the_system_itself(history, tmp_path):
    entry = log.append(reading(actor=SYSTEM, purpose=None, fields=()), secret=ALIYA, n=6)
    place()
    attached = prove.attachment(entry)
    document = receipt_document(attached["opening"]["body"])
    assert answer("receipt", kept(tmp_path / "r.json", sealed(document, **attached)), "--key", KEY) == 0

"""Papers that prove something: what is signed, hashed or sealed, changed by a little or made up altogether.

The journal here is small and lies in memory; it is made by the system's own floors below the database. What
always holds: nothing that differs from what was signed is accepted, and every refusal is one that is documented.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

from derbes.crypto import armour, canonical, checkpoint, envelope, leaf, signed, stream, tiles, tree
from derbes.crypto.checkpoint import Head, Unsigned
from derbes.outside import tombstones
from tests.crypto.pen import Pen
from tests.fuzz.target import Target, must, patched
from verify import derbes_verify

PEN = Pen(bytes(range(32)))
ORIGIN = "derbes.example/journal"
KEY = checkpoint.vkey(ORIGIN, PEN.public_key)
SECRET, SALT = bytes(range(32)), bytes(range(16))
COUNT = 5
_SIGNS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_ENTRY = {
    "v": 1,
    "at": "2026-11-23T07:00:00.000000Z",
    "event": "reading.read",
    "outcome": "permitted",
    "purpose": "verification",
    "actor": {"kind": "staff", "code": "r-17"},
    "fields": ["iin"],
}


@cache
def bodies() -> list[bytes]:
    """The entries, each a person's own."""
    return [canonical.dumps({**_ENTRY, "n": n}) for n in range(1, COUNT + 1)]


@cache
def leaves() -> list[bytes]:
    """The leaves of the journal."""
    return [
        leaf.of_person(leaf.tag(SECRET, n), leaf.commitment(SALT, body)) for n, body in enumerate(bodies(), 1)
    ]


@cache
def published() -> dict[str, bytes]:
    """What is public of the journal, by path."""
    hashes = b"".join(map(tree.leaf_hash, leaves()))
    edge = tiles.Edge()
    edge.extend(hashes)
    return {
        "checkpoint": checkpoint.sign(Head(ORIGIN, COUNT, edge.root()), PEN).encode(),
        tiles.tile_path(0, 0, COUNT): hashes,
        tiles.entries_path(0, COUNT): tiles.encode_bundle(leaves()),
    }


def _place(index: int) -> dict[str, Any]:
    hashes = published()[tiles.tile_path(0, 0, COUNT)]
    proof = tree.inclusion(tiles.reader(lambda _level, _number: hashes), index, COUNT)
    return {
        "index": index,
        "leaf": armour.encode(leaves()[index]),
        "proof": [armour.encode(node) for node in proof],
    }


def _note() -> str:
    return published()["checkpoint"].decode()


def _sealed(document: dict[str, Any], **attached: object) -> dict[str, Any]:
    return {**signed.sign({"v": 1, **document}, PEN, name=ORIGIN), **attached}


@cache
def edition() -> bytes:
    """A signed edition."""
    files = {"policy.toml": "[operator]\n", "kk.md": "# Саясат\n"}
    digest = sha256(canonical.dumps(files)).hexdigest()
    named = {"type": "edition", "edition": "2026-11-22", "effective": "2026-11-22T00:00:00Z"}
    return canonical.dumps(_sealed({**named, "sha256": digest, "files": files}))


@cache
def receipt() -> bytes:
    """A receipt, with its entry and its place in the journal."""
    text = "Келісемін."
    document = {
        "type": "receipt",
        "entry_body_sha256": sha256(bodies()[0]).hexdigest(),
        "edition": {"edition": "2026-11-22"},
        "language": "kk",
        "text": text,
        "text_sha256": sha256(text.encode()).hexdigest(),
        "consents": [{"purpose": "verification", "act": None, "state": "given"}],
    }
    opening = {"salt": armour.encode(SALT), "body": bodies()[0].decode()}
    return canonical.dumps(_sealed(document, inclusion={**_place(0), "checkpoint": _note()}, opening=opening))


@cache
def history() -> bytes:
    """A person's whole history."""
    entries = [
        {"n": n, "salt": armour.encode(SALT), "body": body.decode(), **_place(n - 1)}
        for n, body in enumerate(bodies(), 1)
    ]
    document = {"type": "history", "secret": armour.encode(SECRET), "count": COUNT, "entries": entries}
    return canonical.dumps(_sealed(document, checkpoint=_note()))


@cache
def export() -> bytes:
    """An export: files, receipts and a signed manifest in a ZIP."""
    files = {"data.json": b"{}", "receipts/1.json": receipt(), "history.json": history()}
    listed = [
        {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()
    ]
    manifest = _sealed({"type": "export", "made": "2026-11-23T07:00:00Z", "files": listed})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": canonical.dumps(manifest)}.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _told(*arguments: object) -> tuple[int, str]:
    """Run the stand-alone verifier as its user does; return its answer and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = derbes_verify.main([str(argument) for argument in arguments])
    return code, said.getvalue()


@cache
def _folder() -> Path:
    """A folder that is read anew by the verifier, with the published journal in it."""
    folder = Path(tempfile.mkdtemp(prefix="derbes-fuzz-"))
    for path, data in published().items():
        target = folder / "journal" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def _shown(
    command: str, whole: Callable[[], bytes], *more: str, trusted: bool = True
) -> Callable[[bytes], None]:
    """Return the target that shows the verifier a paper: the first byte says whether changed or made up."""

    def run(data: bytes) -> None:
        shown = data[1:] if data[:1] == b"\x01" else patched(whole(), data[1:])
        file = _folder() / f"{command}.shown"
        file.write_bytes(shown)
        places = [str(_folder() / "journal") if part == "JOURNAL" else part for part in more]
        code, said = _told(command, file, *places, *(["--key", str(KEY)] if trusted else []))
        must(code in {0, 1}, "the verifier accepts or refuses")
        must(not _SIGNS.search(said), "what a paper says cannot steer the screen")
        must(
            said.rstrip("\n").rpartition("\n")[2] == "OK." if code == 0 else "REFUSED." in said,
            "the end says which",
        )
        if code == 0 and trusted:
            same = (
                _members(shown) == _members(whole())
                if command == "export"
                else shown.rstrip(b"\n") == whole()
            )
            must(same, "nothing that was changed is accepted")

    return run


def _members(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _note_shown(data: bytes) -> None:
    """A checkpoint: the system and the stand-alone verifier agree about it, and about what it says."""
    shown = data[1:] if data[:1] == b"\x01" else patched(published()["checkpoint"], data[1:])
    file = _folder() / "note.shown"
    file.write_bytes(shown)
    code, _ = _told("note", file, "--key", KEY)
    try:
        head = checkpoint.verify(shown.decode(errors="surrogateescape"), KEY)
    except Unsigned:
        head = None
    must((head is not None) == (code == 0), "both verifiers agree")
    must(head is None or shown == published()["checkpoint"], "nothing that was changed is accepted")


def _journal_shown(data: bytes) -> None:
    """A published journal of which one file was changed: the first byte says which, whole or by a plan."""
    paths = sorted(published())
    path = paths[data[0] % len(paths)] if data else paths[0]
    shown = patched(published()[path], data[1:])
    file = _folder() / "journal" / path
    file.write_bytes(shown)
    try:
        code, _ = _told("journal", _folder() / "journal", "--key", KEY)
    finally:
        file.write_bytes(published()[path])
    must(code in {0, 1} and (code == 1 or shown == published()[path]), "nothing that was changed is accepted")


def _bundle(data: bytes) -> None:
    """Bundles of leaves, and paths of tiles: one form, in which both readers agree."""
    try:
        found = tiles.decode_bundle(data)
    except ValueError:
        found = None
    shown = derbes_verify.Bundle(0, len(found or ()), data)
    try:
        alone, hashes = shown.leaves(), shown.hashes()
    except derbes_verify.Refused:
        alone, hashes = None, b""
    must(found == alone, "both readers agree")
    must(hashes == b"".join(map(tree.leaf_hash, found or ())), "a bundle is hashed as its leaves are")
    must(found is None or tiles.encode_bundle(found) == data, "a bundle has one form")
    path = data.decode(errors="replace")
    asked = tiles.parse_path(path)
    if asked is not None:
        level = "entries" if asked.level is None else str(asked.level)
        must(tiles._path(level, asked.index, asked.width) == path, "a path has one form")


def _json(data: bytes) -> None:
    """Canonical JSON: one form, in which both readers agree."""
    try:
        found, why = canonical.loads(data), None
    except canonical.NotCanonical as refused:
        found, why = None, str(refused)
    try:
        alone = derbes_verify.parse(data, "It")
        refused_alone = False
    except derbes_verify.Refused:
        alone, refused_alone = None, True
    must(found == alone or (why and not refused_alone and _beyond(alone)), "both readers agree")
    must(why or canonical.dumps(found) == data, "what is read is written the same")
    try:
        anything = json.loads(data)
    except (ValueError, RecursionError):
        return
    with contextlib.suppress(canonical.NotCanonical):
        canonical.loads(canonical.dumps(anything))
    with contextlib.suppress(signed.Forged):
        signed.verify(anything if isinstance(anything, dict) else {}, KEY)


def _beyond(value: Any) -> bool:
    """Whether a name has letters whose order the system does not promise (derbes/crypto/canonical.py)."""
    if isinstance(value, dict):
        return any(max(name, default="") > "\uffff" for name in value) or any(map(_beyond, value.values()))
    return isinstance(value, list) and any(map(_beyond, value))


def _key(data: bytes) -> None:
    """Verifier keys and base64: one form, in which both readers agree."""
    shown = (
        data[1:].decode(errors="replace")
        if data[:1] == b"\x01"
        else patched(str(KEY).encode(), data[1:]).decode("latin-1")
    )
    try:
        found = checkpoint.parse_vkey(shown)
    except ValueError:
        found = None
    try:
        alone = derbes_verify.parse_key(shown)
    except (derbes_verify.Refused, UnicodeEncodeError):
        alone = None
    must((found is None) == (alone is None), "both readers agree")
    must(found is None or str(found) == shown, "a key has one form")
    with contextlib.suppress(ValueError):
        must(armour.encode(armour.decode(shown)) == shown, "base64 has one form")


def _opened(data: bytes) -> None:
    """What is sealed opens in its place alone, and only as it was."""
    key, context, plain = bytes(32), b"person/field/1", b"900101300007" * 3
    sealed = _sealed_once()[0]
    shown = data[1:] if data[:1] == b"\x01" else patched(sealed, data[1:])
    with contextlib.suppress(envelope.Unopenable):
        must(envelope.open(key, shown, context=context) == plain and shown == sealed, "nothing changed opens")
    sealed = _sealed_once()[1]
    shown = data[1:] if data[:1] == b"\x01" else patched(sealed, data[1:])
    cut = 1 + (data[0] if data else 0)
    pieces = [shown[at : at + cut] for at in range(0, len(shown), cut)]
    with contextlib.suppress(envelope.Unopenable):
        must(
            b"".join(stream.open(key, pieces, context=context)) == plain and shown == sealed,
            "nothing changed opens",
        )


@cache
def _sealed_once() -> tuple[bytes, bytes]:
    """The same in every process: with chance fixed, what another run sealed is not another sealed value."""
    key, context, plain = bytes(32), b"person/field/1", b"900101300007" * 3
    with mock.patch("os.urandom", bytes):
        return envelope.seal(key, plain, context=context), b"".join(
            stream.seal(key, [plain], context=context)
        )


def _ledger(data: bytes) -> None:
    """The file of what must stay gone: read whole, or damaged."""
    shown = data[1:] if data[:1] == b"\x01" else patched(_tombstones(), data[1:])
    file = _folder() / "erasures.log"
    file.write_bytes(shown)
    with contextlib.suppress(tombstones.Damaged):
        found = tombstones.ledger(file)
        must(found.head.n == len(found.heads), "each line has its place in the chain")


@cache
def _tombstones() -> bytes:
    chain, lines = "", []
    subject = {"subjects": ["01900000-0000-7000-8000-000000000001"], "at": "2026-11-23T07:00:00+00:00"}
    for n, line in enumerate(({"kind": "destroyed", **subject}, {"done": 1}, {"undone": 1}), 1):
        chain = tombstones._chain(chain, {"n": n, **line})
        lines.append(tombstones._written({"n": n, **line, "chain": chain}))
    return b"\n".join([*lines, b""])


def both(*wholes: Callable[[], bytes]) -> Callable[[], Iterator[bytes]]:
    """Return the seeds of a target that takes a plan of changes, or (behind the byte 1) what is made up."""
    return lambda: iter([b"\x00", b"\x00\x00\x00\x20\x01", *(b"\x01" + whole() for whole in wholes)])


TARGETS = (
    Target("paper_edition", _shown("edition", edition), both(edition)),
    Target("paper_receipt", _shown("receipt", receipt), both(receipt)),
    Target("paper_unknown_key", _shown("receipt", receipt, trusted=False), both(receipt)),
    Target("paper_history", _shown("history", history, "--journal", "JOURNAL"), both(history), 8000),
    Target("paper_export", _shown("export", export, "--journal", "JOURNAL"), both(export), 8000),
    Target("journal_note", _note_shown, both(lambda: published()["checkpoint"])),
    Target(
        "journal_files", _journal_shown, lambda: [b"\x00", b"\x01\x00\x00\x20\x01", b"\x02\x01\x00\x20\x01"]
    ),
    Target(
        "bundles",
        _bundle,
        lambda: [tiles.encode_bundle(leaves()), b"tile/0/x001/234.p/17", b"tile/entries/000"],
    ),
    Target(
        "canonical",
        _json,
        lambda: [edition(), b'{"a":[1,null,true,"\xd3\x98"]}', b"-1", b'{"\xef\xbf\xbf":1}'],
    ),
    Target("keys", _key, both(lambda: str(KEY).encode())),
    Target("sealed", _opened, both(lambda: _sealed_once()[0], lambda: _sealed_once()[1])),
    Target("tombstones", _ledger, both(_tombstones)),
)

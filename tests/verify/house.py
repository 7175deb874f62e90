"""An operator with their own keys and no scruples: everything that the real system would sign, they can sign too.

Honest as it stands; each test bends one thing before it is published or given out.
"""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from derbes.core.journal import log
from derbes.core.journal.leaves import leaf_of
from derbes.crypto import armour, canonical, checkpoint, cosignature, leaf, signed, tiles, timestamp, tree
from derbes.crypto.checkpoint import Head
from derbes.crypto.cosignature import Witness
from derbes.law.moments import stamp
from tests.core.ledger import ALIYA, AT, ERLAN, ORIGIN, PEN, SYSTEM, publication, reading
from tests.crypto.pen import Pen
from tests.verify.papers import FILES, TEXT, agreeing, kept

SUBJECT = "01900000-0000-7000-8000-000000000001"


@dataclass
class Entry:
    """An entry as the operator has it."""

    body: str
    secret: bytes | None = None
    n: int | None = None
    salt: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def leaf(self) -> bytes:
        tag = None if self.secret is None or self.n is None else leaf.tag(self.secret, self.n)
        return leaf_of(tag, self.salt, self.body)


class Outsider:
    """A witness of the tests, or one who only has its name."""

    def __init__(self, name: str, seed: int) -> None:
        self.pen = Pen(bytes([seed]) * 32)
        self.witness = Witness(name, self.pen.public_key)

    def line(self, note: str, at: datetime) -> str:
        seconds = int(at.timestamp())
        signature = self.pen.sign(cosignature.message(note, seconds))
        blob = self.witness.key_id + seconds.to_bytes(8, "big") + signature
        return f"— {self.witness.name} {armour.encode(blob)}\n"


BAR = Outsider("bar.example.kz/witness", 7)
PAPER = Outsider("paper.example.kz/witness", 8)


class House:
    """The operator: a journal in memory, and what they publish and give out of it."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.anchors: dict[int, str] = {}
        self.tokens: dict[int, bytes] = {}

    def note(self, size: int | None = None) -> str:
        leaves = [entry.leaf for entry in self.entries][:size]
        grown = tree.Range()
        for each in leaves:
            grown.append(tree.leaf_hash(each))
        return checkpoint.sign(Head(ORIGIN, len(leaves), grown.root()), PEN)

    def witnessed(self, at: datetime, *who: Outsider, size: int | None = None) -> str:
        """Have a checkpoint signed by outsiders, who see it as it is now."""
        note = self.note(size)
        whole = note + "".join(each.line(note, at) for each in who)
        self.anchors[size or len(self.entries)] = whole
        return whole

    def publish(self, folder: Path, size: int | None = None) -> Path:
        shown = [entry.leaf for entry in self.entries][:size]
        for number in range(-(-len(shown) // tiles.WIDTH)):
            part = shown[number * tiles.WIDTH : (number + 1) * tiles.WIDTH]
            target = folder / tiles.entries_path(number, len(part))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tiles.encode_bundle(part))
        (folder / "anchor").mkdir(parents=True, exist_ok=True)
        for at, note in self.anchors.items():
            if at <= len(shown):
                (folder / "anchor" / str(at)).write_text(note)
        for at, token in self.tokens.items():
            (folder / "anchor" / f"{at}.tst").write_bytes(token)
        (folder / "anchors").write_text("".join(f"{at}\n" for at in self.anchors if at <= len(shown)))
        (folder / "checkpoint").write_text(self.note(len(shown)))
        return folder

    def proof(self, place: int, size: int) -> list[str]:
        edge = tiles.Edge()
        held = edge.extend(b"".join(tree.leaf_hash(each.leaf) for each in self.entries[:size]))
        read = tiles.reader(lambda level, number: held[level, number])
        return [armour.encode(node) for node in tree.inclusion(read, place, size)]

    def told(self, place: int, size: int) -> dict:
        """An entry as a history holds it."""
        entry = self.entries[place]
        return {
            "n": entry.n,
            "salt": armour.encode(entry.salt),
            "body": entry.body,
            "index": place,
            "leaf": armour.encode(entry.leaf),
            "proof": self.proof(place, size),
        }

    def history(self, size: int | None = None, **changes: object) -> dict:
        size = size or len(self.entries)
        mine = [place for place, entry in enumerate(self.entries[:size]) if entry.secret == ALIYA]
        entries = [self.told(place, size) for place in mine]
        document = {"type": "history", "v": 1, "subject": SUBJECT, "made": stamp(AT)}
        document |= {"secret": armour.encode(ALIYA), "count": len(entries), "entries": entries} | changes
        return {**signed.sign(document, PEN, name=ORIGIN), "checkpoint": self.note(size)}

    def receipt(self, place: int, edition: dict, size: int | None = None, **changes: object) -> dict:
        size = size or len(self.entries)
        entry = self.entries[place]
        document = {
            "type": "receipt",
            "v": 1,
            "subject": SUBJECT,
            "at": canonical.loads(entry.body.encode())["at"],
            "entry_body_sha256": sha256(entry.body.encode()).hexdigest(),
            "edition": {"edition": "2026-11-22", "sha256": edition["document"]["sha256"]},
            "language": "kk",
            "text": TEXT,
            "text_sha256": sha256(TEXT.encode()).hexdigest(),
            "consents": [{"purpose": "verification", "act": None, "state": "given"}],
        } | changes
        inclusion = {
            "index": place,
            "leaf": armour.encode(entry.leaf),
            "proof": self.proof(place, size),
            "checkpoint": self.note(size),
        }
        opening = {"salt": armour.encode(entry.salt), "body": entry.body}
        return {**signed.sign(document, PEN, name=ORIGIN), "inclusion": inclusion, "opening": opening}


def edition(files: dict[str, str] = FILES) -> dict:
    """The signed edition with these files."""
    document = {
        "type": "edition",
        "v": 1,
        "edition": "2026-11-22",
        "effective": "2026-11-22T00:00:00.000Z",
        "published": "2026-11-21T09:00:00.000Z",
        "sha256": sha256(canonical.dumps(files)).hexdigest(),
        "files": files,
    }
    return signed.sign(document, PEN, name=ORIGIN)


def export(path: Path, history: dict, receipts: dict[str, dict]) -> Path:
    """An export as a person gets it."""
    files = {"history.json": canonical.dumps(history), "data.json": b"{}\n"}
    files |= {f"receipts/{name}.json": canonical.dumps(each) for name, each in receipts.items()}
    listed = [
        {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in sorted(files.items())
    ]
    document = {"type": "export", "v": 1, "subject": SUBJECT, "made": stamp(AT), "files": listed}
    files["manifest.json"] = canonical.dumps(signed.sign(document, PEN, name=ORIGIN))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def day(minutes: int) -> datetime:
    """So many minutes after the journal began."""
    return AT + timedelta(minutes=minutes)


def others(first: int, count: int) -> list[Entry]:
    """Erlan's entries, for company."""
    return [Entry(log.body_of(reading(first + i)), ERLAN, first + i) for i in range(count)]


def honest() -> House:
    """Edition published, Aliya agrees, Bauyrzhan reads twice, among 300 entries of others; ten hours in all."""
    digest = edition()["document"]["sha256"]
    mine = {
        40: Entry(log.body_of(agreeing(40)), ALIYA, 1),
        120: Entry(log.body_of(reading(120)), ALIYA, 2),
        200: Entry(log.body_of(reading(200)), ALIYA, 3),
        290: Entry(log.body_of(reading(290, operation="clarify", event="correction.made")), ALIYA, 4),
    }
    entries = [Entry(log.body_of(publication(sha256=digest))), *others(1, 299)]
    for place, entry in mine.items():
        entries[place] = entry
    return House(entries)


def looked(n: int, minutes: int) -> Entry:
    """Somebody has looked at Aliya's data once more."""
    return Entry(log.body_of(reading(minutes)), ALIYA, n)


def worked(minutes: int) -> Entry:
    """The system did something with nobody's data."""
    return Entry(log.body_of(reading(minutes, actor=SYSTEM, purpose=None, fields=())))


def file(path: Path, document: dict) -> Path:
    return kept(path, document)


class Authority:
    """A time-stamping authority of the tests, made with openssl: its root, and tokens over what it is asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
            "digests=sha256\ness_cert_id_alg=sha256\n"
            "[stamps]\nextendedKeyUsage=critical,timeStamping\n"
        )
        new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self._run(
            f"req -x509 {new} -keyout root.key -out root.pem -subj /CN=Root -days 3650"
            " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
        )
        self._run(f"req {new} -keyout tsa.key -out tsa.csr -subj /CN=tsa")
        self._run(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -days 3650 -out tsa.pem"
            " -extfile tsa.cnf -extensions stamps"
        )

    @property
    def root(self) -> Path:
        return self._folder / "root.pem"

    def answer(self, question: bytes) -> bytes:
        (self._folder / "question").write_bytes(question)
        self._run("ts -reply -config tsa.cnf -queryfile question -signer tsa.pem -inkey tsa.key -out answer")
        return (self._folder / "answer").read_bytes()

    def token(self, note: str) -> bytes:
        return timestamp.token_in(self.answer(timestamp.request(sha256(note.encode()).digest(), 1)))

    def _run(self, command: str) -> None:
        subprocess.run(
            ["openssl", *command.split()], cwd=self._folder, check=True, capture_output=True, timeout=30
        )

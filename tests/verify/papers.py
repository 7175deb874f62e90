"""Papers as the system gives them out, for the stand-alone verifier: made by it, and then tampered with."""

import json
from hashlib import sha256
from pathlib import Path

from derbes.core.journal import log, prove, public
from derbes.crypto import armour, canonical, checkpoint, signed
from tests.core.ledger import ALIYA, ORIGIN, PEN, reading
from tests.crypto.pen import Pen
from verify import derbes_verify

KEY = str(checkpoint.vkey(ORIGIN, PEN.public_key))
FOREIGN = str(checkpoint.vkey(ORIGIN, Pen(bytes(32)).public_key))
TEXT = "Жеке деректерімді тексеру үшін өңдеуге келісемін."
FILES = {"policy.toml": "[operator]\n", "kk.md": "# Саясат\n", "ru.md": "# Политика\n", "en.md": "# Policy\n"}
FILES_SHA256 = sha256(canonical.dumps(FILES)).hexdigest()


def agreeing(minute: int = 0, **changes: object) -> log.Record:
    """A person agrees to `TEXT`."""
    said = {"event": "registration.register", "operation": "collect"}
    detail = {"text": sha256(TEXT.encode()).hexdigest(), "given": ["verification"]}
    return reading(minute, **(said | {"detail": detail} | changes))


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


def exported(path: Path, **changes: object) -> Path:
    found = prove.history(ALIYA, 5)
    note = found.pop("checkpoint")
    document = {"type": "history", "v": 1, "subject": "01900000-0000-7000-8000-000000000001"}
    document |= {"secret": armour.encode(ALIYA), **found, **changes}
    return kept(path, sealed(document, checkpoint=note))


def answer(*arguments: object) -> int:
    return derbes_verify.main([str(argument) for argument in arguments])


def changed(whole: bytes, at: int, flip: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]


def reworked(file: Path, change) -> Path:
    content = json.loads(file.read_bytes())
    change(content)
    return kept(file, content)

#!/usr/bin/env python3
"""A witness: signs a journal's checkpoint only if it goes on from the last one that it signed, and says when.

For whoever wants to keep an operator to their journal: a bar, a newspaper, another operator. It is the server's half
of C2SP tlog-witness (https://c2sp.org/tlog-witness); Python 3.11 and `cryptography`. What always holds: what was
signed is on disk before the answer leaves, and no smaller or other journal is ever signed after it.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import sys
import time
from base64 import b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from derbes_cosign import EMPTY, check_cosigned, consistent, key_id, message, parted, vkey_of
from derbes_verify import HASH, Head, Key, Refused, parse_key, unbase64

MOST_BODY, MOST_PROOF = 65536, 63
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class Answer(NamedTuple):
    """What is answered: status, body, and its type."""

    status: int
    body: str
    kind: str = TEXT


class State:
    """The last checkpoint signed of each journal: one file each, whole or not there, on disk before it counts."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._alone = (folder / "lock").open("w")
        fcntl.flock(self._alone, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two witnesses on one state could both sign

    def close(self) -> None:
        """Let another process use the state."""
        self._alone.close()

    def read(self, origin: str) -> tuple[Head, str]:
        """Return the last head signed of this journal, and the note; nothing signed is the empty tree."""
        path = self._path(origin)
        if not path.exists():
            return Head(0, EMPTY), ""
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Head(kept["size"], bytes.fromhex(kept["root"])), kept["note"]

    def write(self, origin: str, head: Head, note: str) -> None:
        """Keep a head; when this returns it survives the loss of power."""
        path, unfinished = self._path(origin), self._path(origin).with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump({"origin": origin, "size": head.size, "root": head.root.hex(), "note": note}, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.json"


class Witness:
    """Judges submissions, one at a time."""

    def __init__(self, name: str, pen: Ed25519PrivateKey, logs: list[Key], state: State) -> None:
        self.name, self.state = name, state
        self._pen = pen
        self._logs = {key.name: key for key in logs}
        self._one_at_a_time = Lock()

    @property
    def vkey(self) -> str:
        """The verifier key to be given to operators and auditors."""
        return vkey_of(self.name, self._public)

    @property
    def _public(self) -> bytes:
        return self._pen.public_key().public_bytes_raw()

    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge one submission."""
        try:
            old, proof, note = submission(body)
            text, lines = parted(note)
        except (Refused, UnicodeDecodeError):
            return Answer(400, "This is not a submission of a checkpoint.\n")
        key = self._logs.get(text.split("\n", 1)[0])
        if key is None:
            return Answer(404, "This journal is not known here.\n")
        try:
            head = check_cosigned(note, key)
        except Refused:
            return Answer(403, "The checkpoint is not signed by the key known for this journal.\n")
        own = "".join(line for line in lines if line.startswith(f"— {key.name} "))
        with self._one_at_a_time:
            return self._judged(old, proof, head, text, own)

    def _judged(self, old: int, proof: list[bytes], head: Head, text: str, own: str) -> Answer:
        origin = text.split("\n", 1)[0]
        if old > head.size:
            return Answer(400, "The old size is larger than the checkpoint.\n")
        last, _ = self.state.read(origin)
        if old != last.size:
            return Answer(409, f"{last.size}\n", SIZE)
        if old == head.size and head.root != last.root:
            return Answer(409, f"{last.size}\n", SIZE)
        if not consistent(last, head, proof):
            return Answer(422, "The checkpoint does not go on from the last one signed here.\n")
        line = self._sign(text)
        self.state.write(origin, head, f"{text}\n{own}{line}")
        return Answer(200, line)

    def _sign(self, text: str) -> str:
        seconds = int(time.time())
        signature = self._pen.sign(message(text, seconds))
        blob = key_id(self.name, self._public) + seconds.to_bytes(8, "big") + signature
        return f"— {self.name} {b64encode(blob).decode()}\n"

    def shown(self, path: str) -> Answer:
        """Return what anybody may ask for: the key, and the last checkpoint signed of a journal."""
        if path == "/key":
            return Answer(200, f"{self.vkey}\n")
        for origin in self._logs:
            if path == f"/checkpoint/{sha256(origin.encode()).hexdigest()}":
                note = self.state.read(origin)[1]
                return Answer(200, note) if note else Answer(404, "Nothing has been signed yet.\n")
        return Answer(404, "There is nothing here.\n")


def submission(body: bytes) -> tuple[int, list[bytes], str]:
    """Return old size, proof and note of a submission; raise `Refused` when it has another form."""
    head, blank, note = body.decode().partition("\n\n")
    first, *lines = head.split("\n")
    old = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first)
    if not blank or old is None or len(lines) > MOST_PROOF:
        raise Refused("not a submission")
    return int(old[1]), [unbase64(line, HASH, "A line of the proof") for line in lines], note


class Door(BaseHTTPRequestHandler):
    """Speaks HTTP for the witness."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    witness: Witness

    def do_POST(self) -> None:
        """Take a submission."""
        length = self.headers.get("Content-Length", "")
        if self.path.rstrip("/") != "/add-checkpoint" or not length.isdigit() or int(length) > MOST_BODY:
            self.close_connection = True
            self._answer(Answer(404 if length.isdigit() else 411, "POST a checkpoint to /add-checkpoint.\n"))
            return
        self._answer(self.witness.add_checkpoint(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        """Show what is public."""
        self._answer(self.witness.shown(self.path))

    def _answer(self, answer: Answer) -> None:
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing is written about who asks."""


def pen_in(path: Path) -> Ed25519PrivateKey:
    """Return the witness's own key, made at the first start and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(HASH))
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def key_of(argument: str) -> Key:
    """Return a journal's key given on the command line."""
    try:
        return parse_key(argument.strip())
    except Refused as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    wanted = argparse.ArgumentParser(description="A witness for journals (C2SP tlog-witness).")
    wanted.add_argument("--name", required=True, help="your name, such as bar.example.kz/witness")
    wanted.add_argument("--log", type=key_of, action="append", required=True, help="a journal's verifier key")
    wanted.add_argument("--state", type=Path, required=True, help="a folder for the key and what was signed")
    wanted.add_argument("--host", default="127.0.0.1")
    wanted.add_argument("--port", type=int, default=8411)
    asked = wanted.parse_args(arguments)
    try:
        state = State(asked.state)
    except BlockingIOError:
        sys.stderr.write("Another witness is at work on this folder.\n")
        return 2
    witness = Witness(asked.name, pen_in(asked.state / "key"), asked.log, state)
    with ThreadingHTTPServer((asked.host, asked.port), type("Door", (Door,), {"witness": witness})) as server:
        sys.stdout.write(f"{witness.vkey} http://{asked.host}:{server.server_address[1]}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            state.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

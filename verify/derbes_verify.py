#!/usr/bin/env python3
"""Check what a Derbes installation gave out: editions, receipts, histories, exports, checkpoints, a whole journal.

One file, on purpose: Python 3.11 and the package `cryptography`, nothing of the system that it checks, so that
anybody can read it in an hour and need not trust the operator. What always holds: a document in which any
byte was changed is refused. README.md beside it says how to use it, docs/journal.md what it proves.
"""

from __future__ import annotations

import argparse
import hmac
import io
import json
import os
import re
import struct
import sys
import urllib.error
import urllib.request
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

OK, REFUSED, USAGE = 0, 1, 2
HASH, WIDTH, HEIGHT, BEYOND = 32, 256, 8, 64
PART = WIDTH * WIDTH  # entries that one process hashes at a time: those below a tile of level 1
LARGEST = 2**53 - 1
MOST = 2**29  # bytes that an export may unpack to
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")  # steers a screen
T = TypeVar("T")


class Refused(Exception):
    """What was shown does not hold; the message says why."""


class Key(NamedTuple):
    """The operator's public key and the name that goes with it, the journal's origin."""

    name: str
    public: bytes
    text: str

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Say whether `signature` over `message` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Head(NamedTuple):
    """A checkpoint: how many entries the journal had, and the root over them."""

    size: int
    root: bytes


def say(sentence: str) -> None:
    """Write one sentence of the answer; what a paper says in it cannot write lines of its own."""
    sys.stdout.write(UNSEEN.sub("?", sentence) + "\n")


# Forms: each has exactly one right way to be written, or else a byte could change unnoticed


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a document without fractions."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(each) for each in value) + b"]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise Refused("It holds a number that is not a whole number below 2^53.")
    return json.dumps(value, ensure_ascii=False).encode()


def parse(data: bytes, what: str) -> Any:
    """Return the JSON document that `data` is the canonical form of."""
    try:
        value = json.loads(data)
        same = canonical(value) == data
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not JSON as we write it.") from None
    if not same:
        raise Refused(f"{what} is not written in the one canonical form: it was changed or reformatted.")
    return value


def text(data: bytes, what: str) -> str:
    """Return `data` as text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused(f"{what} is not text.") from None


def unbase64(encoded: str, size: int | None, what: str) -> bytes:
    """Return the bytes that `encoded` is the one base64 form of."""
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        data = b""
    if b64encode(data).decode() != encoded or (size is not None and len(data) != size):
        raise Refused(f"{what} is not base64 of the right length.")
    return data


def get(holder: Any, name: str, kind: type[T]) -> T:
    """Return the member `name` of an object, which must be of `kind`."""
    value = get_or_none(holder, name)
    if type(value) is not kind:
        raise Refused(f"The member “{name}” is missing or of the wrong kind.")
    return value


def get_or_none(holder: Any, name: str) -> Any:
    """Return the member `name` of an object, or None when it has none."""
    return holder.get(name) if isinstance(holder, dict) else None


def exactly(holder: Any, *names: str) -> None:
    """Refuse an object with other members than these."""
    if not isinstance(holder, dict) or holder.keys() != set(names):
        raise Refused(f"There should be {', '.join(names)} and nothing else.")


# Keys and signatures


def parse_key(vkey: str) -> Key:
    """Return the key that a verifier key (C2SP signed-note) names."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    blob = unbase64(encoded, HASH + 1, "The verifier key")
    if not name or name.split() != [name] or blob[0] != 1 or key_id != identity(name, blob).hex():
        raise Refused("The parts of the verifier key do not belong together.")
    return Key(name, blob[1:], vkey)


def identity(name: str, blob: bytes) -> bytes:
    """Return the four bytes by which a key is called."""
    return sha256(name.encode() + b"\n" + blob).digest()[:4]


def check_note(note: str, key: Key) -> Head:
    """Return what a checkpoint says, if `key` signed it."""
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n\n— ([^\n ]+) ([^\n ]+)\n", note)
    if match is None:
        raise Refused("The checkpoint does not have the form of a checkpoint.")
    origin, size, root, name, encoded = match.groups()
    blob = unbase64(encoded, 68, "The signature of the checkpoint")
    if (origin, name, blob[:4]) != (key.name, key.name, identity(key.name, b"\x01" + key.public)):
        raise Refused("The checkpoint names another journal or another key.")
    if not key.signed(blob[4:], note[: note.rindex("\n— ")].encode()):
        raise Refused("The signature of the checkpoint is wrong.")
    return Head(int(size), unbase64(root, HASH, "The root of the checkpoint"))


def check_document(file: Any, kind: str, trusted: Key | None) -> tuple[dict[str, Any], Key]:
    """Return the document within a signed file and the key that signed it, and say so."""
    key = trusted or parse_key(get(get(file, "signature", dict), "key", str))
    if trusted is None:
        say(f"Warning: no trusted key was given. Compare this key with the published one: {key.text}")
    document = signed_document(file, kind, key)
    say(f"The signature of {key.name} is good.")
    return document, key


def signed_document(file: Any, kind: str, trusted: Key) -> dict[str, Any]:
    """Return the document within a file that the trusted key signed."""
    document, signature = get(file, "document", dict), get(file, "signature", dict)
    exactly(signature, "alg", "key", "sig")
    key = parse_key(get(signature, "key", str))
    if key.text != trusted.text:
        raise Refused(f"It is signed with another key than the trusted one: {key.text}")
    if signature["alg"] != "Ed25519" or document.get("type") != kind or document.get("v") != 1:
        raise Refused(f"This is not a signed {kind} of version 1.")
    message = f"derbes/{kind}/v1\n".encode() + canonical(document)
    if not key.signed(unbase64(get(signature, "sig", str), 64, "The signature"), message):
        raise Refused("The signature is wrong: the document is not what was signed.")
    return document


# The tree (RFC 9162)


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash that stands for a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, proof: list[bytes], head: Head) -> bool:
    """Say whether the proof leads from a leaf to the root (RFC 9162 §2.1.3.2)."""
    at, last, result = index, head.size - 1, leaf_hash(leaf)
    if not 0 <= at <= last:
        return False
    for node in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            result = node_hash(node, result)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            result = node_hash(result, node)
        at, last = at >> 1, last >> 1
    return last == 0 and result == head.root


def rows_over(hashes: bytes) -> list[bytes]:
    """Return the rows of perfect subtrees over hashes that stand side by side, each row joined."""
    rows = [hashes]
    while len(hashes) >= 2 * HASH:
        pairs = range(0, len(hashes) - 2 * HASH + 1, 2 * HASH)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH]).digest() for at in pairs])
        rows.append(hashes)
    return rows


class Tree:
    """A growing tree that holds only its unfinished tiles; `finished` is told every tile that gets full."""

    def __init__(self, finished: Callable[[int, int, bytes], None]) -> None:
        self.size = 0
        self.open: list[bytes] = []
        self._finished = finished

    def extend(self, hashes: bytes) -> None:
        """Go on by leaf hashes, joined."""
        before, self.size = self.size, self.size + len(hashes) // HASH
        level = 0
        while hashes:
            if level == len(self.open):
                self.open.append(b"")
            row, roots = self.open[level] + hashes, []
            full = len(row) // (WIDTH * HASH)
            for number in range(full):
                tile = row[number * WIDTH * HASH : (number + 1) * WIDTH * HASH]
                self._finished(level, before // WIDTH + number, tile)
                roots.append(rows_over(tile)[HEIGHT])
            self.open[level] = row[full * WIDTH * HASH :]
            level, before, hashes = level + 1, before // WIDTH, b"".join(roots)

    def root(self) -> bytes:
        """Return the root over what there is so far."""
        return root_over(self.open)


def root_over(edge: list[bytes]) -> bytes:
    """Return the root of the tree with this edge: the hashes of the unfinished tile of each level."""
    peaks = []
    for hashes in reversed(edge):
        rows = rows_over(hashes)
        width = len(hashes) // HASH
        peaks += [rows[height][-HASH:] for height in reversed(range(HEIGHT)) if width >> height & 1]
    if not peaks:
        return sha256(b"").digest()
    result = peaks.pop()
    while peaks:
        result = node_hash(peaks.pop(), result)
    return result


# Where a journal is read from: a folder or an address (C2SP tlog-tiles)


class Source:
    """A published journal, in a folder or at an address."""

    def __init__(self, place: str) -> None:
        self._place = place.rstrip("/")
        self._web = place.startswith(("http://", "https://"))

    def fetch(self, path: str) -> bytes:
        """Return what is published at `path`."""
        try:
            if not self._web:
                with open(f"{self._place}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - called for every tile
                    return file.read()
            with urllib.request.urlopen(f"{self._place}/{path}", timeout=30) as answer:  # noqa: S310 - http(s) only
                data: bytes = answer.read()
                return data
        except (OSError, urllib.error.URLError):
            raise Refused(f"The journal does not give out {path}.") from None

    def checkpoint(self, key: Key) -> Head:
        """Return the journal's current head."""
        return check_note(text(self.fetch("checkpoint"), "The checkpoint"), key)

    def anchored(self, down_to: int = 0) -> list[int]:
        """Return the sizes of the checkpoints that outsiders spoke of, ascending: all that are greater than `down_to`."""
        found: list[int] = []
        path = "anchors"
        while path:
            lines = text(self.fetch(path), "The list of anchors").split()
            sizes = [int(line) for line in lines if line.isdecimal() and len(line) < len(str(1 << 63))]
            rest = lines[len(sizes) :]
            path = f"anchors.{sizes[0]}" if sizes and rest else ""
            back = not found or not sizes or sizes[-1] < found[0]
            if sizes != sorted({*sizes}) or rest not in ([], [path]) or not back:
                raise Refused("The list of anchors is not one of sizes that go up.")
            found = sizes + found
            if found and found[0] <= down_to:
                break
        return found

    def bundles(self, size: int, start: int = 0) -> Iterator[Bundle]:
        """Yield the bundles of the journal's first `size` entries, from the one that begins at entry `start`."""
        for number in range(start // WIDTH, -(-size // WIDTH)):
            width = min(WIDTH, size - number * WIDTH)
            yield Bundle(number, width, self.fetch(path_of("entries", number, width)))


class Bundle(NamedTuple):
    """Leaves as they are given out: `width` of them, each behind its length in two bytes."""

    number: int
    width: int
    data: bytes

    def leaves(self) -> list[bytes]:
        """Return the leaves."""
        data = self.data
        leaves, at, end = [], 0, len(data)
        while at + 2 <= end:
            start = at + 2
            at = start + (data[at] << 8 | data[at + 1])
            leaves.append(data[start:at])
        if at != end:
            raise Refused(f"Bundle {self.number} is cut short.")
        self.check(len(leaves))
        return leaves

    def hashes(self) -> bytes:
        """Return the hashes of the leaves, joined. Where all are of one length, they are hashed as they lie there."""
        data = self.data
        step = 2 + int.from_bytes(data[:2], "big")
        count, rest = divmod(len(data), step)
        if rest or data[::step] != data[:1] * count or data[1::step] != data[1:2] * count:
            return b"".join([leaf_hash(leaf) for leaf in self.leaves()])
        self.check(count)
        marked = bytearray(data)
        marked[1::step] = bytes(count)  # the byte before each leaf is now the one that is hashed with it
        return b"".join([sha256(marked[at : at + step - 1]).digest() for at in range(1, len(data), step)])

    def check(self, count: int) -> None:
        """Refuse other than `width` leaves."""
        if count != self.width:
            raise Refused(f"Bundle {self.number} has {count} entries instead of {self.width}.")


def path_of(level: str, number: int, width: int) -> str:
    """Return the path of a tile or bundle."""
    digits = [f"{number % 1000:03}"]
    while number := number // 1000:
        digits.append(f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(reversed(digits))}" + ("" if width == WIDTH else f".p/{width}")


# The whole tree, made anew part by part, on every core


class Part(NamedTuple):
    """A part of the tree: the edges that it had at some sizes, the tiles that are wrong, and the hash over all of it, if full."""

    edges: dict[int, list[bytes]]
    wrong: list[str]
    root: bytes


def grown(source: Source, size: int, sizes: list[int]) -> dict[int, bytes]:
    """Return the root at `size` entries, and at each of the smaller `sizes`: from the leaves, each hashed.

    Refuses when a tile that the journal gives out is not the one that the leaves below it make.
    """
    roots: dict[int, bytes] = {}
    wrong: list[str] = []
    above = Tree(lambda level, number, tile: wrong.extend(differing(source, level + 2, number, tile)))
    for part in parts(source, size, sizes):
        roots |= {at: root_over([*edge, *above.open]) for at, edge in part.edges.items()}
        wrong += part.wrong
        above.extend(part.root)
    for level, tile in enumerate(above.open, start=2):
        wrong += differing(source, level, size >> HEIGHT * (level + 1), tile)
    if wrong:
        raise Refused(wrong[0])
    return roots


def parts(source: Source, size: int, sizes: list[int]) -> Iterator[Part]:
    """Yield what `part` returns of one part after another; the last is the unfinished one, which may be empty."""
    work, numbers = partial(part, source, size, sizes), range(size // PART + 1)
    cores = os.cpu_count() or 1
    if min(cores, len(numbers) - 1) > 1:
        with ProcessPoolExecutor(cores) as pool:
            yield from pool.map(work, numbers)
    else:
        yield from map(work, numbers)


def part(source: Source, size: int, sizes: list[int], number: int) -> Part:
    """Hash the leaves below the `number`-th tile of level 1, and compare it and the tiles below it."""
    edges: dict[int, list[bytes]] = {}
    wrong: list[str] = []

    def compare(level: int, index: int, tile: bytes) -> None:
        wrong.extend(differing(source, level, (number << HEIGHT * (1 - level)) + index, tile))

    tree, start = Tree(compare), number * PART
    stop = min(start + PART, size)
    for bundle in source.bundles(stop, start):
        at, hashes = start + tree.size, bundle.hashes()
        here = (one for one in sizes if at <= one < at + bundle.width)
        edges |= {one: [hashes[: (one - at) * HASH], *tree.open[1:2]] for one in here}
        tree.extend(hashes)
    if stop == start + PART:
        return Part(edges, wrong, tree.open[2])
    for level, tile in enumerate(tree.open):
        compare(level, tree.size >> HEIGHT * (level + 1), tile)
    return Part({**edges, stop: tree.open}, wrong, b"")


def differing(source: Source, level: int, number: int, made: bytes) -> list[str]:
    """Say where the tile that the journal gives out and the one that was made part, if they do."""
    stored = source.fetch(path_of(str(level), number, len(made) // HASH)) if made else b""
    return [] if stored == made else [first_difference(level, number, stored, made)]


# What is checked


def check_opening(leaf: bytes, opening: Any) -> dict[str, Any]:
    """Return the journal entry that a leaf is the commitment to."""
    body = get(opening, "body", str).encode()
    salt = unbase64(get(opening, "salt", str), 16, "The salt")
    public = parse(leaf, "The leaf")
    if get(public, "commitment", str) != b64encode(hmac.digest(salt, body, "sha256")).decode():
        raise Refused("The entry shown is not the one that the journal committed to.")
    entry = parse(body, "The entry")
    if get(entry, "v", int) != 1:
        raise Refused("The entry is of a version that this program does not know.")
    return {str(name): value for name, value in entry.items()}


def check_inclusion(inclusion: Any, key: Key) -> tuple[bytes, Head]:
    """Return the leaf that is proved to be in the journal, and the journal's head."""
    exactly(inclusion, "index", "leaf", "proof", "checkpoint")
    head = check_note(get(inclusion, "checkpoint", str), key)
    leaf = check_place(inclusion, head)
    say(f"It is in the journal: entry {inclusion['index']} of {head.size}, under a signed checkpoint.")
    return leaf, head


def check_place(holder: Any, head: Head) -> bytes:
    """Return the leaf that `holder` proves to be at its index under `head`."""
    leaf = unbase64(get(holder, "leaf", str), None, "The leaf")
    proof = [
        unbase64(node if isinstance(node, str) else "", HASH, "The proof")
        for node in get(holder, "proof", list)
    ]
    if not included(leaf, get(holder, "index", int), proof, head):
        raise Refused("The proof does not lead to the root of the checkpoint.")
    return leaf


def edition(file: Any, trusted: Key | None) -> None:
    """Check an edition: signature, the hash of its files, and that the journal names it when that is shown."""
    exactly(file, "document", "signature", *({"inclusion"} & set(file)))
    document, key = check_document(file, "edition", trusted)
    digest = sha256(canonical(get(document, "files", dict))).hexdigest()
    if digest != document.get("sha256"):
        raise Refused("The files are not those whose hash the edition names.")
    say(
        f"Edition {get(document, 'edition', str)}, in force from {get(document, 'effective', str)}, SHA-256 {digest}."
    )
    if "inclusion" not in file:
        say("No proof of the journal comes with it.")
        return
    public = parse(check_inclusion(file["inclusion"], key)[0], "The leaf")
    if (get_or_none(public, "edition"), get_or_none(public, "sha256")) != (document["edition"], digest):
        raise Refused("The journal names another edition or other files at this place.")


def receipt(file: Any, trusted: Key | None) -> None:
    """Check a receipt: signature, the text agreed to, the entry it is about, and its place in the journal."""
    exactly(file, "document", "signature", "inclusion", "opening")
    exactly(file["opening"], "salt", "body")
    document, key = check_document(file, "receipt", trusted)
    if sha256(get(document, "text", str).encode()).hexdigest() != document.get("text_sha256"):
        raise Refused("The text is not the one whose hash the receipt names.")
    say(f"The text agreed to is whole ({get(document, 'language', str)}, SHA-256 {document['text_sha256']}).")
    leaf, _ = check_inclusion(file["inclusion"], key)
    entry = check_opening(leaf, file["opening"])
    if sha256(file["opening"]["body"].encode()).hexdigest() != document.get("entry_body_sha256"):
        raise Refused("The journal entry is not the one that the receipt names.")
    check_word(document, entry)
    say(f"The entry is the receipt's own: {describe(entry)}")
    for consent in get(document, "consents", list):
        what = " ".join(str(consent[part]) for part in ("purpose", "act") if get_or_none(consent, part))
        say(f"  {what}: {get(consent, 'state', str)}")


def check_word(document: dict[str, Any], entry: dict[str, Any]) -> None:
    """Refuse a receipt that says another word, text or edition than the journal's entry does."""
    named = get(get(document, "edition", dict), "edition", str)
    if entry.get("edition") is not None and entry["edition"] != named:
        raise Refused("The journal entry is about another edition than the receipt.")
    detail = get(entry, "detail", dict)
    if detail.get("text") != document["text_sha256"]:
        raise Refused("The journal entry is about another text than the receipt.")
    said = {state: list[str]() for state in ("given", "withdrawn", "refused")}
    for consent in get(document, "consents", list):
        act = get_or_none(consent, "act")
        state = get(consent, "state", str)
        said.setdefault(state, []).append(get(consent, "purpose", str) + (f"/{act}" if act else ""))
    if any(sorted(words) != detail.get(state, []) for state, words in said.items()):
        raise Refused("The receipt says another word than the journal entry.")


def history(file: Any, trusted: Key | None, source: Source) -> None:
    """Check that a history holds all of a person's entries: tags 1 … N once each, and none after."""
    exactly(file, "document", "signature", "checkpoint")
    document, key = check_document(file, "history", trusted)
    head = check_note(get(file, "checkpoint", str), key)
    secret = unbase64(get(document, "secret", str), HASH, "The secret")
    count, entries = get(document, "count", int), get(document, "entries", list)
    if len(entries) != count or [get(entry, "n", int) for entry in entries] != list(range(1, count + 1)):
        raise Refused(f"The history does not hold the entries 1 to {count}, once each.")
    wanted = {tag_of(secret, n): n for n in range(1, count + BEYOND + 1)}
    places = {}
    for entry in entries:
        leaf = check_place(entry, head)
        if wanted.get(get(parse(leaf, "The leaf"), "tag", str)) != entry["n"]:
            raise Refused(f"Entry {entry['n']} does not carry this person's tag.")
        places[entry["n"]] = entry["index"]
        say(f"{entry['n']}. {describe(check_opening(leaf, entry))}")
    check_complete(source, key, head, wanted, places)
    say(
        f"The history is complete: {count} entries, each once, and no further one in a journal of {head.size}."
    )


def export(path: Path, trusted: Key | None, source: Source | None) -> None:
    """Check an export: the signed manifest, every file against it, every receipt, and the history when it can be."""
    files = unpacked(path.read_bytes())
    manifest = parse(files.pop("manifest.json", b""), "The manifest")
    exactly(manifest, "document", "signature")
    document, key = check_document(manifest, "export", trusted)
    check_files(get(document, "files", list), files)
    say(f"All {len(files)} files are as the manifest says; made {get(document, 'made', str)}.")
    for name, data in sorted(files.items()):
        if name.startswith("receipts/"):
            say(f"{name}:")
            receipt(parse(data, name), key)
    if source is None:
        say("The history was not checked: give --journal to have it checked too.")
    else:
        history(parse(files.get("history.json", b""), "The history"), key, source)


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP archive by name."""
    files: dict[str, bytes] = {}
    left = MOST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.filename in files:
                    raise Refused("The archive has two files of one name.")
                if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise Refused("The archive is packed in a way that we do not pack.")
                with archive.open(member) as packed:
                    files[member.filename] = packed.read(left + 1)
                left -= len(files[member.filename])
                if left < 0:
                    raise Refused("The archive unpacks to more than any export holds.")
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError, struct.error, zlib.error):
        raise Refused("The file is not a whole ZIP archive.") from None
    return files


def check_files(listed: list[Any], files: dict[str, bytes]) -> None:
    """Refuse a file that is not as the manifest says, that it does not name, or that is missing."""
    hashes = {get(each, "name", str): get(each, "sha256", str) for each in listed}
    for name in sorted(hashes.keys() ^ files.keys()):
        raise Refused(
            f"The file {name} is missing." if name in hashes else f"The manifest does not name {name}."
        )
    for each in listed:
        data = files[each["name"]]
        if len(data) != get(each, "size", int) or sha256(data).hexdigest() != each["sha256"]:
            raise Refused(f"The file {each['name']} is not as it was signed.")


def tag_of(secret: bytes, n: int) -> str:
    """Return the tag of a person's n-th entry as it stands in a leaf."""
    mac = hmac.digest(secret, b"derbes/tag/v1" + n.to_bytes(8, "big"), "sha256")
    return b64encode(mac[:16]).decode()


def check_complete(
    source: Source, key: Key, head: Head, wanted: dict[str, int], places: dict[int, int]
) -> None:
    """Go through all public leaves under `head`; the tags must be at exactly these places and nowhere else."""
    current = source.checkpoint(key)
    if current.size < head.size:
        raise Refused(
            f"The journal was cut: it has {current.size} entries, the history was made at {head.size}."
        )
    tree = Tree(lambda *_: None)
    tag = re.compile(rb'"tag":"([^"]{24})"')
    for bundle in source.bundles(current.size):
        leaves = bundle.leaves()
        for index, leaf in enumerate(leaves[: head.size - tree.size], start=tree.size):
            found = tag.search(leaf)
            n = wanted.get(found[1].decode()) if found else None
            if n is not None and places.pop(n, None) != index:
                raise Refused(
                    f"The journal has an entry of this person at place {index} that the history leaves out."
                )
        tree.extend(b"".join([leaf_hash(leaf) for leaf in leaves[: head.size - tree.size]]))
        if tree.size == head.size:
            break
    if places:
        raise Refused(f"The journal does not have the entries {sorted(places)} where the history says.")
    if tree.root() != head.root:
        raise Refused("The leaves that the journal gives out do not lead to the signed root.")


def journal(source: Source, key: Key, earlier: Head | None) -> None:
    """Check a whole published journal: every leaf, every tile, the signed root, and what came earlier."""
    head = source.checkpoint(key)
    say(f"The checkpoint is signed by {key.name}: {head.size} entries.")
    if earlier is not None and earlier.size > head.size:
        raise Refused(
            f"The journal was cut: an earlier checkpoint had {earlier.size} entries, now it has {head.size}."
        )
    roots = grown(source, head.size, [earlier.size] if earlier else [])
    if earlier is not None:
        if roots[earlier.size] != earlier.root:
            raise Refused(
                f"The first {earlier.size} entries are not those of the earlier checkpoint: it was rewritten."
            )
        say(f"It goes on from the earlier checkpoint of {earlier.size} entries.")
    if roots[head.size] != head.root:
        raise Refused("The entries do not lead to the signed root.")
    say("Every entry and every tile is as it was signed.")


def first_difference(level: int, number: int, stored: bytes, made: bytes) -> str:
    """Say where a stored tile and the entries part."""
    differs = (
        at
        for at in range(len(made) // HASH)
        if stored[at * HASH : (at + 1) * HASH] != made[at * HASH :][:HASH]
    )
    at = number * WIDTH + next(differs, 0)
    if level == 0:
        return f"Entry {at} is not the one that the tree was made of."
    return f"Tile {number} of level {level} is not made of the tiles below it."


def describe(entry: dict[str, Any]) -> str:
    """Say in one line what an entry says."""
    actor = get(entry, "actor", dict)
    who = " ".join(str(actor[part]) for part in ("kind", "code") if actor.get(part))
    why = f" for {entry['purpose']}" if entry.get("purpose") else ""
    fields = ", ".join(map(str, get(entry, "fields", list))) or "no fields"
    return f"{entry.get('at')} {entry.get('event')} ({entry.get('outcome')}) by {who}{why}: {fields}."


# The command line


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; return 0 when all holds, 1 when it is refused, 2 for a wrong call."""
    asked = parser().parse_args(arguments)
    try:
        run(asked)
    except Refused as refused:
        say(f"REFUSED. {refused}")
        return REFUSED
    except OSError as error:
        sys.stderr.write(f"{error.filename or ''}: cannot be read ({error.strerror}).\n")
        return USAGE
    say("OK.")
    return OK


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    key = asked.key
    if asked.command == "export":
        export(Path(asked.file), key, Source(asked.journal) if asked.journal else None)
    elif asked.command in {"edition", "receipt", "history"}:
        data = Path(asked.file).read_bytes()
        file = parse(data.removesuffix(b"\n"), "The file")
        if not isinstance(file, dict):
            raise Refused("The file is not a signed document.")
        if asked.command == "history":
            history(file, key, Source(asked.journal))
        else:
            {"edition": edition, "receipt": receipt}[asked.command](file, key)
    elif asked.command == "journal":
        journal(Source(asked.place), key, checkpoint_in(asked.earlier, key) if asked.earlier else None)
    else:
        head = checkpoint_in(asked.file, key)
        say(f"The checkpoint is signed by {key.name}: {head.size} entries, root {head.root.hex()}.")


def checkpoint_in(file: str, key: Key) -> Head:
    """Return the checkpoint in a file."""
    return check_note(text(Path(file).read_bytes(), "The checkpoint"), key)


def key_of(argument: str) -> Key:
    """Return the key that was given on the command line."""
    try:
        return parse_key(argument)
    except (Refused, UnicodeEncodeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    result = argparse.ArgumentParser(
        description="Check editions, receipts, histories, exports and journals of Derbes."
    )
    commands = result.add_subparsers(dest="command", required=True)
    kinds = {
        "edition": "a signed edition",
        "receipt": "a receipt",
        "history": "a history",
        "export": "an export",
    }
    for name, what in kinds.items():
        command = commands.add_parser(name, help=f"check {what}")
        command.add_argument("file", help=what)
        command.add_argument(
            "--key", type=key_of, help="the operator's verifier key, from where you trust it"
        )
        if name in {"history", "export"}:
            command.add_argument(
                "--journal", required=name == "history", help="folder or address of the published journal"
            )
    command = commands.add_parser("journal", help="check a whole published journal")
    command.add_argument("place", help="folder or address of the journal")
    command.add_argument("--key", type=key_of, required=True, help="the operator's verifier key")
    command.add_argument("--earlier", help="a file with a checkpoint that you kept")
    command = commands.add_parser("note", help="check a checkpoint")
    command.add_argument("file", help="a file with a checkpoint")
    command.add_argument("--key", type=key_of, required=True, help="the operator's verifier key")
    return result


if __name__ == "__main__":
    sys.exit(main())

"""What a person was given, opened for the audit: an export with its history and receipts, and signed editions.

Needs derbes_verify.py beside it. What always holds: what is not as the operator signed it is not looked at further.
"""

from __future__ import annotations

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from derbes_verify import (
    HASH,
    Head,
    Key,
    Refused,
    canonical,
    check_files,
    check_note,
    check_opening,
    check_place,
    check_word,
    exactly,
    get,
    get_or_none,
    parse,
    signed_document,
    tag_of,
    unbase64,
    unpacked,
)

STATES = ("given", "withdrawn", "refused")


class Own(NamedTuple):
    """One entry of the person's history: number, place, leaf, what it says; None where it does not hold."""

    n: int
    place: int
    leaf: bytes
    says: dict[str, Any] | None
    placed: bool


class Papers(NamedTuple):
    """An export taken apart."""

    made: str
    files: int
    head: Head
    secret: bytes
    total: int
    numbers: list[int]
    entries: list[Own]
    receipts: dict[str, dict[str, Any]]


class Edition(NamedTuple):
    """A signed edition: its name, the SHA-256 of its files, and labels of what it names."""

    name: str
    sha256: str
    labels: dict[str, dict[str, str]]


def opened(path: Path, key: Key) -> Papers:
    """Return what an export holds; raise `Refused` when it is not as the operator signed it."""
    files = unpacked(path.read_bytes())
    manifest = parse(files.pop("manifest.json", b""), "The manifest")
    exactly(manifest, "document", "signature")
    document = signed_document(manifest, "export", key)
    check_files(get(document, "files", list), files)
    papers = told(files.get("history.json", b""), key)
    receipts = {
        name: parse(data, name) for name, data in sorted(files.items()) if name.startswith("receipts/")
    }
    return papers._replace(made=get(document, "made", str), files=len(files), receipts=receipts)


def told(data: bytes, key: Key) -> Papers:
    """Return what a history by itself holds; raise `Refused` when it is not as the operator signed it."""
    history = parse(data, "The history")
    exactly(history, "document", "signature", "checkpoint")
    document = signed_document(history, "history", key)
    head = check_note(get(history, "checkpoint", str), key)
    entries = get(document, "entries", list)
    secret = unbase64(get(document, "secret", str), HASH, "The secret")
    return Papers(
        made=get(document, "made", str),
        files=0,
        head=head,
        secret=secret,
        total=get(document, "count", int),
        numbers=[get(entry, "n", int) for entry in entries],
        entries=[own(entry, head, secret) for entry in entries],
        receipts={},
    )


def with_last(papers: Papers, path: Path, key: Key) -> Papers:
    """Return the export, brought up to the last history that the person was given when their data were destroyed.

    Raises `Refused` when that is of somebody else, not signed, or contradicts the export.
    """
    last = told(path.read_bytes(), key)
    if last.secret != papers.secret:
        raise Refused("It is the history of another person.")
    if [each.leaf for each in last.entries[: papers.total]] != [each.leaf for each in papers.entries]:
        raise Refused("It contradicts the export.")
    return papers._replace(head=last.head, total=last.total, numbers=last.numbers, entries=last.entries)


def own(entry: Any, head: Head, secret: bytes) -> Own:
    """Return one entry of a history, with what of it holds."""
    leaf = unbase64(get(entry, "leaf", str), None, "The leaf")
    try:
        says = check_opening(leaf, entry)
    except Refused:
        says = None
    try:
        check_place(entry, head)
        placed = get(parse(leaf, "The leaf"), "tag", str) == tag_of(secret, entry["n"])
    except Refused:
        placed = False
    return Own(entry["n"], get(entry, "index", int), leaf, says, placed)


def receipt(file: Any, key: Key) -> tuple[dict[str, Any], bytes, Head]:
    """Return a receipt's document, the leaf that it rests on, and the head it was proved against; or raise `Refused`."""
    exactly(file, "document", "signature", "inclusion", "opening")
    exactly(file["opening"], "salt", "body")
    document = signed_document(file, "receipt", key)
    if sha256(get(document, "text", str).encode()).hexdigest() != document.get("text_sha256"):
        raise Refused("The text is not the one whose hash the receipt names.")
    inclusion = file["inclusion"]
    exactly(inclusion, "index", "leaf", "proof", "checkpoint")
    head = check_note(get(inclusion, "checkpoint", str), key)
    leaf = check_place(inclusion, head)
    entry = check_opening(leaf, file["opening"])
    if sha256(file["opening"]["body"].encode()).hexdigest() != document.get("entry_body_sha256"):
        raise Refused("The journal entry is not the one that the receipt names.")
    check_word(document, entry)
    get(get(document, "edition", dict), "sha256", str)
    return document, leaf, head


def is_word(says: dict[str, Any]) -> bool:
    """Whether an entry is a person's word: it names the text that they saw and what they said to it."""
    detail = get_or_none(says, "detail")
    return isinstance(detail, dict) and "text" in detail and any(state in detail for state in STATES)


def edition(path: Path, key: Key) -> Edition:
    """Return a signed edition; raise `Refused` when its files are not those that it names."""
    file = parse(path.read_bytes().removesuffix(b"\n"), "The edition")
    document = signed_document(file, "edition", key)
    files = get(document, "files", dict)
    digest = sha256(canonical(files)).hexdigest()
    if digest != document.get("sha256"):
        raise Refused("The files are not those whose hash the edition names.")
    return Edition(get(document, "edition", str), digest, labels(files))


def labels(files: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what the policy calls its purposes, fields and operations, by language."""
    try:
        policy = tomllib.loads(str(files.get("policy.toml", "")))
    except tomllib.TOMLDecodeError:
        return {}
    found: dict[str, dict[str, str]] = {}
    for kind in ("purpose", "data", "operation"):
        for name, each in (get_or_none(policy, kind) or {}).items():
            label = get_or_none(each, "label")
            if isinstance(label, dict):
                found[f"{kind}.{name}"] = {str(k): str(v) for k, v in label.items()}
    return found

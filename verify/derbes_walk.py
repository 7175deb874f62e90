"""The public journal walked once: whose tags stand where, which editions it names, whether every kept checkpoint fits.

Needs derbes_verify.py beside it. What always holds: memory does not grow with the journal, but for what was asked for.
"""

from __future__ import annotations

import io
import json
import re
import urllib.request
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from derbes_cosign import Witness, check_cosigned, cosigned_at, parted
from derbes_time import check_token
from derbes_verify import Head, Key, Refused, Source, Tree, get_or_none, leaf_hash, text, unpacked

STAMP = "RFC 3161"
TAG = re.compile(rb'"tag":"([^"]{24})"')


class Claim(NamedTuple):
    """Somebody has seen the journal with this head: whose copy it is, and when, in seconds, if they say so."""

    by: str
    head: Head
    seconds: float | None = None


class Walked(NamedTuple):
    """What was found on the way through the journal."""

    head: Head
    tags: dict[int, list[int]]
    leaves: dict[int, bytes]
    editions: list[tuple[int, str, str]]
    split: list[Claim]
    beyond: list[Claim]
    whole: bool


class Outsiders(NamedTuple):
    """What witnesses and the authority said of the journal: good claims, and names whose words are false."""

    claims: list[Claim]
    false: list[tuple[str, int]]


def walk(source: Source, head: Head, wanted: dict[str, int], places: set[int], claims: list[Claim]) -> Walked:
    """Go through all leaves under `head`; `wanted` are tags, `places` the leaves to bring along."""
    tags: dict[int, list[int]] = {}
    leaves: dict[int, bytes] = {}
    editions, split = [], []
    waiting = sorted((one for one in claims if one.head.size <= head.size), key=lambda one: one.head.size)
    tree = Tree(lambda *_: None)
    split += [one for one in waiting if one.head.size == 0 and one.head.root != tree.root()]
    waiting = [one for one in waiting if one.head.size]
    for bundle in source.bundles(head.size):
        start, shown = tree.size, bundle.leaves()
        for place, leaf in enumerate(shown, start=start):
            found = TAG.search(leaf)
            n = wanted.get(found[1].decode()) if found else None
            if n is not None:
                tags.setdefault(n, []).append(place)
            if place in places:
                leaves[place] = leaf
            if b'"edition":' in leaf:
                editions.append(edition_in(leaf, place))
        hashes = [leaf_hash(leaf) for leaf in shown]
        while waiting and waiting[0].head.size <= start + bundle.width:
            tree.extend(b"".join(hashes[tree.size - start : waiting[0].head.size - start]))
            if tree.root() != waiting[0].head.root:
                split.append(waiting[0])
            waiting.pop(0)
        tree.extend(b"".join(hashes[tree.size - start :]))
    beyond = [one for one in claims if one.head.size > head.size]
    return Walked(head, tags, leaves, editions, split, beyond, tree.root() == head.root)


def edition_in(leaf: bytes, place: int) -> tuple[int, str, str]:
    """Return place, name and SHA-256 of the edition that a leaf names."""
    try:
        said = json.loads(leaf)
    except ValueError:
        said = None
    return place, str(get_or_none(said, "edition")), str(get_or_none(said, "sha256"))


def anchored_sizes(source: Source, head: Head, places: list[int]) -> list[int]:
    """Return the sizes of the checkpoints that outsiders spoke of and that matter: around each place, and the newest."""
    try:
        sizes = source.anchored(min([*places, head.size]))
    except Refused:
        return []
    chosen = set(sizes[-8:])
    for place in {*places, head.size}:
        chosen |= set([size for size in sizes if size <= place][-1:])
        chosen |= set([size for size in sizes if size > place][:1])
    return sorted(chosen)


def outsiders(
    source: Source, key: Key, sizes: list[int], witnesses: list[Witness], roots: list[x509.Certificate]
) -> Outsiders:
    """Return what the trusted outsiders said of the checkpoints of these sizes."""
    claims: list[Claim] = []
    false: list[tuple[str, int]] = []
    for size in sizes:
        try:
            note = text(source.fetch(f"anchor/{size}"), "The checkpoint")
            head = check_cosigned(note, key)
            body, lines = parted(note)
        except Refused:
            false.append((key.name, size))
            continue
        good, bad = cosigned(body, lines, witnesses)
        claims += [Claim(name, head, seconds) for name, seconds in good]
        false += [(name, size) for name in bad]
        if roots:
            own = next(line for line in lines if line.startswith(f"— {key.name} "))
            stamped(source, head, f"{body}\n{own}", roots, claims, false)
    return Outsiders(claims, false)


def cosigned(
    body: str, lines: list[str], witnesses: list[Witness]
) -> tuple[list[tuple[str, float]], list[str]]:
    """Return who of the trusted witnesses signed when, and whose name stands before a line that is not theirs."""
    good: list[tuple[str, float]] = []
    bad: list[str] = []
    for witness in witnesses:
        own = [line for line in lines if line.startswith(f"— {witness.name} ")]
        times = [seconds for line in own if (seconds := cosigned_at(line, body, witness)) is not None]
        if times:
            good.append((witness.name, float(min(times))))
        elif own:
            bad.append(witness.name)
    return good, bad


def stamped(
    source: Source,
    head: Head,
    note: str,
    roots: list[x509.Certificate],
    claims: list[Claim],
    false: list[tuple[str, int]],
) -> None:
    """Add what the authority said of a checkpoint, when there is a time-stamp over it."""
    try:
        token = source.fetch(f"anchor/{head.size}.tst")
    except Refused:
        return
    try:
        at = check_token(token, sha256(note.encode()).digest(), roots)
        claims.append(Claim(STAMP, head, at.timestamp()))
    except Refused:
        false.append((STAMP, head.size))


def kept_in(place: str, key: Key) -> list[Claim]:
    """Return the journal's heads in a checkpoint, receipt, history or export that somebody kept, or at an address."""
    if place.startswith(("http://", "https://")):
        with urllib.request.urlopen(place, timeout=30) as answer:  # noqa: S310 - http(s) only
            data: bytes = answer.read()
    else:
        data = Path(place).read_bytes()
    found = {check_cosigned(note, key) for note in notes_in(data)}
    if not found:
        raise Refused("There is no checkpoint in it.")
    name = place if "://" in place else Path(place).name
    return [Claim(name, head) for head in sorted(found)]


def notes_in(data: bytes) -> Iterator[str]:
    """Yield the checkpoints in a file."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        for name, inner in unpacked(data).items():
            if name.endswith(".json"):
                yield from notes_of(inner)
        return
    found = list(notes_of(data))
    yield from found or [text(data, "The file")]


def notes_of(data: bytes) -> Iterator[str]:
    """Yield the checkpoints in a JSON document; none when it is no JSON."""
    try:
        yield from notes_within(json.loads(data))
    except (ValueError, RecursionError):
        return


def notes_within(value: object) -> Iterator[str]:
    """Yield the checkpoints in a JSON document."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "checkpoint" and isinstance(each, str):
                yield each
            else:
                yield from notes_within(each)
    elif isinstance(value, list):
        for each in value:
            yield from notes_within(each)

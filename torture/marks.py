"""Marks that things leave elsewhere: consents and their entries, tombstones, files, checkpoints that were seen."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from django.conf import settings

from derbes.core.documents.models import Document
from derbes.core.journal import prove
from derbes.core.journal.models import Checkpoint
from derbes.core.subjects.models import State
from derbes.crypto import checkpoint, tree
from derbes.outside import keys, storage, tombstones
from torture.evidence import Evidence
from torture.ledger import Ledger

SAID = ("registration.begin", "consent.give", "consent.withdraw")


def check(ledger: Ledger, evidence: Evidence, lines: list[dict[str, Any]], counts: Counter[str]) -> list[str]:
    """Return what has no counterpart."""
    del ledger, lines
    return _strays(evidence) + _words(evidence) + _tombstones(evidence) + _files(counts)


def _strays(evidence: Evidence) -> list[str]:
    """No entry is there that is nobody's."""
    own = sum(map(len, evidence.own.values()))
    known = len(evidence.own)
    nobodys = len(evidence.entries) - own
    gone = {one for one, row in evidence.subjects.items() if row.state == State.DESTROYED}
    lost = len(gone - evidence.own.keys())
    if nobodys and not lost:
        return [f"{nobodys} entries that are none of {known} people's"]
    return []


def _words(evidence: Evidence) -> list[str]:
    """Every word stands beside its entry, and every entry of a word beside its words."""
    found = list[str]()
    for subject, own in evidence.own.items():
        numbers = {row.number for row in evidence.consents.get(subject, ())}
        told = {n for n, event in enumerate(own, 1) if event in SAID[1:]} | {1}
        if numbers != told:
            found.append(f"words and their entries differ: {subject}: {sorted(numbers ^ told)}")
    return found


def _tombstones(evidence: Evidence) -> list[str]:
    facts = tombstones.ledger().tombstones
    noted = {one.subject for one in facts if one.kind is tombstones.Kind.DESTROYED}
    gone = {one for one, row in evidence.subjects.items() if row.state == State.DESTROYED}
    found = [f"destroyed without a tombstone: {one}" for one in gone - noted]
    found += [f"a tombstone of somebody who is there: {one}" for one in noted - gone]
    found += ["a tombstone is neither confirmed nor undone" for one in facts if not one.confirmed]
    return found


def _files(counts: Counter[str]) -> list[str]:
    names = {str(name) for pair in Document.objects.values_list("id", "preview") for name in pair}
    stored = set(storage.store().names())
    counts["scans"] = len(names) // 2
    found = [f"{len(names - stored)} files are lost"] if names - stored else []
    return found + ([f"{len(stored - names)} files are nobody's"] if stored - names else [])


def consistent(seen: list[str], counts: Counter[str]) -> list[str]:
    """Every checkpoint that was seen is signed, and each goes on from the one seen before it."""
    key = checkpoint.vkey(settings.JOURNAL_ORIGIN, keys.ring().signer().public_key)
    heads = [checkpoint.verify(note, key) for note in seen]
    counts["checkpoints seen"] = len(heads)
    stored = dict(Checkpoint.objects.values_list("size", "root"))
    found = [f"a checkpoint that was seen is gone: {head.size}" for head in heads if head.size not in stored]
    for old, new in pairwise(heads):
        if old.size > new.size:
            found.append(f"the journal went back from {old.size} to {new.size}")
            continue
        read = prove._reader([old.size - 1, new.size - 1], new.size)  # noqa: SLF001
        proof = tree.consistency(read, old.size, new.size)
        if not tree.verify_consistency(old.size, new.size, proof, old.root, new.root):
            found.append(f"the journal of {new.size} does not go on from that of {old.size}")
    return found

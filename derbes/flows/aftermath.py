"""After an end it is looked for what may be left of it, and what was found is written into the acts.

What always holds: it is looked for once the end is committed, outside of any step, for everybody in one pass through
the database; what was looked for is in memory alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from derbes.core.acts import residue
from derbes.core.acts.models import Drawn, Finding
from derbes.core.consents.models import Wording
from derbes.core.publications.models import Publication
from derbes.core.vault import breaking
from derbes.flows.ending import Done
from derbes.outside import storage


@dataclass(frozen=True, slots=True)
class Looked:
    """An act, and what a search for what it says was destroyed came to."""

    act: Drawn
    found: residue.Found


def search(done: Iterable[Done]) -> list[Looked]:
    """Look for what was destroyed of those whose traces were kept. To be called when it is committed, and before `write`."""
    gone = [one for one in done if one.traces is not None]
    if not gone:
        return []
    still = breaking.remaining({digest for one in gone if one.traces for digest in one.traces.digests})
    public = _public_texts()
    wanted = [_needles(one, still, public) for one in gone]
    found = residue.search([needles for needles, _ in wanted], ())
    box = storage.store()
    for one, (_, untold), its in zip(gone, wanted, found, strict=True):
        its.residue |= {f"file: {name}" for name in one.files if box.exists(str(name))}
        its.unsearched |= {f"{name}: a short or public word" for name in untold}
    return [Looked(one.act, its) for one, its in zip(gone, found, strict=True)]


def write(looked: Sequence[Looked], *, at: datetime) -> list[Finding]:
    """Write what was found into each act."""
    return Finding.write_many([(one.act, one.found) for one in looked], at=at)


def _needles(one: Done, still: frozenset[bytes], public: bytes) -> tuple[residue.Needles, frozenset[str]]:
    """What to look for of one person: not what another person has in the index too."""
    if one.traces is None:
        return {}, frozenset()
    own = [digest for digest in one.traces.digests if digest not in still]
    return residue.needles(one.traces.values, one.traces.sealed, own, public=public)


def _public_texts() -> bytes:
    """What everybody may read: a word of it proves nothing of anybody."""
    texts = [*Publication.objects.values_list("signed", flat=True)]
    texts += Wording.objects.values_list("text", flat=True)
    return "\n".join(texts).encode()

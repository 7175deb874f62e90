"""The setting of every stretch of text: which list, sentence or heading leads to it, and what that speaks of.

A `Stretch` is what the lexicon looks at: a part of a sentence with its clause, whether it is denied, and the
kind of list that it stands in. A lead that denies ("we do not collect:") denies everything below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derbes.law.reader import topics
from derbes.law.reader.fold import fold
from derbes.law.reader.kinds import kind_of, label_kind, pointed
from derbes.law.reader.reading import Clause
from derbes.law.reader.sentences import denies, excepts, parts, sentences

_COLON_END = re.compile(r":\s*$")
# The title of a law names things that the document itself does not.
_LAW_TITLE = re.compile(
    r"(?<=\bзакон)\w*\s+(?:[^\s«»]+\s+){0,8}?«[^»]*»|«[^»]*»\s+(?=(?:[^\s«»]+\s+){0,8}?(?:заң|кодекс))|«о[бв]?\s[^»]*»"
)
_SEVERAL, _LABEL_WORDS = 2, 4
Told = tuple[str | None, bool, bool, str]
_LONGEST_LEAD, _LEADING, _SHORT, _LONGEST_DEFINING = 240, 140, 120, 160
_LISTED = frozenset({"data", "purposes", "recipients", "operations"})
_SHAPED = re.compile(
    r"[«\"“]?(?:[\w/'’.-]+,?\s){0,5}[\w/'’.-]+[»\"”]?\s*(?:\([^)]{0,120}\)\s*)?\s[-–—]\s|[«\"“][^»\"”]{2,60}[»\"”]\s*(?:\([^)]{0,120}\)\s*)?[-–—]"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Folded text and its setting; `kind` is what the list speaks of, `near` that it stands in that list."""

    place: int
    reference: str | None
    text: str
    sentence: str
    denied: bool
    kind: str | None
    near: bool
    defines: bool
    item: bool
    bullet: bool
    lead: str


class Setting:
    """Answers, for a document, what leads to each clause."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.texts = [_LAW_TITLE.sub(" ", fold(clause.text)) for clause in clauses]
        self._kinds: dict[int, Told] = {}

    def _lead(self, place: int) -> str:
        text = self.texts[place]
        if self.clauses[place].heading:
            return text
        whole = sentences(text)
        return whole[-1] if whole else text

    def setting(self, place: int) -> Told:
        """Return kind, whether the lead is a colon or item list, whether it denies, and the lead itself."""
        parent = self.clauses[place].parent
        if parent is None:
            return None, False, False, ""
        if parent not in self._kinds:
            self._kinds[parent] = self._setting_under(parent)
        return self._kinds[parent]

    def _setting_under(self, parent: int) -> Told:
        clause, lead = self.clauses[parent], self._lead(parent)
        colon = bool(_COLON_END.search(lead))
        above, near, refused, leading = self.setting(parent)
        if not colon and not clause.heading:
            if clause.item or near or len(lead) > _LEADING:
                return above, near and clause.item, False, leading
            return kind_of(lead, heading=False), False, False, leading
        kind = kind_of(lead, heading=clause.heading)
        denied = (colon and denies(lead) and not excepts(lead)) or (refused and near)
        return kind or above, near or colon or (clause.heading and kind is not None), denied, lead

    def in_glossary(self, place: int) -> bool:
        """Say whether a clause stands under a heading of definitions."""
        parent = self.clauses[place].parent
        while parent is not None:
            if self.clauses[parent].heading and topics.DEFINITIONS_HEADING.search(self.texts[parent]):
                return True
            parent = self.clauses[parent].parent
        return False

    def defines(self, place: int) -> bool:
        """Say whether a clause explains a word rather than what is done."""
        clause = self.clauses[place]
        shaped = bool(_SHAPED.match(self.texts[place]))
        parent, under = clause.parent, False
        while parent is not None and not under:
            above = self.clauses[parent]
            colon = above.text.rstrip().endswith(":")
            short = above.heading or len(above.text) < _LONGEST_DEFINING
            under = short and bool(topics.DEFINITIONS_HEADING.search(self.texts[parent]))
            if colon and not under and kind_of(self._lead(parent), heading=False) in _LISTED:
                return False
            parent = above.parent
        kind, near, _, _ = self.setting(place)
        if not under and near and kind in _LISTED:
            return False
        if under:
            return shaped or not topics.OWN_LIST.search(self.texts[place])
        return shaped and not clause.item

    def stretches(self) -> Iterator[Stretch]:
        """Yield every part of every sentence with its setting."""
        for place, clause in enumerate(self.clauses):
            if clause.heading:
                continue
            if clause.cells and len(clause.cells) > 1:
                yield from self._cells(place)
                continue
            kind, near, denied, lead = self.setting(place)
            yield from self._of(place, self.texts[place], (kind, near, denied, lead))

    def _of(self, place: int, text: str, told: Told) -> Iterator[Stretch]:
        clause = self.clauses[place]
        defines = self.defines(place)
        told_off = text.count(";") >= _SEVERAL
        short = clause.item or told_off or (not text.endswith(":") and len(text) < _SHORT)
        for sentence, (kind, near, denied, lead) in self._inline(text, told):
            inner = lead is not told[3]
            for part in parts(sentence):
                yield Stretch(
                    place=place,
                    reference=clause.reference,
                    text=part.text,
                    sentence=sentence,
                    denied=part.denied or denied,
                    kind=kind,
                    near=near,
                    defines=defines,
                    item=short or inner,
                    bullet=clause.item or (told_off and not inner and near),
                    lead=lead,
                )

    @staticmethod
    def _inline(text: str, setting: Told) -> Iterator[tuple[str, Told]]:
        """Yield sentences; what stands behind a colon and between semicolons hangs on the words before it."""
        inner: Told | None = None
        listed = setting[1] and setting[0] in _LISTED
        for sentence in sentences(text):
            head, colon, tail = sentence.partition(": ")
            lead = head + ":"
            kind = kind_of(lead, heading=False) if colon and len(head) < _LONGEST_LEAD else None
            label = label_kind(head) if colon and len(head.split()) <= _LABEL_WORDS else None
            if listed and label and setting[0] not in {label, kind}:
                kind = label
            elif listed and kind != setting[0] and pointed(lead) is None:
                kind = None
            if inner is not None and not colon:
                yield sentence, inner
            elif kind in _LISTED or (kind and kind == label):
                inner = (kind, True, denies(head), head)
                yield lead, setting
                yield tail, inner
            else:
                yield sentence, setting
            if not sentence.rstrip().endswith(";"):
                inner = None

    def _cells(self, place: int) -> Iterator[Stretch]:
        above = self.setting(place)
        for label, cell in self.clauses[place].cells:
            kind = label_kind(fold(label)) if label else None
            yield from self._of(
                place, fold(cell), (kind or above[0], True, above[2], fold(label) or above[3])
            )

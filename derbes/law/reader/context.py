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
from derbes.law.reader.reading import Clause
from derbes.law.reader.sentences import denies, parts, sentences

_COLON_END = re.compile(r":\s*$")
_POINTED = r"(?:следующ\w+|так\w+|указанн\w+|нижеследующ\w+|мына(?:дай|лар\w*)?|келесі\w*|төмендегі\w*|following|these)\s+(?:\w+\s+){{0,3}}?(?:{word})"
_KINDS = {
    "purposes": re.compile(
        _POINTED.format(word=r"цел\w+|мақсат\w*|purpos\w*")
        + r"|(?:цел(?:ями?|ях|и|ь)|мақсат\w*|purposes?)\W{0,3}(?:\w+\W+){0,2}$"
    ),
    "operations": re.compile(
        _POINTED.format(word=r"действи\w*|операци\w*|әрекет\w*|іс-\w+|операция\w*|actions?|operations?")
    ),
    "recipients": re.compile(
        _POINTED.format(
            word=r"лиц\w*|организаци\w*|получател\w*|сторон\w*|партнер\w*|тұлға\w*|ұйым\w*|алушы\w*|тарап\w*|part(?:y|ies)\w*|recipients?|persons?|organi[sz]ations?|entities"
        )
    ),
    "data": re.compile(
        _POINTED.format(
            word=r"данн\w*|сведени\w*|информаци\w*|категори\w*|дерек\w*|мәлімет\w*|ақпарат\w*|data|information|details|categories"
        )
    ),
}
_TECHNICAL_HEADING = re.compile(
    r"\bcookies?\b|\bкуки\b|техническ\w+\s+(?:данн|информац)\w*|техникалық\s+(?:дерек|ақпарат)\w*|technical\s+(?:data|information)|\blogs?\b"
)
_RIGHTS_HEADING = re.compile(
    r"\bправа\s+(?:и\s+обязанност\w+\s+)?(?:субъект|пользоват|клиент|владел)\w*|\bваши\s+права|құқықтар\w*|\brights\b|\bответственност\w*|жауапкершілі\w*|\bliabilit\w*|\bзащит\w+|қорға\w*|қауіпсізді\w*|\bsecurity\b|\bprotection\s+(?:measures|of)|\bконтакт\w*|байланыс\s+(?:ақпарат|дерек)\w*|\bcontacts?\b|реквизит\w*|деректемелер\w*"
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
    lead: str


def kind_of(lead: str, *, heading: bool) -> str | None:
    """Say what a leading sentence or a heading announces."""
    pointed = [(match.end(), kind) for kind, form in _KINDS.items() for match in form.finditer(lead)]
    if pointed:
        return max(pointed)[1]
    if heading and _RIGHTS_HEADING.search(lead) and not topics.PURPOSE.search(lead):
        return "aside"
    purposes = [match.end() for match in topics.PURPOSE.finditer(lead)]
    recipients = [match.end() for match in topics.TRANSFER.finditer(lead)]
    if topics.RIGHT.search(lead) and not heading:
        return "aside"
    form = topics.DATA_HEADING if heading else topics.DATA
    data = [match.end() for match in form.finditer(lead)]
    if purposes and (heading or not data or purposes[-1] >= data[-1] - 1):
        return "purposes"
    if recipients and re.search(
        r"третьи\w*|үшінші|third|передач\w*|переда\w+|\bберу\w*|беруге|\bтарат\w*|transfer|disclos|shar|раскры\w*|получател|recipient",
        lead,
    ):
        return "recipients"
    if data:
        return "data"
    if heading and _TECHNICAL_HEADING.search(lead):
        return "data"
    return None


class Setting:
    """Answers, for a document, what leads to each clause."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.texts = [fold(clause.text) for clause in clauses]
        self._kinds: dict[int, tuple[str | None, bool, bool, str]] = {}

    def _lead(self, place: int) -> str:
        text = self.texts[place]
        if self.clauses[place].heading:
            return text
        whole = sentences(text)
        return whole[-1] if whole else text

    def setting(self, place: int) -> tuple[str | None, bool, bool, str]:
        """Return kind, whether the lead is a colon or item list, whether it denies, and the lead itself."""
        parent = self.clauses[place].parent
        if parent is None:
            return None, False, False, ""
        if parent not in self._kinds:
            self._kinds[parent] = self._setting_under(parent)
        return self._kinds[parent]

    def _setting_under(self, parent: int) -> tuple[str | None, bool, bool, str]:
        clause, lead = self.clauses[parent], self._lead(parent)
        colon = bool(_COLON_END.search(lead))
        above = self.setting(parent)
        if not colon and not clause.heading:
            kind = (
                above[0]
                if clause.item or above[1]
                else kind_of(lead, heading=False)
                if len(lead) < 140
                else above[0]
            )
            return kind, above[1] and clause.item, False, above[3]
        kind = kind_of(lead, heading=clause.heading)
        denied = colon and denies(lead)
        if kind is None or (
            kind != above[0] and above[1] and above[0] in {"purposes", "recipients"} and not colon
        ):
            return above[0], above[1] or colon, denied or above[2], lead
        return kind, colon or clause.heading, denied or (above[2] and above[1]), lead

    def defines(self, place: int) -> bool:
        """Say whether a clause explains a word rather than what is done."""
        clause = self.clauses[place]
        parent = clause.parent
        under = False
        while parent is not None and not under:
            above = self.clauses[parent]
            short = above.heading or len(above.text) < 160
            under = short and bool(topics.DEFINITIONS_HEADING.search(self.texts[parent]))
            parent = above.parent
        return under or (
            bool(re.match(r"[«\"“]?[\w ()/]{2,60}[»\"”]?\s[-–—]\s", self.texts[place])) and not clause.item
        )

    def stretches(self) -> Iterator[Stretch]:
        """Yield every part of every sentence with its setting."""
        for place, clause in enumerate(self.clauses):
            if clause.cells and len(clause.cells) > 1:
                yield from self._cells(place)
                continue
            kind, near, denied, lead = self.setting(place)
            yield from self._of(place, self.texts[place], (kind, near, denied, lead))

    def _of(self, place: int, text: str, setting: tuple[str | None, bool, bool, str]) -> Iterator[Stretch]:
        clause = self.clauses[place]
        kind, near, denied, lead = setting
        defines = self.defines(place)
        for sentence in sentences(text):
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
                    item=clause.item or not text.endswith(":") and len(text) < 120,
                    lead=lead,
                )

    def _cells(self, place: int) -> Iterator[Stretch]:
        above = self.setting(place)
        for label, cell in self.clauses[place].cells:
            lead = fold(label)
            kind = kind_of(lead, heading=True) if lead else None
            near = kind is not None or above[1]
            yield from self._of(place, fold(cell), (kind or above[0], near, above[2], lead or above[3]))

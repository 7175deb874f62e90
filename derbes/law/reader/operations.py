"""What is said to be done with data: lists of operations first, then what the operator says it does.

Four operations named closely together are a list. A list in the definition of processing counts when the
document has none of its own; single verbs count when it has neither. What a person may ask for, what data are
protected against, and what blocking stops, are no operations that the document announces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derbes.law.reader import topics
from derbes.law.reader.context import Setting, Stretch
from derbes.law.reader.findings import HINT, PASSING, SAID, Found
from derbes.law.reader.sentences import denies
from derbes.law.reader.words_recipients import DESTROY_OR_DELETE, DOES, HEADED, OPERATIONS

_OPERATIONS = {key: re.compile(form) for key, form in OPERATIONS.items()}
_DOES = {key: re.compile(form) for key, form in DOES.items()}
_HEADED = {key: re.compile(form) for key, form in HEADED.items()}
_EITHER = re.compile(DESTROY_OR_DELETE)
_ABLATIVE = re.compile(r"(?:дан|ден|тан|тен|нан|нен)$")
_HARM_RU_EN = re.compile(
    r"\b(?:от|против)\s+(?:\w+\s+){0,3}?(?:неправомерн|несанкционирован|незаконн|случайн|утрат)\w*|"
    r"\b(?:against|from)\s+(?:\w+,?\s+){0,4}?(?:unauthori[sz]ed|accidental|unlawful|illegal|misuse|loss)"
)
_PROCESSING = re.compile(
    r"обработ\w*|ө[нң]де\w*|process\w*|действи\w*|әрекет\w*|actions?|operations?|операци\w*"
)
# A consent is given too; and what is used to protect is no use of data.
_CONSENT_GIVEN = re.compile(
    r"келісім(?:і|ін|ді|ім|імді|іңіз|іңізді)?\s+(?!негіз|бойынша|арқылы|болған|алын)(?:[^\s,;]+\s+){0,7}?бер\w+|согласи\w+\s+(?:\w+\s+)?(?:переда|предостав)\w*"
)
_CIPHER = re.compile(r"шифр\w*|\bencrypt\w*|\bssl\b|\btls\b|\bhttps\b")
# What a definition of processing says besides the names of operations.
_ANY_ACTION = re.compile(
    r"действи\w*|операци\w*|әрекет\w*|іс-\w+|\bactions?\b|\boperations?\b|включа\w*|қамти\w*|includ\w*|\bany\b|любо[ей]"
)
_NO_USE = (_CIPHER, topics.MEASURES, topics.DEFINITIONS_HEADING)
_NEED_DATA = frozenset({"use", "transfer", "block"})
_TITLE = re.compile(r"polic|notice|consent|политик|положени|соглас|правил|саясат|ереже|қағида|келісім")
_GAP = 160
_JUST_BEFORE, _LONGEST_LINE, _FIRST = 60, 80, 5
_LONGEST_HEADING = 90
_FEWEST, _FEWEST_LED = 4, 3


@dataclass(frozen=True, slots=True)
class _List:
    """Operations named together: their keys, the clause, whether it is a definition's."""

    keys: tuple[str, ...]
    place: int
    reference: str | None
    defines: bool


def _named(text: str) -> list[tuple[int, str]]:
    """Return the operations named in folded text, by place; "жою" by what stands beside it."""
    found = []
    for key, form in _OPERATIONS.items():
        for match in form.finditer(text):
            word = text[match.start() :].split(" ", 1)[0].rstrip(",.;:)")
            if not _ABLATIVE.search(word):
                found.append((match.start(), key))
    both = any(key == "delete" for _, key in found) or any(key == "destroy" for _, key in found)
    found.extend((match.start(), "destroy" if both else "delete") for match in _EITHER.finditer(text))
    return sorted(found)


def _close(found: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    groups: list[list[tuple[int, str]]] = []
    for place, key in found:
        if groups and place - groups[-1][-1][0] <= _GAP:
            groups[-1].append((place, key))
        else:
            groups.append([(place, key)])
    return groups


def _allowed(text: str) -> str:
    """Cut away what protection and rights sentences name."""
    harm = _HARM_RU_EN.search(text)
    return text[: harm.start()] if harm else text


def _one_by_one(setting: Setting) -> Iterator[_List]:
    """Lists with one operation a line: joined again, and cited by the sentence that leads to them."""
    lines: dict[int, list[str]] = {}
    for place, clause in enumerate(setting.clauses):
        kind, near, denied, _ = setting.setting(place)
        text = setting.texts[place]
        bare = clause.item and len(text) < _LONGEST_LINE and any(start <= _FIRST for start, _ in _named(text))
        if clause.parent is not None and not denied and (bare or (kind == "operations" and near)):
            lines.setdefault(clause.parent, []).append(text)
    for parent, texts in lines.items():
        keys = tuple(dict.fromkeys(key for _, key in _named("; ".join(texts))))
        lead = setting.texts[parent]
        if len(keys) >= _FEWEST_LED and len(texts) > 1 and not topics.persons_right(lead):
            defines = setting.defines(parent) or setting.in_glossary(parent)
            yield _List(keys, parent, setting.clauses[parent].reference, defines)


def _in_a_row(setting: Setting, place: int) -> Iterator[_List]:
    """Lists inside one clause: operations named closely together."""
    clause, whole = setting.clauses[place], setting.texts[place]
    kind, _, denied, _ = setting.setting(place)
    defines = setting.defines(place)
    if clause.heading or denied or (defines and topics.STOPPING.search(whole)):
        return
    for text in re.split(r"(?<=[.!?])\s+(?=\w{3})", whole):
        if topics.persons_right(text) or (denies(text) and not _PROCESSING.search(text)):
            continue
        itself = topics.POLICY_ITSELF.search(text) is not None
        for group in _close(_named(_allowed(text))):
            keys = tuple(dict.fromkeys(key for _, key in group))
            stopped = topics.STOPPING.search(text[: group[0][0]][-_JUST_BEFORE:])
            if (defines or setting.in_glossary(place)) and not _ANY_ACTION.search(text):
                continue
            if len(keys) >= (_FEWEST_LED if kind == "operations" else _FEWEST) and not stopped:
                yield _List(keys, place, clause.reference, defines or itself)


def _lists(setting: Setting) -> Iterator[_List]:
    for place in range(len(setting.clauses)):
        yield from _in_a_row(setting, place)
    yield from _one_by_one(setting)


def _acts(stretches: list[Stretch]) -> Iterator[Found]:
    """What the operator says it does, verb by verb; passing on only where data are spoken of."""
    for stretch in stretches:
        if stretch.denied or stretch.defines or topics.persons_right(stretch.sentence):
            continue
        if topics.LIABILITY.search(stretch.sentence) or topics.POLICY_ITSELF.search(stretch.sentence):
            continue
        spoken = topics.DATA_OBJECT.search(stretch.sentence) is not None
        text = _CONSENT_GIVEN.sub(" ", stretch.text)
        for key, form in _DOES.items():
            protects = key == "use" and any(no.search(text) for no in _NO_USE)
            if (spoken or key not in _NEED_DATA) and not protects and form.search(text):
                best = key == "transfer" and stretch.kind == "recipients"
                yield key, SAID if best else PASSING, stretch.place, stretch.reference


def _headed(setting: Setting) -> Iterator[Found]:
    """What a heading says is done: "Information we collect"."""
    for place, clause in enumerate(setting.clauses):
        text = setting.texts[place]
        title = clause.number is None and _TITLE.search(text)
        spoken = clause.heading and not title and topics.DATA_OBJECT.search(text) and not denies(text)
        if spoken and not topics.DEFINITIONS_HEADING.search(text) and len(text) < _LONGEST_HEADING:
            for key, form in _HEADED.items():
                if form.search(text):
                    yield key, PASSING if _DOES[key].search(text) else HINT, place, clause.reference


def _across(stretches: list[Stretch]) -> Iterator[Found]:
    """Cross-border transfer wherever it is announced."""
    for stretch in stretches:
        if stretch.denied or stretch.defines:
            continue
        if _OPERATIONS["cross_border"].search(stretch.text):
            yield "cross_border", PASSING, stretch.place, stretch.reference
        elif _OPERATIONS["cross_border"].search(stretch.lead) and _DOES["transfer"].search(stretch.text):
            yield "cross_border", HINT, stretch.place, stretch.reference


def operations(setting: Setting, stretches: list[Stretch]) -> Iterator[Found]:
    """Find the operations that a document announces."""
    lists = list(_lists(setting))
    own = [found for found in lists if not found.defines] or lists
    listed = {key for each in own for key in each.keys}
    for each in own:
        yield from ((key, float(len(each.keys)), each.place, each.reference) for key in each.keys)
    acts = sorted([*_acts(stretches), *_headed(setting)], key=lambda act: act[2])
    yield from (act for act in acts if len(listed) < _FEWEST or act[0] == "transfer")
    yield from _across(stretches)

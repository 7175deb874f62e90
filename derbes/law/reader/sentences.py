"""Sentences and their parts, and which parts say "no".

A policy that says "we do not process biometric data" must not become a proposal. Text here is folded; a part
is the stretch of a sentence in which one "no" reaches: contrasts ("but", "however") end it, exceptions turn
it round.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

_ABBREVIATED = re.compile(
    r"(?:\b(?:т|т\.д|т\.п|т\.е|т\.ч|др|пр|г|гг|ст|п|пп|ч|ул|д|кв|оф|им|и\.о|обл|р-н|тел|см|стр|руб|тг|млн|тыс|ж|жж|"
    r"қ|ш|мкр|б|т\.б|т\.с\.с|e\.g|i\.e|etc|no|art|sec|inc|ltd|vs|mr|ms|dr|ф|ф\.и|ф\.и\.о|т\.а|т\.а\.ә|и|o)|№|\d)$"
)
_END = re.compile(r"[.!?…](?:[»”\")])?\s+|;\s+")
_CONTRAST = re.compile(
    r",?\s+(?:но|однако|зато|при этом|тем не менее|вместо этого|but|however|instead|whereas|бірақ|алайда|дегенмен)\b|"
    r",\s+(?:а|и|and|при|while|сондай-ақ|ал)\s+(?=\S+\s)(?!так)"
)
_EXCEPT = re.compile(
    r"\b(?:кроме|за исключением|исключая|помимо|если иное|except|other than|unless|save for|with the exception|"
    r"excluding|without your (?:prior )?(?:explicit |express |written )?consent|без (?:вашего |его |её |письменного |предварительного |явного )*согласия|келісімінсіз|"
    r"рұқсатынсыз|мыналардан\s+басқа|(?:келесі|мынадай)\s+жағдайлардан\s+басқа|келесілерден\s+басқа)\b"
)
_ASIDE = re.compile(r"\([^()]*\)")
_EXCEPT_BEFORE = re.compile(r"\b(?:қоспағанда|басқа жағдайлар\w*|өзге жағдайлар\w*|болмаса)\b")
_VERB_RU = (
    r"(?:собира|обрабат|запрашив|хран|сохран|получа|использ|примен|переда|раскры|предостав|требу|осуществ|производ|"
    r"допуска|прода|распростран|фиксир|подлеж|сообща|публику|отслежив|идентифицир|ведет|ведем|ведётся|имеет доступ|"
    r"имеем доступ|провод|доверя|обменив|вправе (?:собира|обрабат|запрашив|требов|перед)|может (?:собира|перед|обраб)|"
    r"планиру|намер|относ|треб|содерж|явля|нужн|обязательн)\w*"
)
_DENIALS = re.compile(
    rf"\bне\s+(?:\w+\s+){{0,2}}?{_VERB_RU}|\bни\s+при\s+каких|\bне\s+входит|\bзапрещ\w+|\bнедопустим\w*|\bникогда\s+не\b|"
    r"\bwithout\s+(?:collecting|processing|storing|access)|"
    r"\b(?:do|does|did|will|shall|is|are|was|were|may|can|must|would|should)\s*(?:not|n't)\b(?!\s+limited)|\bcannot\b|"
    r"\b(?:don't|doesn't|won't|isn't|aren't|can't)\b|\bnever\b|\bneither\b|\bprohibit\w*|\bforbid\w*|"
    r"\b(?:collect|process|store|share|request|sell|disclose)s?\s+no\b|\bno\s+(?:\w+\s+){0,3}(?:is|are)\s+(?:collected|processed|stored|"
    r"shared|requested|transferred|disclosed)|\brefrain\w*|"
    r"\w+(?:май|мей|бай|бей|пай|пей)(?:ды|ді|мыз|міз|мын|мін)\b|\w{3,}(?:мау|меу|бау|беу|пау|пеу)(?:ға|ге|ы|і|ын|ін)?\b|"
    r"\b(?:тыйым|жол берілмей|емес|жоқ)\w*|\w+(?:маған|меген|баған|беген|паған|пеген)\b"
)
_NO_DENIAL = re.compile(
    r"\bесли\s+(?:\S+\s+){0,4}?не\s+(?:установлен|предусмотрен|требу|определен|указан|оговорен)\w*|"
    r"не\s+(?:явля|относ|требу|содерж|подлеж)\w*\s+(?:\w+\s+){0,2}(?:исчерпыва|ограничен|закрыт)\w*|\bне\s+(?:\w+\s+)?(?:использ|предостав)\w*\s+(?:для\s+иных|в\s+иных)|"
    r"(?:are|is|was)\s+not\s+(?:limited|exhaustive)|not\s+only|емес,|ғана емес|бірақ (?:олармен )?шектелме\w*|шектелмей\w*|шектелме\w*|"
    r"кем емес|кеш емес|аспай\w*|артық емес|тек қана емес|болмай(?:ды|ынша)|білмей\w*|without limitation|"
    r"(?:do|does|did|is|are)\s*(?:not|n't)\s+(?:agree|want|wish|object)|if\s+you\s+(?:do\s+not|don't)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of folded text and whether it is denied."""

    text: str
    denied: bool


def sentences(text: str) -> list[str]:
    """Split folded text at sentence ends and semicolons, not at abbreviations."""
    result, start = [], 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATED.search(text[start : match.start()]):
            continue
        result.append(text[start : match.end()].strip())
        start = match.end()
    rest = text[start:].strip()
    return [*result, rest] if rest else result


@lru_cache(maxsize=2048)
def denies(text: str) -> bool:
    """Say whether a folded stretch refuses what it speaks of."""
    return bool(_DENIALS.search(_NO_DENIAL.sub(" ", text)))


def excepts(text: str) -> bool:
    """Say whether a folded refusal ends by opening a list of exceptions."""
    return bool(_EXCEPT.search(text) or _EXCEPT_BEFORE.search(text))


def _turned(text: str, *, denied: bool) -> list[Part]:
    """Cut at an exception: what is excepted from a refusal is done, and the other way round."""
    if not denied:
        match = _EXCEPT.search(text)
        if match and match.group().startswith(
            ("кроме", "за исключением", "исключая", "except", "excluding", "other than")
        ):
            return [Part(text[: match.start()], denied=False), Part(text[match.start() :], denied=True)]
        return [Part(text, denied=False)]
    after = _EXCEPT.search(text)
    if after and denies(text[: after.start()]):
        return [Part(text[: after.start()], denied=True), Part(text[after.start() :], denied=False)]
    before = _EXCEPT_BEFORE.search(text)
    if before and denies(text[before.end() :]):
        return [Part(text[: before.end()], denied=False), Part(text[before.end() :], denied=True)]
    refusals = [match.end() for match in _DENIALS.finditer(text)] if before else []
    if refusals:
        return [Part(text[: refusals[-1]], denied=True), Part(text[refusals[-1] :], denied=False)]
    return [Part(text, denied=True)]


def parts(sentence: str) -> list[Part]:
    """Split a folded sentence into parts that are said or denied as a whole."""
    aside = next((match for match in _ASIDE.finditer(sentence) if denies(match.group())), None)
    if aside:
        rest = f"{sentence[: aside.start()]} {sentence[aside.end() :]}"
        return [*parts(rest), Part(aside.group(), denied=True)]
    cuts = [0, *(match.start() for match in _CONTRAST.finditer(sentence)), len(sentence)]
    pieces = [
        sentence[start:stop] for start, stop in itertools.pairwise(cuts) if sentence[start:stop].strip()
    ]
    if not denies(sentence):
        return _turned(sentence, denied=False)
    merged: list[str] = []
    for piece in pieces:
        hard = _CONTRAST.match(piece) and not re.match(r",\s+(?:а|и|and|при|while|сондай-ақ|ал)\s", piece)
        if merged and not hard and not (denies(piece) != denies(merged[-1]) and _has_verb(piece)):
            merged[-1] += piece
        else:
            merged.append(piece)
    return [part for piece in merged for part in _turned(piece, denied=denies(piece))]


_VERB = re.compile(
    r"\b(?:собира|обрабат|хран|использ|переда|получа|предостав|осуществ|collect|process|use|store|share)\w*(?:ет|ем|ют|ут|ит|им|ят|s|es|ся)?\b|"
    r"\w+(?:айды|ейді|йды|йді|аймыз|ейміз|лады|леді)\b"
)


def _has_verb(text: str) -> bool:
    return bool(_VERB.search(text))

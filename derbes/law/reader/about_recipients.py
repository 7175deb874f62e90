"""Whom a document says data are passed to.

A recipient counts in a list of recipients or in a sentence that speaks of passing data on; not where data come
from, not where a person may complain to, and not where passing on is refused, unless an exception by consent
or contract follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derbes.law.reader import topics
from derbes.law.reader.context import Stretch
from derbes.law.reader.findings import HINT, PASSING, PLAIN, SAID, Found
from derbes.law.reader.sentences import denies
from derbes.law.reader.words_recipients import RECIPIENTS

_RECIPIENTS = {key: re.compile(form) for key, form in RECIPIENTS.items()}
_CONSENTED = re.compile(r"соглас|келісім|consent|договор|шарт|заказ|поруч")
_MEASURES = re.compile(r"\bмер(?:ы|ами|ам)?\b|\bшара\w*|\bmeasures?\b")
_COMPLAINT = re.compile(
    r"\bуведом\w+\s+(?:\w+\s+){0,2}?уполномоченн\w*|"
    r"\bобжал\w*|\bжалоб\w*|\bобратить?с[яь]\b|\bшағым\w*|\bжүгін\w*|\bcomplain\w*|\bappeal\w*|\blodge\b|\bспор\w*|\bдау\w*|\bdispute\w*"
)
_PASSES = re.compile(
    r"\bпереда[чюевн]\w*|третьим\s|раскры\w*|үшінші\s+(?:тұлға|тарап)\w*(?:ға|ге)\b|\btransfer|\bdisclos|\bshar(?:e|ing)\b"
)
_AGREED = re.compile(r"соглас\w+|келісім\w*|consent\w*")
_SPOKEN = re.compile(r"дан+|сведен|информ|дерек|мәлімет|ақпарат|data|information|\bпдн?\b|cookie")
_OPERATOR_IS_BANK = re.compile(
    r"(?:далее|бұдан\s+әрі|hereinafter)[^)]{0,30}?[«\"“]?\bбанк|hereinafter[^)]{0,30}bank"
)


def _weight(stretch: Stretch) -> float:
    """Say how plainly a stretch speaks of passing data on; 0 for not at all."""
    sentence = stretch.sentence
    if (
        stretch.denied
        or stretch.defines
        or topics.LIABILITY.search(sentence)
        or topics.COMPLAINT.search(sentence)
    ):
        return 0
    if stretch.kind == "recipients" and stretch.near:
        return PLAIN
    passes = _PASSES.search(sentence) is not None
    received = topics.SOURCE.search(sentence) is not None and not passes
    purpose = stretch.kind == "purposes" and stretch.near and not passes
    aside = stretch.kind == "aside" and not topics.DATA.search(sentence)
    if (
        received
        or purpose
        or aside
        or topics.POLICY_ITSELF.search(sentence)
        or not topics.TRANSFER.search(sentence)
    ):
        return 0
    if stretch.kind == "aside":
        return HINT
    return SAID if _SPOKEN.search(sentence) else PASSING if stretch.kind == "recipients" else 0


def _excepted(stretch: Stretch) -> bool:
    """Say whether third parties are refused but for consent or a contract."""
    if (
        not stretch.denied
        or stretch.defines
        or not _RECIPIENTS["unspecified_third_party"].search(stretch.text)
    ):
        return False
    rest = stretch.sentence.replace(stretch.text, " ")
    return bool(rest.strip()) and not denies(rest) and _CONSENTED.search(rest) is not None


def _opens(stretch: Stretch) -> bool:
    """Say whether third parties are refused but for a list of exceptions that follows."""
    third = _RECIPIENTS["unspecified_third_party"].search(stretch.sentence)
    return bool(third) and stretch.sentence.rstrip().endswith(":") and denies(stretch.sentence)


def recipients(stretches: list[Stretch]) -> Iterator[Found]:
    """Find whom data are passed to; a bank that is the operator itself is none."""
    bank = any(_OPERATOR_IS_BANK.search(each.sentence) for each in stretches)
    opened: dict[str, Stretch] = {}
    for stretch in stretches:
        weight = _weight(stretch)
        for key, form in _RECIPIENTS.items():
            itself = key == "bank" and bank and weight < PLAIN
            if weight and not itself and form.search(stretch.text):
                yield key, weight, stretch.place, stretch.reference
        if _opens(stretch):
            opened[stretch.sentence] = stretch
        lead = opened.get(stretch.lead) if _AGREED.search(stretch.text) else None
        if lead or (not weight and _excepted(stretch)):
            source = lead or stretch
            yield "unspecified_third_party", HINT, source.place, source.reference

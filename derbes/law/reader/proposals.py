"""What a document proposes for the machine half: data, purposes and recipients, each with its clause.

A word counts only in its setting: a datum where data are said to be collected, a purpose where purposes are
told, a recipient where something is passed on; never where it is denied. Each key is proposed once, with the
clause that says it most plainly (the first of equals).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derbes.law.reader import topics
from derbes.law.reader.context import Setting, Stretch
from derbes.law.reader.reading import Proposal
from derbes.law.reader.sentences import denies
from derbes.law.reader.words_data import DATA, OTHER
from derbes.law.reader.words_purposes import AFTER, BEFORE, PURPOSES
from derbes.law.reader.words_recipients import RECIPIENTS

Found = tuple[str, float, int, str | None]

_DATA = {
    key: [
        (
            re.compile(form),
            re.compile(f"(?:{before})$") if before else None,
            re.compile(after) if after else None,
        )
        for form, before, after in entries
    ]
    for key, entries in DATA.items()
}
_OTHER = re.compile(OTHER)
_PURPOSES = {key: re.compile(form) for key, form in PURPOSES.items()}
_AFTER, _BEFORE = re.compile(AFTER), re.compile(BEFORE)
_RECIPIENTS = {key: re.compile(form) for key, form in RECIPIENTS.items()}
_CONSENTED = re.compile(r"соглас|келісім|consent|договор|шарт|заказ|поруч")
_MEASURES = re.compile(r"\bмер(?:ы|ами|ам)?\b|\bшара\w*|\bmeasures?\b")
_COMPLAINT = re.compile(
    r"\bуведом\w+\s+(?:\w+\s+){0,2}?уполномоченн\w*|"
    r"\bобжал\w*|\bжалоб\w*|\bобратить?с[яь]\b|\bшағым\w*|\bжүгін\w*|\bcomplain\w*|\bappeal\w*|\blodge\b|\bспор\w*|\bдау\w*|\bdispute\w*"
)
_ASIDE_RU_EN = re.compile(
    r"(?:касающ|связанн|относящ)\w+\s+[^,;.]*|\b(?:related\s+to|relating\s+to|regarding|concerning)\s+[^,;.]*|(?:\S+\s+){1,2}қатысты"
)
_NAMES = re.compile(r"\W*(?:цел(?:ь|и|ями|ью)\b|мақсат|purposes?\b|the\s+purposes?\b)")
_EXPLICIT = re.compile(r"в\s+целях|с\s+целью|цел(?:и|ь|ями)\b|мақсат\w*|purposes?|in\s+order\s+to")
_PASSING = re.compile(
    r"\bпереда[чюевн]\w*|третьим\s|раскры\w*|үшінші\s+(?:тұлға|тарап)\w*(?:ға|ге)\b|\btransfer|\bdisclos|\bshar(?:e|ing)\b"
)
_OPERATOR_IS_BANK = re.compile(
    r"(?:далее|бұдан\s+әрі|hereinafter)[^)]{0,30}?[«\"“]?\bбанк|hereinafter[^)]{0,30}bank"
)
_PLAIN, _LIST, _FEW_WORDS = 3, 3, 4
_WORDS_BEFORE, _WORDS_AFTER = 2, 3
_NEAR_WIDTH, _BEFORE_WIDTH, _AFTER_WIDTH = 60, 170, 260
_SHORT_ITEM = 90


def proposed(found: Iterable[Found], order: Iterable[str]) -> tuple[Proposal, ...]:
    """Keep each key once: the heaviest finding, the first of equals; in the order of the document."""
    best: dict[str, Found] = {}
    for entry in found:
        if entry[0] not in best or entry[1] > best[entry[0]][1]:
            best[entry[0]] = entry
    known = set(order)
    return tuple(
        Proposal(key, clause)
        for key, _, _, clause in sorted(best.values(), key=lambda e: e[2])
        if key in known
    )


def data_keys(text: str) -> list[str]:
    """Return the data named in folded text, channels of contact left out."""
    keys = []
    for key, entries in _DATA.items():
        for form, before, after in entries:
            if any(
                not (before and before.search(text[max(0, match.start() - _NEAR_WIDTH) : match.start()]))
                and not (after and after.match(text[match.end() :]))
                for match in form.finditer(text)
            ):
                keys.append(key)
                break
    return keys


def _unnamed(text: str) -> bool:
    """Say whether an enumeration names a thing that no key of the vocabulary covers."""
    pieces = re.split(r"[,;]", re.sub(r"\([^)]*\)", " ", text))
    short = [piece.strip(" .:") for piece in pieces if 0 < len(piece.split()) <= _FEW_WORDS]
    return any(piece and not data_keys(piece) and not _OTHER.search(piece) for piece in short[1:])


def _data_weight(stretch: Stretch, keys: list[str]) -> float:
    """Say how plainly a stretch speaks of data being processed; 0 for not at all."""
    if stretch.denied or topics.LIABILITY.search(stretch.sentence):
        return 0
    own = any(form.search(stretch.sentence) for form in (topics.DATA, topics.BY_ITSELF))
    listing = topics.LISTS.search(stretch.sentence) is not None
    if stretch.defines:
        plain = topics.ABOUT_PERSONAL_DATA.match(stretch.sentence) or "автоматическ" in stretch.sentence
        return 1.5 if plain and listing and own else 0
    if stretch.kind == "data" and stretch.near and (stretch.item or len(keys) > 1):
        return 3
    if topics.persons_right(stretch.sentence) or topics.POLICY_ITSELF.search(stretch.sentence):
        return 0
    if _MEASURES.search(stretch.sentence) and topics.HARM.search(stretch.sentence):
        return 0
    if stretch.kind in {"aside", "purposes", "recipients"} and stretch.near and not (own and len(keys) > 1):
        return 0
    if own and (listing or len(keys) > 1):
        return 2
    return 1 if own and stretch.kind != "aside" else 0


def data(stretches: list[Stretch]) -> Iterator[Found]:
    """Find what data are collected or processed."""
    lists: dict[str, int] = {}
    silent: list[Stretch] = []
    refused = {(each.place, key) for each in stretches if each.denied for key in data_keys(each.text)}
    for stretch in stretches:
        keys = [key for key in data_keys(stretch.text) if (stretch.place, key) not in refused]
        weight = _data_weight(stretch, keys)
        if weight:
            yield from ((key, weight, stretch.place, stretch.reference) for key in keys)
            listed = weight >= 3 or (weight >= 1.5 and keys)
            if listed and not stretch.defines and _OTHER.search(stretch.text):
                yield "other", weight, stretch.place, stretch.reference
            if weight >= 3 and keys:
                lists[stretch.lead] = lists.get(stretch.lead, 0) + 1
        if weight >= _PLAIN and len(keys) >= _LIST and _unnamed(stretch.text):
            yield "other", 0.5, stretch.place, stretch.reference
        if (
            stretch.bullet
            and weight >= 3
            and not data_keys(stretch.text)
            and len(stretch.text) < _SHORT_ITEM
            and stretch.text == stretch.sentence
        ):
            silent.append(stretch)
        if not stretch.denied and not stretch.defines and topics.OBSERVED.search(stretch.text):
            yield "photo", 1, stretch.place, stretch.reference
        if not stretch.denied and topics.COOKIES.search(stretch.text):
            yield "cookie", 0.5 if stretch.defines else 1, stretch.place, stretch.reference
    for stretch in silent:
        if lists.get(stretch.lead, 0) > 1 and not stretch.text.rstrip().endswith(":"):
            yield "other", 0.5, stretch.place, stretch.reference


def _told(stretch: Stretch) -> list[str]:
    """Return the segments of a sentence that tell a purpose."""
    text = stretch.text
    segments = [text[match.end() : match.end() + _AFTER_WIDTH] for match in _AFTER.finditer(text)]
    start = 0
    for match in _BEFORE.finditer(text):
        segments.append(text[max(start, match.start() - _BEFORE_WIDTH) : match.start()])
        start = match.end()
    return segments


def _purpose_weight(stretch: Stretch) -> float:
    sentence = stretch.sentence
    if stretch.denied or stretch.defines:
        return 0
    if stretch.kind == "purposes" and stretch.near:
        return 3
    if (
        topics.POLICY_ITSELF.search(sentence)
        or topics.persons_right(sentence)
        or topics.LIABILITY.search(sentence)
    ):
        return 0
    if topics.HARM.search(sentence) or _MEASURES.search(sentence) or _COMPLAINT.search(sentence):
        return 0
    explicit = _EXPLICIT.search(sentence) is not None
    if not topics.DATA.search(sentence) and not (topics.COOKIES.search(sentence)):
        return 2 if _NAMES.match(sentence) else 1 if explicit and stretch.kind == "purposes" else 0
    if stretch.kind in {"aside", "recipients"} and not explicit:
        return 0
    return 2 if explicit else 1


def purposes(stretches: list[Stretch]) -> Iterator[Found]:
    """Find what data are processed for."""
    for stretch in stretches:
        weight = _purpose_weight(stretch)
        if not weight:
            continue
        segments = [stretch.text] if weight >= 3 else _told(stretch)
        for segment in segments:
            text = _ASIDE_RU_EN.sub(" ", segment) if len(segments) == 1 and weight >= 3 else segment
            for key, form in _PURPOSES.items():
                if any(
                    not (key == "communication" and _promotes(text, match)) for match in form.finditer(text)
                ):
                    yield key, weight, stretch.place, stretch.reference


def _promotes(text: str, match: re.Match[str]) -> bool:
    """Say whether what is sent or told is advertising, which is a purpose of its own."""
    told = " ".join(text[match.end() :].split()[:_WORDS_AFTER])
    before = " ".join(text[: match.start()].split()[-_WORDS_BEFORE:])
    return bool(_PURPOSES["advertising"].search(f"{before} {match.group()} {told}"))


def _recipient_weight(stretch: Stretch) -> float:
    sentence = stretch.sentence
    if stretch.defines or topics.LIABILITY.search(sentence) or _COMPLAINT.search(sentence):
        return 0
    if stretch.denied:
        return 0
    if stretch.kind == "recipients" and stretch.near:
        return 3
    if stretch.kind == "purposes" and stretch.near and not _PASSING.search(sentence):
        return 0
    if not topics.TRANSFER.search(sentence) or topics.POLICY_ITSELF.search(sentence):
        return 0
    if topics.SOURCE.search(sentence) and not re.search(
        r"переда[чюевн]\w*|раскры\w*|третьим|\bберу\w*|transfer|disclos|shar(?:e|ing)", sentence
    ):
        return 0
    if stretch.kind == "aside" and not topics.DATA.search(sentence):
        return 0
    return (
        2
        if re.search(r"дан+|сведен|информ|дерек|мәлімет|ақпарат|data|information|\bпдн?\b|cookie", sentence)
        else 1
        if stretch.kind == "recipients"
        else 0
    )


def recipients(stretches: list[Stretch]) -> Iterator[Found]:
    """Find whom data are passed to."""
    for stretch in stretches:
        weight = _recipient_weight(stretch)
        if weight:
            for key, form in _RECIPIENTS.items():
                if form.search(stretch.text):
                    yield key, weight, stretch.place, stretch.reference
        elif (
            stretch.denied
            and not stretch.defines
            and _RECIPIENTS["unspecified_third_party"].search(stretch.text)
        ):
            excepted = stretch.sentence.replace(stretch.text, " ")
            if excepted.strip() and not denies(excepted) and _CONSENTED.search(excepted):
                yield "unspecified_third_party", 0.5, stretch.place, stretch.reference


def proposals(setting: Setting) -> dict[str, tuple[Proposal, ...]]:
    """Return the proposals of a document, but for operations and terms."""
    stretches = list(setting.stretches())
    bank = any(_OPERATOR_IS_BANK.search(text) for text in setting.texts)
    found = (each for each in recipients(stretches) if not (bank and each[0] == "bank" and each[1] < _PLAIN))
    return {
        "data": proposed(data(stretches), [*DATA, "other"]),
        "purposes": proposed(purposes(stretches), PURPOSES),
        "recipients": proposed(found, RECIPIENTS),
    }

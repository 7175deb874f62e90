"""What surrounds a policy on a page and is no part of it: contents, menus, copyright lines, buttons.

Only short blocks at the ends, and contents that repeat later headings, are dropped; the text of the policy
is never guessed away.
"""

from __future__ import annotations

import re

from derbes.law.reader.blocks import Block
from derbes.law.reader.fold import fold

_COPYRIGHT = re.compile(
    r"^(?:©|\(c\)\s*\d{4}|copyright\b|all rights reserved|все права защищены|барлық құқықтар? қорғалған)|"
    r"©\s*\d{4}|all rights reserved\.?$|все права защищены\.?$|құқықтар қорғалған\.?$"
)
_CONTROL = re.compile(
    r"^(?:меню|menu|мәзір|главная|басты(?: бет)?|home|контакты|байланыс|contacts?|войти|кіру|log ?in|sign ?(?:in|up)|"
    r"корзина|каталог|поиск|іздеу|search|наверх|вверх|назад|артқа|back|close|закрыть|принять|accept(?: all)?|қабылдау|"
    r"скачать|download|печать|print|поделиться|share|читать далее|оглавление|содержание|contents?|мазмұны|"
    r"table of contents|личный кабинет|жеке кабинет|top of page|bottom of page|ru|kz|kk|en|eng|рус|қаз|қазақша|"
    r"русский|english)(?:\s*(?:[|/·•]\s*)?(?:ru|kz|kk|en|eng|рус|қаз))*\s*$"
)
# A heading over the operator's address ends the chapter before it.
_CONTACTS = re.compile(r"контакты|байланыс|contacts?")
_NUMBER = re.compile(r"^[\d.)\s]+")
_LONGEST_MENU = 40
_FEWEST_CONTENTS = 3


def _bare(text: str) -> str:
    return _NUMBER.sub("", re.sub(r"(?<![.\s…])[.\s…]*\d{0,3}$", "", fold(text))).strip(" .:")


def _contents(blocks: list[Block]) -> set[int]:
    """Find runs of short blocks which later stand again as headings: a table of contents."""
    texts = [_bare(block.text) if len(block.text) < 160 else "" for block in blocks]
    last = {text: place for place, text in enumerate(texts) if text}
    found: set[int] = set()
    run: list[int] = []
    for place, text in enumerate(texts):
        if text and last[text] > place and (not run or place - run[-1] <= 2):
            run.append(place)
            continue
        if run and place - run[-1] <= 1:
            continue
        if len(run) >= _FEWEST_CONTENTS and last[texts[run[0]]] > run[-1]:
            found.update(run)
        run = [place] if text and last[text] > place else []
    return found


def _tail(blocks: list[Block]) -> int:
    """Return where the document ends: before a copyright line with nothing but short lines after it."""
    for place in range(len(blocks) - 1, max(len(blocks) // 2, len(blocks) - 25), -1):
        rest = blocks[place:]
        if _COPYRIGHT.search(fold(blocks[place].text)) and all(len(block.text) < 200 for block in rest):
            return place
    return len(blocks)


def cleaned(blocks: list[Block]) -> list[Block]:
    """Return the blocks of the document itself."""
    contents = _contents(blocks)
    end = _tail(blocks)
    kept = []
    for place, block in enumerate(blocks[:end]):
        text = fold(block.text)
        control = _CONTROL.match(text) and not (block.level and _CONTACTS.match(text))
        if place in contents or control or _COPYRIGHT.match(text):
            continue
        if block.linked and len(text) < _LONGEST_MENU and not block.heading and not _NUMBER.match(text):
            continue
        kept.append(block)
    return kept

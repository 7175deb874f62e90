"""Letters come to the mailbox (§6.7) and become appeals; a letter that names the number of one joins it.

An address in a letter proves nothing: a letter joins an appeal only from the address that its person gave, and
opens nothing. What machines send is left out. A letter is removed from the mailbox once it is sealed here.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from derbes.core.appeals.models import Appeal
from derbes.core.appeals.post import Post
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.appeals import attaching, filing, person
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law import identifiers
from derbes.law.permission import Actor, Refused
from derbes.law.reader.language import language
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import intake, keys, mailbox

log = logging.getLogger(__name__)

POSTMAN = Actor(kind=ActorKind.SYSTEM, code="mailbox")
_NUMBER = re.compile(r"\bA\d{2}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a look into the mailbox brought: new appeals, letters to known ones, and letters left for a person, by reason.

    Reasons: too_big, no_sender, automatic, damaged, empty.
    """

    opened: int
    joined: int
    left: Mapping[str, int]


def fetch(*, at: datetime) -> Fetched:
    """Take in what lies in the mailbox. Raises `mailbox.Unreachable`; without a mailbox there is nothing to fetch."""
    counts: Counter[str] = Counter()
    if mailbox.configured():
        with mailbox.open_mailbox(settings.MAILBOX) as box:
            for uid in box.waiting():
                counts[_one(box, uid, at=at)] += 1
    left = {reason: count for reason, count in counts.items() if reason not in {"opened", "joined", "known"}}
    return Fetched(counts["opened"], counts["joined"], left)


def _one(box: mailbox.Mailbox, uid: str, *, at: datetime) -> str:
    """Take in one letter; say what became of it."""
    try:
        letter = box.read(uid)
        became = take_in(letter, at=at)
    except mailbox.Unreadable as why:
        box.leave(uid)
        return why.reason
    box.remove(uid)
    return became


def take_in(letter: mailbox.Letter, *, at: datetime) -> str:
    """Seal a letter as an appeal or as part of one; return opened, joined, or known for one taken in before.

    Raises `mailbox.Unreadable` when it says nothing.
    """
    files = _washed(letter, at=at)
    if not letter.text and not letter.subject and not files:
        raise mailbox.Unreadable("empty")
    appeal, became = _seal(letter, files, at=at)
    if appeal is not None and became == "opened":
        filing.tell(appeal, "appeal_received", at=at)
    return became


def _washed(letter: mailbox.Letter, *, at: datetime) -> list[intake.TakenIn]:
    """Harmless copies of what was enclosed; what is refused is counted and left out."""
    washed = []
    for one in letter.enclosed:
        try:
            washed.append(attaching.washed(one.data, one.name, at=at))
        except intake.FileRefused as refused:
            log.info("an enclosure was left out: %s", refused.code)
    return washed


@step
def _seal(letter: mailbox.Letter, files: list[intake.TakenIn], *, at: datetime) -> tuple[Appeal | None, str]:
    digest = hmac.new(keys.ring().index_key("post"), letter.mark.encode(), sha256).hexdigest()
    if not Post.note(digest, at=at):
        return None, "known"
    text = _text(letter)
    appeal = _named(letter, at=at)
    became = "joined"
    if appeal is None:
        became = "opened"
        received_at = min(letter.came or at, at)
        appeal = filing.by_post(_as_typed(letter, text), received_at=received_at, at=at)
    else:
        person.add(appeal, _author(appeal), text, at=at)
    for file in files:
        with suppress(attaching.TooMany):
            attaching.keep(appeal, _author(appeal), file, at=at)
    return appeal, became


def _text(letter: mailbox.Letter) -> str:
    return "\n\n".join(part for part in (letter.subject, letter.text) if part)


def _as_typed(letter: mailbox.Letter, text: str) -> filing.Letter:
    try:
        values = {"email": identifiers.normalise("email", letter.sender)}
    except identifiers.Malformed:
        raise mailbox.Unreadable("no_sender") from None
    with suppress(identifiers.Malformed):
        values["given_name"] = identifiers.normalise("given_name", letter.name) if letter.name else ""
    return filing.Letter(
        text=text,
        values=values,
        agreed=False,
        language=language(text) or settings.LANGUAGE_CODE,
        kind=law.Kind.UNSORTED,
        channel="email",
    )


def _named(letter: mailbox.Letter, *, at: datetime) -> Appeal | None:
    """The live appeal whose number the letter names and whose person gave the address it comes from."""
    found = _NUMBER.search(f"{letter.subject} {letter.text}".upper())
    appeal = Appeal.objects.live().filter(number=found[0]).first() if found else None
    if appeal is None:
        return None
    try:
        permission = gate.ask(
            POSTMAN, appeal.subject, Operation.USE, "authentication", ["email"], event="appeals.join", at=at
        )
    except (Refused, gate.Unknown):
        return None
    known = vault.take(permission).get("email", "")
    return appeal if known.casefold() == letter.sender.casefold() else None


def _author(appeal: Appeal) -> Actor:
    return Actor(kind=ActorKind.SUBJECT, subject=appeal.subject)

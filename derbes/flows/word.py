"""A person's word on their data is taken down: what they were shown, what they said, and the proof (§5.1, §5.2).

Two ways only: with the first word a person's record is opened, and later words are added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.consents.models import Consent, Said, Shown, Word, Wording
from derbes.core.publications.shelf import Edition
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows import gate
from derbes.flows.gate import Wish
from derbes.law.permission import Actor, Permission
from derbes.law.vocabulary import Operation

Pair = tuple[str, str]  # purpose, act; act "" is the purpose itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a person said on one occasion: the exact `text` they saw, in which language, by what channel.

    `offered` is all that they were asked, `agreed` what they agreed to; what is left was refused. `address`
    and `agent` are the evidence of who said it, and are sealed.
    """

    text: str
    language: str
    offered: frozenset[Pair]
    agreed: frozenset[Pair]
    channel: str = "web"
    address: str = field(default="", repr=False)
    agent: str = field(default="", repr=False)

    def words(self) -> list[Said]:
        """One word for each thing asked."""
        return [
            Said(purpose, Word.GIVEN if (purpose, act) in self.agreed else Word.REFUSED, act)
            for purpose, act in sorted(self.offered)
        ]

    def evidence(self, occasion: UUID) -> Mapping[str, str]:
        """The fields that prove who said it, as instances of their own."""
        values = {f"ip_address/{occasion}": self.address, f"user_agent/{occasion}": self.agent[:300]}
        return {name: value for name, value in values.items() if value}


def opening(
    subject: UUID,
    spoken: Spoken,
    edition: Edition,
    also: Iterable[Wish] = (),
    *,
    actor: Actor | None = None,
    occasion: UUID | None = None,
    event: str,
    at: datetime,
) -> list[Permission]:
    """Make the key of a new person and take down their first word; return permissions for what is done `also`.

    `actor` is who brings the word, when it is not the person themself; `occasion` is given by who needs to
    know it.
    """
    occasion = occasion or uuid7(at)
    first = Wish(operation=Operation.RECORD, purpose="rights", fields=spoken.evidence(occasion))
    permission, *others = gate.open_new(
        subject, spoken.agreed, [first, *also], policy=edition.policy, actor=actor, event=event, at=at
    )
    _take_down(permission, spoken.words(), spoken, edition, occasion)
    return others


def add(
    actor: Actor, subject: UUID, words: Iterable[Said], spoken: Spoken, edition: Edition, *, at: datetime
) -> UUID:
    """Take down a later word of a person: given or withdrawn; return the occasion."""
    occasion = uuid7(at)
    said = list(words)
    event = "consent.withdraw" if any(one.word == Word.WITHDRAWN for one in said) else "consent.give"
    permission = gate.ask(
        actor, subject, Operation.RECORD, "rights", spoken.evidence(occasion), event=event, at=at
    )
    _take_down(permission, said, spoken, edition, occasion)
    Subject.look_again(subject, at=at)
    return occasion


def _take_down(
    permission: Permission, said: list[Said], spoken: Spoken, edition: Edition, occasion: UUID
) -> None:
    subject, at = permission.request.subject, permission.request.at
    wording = Wording.keep(spoken.text, edition=edition.edition, language=spoken.language)
    detail = {word.value: pairs for word in Word if (pairs := _pairs(said, word))}
    number = vault.put(permission, spoken.evidence(occasion), text=wording, **detail)
    shown = Shown(edition=edition.edition, language=spoken.language, wording=wording, channel=spoken.channel)
    Consent.record(subject, said, shown=shown, occasion=occasion, number=number, at=at)


def _pairs(said: Iterable[Said], word: str) -> list[str]:
    return sorted(one.purpose + (f"/{one.act}" if one.act else "") for one in said if one.word == word)

"""The wording of a consent: its head with the eight things of 94-V art. 8(4), and a text for each thing asked.

The words come from consent/<language>.md of the policy folder, the facts from the policy. A section that is
missing, or a placeholder that nothing fills, is an error and never a gap in what people agree to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derbes.law.text import TextError, render
from derbes.law.vocabulary import Act, Operation
from derbes.law.wording import Words, lower_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from derbes.law.policy import Policy, Purpose, Recipient

#: The four confirmations of §5.1, none of them ticked beforehand.
STATEMENTS = ("processing", "own", "read", "accept")

#: The eight things of 94-V art. 8(4), by item, and the placeholders that put them into the text.
EIGHT: Mapping[int, tuple[str, ...]] = {
    1: ("operator.name", "operator.bin"),
    2: ("subject.name",),
    3: ("consent.terms",),
    4: ("consent.transfer",),
    5: ("consent.cross_border",),
    6: ("consent.publication",),
    7: ("consent.data",),
    8: ("consent.other",),
}

#: Who consents, while their name is still to be written into the same form.
_SUBJECT: Mapping[str, str] = {
    "kk": "осы нысанда тегі, аты және (болса) әкесінің аты жазылған адам",
    "ru": "лицо, чьи фамилия, имя и отчество (если есть) указаны в этой форме",
    "en": "the person whose surname, given name and patronymic, if any, are written in this form",
}
_SECTION = re.compile(r"##+ (.*)\{#([a-z_.]+)\}")


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """One thing to say yes or no to. A statement has neither purpose nor act; a purpose's own text has no act.

    `needed`: without a yes there is no service. `fields`: the data it covers.
    """

    key: str
    purpose: str
    act: str
    title: str
    text: str
    needed: bool
    fields: tuple[str, ...]


def recipients_of(policy: Policy, purpose: str) -> tuple[Recipient, ...]:
    """Return the recipients that may get the data of `purpose`, but those on void clauses."""
    return tuple(
        recipient
        for recipient in policy.recipients.values()
        if purpose in recipient.purposes and not policy.void(recipient.clause)
    )


def sections(markdown: str) -> Mapping[str, tuple[str, str]]:
    """Return the sections of a consent file: anchor to title and body. Raises `TextError` when one stands twice."""
    found: dict[str, tuple[str, list[str]]] = {}
    lines: list[str] = []
    for line in markdown.splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            if section[2] in found:
                raise TextError("The section %(anchor)s stands twice.", anchor=section[2])
            lines = []
            found[section[2]] = (section[1].strip(), lines)
        else:
            lines.append(line)
    return {anchor: (title, "\n".join(body).strip()) for anchor, (title, body) in found.items()}


class Writer:
    """Writes the parts of one consent in one language. `represented`: for someone who acts for another (§2.4)."""

    def __init__(
        self, policy: Policy, files: Mapping[str, str], language: str, *, represented: bool, subject: str
    ) -> None:
        name = f"consent/{language}.md"
        if name not in files:
            raise TextError("The policy folder has no %(file)s.", file=name)
        self._policy = policy
        self._language = language
        self._sections = sections(files[name])
        self._words = Words(policy, language)
        self._represented = represented
        self._subject = subject or _SUBJECT[language]

    def head(self, purposes: Sequence[str], acts: Sequence[tuple[str, Act]]) -> str:
        """Return the head with the eight things of 94-V art. 8(4)."""
        keys = dict.fromkeys(
            key for purpose in purposes for key in self._ordered(self._policy.purposes[purpose])
        )
        terms = (
            f"{lower_first(self._policy.purposes[key].label[self._language])} — {self._words.kept(key)}"
            for key in purposes
        )
        offered = self._recipients(key for key, act in acts if act is not Act.PUBLICATION)
        within = {
            "subject.name": self._subject,
            "consent.terms": "; ".join(terms),
            "consent.data": self._fields(keys),
            "consent.recipients": self._names(offered),
            "consent.countries": self._countries(offered),
        }
        for act in Act:
            said = "offered" if act in {act for _, act in acts} else "none"
            within[f"consent.{act.value}"] = self._render(f"said.{act.value}.{said}", within)[1]
        within["consent.other"] = self._render("other", within)[1]
        return self._render("head", within)[1]

    def statement(self, key: str) -> ConsentItem:
        """Return one of the four confirmations; who acts for another confirms that the data are theirs."""
        anchor = "statement.represented" if self._represented and key == "own" else f"statement.{key}"
        title, text = self._render(anchor, {"subject.name": self._subject})
        return ConsentItem(f"statement.{key}", "", "", title, text, needed=True, fields=())

    def purpose(self, key: str) -> ConsentItem:
        """Return the text of the consent to one purpose."""
        purpose = self._policy.purposes[key]
        title, text = self._render(f"purpose.{key}", self._about(key, purpose))
        return ConsentItem(f"purpose.{key}", key, "", title, text, purpose.needed, self._ordered(purpose))

    def act(self, key: str, act: Act) -> ConsentItem:
        """Return the text of the consent to one act for one purpose."""
        purpose = self._policy.purposes[key]
        recipients = self._recipients([key])
        if act is Act.CROSS_BORDER:
            recipients = tuple(recipient for recipient in recipients if recipient.country != "KZ")
        within = {
            **self._about(key, purpose),
            "act.recipients": self._names(recipients),
            "act.countries": self._countries(recipients),
        }
        title, text = self._render(f"act.{act.value}", within)
        title = f"{title}: {lower_first(purpose.label[self._language])}"
        return ConsentItem(
            f"act.{act.value}.{key}", key, act.value, title, text, needed=False, fields=self._ordered(purpose)
        )

    def _about(self, key: str, purpose: Purpose) -> dict[str, str]:
        """What the text of a purpose may say. Transfer has a consent of its own and is not among its operations."""
        done = [o for o in Operation if o in purpose.operations and o is not Operation.TRANSFER]
        return {
            "subject.name": self._subject,
            "purpose.label": purpose.label[self._language],
            "purpose.data": self._fields(self._ordered(purpose)),
            "purpose.operations": self._words.labels(self._policy.operations[o] for o in done),
            "purpose.term": self._words.kept(key),
        }

    def _ordered(self, purpose: Purpose) -> tuple[str, ...]:
        return tuple(key for key in self._policy.data if key in purpose.data)

    def _fields(self, keys: Iterable[str]) -> str:
        return ", ".join(lower_first(self._policy.data[key].label[self._language]) for key in keys)

    def _recipients(self, purposes: Iterable[str]) -> tuple[Recipient, ...]:
        found = {r.key: r for purpose in purposes for r in recipients_of(self._policy, purpose)}
        return tuple(found.values())

    def _names(self, recipients: Iterable[Recipient]) -> str:
        return self._words.labels(recipient.label for recipient in recipients)

    def _countries(self, recipients: Iterable[Recipient]) -> str:
        return ", ".join(sorted({recipient.country for recipient in recipients} - {"KZ"}))

    def _render(self, anchor: str, within: Mapping[str, str]) -> tuple[str, str]:
        if anchor not in self._sections:
            raise TextError(
                "consent/%(language)s.md has no section %(anchor)s.", language=self._language, anchor=anchor
            )
        title, body = self._sections[anchor]
        return title, render(body, self._policy, self._language, within)

"""What people are asked to consent to, and the receipt for their word.

A consent is never one tick: four statements (§5.1), one item per purpose and one per purpose and act
(94-V art. 7(3), 7(6)). The text that a person sees is made here and nowhere else, so its hash proves what
they agreed to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from derbes.law.consent_text import STATEMENTS, ConsentItem, Writer, recipients_of
from derbes.law.moments import stamp
from derbes.law.vocabulary import Act, Basis, Operation
from derbes.law.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from derbes.law.policy import Policy

__all__ = [
    "STATEMENTS",
    "ConsentItem",
    "Offer",
    "Said",
    "asked",
    "asked_acts",
    "offer",
    "receipt",
    "recipients_of",
]

_DPV = "https://w3id.org/dpv#"

#: What the keys of a receipt mean to others: terms of W3C DPV. Nothing is fetched.
_CONTEXT: Mapping[str, str] = {
    "operator": f"{_DPV}hasDataController",
    "subject": f"{_DPV}hasDataSubject",
    "consents": f"{_DPV}hasConsent",
    "purpose": f"{_DPV}hasPurpose",
    "fields": f"{_DPV}hasPersonalData",
    "recipients": f"{_DPV}hasRecipient",
    "state": f"{_DPV}hasConsentStatus",
    "given": f"{_DPV}ConsentGiven",
    "refused": f"{_DPV}ConsentRefused",
    "withdrawn": f"{_DPV}ConsentWithdrawn",
    "term": f"{_DPV}hasDuration",
    "edition": f"{_DPV}hasNotice",
    "at": f"{_DPV}isIndicatedAtTime",
}


class Said(Protocol):
    """One word of a person: `act` "" is the purpose itself; `word` is given, refused or withdrawn."""

    @property
    def purpose(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """All that is shown before consent, in one language. `sha256` is the hex hash of `text` in UTF-8."""

    edition: str
    language: str
    head: str
    statements: Mapping[str, ConsentItem]
    purposes: tuple[ConsentItem, ...]
    acts: tuple[ConsentItem, ...]
    text: str
    sha256: str

    @property
    def items(self) -> tuple[ConsentItem, ...]:
        """Everything to be said yes or no to, in the order shown."""
        return (*self.statements.values(), *self.purposes, *self.acts)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """What can be agreed to, as (purpose, act); act "" is the purpose itself."""
        return frozenset((item.purpose, item.act) for item in (*self.purposes, *self.acts))

    @property
    def needed(self) -> frozenset[str]:
        """The purposes without which there is no service."""
        return frozenset(item.purpose for item in self.purposes if item.needed)


def asked(policy: Policy) -> tuple[str, ...]:
    """Return the purposes that rest on consent and on no void clause (§6.4): those a person is asked about."""
    return tuple(
        key
        for key, purpose in policy.purposes.items()
        if purpose.basis is Basis.CONSENT and not policy.void(purpose.clause)
    )


def asked_acts(policy: Policy, purposes: Iterable[str]) -> tuple[tuple[str, Act], ...]:
    """Return the acts that need a consent of their own for `purposes`, as (purpose, act)."""
    found: list[tuple[str, Act]] = []
    for key in purposes:
        recipients = recipients_of(policy, key)
        if recipients:
            found.append((key, Act.TRANSFER))
        if any(recipient.country != "KZ" for recipient in recipients):
            found.append((key, Act.CROSS_BORDER))
    return tuple(found)


def offer(
    policy: Policy,
    files: Mapping[str, str],
    language: str,
    *,
    purposes: Sequence[str] | None = None,
    represented: bool = False,
    subject: str = "",
) -> Offer:
    """Return exactly what a person is asked, in `language`, about `purposes` (all, unless named).

    `represented`: they act for someone else (§2.4). `subject` is that person's name; without it the text
    speaks of the person named in the form, and so holds no personal data. `files` are those of the policy
    folder. Raises `TextError` when a text is missing or a placeholder unknown.
    """
    chosen = asked(policy) if purposes is None else tuple(purposes)
    acts = asked_acts(policy, chosen)
    writer = Writer(policy, files, language, represented=represented, subject=subject)
    head = writer.head(chosen, acts)
    statements = {key: writer.statement(key) for key in STATEMENTS}
    purpose_items = tuple(writer.purpose(key) for key in chosen)
    act_items = tuple(writer.act(key, act) for key, act in acts)
    items = (*statements.values(), *purpose_items, *act_items)
    text = "\n\n".join([head, *(f"{item.title}\n{item.text}" for item in items)]) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Offer(policy.edition, language, head, statements, purpose_items, act_items, text, digest)


def receipt(
    *,
    receipt_id: str,
    issued: datetime,
    subject: str,
    name: str,
    policy: Policy,
    edition: str,
    edition_sha256: str,
    language: str,
    text: str,
    consents: Iterable[Said],
    channel: str,
    at: datetime,
    entry_body: str,
) -> dict[str, Any]:
    """Return the receipt for what `subject` said on one occasion: content of ISO/IEC TS 27560, terms of DPV.

    It holds the eight things of 94-V art. 8(4), the exact `text` shown, and the hash of the journal's
    `entry_body`. It is to be signed as a document of type "receipt".
    """
    said = [_consent(one, policy, language) for one in consents]
    return {
        "@context": dict(_CONTEXT),
        "type": "receipt",
        "v": 1,
        "id": receipt_id,
        "issued": stamp(issued),
        "subject": subject,
        "entry_body_sha256": hashlib.sha256(entry_body.encode()).hexdigest(),
        "edition": {"edition": edition, "sha256": edition_sha256},
        "language": language,
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "operator": _operator(policy, language),
        "channel": channel,
        "at": stamp(at),
        "consents": said,
        "content": _eight(policy, language, name, said),
    }


def _operator(policy: Policy, language: str) -> dict[str, str]:
    operator = policy.operator
    return {
        "name": operator.name[language],
        "bin": operator.bin,
        "address": operator.address[language],
        "contact": operator.email,
    }


def _consent(said: Said, policy: Policy, language: str) -> dict[str, Any]:
    purpose = policy.purposes[said.purpose]
    recipients = recipients_of(policy, said.purpose) if said.act in {Act.TRANSFER, Act.CROSS_BORDER} else ()
    abroad_only = said.act == Act.CROSS_BORDER
    return {
        "purpose": said.purpose,
        "act": said.act or None,
        "recipients": [r.key for r in recipients if r.country != "KZ" or not abroad_only],
        "state": str(said.word),
        "at": stamp(said.at),
        "term": Words(policy, language).kept(said.purpose),
        "fields": [key for key in policy.data if key in purpose.data],
    }


def _eight(policy: Policy, language: str, name: str, said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The eight things that 94-V art. 8(4) wants in a consent, in its order, as this person settled them."""
    given = [one for one in said if one["state"] == "given"]
    words = Words(policy, language)

    def allowed(act: Act) -> bool:
        return any(one["act"] == act for one in given)

    return {
        "operator": f"{policy.operator.name[language]}, {policy.operator.bin}".rstrip(", "),
        "subject": name,
        "terms": {one["purpose"]: words.kept(one["purpose"]) for one in given},
        "transfer": allowed(Act.TRANSFER),
        "cross_border": allowed(Act.CROSS_BORDER),
        "publication": allowed(Act.PUBLICATION),
        "data": [key for key in policy.data if any(key in one["fields"] for one in given)],
        "other": {
            "withdrawal": words.of("terms.withdraw.term") or "",
            "operations": sorted(
                operation.value
                for operation in {o for one in given for o in policy.purposes[one["purpose"]].operations}
                if operation is not Operation.TRANSFER or allowed(Act.TRANSFER)
            ),
        },
    }

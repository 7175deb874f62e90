"""What programs send and get: every body, as OpenAPI tells it. What is not named here is refused."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from derbes.law.lifecycle import Ground

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(max_length=2000)]
Language = Literal["kk", "ru", "en"]
BlockGround = Literal[Ground.REQUEST, Ground.SUSPICION, Ground.RESPONSIBLE]
LiftGround = Literal[Ground.NOT_CONFIRMED, Ground.CONFIRMED, Ground.COURT, Ground.REQUEST]


class Body(BaseModel):
    """What is sent: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class Pair(Body):
    """What a consent is to: a purpose, or an act for a purpose."""

    purpose: Name
    act: Literal["", "transfer", "cross_border", "publication"] = ""


class Evidence(Body):
    """From where the person said it, as your system saw it; kept sealed, as proof."""

    address: IPv4Address | IPv6Address | None = None
    agent: Annotated[str, StringConstraints(max_length=300)] = ""


class Registration(Body):
    """A person who has read the offer and agreed: what they said, and what they typed."""

    language: Language = Field(description="the language in which the offer was shown")
    statements: list[Name] = Field(
        max_length=20, description="the statements of the offer that were confirmed"
    )
    agreed: list[Pair] = Field(
        max_length=200, description="what was agreed to; all else of the offer is refused"
    )
    values: dict[Name, Text] = Field(max_length=60, description="field to text, as typed")
    represented: bool = Field(default=False, description="somebody acts for the person")
    evidence: Evidence = Evidence()


class Reading(Body):
    """Which fields are to be opened, and for which purpose."""

    purpose: Name
    fields: list[Name] = Field(min_length=1, max_length=60)


class Search(Body):
    """Whom to look for, by what, and for which purpose."""

    purpose: Name
    by: Literal["iin", "phone", "email"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=320)]


class Change(Body):
    """What a person gives and withdraws."""

    language: Language
    give: list[Pair] = Field(default=[], max_length=200)
    withdraw: list[Pair] = Field(default=[], max_length=200)
    evidence: Evidence = Evidence()


class Blocking(Body):
    """Why the data are blocked, and until when, when the block is to end by itself."""

    ground: BlockGround
    until: datetime | None = Field(default=None, description="RFC 3339, with an offset; it must be ahead")


class Lifting(Body):
    """Why the block is lifted."""

    ground: LiftGround


class Demand(Body):
    """Why the data are to be destroyed: the person demands it."""

    ground: Literal[Ground.DEMAND]


# Answers


class Registered(BaseModel):
    """Who was registered: the number to call them by, their matter, and where the receipt for their word is."""

    subject: UUID
    matter: str
    receipt: str


class Values(BaseModel):
    """What was opened. A field that is not kept is left out."""

    subject: UUID
    values: dict[str, str]


class People(BaseModel):
    """Who was found; nobody is no mistake."""

    people: list[UUID]


class Stance(BaseModel):
    """What the person said last of a purpose, or of an act for a purpose, and where the receipt is."""

    purpose: str
    act: str
    word: Literal["given", "refused", "withdrawn", "over"] = Field(
        description="only `given` permits anything; `over` was given for a time that has passed"
    )
    at: str
    until: str | None = Field(description="when a consent that was given for a time ends or ended")
    edition: str
    receipt: str


class Stances(BaseModel):
    """Where a person stands on everything that they were ever asked."""

    subject: UUID
    consents: list[Stance]


class Changed(BaseModel):
    """What came of it: what stopped, and what cannot stop yet, on which ground and norm."""

    outcome: Literal["stopped", "partially_stopped", "refused"]
    stopped: list[Pair]
    refused: list[Pair]
    ground: str
    norm: str
    receipt: str | None = Field(description="where the receipt is; null when nothing changed")


class Blocked(BaseModel):
    """Whether the data are blocked now."""

    subject: UUID
    blocked: bool


class Reason(BaseModel):
    """Why a field stays."""

    purpose: str
    norm: str
    clause: str


class Stay(BaseModel):
    """A field that stays, until when (null: the clock has not started), and why."""

    field: str
    until: str | None
    why: list[Reason]


class Plan(BaseModel):
    """What destroying would do now. An empty `ground` means that it can be done."""

    goes: list[str]
    stays: list[Stay]
    ground: str
    norm: str


class Destroyed(BaseModel):
    """What was done: the number of the act, which kinds of data went, and what stays until when."""

    act: str
    outcome: Literal["destroyed", "trimmed", "archived", "depersonalised"]
    fields: list[str]
    stays: list[Stay]


class Item(BaseModel):
    """One thing to say yes or no to, with the text to be shown."""

    key: str
    purpose: str
    act: str
    title: str
    text: str
    needed: bool
    fields: list[str]


class Offer(BaseModel):
    """All that is to be shown before consent, and asked; `sha256` is that of `text`."""

    edition: str
    language: Language
    head: str
    statements: list[Item]
    purposes: list[Item]
    acts: list[Item]
    text: str
    sha256: str


class Signed(BaseModel):
    """A signed document: check it with verify/derbes_verify.py."""

    model_config = ConfigDict(extra="allow")

    document: dict[str, Any]
    signature: dict[str, Any]


class Mistake(BaseModel):
    """One thing that is wrong, and where (RFC 6901)."""

    pointer: str
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """A problem (RFC 9457). What was sent is not repeated."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    clause: str | None = None
    norm: str | None = None
    ground: str | None = None
    scope: str | None = None
    power: str | None = None
    statements: list[str] | None = None
    purposes: list[str] | None = None
    errors: list[Mistake] | None = None

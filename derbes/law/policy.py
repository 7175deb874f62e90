"""The policy as frozen values: what the operator promises, in a form that code can keep.

`parse` turns the files of one policy folder into a `Policy`, or says in one sentence what is wrong with
it. Nothing downstream checks the policy's shape again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from derbes.law.vocabulary import Act, Basis, Operation


class PolicyError(ValueError):
    """The policy contradicts itself or lacks something. The sentence names file, table and key."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who promises. `bin`, `address`, `register_number` may be empty in an example, never in a real policy."""

    name: Mapping[str, str]
    bin: str
    address: Mapping[str, str]
    register_number: str
    site: str
    email: str
    phone: str
    responsible: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DataField:
    """One kind of data (§2.3). `control` is what a form shows: name, iin, date, email, phone, choice, text, file."""

    key: str
    category: str
    clause: str
    control: str
    label: Mapping[str, str]
    personal: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long: `years` and `days` after the event `since` (consent, service_end, submitted, decided, answered)."""

    since: str
    years: int
    days: int
    clause: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data are processed (§2.2, §3.2). `needed` purposes are those without which there is no service."""

    key: str
    clause: str
    basis: Basis
    norm: str
    operations: frozenset[Operation]
    data: frozenset[str]
    required: frozenset[str]
    needed: bool
    retention: Retention
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom data may go (§3.5, §3.6, §3.10). `country` is ISO 3166-1 alpha-2; other than KZ is cross-border."""

    key: str
    kind: str
    country: str
    clause: str
    purposes: frozenset[str]
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """What a member of staff may do (§3.3).

    `purposes`: for which personal data may be opened. `powers`: what else (verify, publish, journal,
    messages, staff). `assigned`: only for people whose matter this member of staff has taken.
    """

    key: str
    purposes: frozenset[str]
    powers: frozenset[str]
    assigned: bool
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """A promised term in days, working or calendar, with its clause and norm (§6.2)."""

    key: str
    days: int
    working: bool
    clause: str
    norm: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: the norm behind it, what the system does, where the law is stricter, and whether it is void (§6.4).

    `enforced` says that code holds it and a test with the mark `clause(number)` exists.
    """

    number: str
    norm: str
    does: Mapping[str, str]
    collision: Mapping[str, str]
    enforced: bool
    void: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """One edition of the policy, machine half."""

    edition: str
    example: bool
    operator: Operator
    data: Mapping[str, DataField]
    purposes: Mapping[str, Purpose]
    acts: Mapping[Act, str]
    recipients: Mapping[str, Recipient]
    roles: Mapping[str, Role]
    terms: Mapping[str, Term]
    limits: Mapping[str, int]
    clauses: Mapping[str, Clause]
    change_in_force: str
    effective: datetime | None = None

    def void(self, clause: str) -> bool:
        """Whether `clause`, or a clause that holds it, is void (§6.4)."""
        parts = clause.split(".")
        heads = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        return any(bool(c.void) for c in map(self.clauses.get, heads) if c)

"""The policy as frozen values: what the operator promises, in a form that code can keep.

`parse` turns the files of one policy folder into a `Policy`, or says in one sentence what is wrong with
it. Nothing downstream checks the policy's shape again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from derbes.law.coherence import contradictions
from derbes.law.tables import Table, TableError, read
from derbes.law.vocabulary import Act, Basis, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

_Word = TypeVar("_Word", Act, Basis, Operation)
_Shape = TypeVar("_Shape")


class PolicyError(TableError):
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
    """One kind of data (§2.3). `control` is what a form shows: name, iin, date, email, phone, choice, text, file.

    The control `automatic` is in no form: the browser sends it (§3.9). `direct`: the person changes it themself,
    at once; what is not direct is changed on a document that the staff have seen (§2.5, 94-V art. 25(2)(8)).
    """

    key: str
    category: str
    clause: str
    control: str
    label: Mapping[str, str]
    personal: bool = True
    choices: tuple[str, ...] = ()
    hint: Mapping[str, str] = field(default_factory=dict)
    direct: bool = False


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
    """A promised term in days, working or calendar, with its clause and norm (§6.2).

    `keeps` is the key of the norm in norms/terms.toml that the promise must not fall behind; `extension` is by
    how many more days the operator may lengthen it, telling the person why.
    """

    key: str
    days: int
    working: bool
    clause: str
    norm: str
    keeps: str = ""
    extension: int = 0
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: the norm behind it, what the system does, where the law is stricter, and whether it is void (§6.4).

    `enforced` says that code holds it and a test with the mark `clause(number)` exists.
    """

    number: str
    norm: str
    does: Mapping[str, str]
    collision: Mapping[str, str] = field(default_factory=dict)
    enforced: bool = False
    void: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """One edition of the policy, machine half. `acts` gives the clause of each act."""

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
    categories: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    operations: Mapping[Operation, Mapping[str, str]] = field(default_factory=dict)
    act_labels: Mapping[Act, Mapping[str, str]] = field(default_factory=dict)

    def void(self, clause: str) -> bool:
        """Whether `clause`, or a clause that holds it, is void (§6.4)."""
        parts = clause.split(".")
        heads = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        return any(bool(c.void) for c in map(self.clauses.get, heads) if c)


#: Purposes that serve the others: data in the restricted archive do not open for them.
ACCESSORY = frozenset({"rights", "authentication", "breach"})


def orders(purpose: Purpose) -> bool:
    """Whether data may be opened for this purpose on order of a law, from the archive too (255-VIII art. 41(3))."""
    return purpose.basis is not Basis.CONSENT and purpose.key not in ACCESSORY


def needing(policy: Policy, key: str, agreed: AbstractSet[str]) -> list[Purpose]:
    """Return the purposes for which data of `key` are kept of somebody: those `agreed` to, and those resting on law."""
    purposes = policy.purposes.values()
    return [
        one for one in purposes if key in one.data and (one.basis is not Basis.CONSENT or one.key in agreed)
    ]


def comes_into_force(policy: Policy, published: datetime, previous: Policy | None = None) -> datetime:
    """Return when `policy`, published at `published`, is in force (§6.5).

    At once, unless it names a later moment itself, or the edition in force has promised days of notice.
    """
    promised = previous.change_in_force.partition(" ")[0] if previous else ""
    notice = published + timedelta(days=int(promised) if promised.isdigit() else 0)
    return max(notice, policy.effective or notice)


def parse(files: Mapping[str, str]) -> Policy:
    """Return the policy whose machine half is `files["policy.toml"]`, or raise `PolicyError`."""
    if "policy.toml" not in files:
        raise PolicyError("The policy folder has no policy.toml.")
    top = Table.of(files["policy.toml"], "policy.toml", PolicyError)
    _settled(top)
    acts = {_word(Act, key, table): (table.text("clause"), _label(table)) for key, table in top.tables("act")}
    policy = Policy(
        edition=top.text("edition"),
        example=top.flag("example", default=False),
        operator=read(Operator, "", top.table("operator")),
        data=_group(DataField, top, "data"),
        purposes=_group(Purpose, top, "purpose"),
        acts={act: clause for act, (clause, _) in acts.items()},
        recipients=_group(Recipient, top, "recipient"),
        roles=_group(Role, top, "role"),
        terms=_group(Term, top, "term"),
        limits=top.numbers("limits"),
        clauses=_group(Clause, top, "clause"),
        change_in_force=top.text("change_in_force"),
        effective=top.moment("effective"),
        categories={key: _label(table) for key, table in top.tables("category")},
        operations={_word(Operation, key, table): _label(table) for key, table in top.tables("operation")},
        act_labels={act: label for act, (_, label) in acts.items()},
    )
    top.close()
    for table, key, why, params in contradictions(policy):
        raise top.wrong_in(table, key, why, **params)
    return policy


def _settled(top: Table) -> None:
    """Refuse a draft: what a program proposed is no promise before a person has confirmed it."""
    waiting = top.awaiting()
    if waiting:
        raise top.wrong_in(
            waiting[0],
            "confirmed",
            "%(count)s items wait for a person. Read the clause of each, correct or delete it, then set confirmed = true.",
            count=len(waiting),
        )
    if top.flag("draft", default=False):
        raise top.wrong(
            "draft",
            "this is a draft. Complete it as policy/README.md says, then remove draft, language and title.",
        )


def _group(shape: type[_Shape], top: Table, name: str) -> Mapping[str, _Shape]:
    return {key: read(shape, key, table, _READERS) for key, table in top.tables(name)}


def _word(kind: type[_Word], word: str, table: Table) -> _Word:
    try:
        return kind(word)
    except ValueError:
        raise table.wrong(word, "the law knows only %(known)s.", known=", ".join(kind)) from None


def _label(table: Table) -> Mapping[str, str]:
    label = table.languages("label")
    table.close()
    return label


def _operations(table: Table, key: str) -> frozenset[Operation]:
    return frozenset(_word(Operation, word, table) for word in table.words(key))


_READERS: Mapping[str, Callable[[Table, str], Any]] = {
    "frozenset[Operation]": _operations,
    "Basis": lambda table, key: _word(Basis, table.text(key), table),
    "Retention": lambda table, key: read(Retention, "", table.table(key)),
}

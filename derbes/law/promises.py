"""No promise weaker than a norm: terms, retention, purposes, and the data and consents behind them (§6.1).

The policy may promise more than the law demands, never less. Where no law sets a number and only the policy
itself does (§6.2), a longer one is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derbes.law.findings import Problem
from derbes.law.norms import POLICY, RetentionNorm, TermNorm, citation
from derbes.law.vocabulary import Basis, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derbes.law.norms import Norms
    from derbes.law.policy import Policy, Purpose, Term

#: The purpose under which a person sees their own data: it needs no field to be asked for.
RIGHTS = "rights"

#: Purposes that may never be a condition of service: each is a choice of its own (94-V art. 24(1)(5)).
OPTIONAL = frozenset({"advertising", "personalisation", "research", "quality"})

_DAYS_OF_YEAR = 365
_DAYS_OF_MONTH = 30


def promises(policy: Policy, norms: Norms) -> Iterator[Problem]:
    """Return where `policy` promises less than `norms` demand."""
    yield from _terms(policy, norms)
    yield from _missing_terms(policy, norms)
    yield from _retention(policy, norms)
    yield from _purposes(policy)
    yield from _fields(policy)
    yield from _recipients(policy)


def weaker(term: Term, norm: TermNorm) -> bool:
    """Whether `term` could end later than `norm` allows, in the worst calendar there is."""
    if norm.unit == "working":
        return term.days > norm.days  # so many calendar days never outlast so many working days
    if norm.unit == "calendar":
        return (longest_calendar(term.days) if term.working else term.days) > norm.days
    return False


def longest_calendar(working_days: int) -> int:
    """Return how many calendar days so many working days can last: weekends, and the holidays that may fall in."""
    weekends = 2 * ((working_days + 4) // 5)
    holidays = 5 + working_days // 10
    return working_days + weekends + holidays


def _terms(policy: Policy, norms: Norms) -> Iterator[Problem]:
    for key, term in policy.terms.items():
        where = f"policy.toml, [term.{key}], days"
        norm = norms.terms.get(term.keeps or key)
        if norm is None:
            yield Problem(
                code="term_without_norm",
                template="The term %(term)s names the norm %(norm)s, which norms/terms.toml does not have.",
                params={"term": key, "norm": term.keeps or key},
                clause=term.clause,
                where=where,
            )
        elif weaker(term, norm):
            yield Problem(
                code="term_weaker",
                template="The term %(term)s is %(days)s days, but no more than %(most)s %(unit)s days are allowed.",
                params={"term": key, "days": term.days, "most": norm.days, "unit": norm.unit},
                clause=term.clause,
                norm=citation(norm),
                where=where,
                severity="warn" if norm.act == POLICY else "refuse",
            )
        elif norm.act != POLICY and term.extension > norm.extension:
            yield Problem(
                code="term_lengthened",
                template="The term %(term)s may be lengthened by %(days)s days, but the law allows %(most)s.",
                params={"term": key, "days": term.extension, "most": norm.extension},
                clause=term.clause,
                norm=citation(norm),
                where=f"policy.toml, [term.{key}], extension",
            )


def _missing_terms(policy: Policy, norms: Norms) -> Iterator[Problem]:
    kept = {term.keeps or key for key, term in policy.terms.items()}
    for key, norm in norms.terms.items():
        if norm.obligatory and key not in kept:
            yield Problem(
                code="term_missing",
                template="No term of the policy keeps the norm %(norm)s (%(days)s %(unit)s days).",
                params={"norm": key, "days": norm.days, "unit": norm.unit},
                clause="6.2",
                norm=citation(norm),
                where="policy.toml, [term]",
            )


def _retention(policy: Policy, norms: Norms) -> Iterator[Problem]:
    for norm in norms.retention.values():
        for key, purpose in policy.purposes.items():
            if _binds(norm, key, purpose, policy):
                yield from _against(norm, key, purpose)


def _binds(norm: RetentionNorm, key: str, purpose: Purpose, policy: Policy) -> bool:
    if norm.category:
        held = {policy.data[name].category for name in purpose.data}
        return purpose.basis is Basis.CONSENT and norm.category in held
    return key in norm.purposes or norm.basis == purpose.basis.value


def _against(norm: RetentionNorm, key: str, purpose: Purpose) -> Iterator[Problem]:
    retention = purpose.retention
    promised = retention.years * _DAYS_OF_YEAR + retention.days
    allowed = norm.years * _DAYS_OF_YEAR + norm.months * _DAYS_OF_MONTH + norm.days
    where = f"policy.toml, [purpose.{key}.retention]"
    if norm.since not in {"any", retention.since}:
        yield Problem(
            code="kept_from_elsewhere",
            template="The clock of %(purpose)s must start at %(since)s.",
            params={"purpose": key, "since": norm.since},
            clause=retention.clause,
            norm=citation(norm),
            where=where,
        )
    elif norm.bound != "least" and promised > allowed:
        yield Problem(
            code="kept_too_long",
            template="The data of %(purpose)s are kept for %(days)s days; no more than %(most)s are allowed.",
            params={"purpose": key, "days": promised, "most": allowed},
            clause=retention.clause,
            norm=citation(norm),
            where=where,
        )
    elif norm.bound != "most" and promised < allowed:
        yield Problem(
            code="kept_too_short",
            template="The data of %(purpose)s are kept for %(days)s days; at least %(least)s are promised.",
            params={"purpose": key, "days": promised, "least": allowed},
            clause=retention.clause,
            norm=citation(norm),
            where=where,
            severity="warn" if norm.act == POLICY else "refuse",
        )


def _purposes(policy: Policy) -> Iterator[Problem]:
    for key, purpose in policy.purposes.items():
        where = f"policy.toml, [purpose.{key}]"
        if key in OPTIONAL and (purpose.needed or purpose.basis is not Basis.CONSENT):
            yield Problem(
                code="purpose_forced",
                template="The purpose %(purpose)s must be a choice: basis consent, and not needed.",
                params={"purpose": key},
                clause=purpose.clause,
                norm="94-V art. 7(8), 24(1)(5)",
                where=where,
            )
        if key == "research" and Operation.DEPERSONALISE not in purpose.operations:
            yield Problem(
                code="research_personal",
                template="Research needs the operation depersonalise: only depersonalised data may be studied.",
                clause=purpose.clause,
                norm="94-V art. 17(1)",
                where=where,
            )
        if purpose.required and not purpose.needed:
            yield Problem(
                code="required_by_choice",
                template="The purpose %(purpose)s is a choice, but makes fields mandatory.",
                params={"purpose": key},
                clause="2.1",
                norm="94-V art. 7(9)",
                where=where,
            )


def _fields(policy: Policy) -> Iterator[Problem]:
    """Every field belongs to a purpose that needs it (§2.1, §3.8); the right to see it is no reason to ask for it."""
    needed = frozenset[str]().union(*(p.data for key, p in policy.purposes.items() if key != RIGHTS))
    for key in policy.data:
        if key not in needed:
            yield Problem(
                code="field_without_purpose",
                template="No purpose needs the data %(field)s: they cannot be asked for.",
                params={"field": key},
                clause="2.1",
                norm="94-V art. 7(9), 25(2)(1)",
                where=f"policy.toml, [data.{key}]",
            )
    rights = policy.purposes.get(RIGHTS)
    for key in policy.data:
        if rights is None or key not in rights.data:
            yield Problem(
                code="field_without_rights",
                template="The purpose rights must cover the data %(field)s: a person may see all of their own.",
                params={"field": key},
                clause="6.1",
                norm="94-V art. 24(1)(1)",
                where="policy.toml, [purpose.rights], data",
            )


def _recipients(policy: Policy) -> Iterator[Problem]:
    for key, recipient in policy.recipients.items():
        if recipient.country != "KZ" and recipient.purposes:
            yield Problem(
                code="recipient_abroad",
                template="The recipient %(recipient)s is in %(country)s: each transfer needs a separate consent.",
                params={"recipient": key, "country": recipient.country},
                clause=recipient.clause,
                norm="94-V art. 12(2), 16",
                where=f"policy.toml, [recipient.{key}]",
                severity="warn",
            )
    served = {purpose for recipient in policy.recipients.values() for purpose in recipient.purposes}
    for key, purpose in policy.purposes.items():
        if Operation.TRANSFER in purpose.operations and key not in served:
            yield Problem(
                code="transfer_to_nobody",
                template="The purpose %(purpose)s allows transfer, but no recipient has it.",
                params={"purpose": key},
                clause="3.6",
                norm="94-V art. 7(6)",
                where=f"policy.toml, [purpose.{key}], operations",
                severity="warn",
            )

"""May this policy be published? What stands in the way, and what it would change for whom (§6.5).

`check` holds a policy and its texts against the norms and against themselves. It never changes anything and
finds all that is wrong at once, so that a lawyer sees the whole list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derbes.law import identifiers
from derbes.law.consequences import consequences
from derbes.law.findings import Consequence, Problem
from derbes.law.promises import promises
from derbes.law.readable import readable
from derbes.law.tables import OBLIGATORY
from derbes.law.vocabulary import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derbes.law.norms import Norms
    from derbes.law.policy import Policy

__all__ = ["Consequence", "Problem", "already_published", "check", "consequences"]


def check(
    policy: Policy, files: Mapping[str, str], norms: Norms, previous: Policy | None = None
) -> list[Problem]:
    """Return all that is wrong with `policy`, whose folder has `files`; `previous` is the edition in force.

    Those of severity "refuse" come first.
    """
    found = [
        *_operator(policy),
        *promises(policy, norms),
        *readable(policy, files),
        *_clauses(policy),
        *_after(policy, previous),
    ]
    return sorted(found, key=lambda problem: problem.severity)


def already_published(edition: str) -> Problem:
    """Return the problem that an edition of this name exists: what is published never changes."""
    return Problem(
        code="already_published",
        template="The edition %(edition)s is published already. Give this one a later name.",
        params={"edition": edition},
        clause="6.5",
        where="policy.toml, edition",
    )


def _operator(policy: Policy) -> Iterator[Problem]:
    """Who promises must be known: name and BIN stand in every consent (94-V art. 8(4)(1))."""
    if policy.example:
        yield Problem(
            code="example",
            template="This is an example: its operator does not exist. Fill in [operator] and set example = false.",
            where="policy.toml, example",
            severity="warn",
        )
        return
    operator = policy.operator
    single = {
        "bin": operator.bin,
        "register_number": operator.register_number,
        "site": operator.site,
        "email": operator.email,
        "phone": operator.phone,
    }
    for key, value in single.items():
        if not value:
            yield _operator_lacks(key)
    if operator.bin and not _well_formed("bin", operator.bin):
        yield Problem(
            code="operator_bin",
            template="The operator's BIN is not one: check its digits.",
            clause="5.1",
            norm="94-V art. 8(4)(1)",
            where="policy.toml, [operator], bin",
        )
    for key, texts in {"name": operator.name, "address": operator.address}.items():
        if any(_to_fill(texts[language]) for language in OBLIGATORY):
            yield _operator_lacks(key)


def _operator_lacks(key: str) -> Problem:
    return Problem(
        code="operator_incomplete",
        template="The policy does not say the operator's %(key)s. Fill it in.",
        params={"key": key},
        clause="5.1",
        norm="94-V art. 8(4)(1); 62-VI art. 15(1)(6)",
        where=f"policy.toml, [operator], {key}",
    )


def _to_fill(text: str) -> bool:
    return not text or (text.startswith("(") and text.endswith(")"))


def _well_formed(key: str, text: str) -> bool:
    try:
        identifiers.normalise(key, text)
    except identifiers.Malformed:
        return False
    return True


def _clauses(policy: Policy) -> Iterator[Problem]:
    """An enforced clause says why; a void one takes nothing away that the law gives (§6.4)."""
    for number, clause in policy.clauses.items():
        if clause.enforced and not clause.norm:
            yield Problem(
                code="clause_without_norm",
                template="Clause %(number)s is enforced but names no norm.",
                params={"number": number},
                clause=number,
                where=f'policy.toml, [clause."{number}"], norm',
            )
    for key, purpose in policy.purposes.items():
        if not policy.void(purpose.clause):
            continue
        by_law = purpose.basis is Basis.LAW
        yield Problem(
            code="void_law" if by_law else "void_purpose",
            template="Clause %(number)s is void, but the law itself orders the purpose %(purpose)s."
            if by_law
            else "Clause %(number)s is void: the purpose %(purpose)s, which rests on it alone, stops.",
            params={"number": purpose.clause, "purpose": key},
            clause=purpose.clause,
            norm=purpose.norm,
            where=f'policy.toml, [clause."{purpose.clause}"], void',
            severity="refuse" if by_law else "warn",
        )


def _after(policy: Policy, previous: Policy | None) -> Iterator[Problem]:
    """A new edition comes after the old one, and clause numbers that people have cited do not vanish unseen."""
    if previous is None:
        return
    if _order(policy.edition) <= _order(previous.edition):
        yield Problem(
            code="edition_not_later",
            template="The edition %(edition)s is not later than %(previous)s, which is in force.",
            params={"edition": policy.edition, "previous": previous.edition},
            clause="6.5",
            where="policy.toml, edition",
        )
    for number in previous.clauses:
        if number not in policy.clauses:
            yield Problem(
                code="clause_gone",
                template="Clause %(number)s of the edition in force is missing. Mark it void rather than remove it.",
                params={"number": number},
                clause=number,
                norm="Civil Code art. 161",
                where=f'policy.toml, [clause."{number}"]',
                severity="warn",
            )


def _order(edition: str) -> tuple[str, int]:
    day, _, number = edition.partition(".")
    return day, int(number or 0)

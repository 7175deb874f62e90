"""Do the texts say what the policy keeps? The same clauses in each language, every number drawn from data,
and in each consent the eight things of 94-V art. 8(4).

Kazakh and Russian are obligatory; a further language must be complete once it is there.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from derbes.law import consent
from derbes.law.consent_text import EIGHT, sections
from derbes.law.findings import Problem
from derbes.law.tables import OBLIGATORY
from derbes.law.text import TextError, clauses, order, placeholders, render
from derbes.law.vocabulary import LANGUAGES, Act

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from derbes.law.policy import Policy
    from derbes.law.text import ClauseText

#: A number of days or years written by hand would promise what no code keeps.
_WRITTEN_NUMBER = re.compile(
    r"(?<!\d)\d+ {0,9}(?:\([^)]{0,99}\) {0,9})?"
    r"(?:жұмыс күн|күнтізбелік күн|күн\b|жыл\b|ай\b|рабоч|календарн|дн[яей]|день|год|лет\b|месяц|"
    r"working day|calendar day|days?\b|years?\b|months?\b)",
    re.IGNORECASE,
)
#: What each text of a consent must draw from the policy, so that it cannot misstate it.
_OF_PURPOSE = ("purpose.data", "purpose.operations", "purpose.term")
_OF_ACT = {
    Act.TRANSFER: ("purpose.data", "act.recipients"),
    Act.CROSS_BORDER: ("purpose.data", "act.recipients", "act.countries"),
    Act.PUBLICATION: ("purpose.data",),
}


def readable(policy: Policy, files: Mapping[str, str]) -> Iterator[Problem]:
    """Return what is wrong with the texts of `files`."""
    for language in LANGUAGES:
        name = f"{language}.md"
        if name in files:
            yield from _text(policy, name, files[name], language)
            yield from _consent(policy, files, language)
        elif language in OBLIGATORY:
            yield _file_missing(name)


def _file_missing(name: str) -> Problem:
    return Problem(
        code="text_missing",
        template="The policy has no %(file)s; Kazakh and Russian are obligatory.",
        params={"file": name},
        norm="62-VI art. 15(1)(2)",
        where=name,
    )


def _text(policy: Policy, name: str, markdown: str, language: str) -> Iterator[Problem]:
    try:
        found = clauses(markdown)
    except TextError as wrong:
        yield _text_wrong(name, wrong)
        return
    yield from _numbers(policy, name, [clause.number for clause in found if clause.number])
    for clause in found:
        yield from _wording(policy, name, clause, language)


def _numbers(policy: Policy, name: str, found: list[str]) -> Iterator[Problem]:
    """The clauses of the text are those of policy.toml, all of them and in their order."""
    for number in sorted(policy.clauses.keys() - set(found), key=order):
        yield _clause_problem("clause_not_in_text", "%(file)s lacks clause %(number)s.", name, number)
    for number in sorted(set(found) - policy.clauses.keys(), key=order):
        yield _clause_problem(
            "clause_not_in_policy", "policy.toml lacks clause %(number)s, which %(file)s has.", name, number
        )
    for before, after in pairwise(found):
        if order(after) < order(before):
            yield _clause_problem(
                "clause_out_of_order", "In %(file)s clause %(number)s stands too late.", name, after
            )


def _clause_problem(code: str, template: str, name: str, number: str) -> Problem:
    return Problem(
        code=code, template=template, params={"file": name, "number": number}, clause=number, where=name
    )


def _wording(policy: Policy, name: str, clause: ClauseText, language: str) -> Iterator[Problem]:
    for number in _WRITTEN_NUMBER.findall(clause.markdown):
        yield Problem(
            code="number_in_text",
            template="%(file)s states a number of its own: %(number)s. Draw it from policy.toml.",
            params={"file": name, "number": number},
            clause=clause.number,
            where=name,
        )
    try:
        render(clause.markdown, policy, language)
    except TextError as wrong:
        yield _text_wrong(name, wrong, clause.number)


def _text_wrong(name: str, wrong: TextError, clause: str = "") -> Problem:
    return Problem(
        code="text_wrong",
        template=wrong.template,
        params=wrong.params,
        clause=clause,
        where=name,
    )


def _consent(policy: Policy, files: Mapping[str, str], language: str) -> Iterator[Problem]:
    """The eight things in the head; a text of its own for every purpose and every act (94-V art. 7(6), 8(4))."""
    name = f"consent/{language}.md"
    if name not in files:
        yield _file_missing(name)
        return
    try:
        parts = sections(files[name])
    except TextError as wrong:
        yield _text_wrong(name, wrong)
        return
    said = placeholders(parts.get("head", ("", ""))[1])
    for item, names in EIGHT.items():
        for lacking in sorted(set(names) - set(said)):
            yield _lacks(name, "head", lacking, f"94-V art. 8(4)({item})")
    for purpose in consent.asked(policy):
        yield from _part(parts, name, f"purpose.{purpose}", _OF_PURPOSE, "94-V art. 7(8), 8(4)")
    for act in Act:
        yield from _part(parts, name, f"act.{act.value}", _OF_ACT[act], "94-V art. 7(3), 7(6)")
    for represented in (False, True):
        try:
            consent.offer(policy, files, language, represented=represented)
        except TextError as wrong:
            yield _text_wrong(name, wrong, "5.1")
            return


def _part(
    parts: Mapping[str, tuple[str, str]], name: str, anchor: str, wanted: tuple[str, ...], norm: str
) -> Iterator[Problem]:
    if anchor not in parts:
        yield Problem(
            code="consent_missing",
            template="%(file)s has no text %(anchor)s: it needs a consent of its own.",
            params={"file": name, "anchor": anchor},
            clause="5.1",
            norm=norm,
            where=name,
        )
        return
    said = placeholders(parts[anchor][1])
    for lacking in sorted(set(wanted) - set(said)):
        yield _lacks(name, anchor, lacking, norm)


def _lacks(name: str, anchor: str, lacking: str, norm: str) -> Problem:
    return Problem(
        code="consent_incomplete",
        template="%(file)s, %(anchor)s: the consent must say %(lacking)s.",
        params={"file": name, "anchor": anchor, "lacking": lacking},
        clause="5.1",
        norm=norm,
        where=name,
    )

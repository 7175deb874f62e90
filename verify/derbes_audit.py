#!/usr/bin/env python3
"""Audit an operator with nothing of the operator's: a public journal, a person's export, signed editions, trusted keys.

Answers in Kazakh, Russian or English, and as JSON: what was agreed to, who did what, whether anything was left out or
altered, whether everybody was shown one journal, and who outside vouches for it. docs/auditor.md walks through it.
What always holds: whoever is caught is caught by something that they signed. Exit: 0 nobody is caught, 1 somebody is, 2 a
wrong call.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from derbes_cosign import Witness, parse_witness
from derbes_judge import (
    BEYOND,
    Word,
    not_given,
    of_destruction,
    of_edition,
    of_heads,
    of_history,
    of_outsiders,
    of_receipts,
    of_times,
)
from derbes_papers import Own, Papers, edition, opened, receipt, with_last
from derbes_said import Finding
from derbes_verify import Key, Refused, Source, get_or_none, parse_key, tag_of
from derbes_walk import Claim, Outsiders, anchored_sizes, kept_in, outsiders, walk
from derbes_words import CAUGHT, HOLDS, LANGUAGES, OPEN, title

SLACK = 600.0  # seconds by which honest clocks may differ


class Report(NamedTuple):
    """All that was found: the words of the person, their entries, the findings, labels of what the policy names."""

    words: list[Word]
    entries: list[Own]
    findings: list[Finding]
    labels: dict[str, dict[str, str]]

    @property
    def verdict(self) -> str:
        """The worst of the findings."""
        verdicts = {finding.verdict for finding in self.findings}
        return next(each for each in (CAUGHT, OPEN, HOLDS) if each in verdicts or each == HOLDS)


def audit(asked: argparse.Namespace) -> Report:
    """Do what was asked."""
    try:
        papers = opened(Path(asked.export), asked.key)
    except Refused as refused:
        return Report([], [], [Finding("export_forged", {"by": str(refused)})], {})
    findings = [Finding("export_whole", {"made": papers.made, "files": papers.files})]
    kept = [Claim(Path(asked.export).name, papers.head)]
    if asked.last is not None:
        try:
            papers = with_last(papers, asked.last, asked.key)
        except Refused as refused:
            findings.append(Finding("last_foreign", {"by": asked.last.name, "why": str(refused)}))
    for place in asked.kept:
        try:
            kept += kept_in(place, asked.key)
        except Refused as refused:
            findings.append(Finding("kept_foreign", {"by": Path(place).name, "why": str(refused)}))
    try:
        return _against(papers, kept, asked, findings)
    except Refused as refused:
        return Report([], papers.entries, [*findings, Finding("journal_broken", {"by": str(refused)})], {})


def _against(papers: Papers, kept: list[Claim], asked: argparse.Namespace, found: list[Finding]) -> Report:
    """Hold the papers to the public journal. Raises `Refused` when it is not given out whole."""
    source, key = Source(asked.journal), asked.key
    head = source.checkpoint(key)
    places = [own.place for own in papers.entries]
    said = outsiders(source, key, anchored_sizes(source, head, places), asked.witness, asked.tsa_root)
    wanted = {tag_of(papers.secret, n): n for n in range(1, papers.total + BEYOND + 1)}
    claims = [*kept, *_heads_of_receipts(papers, key), *said.claims]
    walked = walk(source, head, wanted, set(places), claims)
    said = Outsiders([one for one in said.claims if one not in walked.split], said.false)
    receipts, words, _, named = of_receipts(papers, walked, key)
    found = [*found, *of_heads(walked, kept), *of_history(papers, walked), *receipts]
    labels, given = dict[str, dict[str, str]](), set[str]()
    for place in asked.edition:
        try:
            one = edition(Path(place), key)
        except Refused as refused:
            found.append(Finding("edition_forged", {"name": Path(place).name, "by": str(refused)}))
            continue
        labels |= one.labels
        given.add(one.name)
        found += of_edition(one, Path(place).name, walked)
    found += not_given(named, given, walked)
    quorum = asked.quorum or len(asked.witness) // 2 + 1
    found += of_outsiders(said, asked.witness, quorum, papers.head)
    found += of_times(papers, said.claims, asked.slack)
    if asked.destroyed is not None:
        found.append(of_destruction(papers, walked, said.claims, asked.destroyed, asked.slack))
    return Report(words, papers.entries, found, labels)


def _heads_of_receipts(papers: Papers, key: Key) -> list[Claim]:
    """The heads that receipts were proved against; a receipt that does not hold is told of elsewhere."""
    heads = []
    for name, file in papers.receipts.items():
        try:
            heads.append(Claim(name, receipt(file, key)[2]))
        except Refused:
            continue
    return heads


# How it is told


def tell(report: Report, language: str) -> str:
    """Return the report in plain words."""
    lines = [title("agreed", language)]
    lines += [f"  {line}" for each in report.words for line in _agreed(each, report, language)]
    lines += ["", title("used", language)]
    lines += [f"  {_used(own, report, language)}" for own in report.entries if own.says]
    for verdict in (HOLDS, OPEN, CAUGHT):
        told = [finding.sentence(language) for finding in report.findings if finding.verdict == verdict]
        if told:
            lines += ["", title(verdict, language), *(f"  - {sentence}" for sentence in told)]
    return "\n".join([*lines, "", title(f"verdict_{report.verdict}", language)]) + "\n"


def _agreed(said: Word, report: Report, language: str) -> list[str]:
    head = (
        f"{said.at}  {title('entry', language)} {said.n}; {title('edition', language)} {said.edition};"
        f" {title('text', language)} SHA-256 {said.text}"
    )
    words = [
        f"    {_label('purpose', name, report, language)}: {title(state, language)}"
        for name, state in said.words
    ]
    return [head, *words]


def _used(own: Own, report: Report, language: str) -> str:
    says: dict[str, Any] = own.says or {}
    told = {name: str(says.get(name) or "") for name in ("at", "operation", "event", "purpose", "outcome")}
    code, unit = (str(get_or_none(says.get("actor"), part) or "") for part in ("code", "unit"))
    subject = get_or_none(says.get("actor"), "kind") == "subject"
    who = code or title("subject" if subject else "nobody", language)
    fields = says.get("fields")
    named = [
        _label("data", str(each), report, language) for each in (fields if isinstance(fields, list) else [])
    ]
    why = f" — {_label('purpose', told['purpose'], report, language)}" if told["purpose"] else ""
    return (
        f"{own.n}. {told['at']}  {who}{f' ({unit})' if unit else ''}:"
        f" {_label('operation', told['operation'], report, language)} [{told['event']}]{why}:"
        f" {', '.join(named) or '—'} ({title(told['outcome'], language)})"
    )


def _label(kind: str, name: str, report: Report, language: str) -> str:
    """What the policy calls it in this language, or its code."""
    code, slash, rest = name.partition("/")
    return report.labels.get(f"{kind}.{code}", {}).get(language, code) + (
        f"/{rest}" if slash and kind != "data" else ""
    )


def as_json(report: Report, language: str) -> str:
    """Return the report for programs."""
    told = {
        "verdict": report.verdict,
        "agreed": [each._asdict() for each in report.words],
        "entries": [{"n": own.n, "place": own.place, "says": own.says} for own in report.entries],
        "findings": [
            {
                "code": each.code,
                "verdict": each.verdict,
                "facts": each.facts,
                "sentence": each.sentence(language),
            }
            for each in report.findings
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


# The command line


def _key(argument: str) -> Key:
    try:
        return parse_key(argument.strip())
    except Refused as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _witness(argument: str) -> Witness:
    try:
        return parse_witness(argument.strip())
    except Refused as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _roots(argument: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(argument).read_bytes())
    except (ValueError, OSError):
        raise argparse.ArgumentTypeError("is no PEM file with a certificate") from None


def _count(argument: str) -> int:
    if not argument.isdigit() or int(argument) == 0:
        raise argparse.ArgumentTypeError("is a number, of at least 1")
    return int(argument)


def _moment(argument: str) -> float:
    at = datetime.fromisoformat(argument)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("needs a time zone, such as 2026-12-01T00:00+05:00")
    return at.timestamp()


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    result = argparse.ArgumentParser(description="Audit a Derbes installation from outside.")
    wanted = result.add_argument
    wanted("journal", help="folder or address of the public journal")
    wanted("export", help="the ZIP archive that the person was given")
    wanted("--key", type=_key, required=True, help="the operator's verifier key, from where you trust it")
    wanted("--edition", action="append", default=[], help="a signed edition (signed.json)")
    wanted(
        "--kept",
        action="append",
        default=[],
        help="a checkpoint, receipt or export somebody kept; a witness's address",
    )
    wanted("--witness", type=_witness, action="append", default=[], help="a witness's verifier key")
    wanted("--quorum", type=_count, help="how many witnesses are enough; more than half of them unless said")
    wanted("--tsa-root", type=_roots, default=[], help="PEM with the root of the time-stamping authority")
    wanted("--destroyed", type=_moment, help="when the operator says that the person's data were destroyed")
    wanted(
        "--last", type=Path, help="the last history, which the person saved when their data were destroyed"
    )
    wanted("--slack", type=float, default=SLACK, help="seconds by which clocks may differ")
    wanted("--language", choices=LANGUAGES, default="kk")
    wanted("--json", action="store_true", help="for programs")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Audit; return 0 when nobody is caught, 1 when somebody is, 2 when a file cannot be read."""
    asked = parser().parse_args(arguments)
    try:
        report = audit(asked)
    except OSError as error:
        sys.stderr.write(f"{error.filename or ''}: cannot be read ({error.strerror or error}).\n")
        return 2
    sys.stdout.write((as_json if asked.json else tell)(report, asked.language))
    return 1 if report.verdict == CAUGHT else 0


if __name__ == "__main__":
    sys.exit(main())

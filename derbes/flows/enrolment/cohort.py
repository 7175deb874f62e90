"""A chunk of rows becomes people: judged, permitted by their claims, sealed; all of it before the database is asked.

What always holds: a permission is asked once for all people of one claim, for nothing else is known of them: their
keys were made just now, so nobody of them is blocked, archived or has withdrawn anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from derbes.core.agreements.models import ACCOUNTED
from derbes.core.publications import shelf
from derbes.core.vault import bulk
from derbes.core.vault.bulk import Newcomer, Party
from derbes.flows.enrolment.judging import Judge
from derbes.flows.enrolment.rules import Claim, Fit, Unfit, unfit
from derbes.flows.enrolment.sheet import Row
from derbes.law import retention
from derbes.law.identifiers import INDEXED
from derbes.law.permission import Actor, Facts, Permission, Refused, Request, permit
from derbes.law.vocabulary import Basis, Operation
from derbes.outside import keys

EVENT = "enrolment.take"


@dataclass(slots=True, eq=False)
class Group:
    """People of one claim, with the permissions that it has: to record what they said, collect, index, record an agreement."""

    claim: Claim
    party: Party
    fits: list[Fit] = field(default_factory=list)
    permissions: dict[str, Permission] = field(default_factory=dict)
    said_at: int = 0  # the number of the entry of their consent


@dataclass(slots=True, eq=False)
class Chunk:
    """Rows that were looked at: those that are fit, by claim, as people of one cohort; the others, with what is wrong."""

    rows: Sequence[Row]
    at: datetime
    judge: Judge
    cohort: bulk.Cohort
    groups: list[Group]
    unfit: dict[int, Unfit]
    digests: dict[bytes, tuple[int, Newcomer]]


def look(rows: Sequence[Row], judge: Judge, rules: retention.Rules, *, actor: Actor, at: datetime) -> Chunk:
    """Judge `rows` and ask the law about each claim among them. Nothing is sealed or written.

    Of several rows of one person the first that is fit is taken.
    """
    wrong, fits = dict[int, Unfit](), list[tuple[Row, Fit]]()
    for row in rows:
        try:
            fits.append((row, judge.judge(row)))
        except Unfit as why:
            wrong[row.number] = why
    ring = keys.ring()
    chunk = Chunk(rows, at, judge, bulk.admit(len(fits), ring=ring, at=at), [], wrong, {})
    iins = bulk.digests("iin", [fit.values.get("iin", "") for _, fit in fits], ring=ring)
    groups = dict[int, Group]()
    claims = {id(fit.claim): fit.claim for _, fit in fits}  # one object each, by the judge
    stops = {key: _stop(claim, chunk, rules, actor) for key, claim in claims.items()}
    for (row, fit), person, digest in zip(fits, chunk.cohort.people, iins, strict=True):
        if stop := stops[id(fit.claim)]:
            wrong[row.number] = stop
        elif "iin" in fit.values and chunk.digests.setdefault(digest, (row.number, person))[1] is not person:
            wrong[row.number] = unfit("double")
        else:
            group = groups.get(id(fit.claim)) or groups.setdefault(
                id(fit.claim), Group(fit.claim, Party(chunk.cohort, []))
            )
            group.party.people.append(person)
            group.fits.append(fit)
    for group in groups.values():
        group.permissions = _permitted(group.claim, group.party, chunk, actor)
    chunk.groups.extend(groups.values())
    return chunk


def _stop(claim: Claim, chunk: Chunk, rules: retention.Rules, actor: Actor) -> Unfit | None:
    """What stands in the way of everybody with this claim: that nothing would keep their data, or the policy."""
    try:
        _permitted(claim, Party(chunk.cohort, chunk.cohort.people), chunk, actor)
    except Refused as refused:
        return unfit("refused", refusal=refused.code, clause=refused.clause)
    return _not_kept(claim, rules, chunk.at)


def _permitted(claim: Claim, party: Party, chunk: Chunk, actor: Actor) -> dict[str, Permission]:
    """Ask the law about people of one claim, on what is known of each of them: once for a chunk and a purpose."""
    policy = chunk.judge.policy
    agreed = chunk.judge.editions[claim.edition].policy if claim.edition else policy
    facts = Facts(consented=dict.fromkeys(claim.said, agreed))
    indexed = frozenset(claim.fields & INDEXED.keys())
    wanted = {"collect": (Operation.COLLECT, claim.purpose, claim.fields, EVENT)}
    if claim.basis is Basis.CONSENT:
        wanted = {"say": (Operation.RECORD, "rights", frozenset[str](), EVENT), **wanted}
    if indexed:
        wanted["enter"] = (Operation.SYSTEMATISE, claim.purpose, indexed, EVENT)
    if claim.kind:
        wanted["agree"] = (Operation.RECORD, claim.purpose, frozenset[str](), "agreements.begin")
    first = party.people[0].subject
    return {
        name: permit(
            Request(
                actor=actor,
                subject=first,
                operation=operation,
                purpose=purpose,
                fields=fields,
                event=event,
                at=chunk.at,
            ),
            policy,
            facts,
            key=party,
        )
        for name, (operation, purpose, fields, event) in wanted.items()
    }


def _not_kept(claim: Claim, rules: retention.Rules, at: datetime) -> Unfit | None:
    """Whether the very next night would remove something of what is to be taken: then it is not needed (§2.1)."""
    events: dict[str, datetime | None] = {"service_end": None}
    if claim.kind in ACCOUNTED:
        events["year_end"] = None
    if rules.policy.purposes[claim.purpose].retention.since not in {"consent", *events}:
        return unfit("not_kept", fields=", ".join(sorted(claim.fields)))  # its clock has no beginning
    given = {purpose: at for purpose, act in claim.said if not act}
    facts = retention.Facts(fields=claim.fields, given=given, events=events)
    plan = retention.plan(rules, facts, at=at)
    if plan.outcome is retention.Outcome.KEEP:
        return None
    return unfit("not_kept", fields=", ".join(sorted(plan.goes)))


def seal(chunk: Chunk) -> None:
    """Seal what is permitted, under each person's own key, with an entry of each thing done. Nothing is written yet."""
    categories = {key: one.category for key, one in chunk.judge.policy.data.items()}
    for group in chunk.groups:
        values, can = [fit.values for fit in group.fits], group.permissions
        if "say" in can:
            said = sorted(purpose + (f"/{act}" if act else "") for purpose, act in group.claim.said)
            text = wording(chunk, group.claim)[1]
            group.said_at = bulk.record(can["say"], text=text, given=said)
        bulk.put(can["collect"], values, categories)
        if "enter" in can:
            kinds = {name: INDEXED[name] for name in sorted(can["enter"].request.fields)}
            bulk.enter(can["enter"], values, kinds)
        if "agree" in can:
            bulk.record(can["agree"], kind=group.claim.kind)


def wording(chunk: Chunk, claim: Claim) -> tuple[str, str]:
    """The text that the person was shown, and its SHA-256."""
    offered = shelf.offer(chunk.judge.editions[claim.edition], claim.language, represented=claim.represented)
    return offered.text, offered.sha256

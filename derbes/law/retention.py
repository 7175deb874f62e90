"""How long what is kept of one person, and why (§5.3; 94-V art. 8(5), 12(2), 18; norms/retention.toml).

A field stays as long as one purpose still needs it; the longest term wins. What only a law still orders to
keep goes to the restricted archive; what nothing keeps, ends. A pure function of rules and facts: the
dry run and the real run are the same question asked twice.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from derbes.law.deadlines import ends, local_day
from derbes.law.norms import POLICY, Norms, RetentionNorm
from derbes.law.policy import Policy, Purpose, orders
from derbes.law.promises import RIGHTS
from derbes.law.vocabulary import Basis

_MONTHS_OF_YEAR = 12


class Outcome(StrEnum):
    """What is to be done with a person's data now."""

    KEEP = "keep"
    TRIM = "trim"  # some fields have no purpose any more
    ARCHIVE = "archive"  # what is left is kept by order of law alone
    END = "end"  # nothing keeps anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person's course.

    `given` has the purposes agreed to now and since when. `events` says when what starts a clock happened
    (service_end, year_end, submitted, decided, answered): None for what is still to come; what cannot come is
    absent. `not_before`: no term of years begins earlier (a person under age).
    """

    fields: frozenset[str]
    given: Mapping[str, datetime]
    events: Mapping[str, datetime | None]
    held_until: datetime | None = None
    blocked: bool = False
    archived: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a field is kept: for which purpose, until when (None: its clock has not started), clause and norm."""

    purpose: str
    until: datetime | None
    clause: str
    norm: str
    ordered: bool  # by a law, whatever the person wants


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one field. `until` None: not known yet. No reason: nothing keeps it."""

    until: datetime | None
    reasons: tuple[Reason, ...]

    def over(self, at: datetime) -> bool:
        """Whether the field has no reason to be kept at `at`."""
        return self.until is not None and self.until <= at


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a person's data at one moment.

    `goes` and `stays` are fields; `waits` says what stands in the way (blocked, hold), and then nothing is done;
    `until` is when the last of what stays ends; `look` when to ask again, None when only news can change it.
    """

    outcome: Outcome
    goes: frozenset[str]
    stays: Mapping[str, Fate]
    waits: str
    until: datetime | None
    look: datetime | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Policy and norms as they are asked here: which norms oblige for a purpose, and which purposes a law orders."""

    policy: Policy
    purposes: Mapping[str, Purpose]
    obliging: Mapping[str, tuple[RetentionNorm, ...]]
    ordered: frozenset[str]
    proofs: frozenset[str]
    norms: Norms


def rules(policy: Policy, norms: Norms) -> Rules:
    """Return the rules of retention under `policy` and `norms`. Purposes of void clauses keep nothing (§6.4)."""
    purposes = {
        key: purpose
        for key, purpose in policy.purposes.items()
        if key != RIGHTS and not policy.void(purpose.clause)
    }
    obliging = {
        key: tuple(
            norm
            for norm in norms.retention.values()
            if key in norm.purposes and norm.since == purpose.retention.since and norm.bound != "most"
        )
        for key, purpose in purposes.items()
    }
    ordered = frozenset(key for key, found in obliging.items() if any(norm.act != POLICY for norm in found))
    proofs = frozenset(key for key, kind in policy.data.items() if kind.category == "visit")
    return Rules(policy, purposes, obliging, ordered, proofs, norms)


_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def fates(rules: Rules, facts: Facts, *, demanded: bool = False) -> dict[str, Fate]:
    """Return for each field why it is kept and until when. `demanded`: only what a law orders still counts."""
    reasons = {
        key: reason
        for key, purpose in rules.purposes.items()
        if (key in rules.ordered or not demanded) and (reason := _reason(rules, key, purpose, facts))
    }
    own = {name: _fate(rules, name, reasons) for name in facts.fields}
    proof = {name for name in facts.fields if "/" in name and name.partition("/")[0] in rules.proofs}
    rest = [fate for name, fate in own.items() if name not in proof]
    if proof and not facts.archived:
        together = Fate(_latest(fate.until for fate in rest if fate.reasons), ())
        own |= dict.fromkeys(proof, together)
    return own


def plan(rules: Rules, facts: Facts, *, at: datetime, demanded: bool = False) -> Plan:
    """Return what is to be done with the person's data at `at`. `demanded`: the person wants them destroyed."""
    found = fates(rules, facts, demanded=demanded)
    goes = frozenset(name for name, fate in found.items() if fate.over(at))
    stays = {name: fate for name, fate in found.items() if name not in goes}
    reasons = {reason for fate in stays.values() for reason in fate.reasons if _runs(reason, at)}
    outcome = _outcome(rules.policy, facts, goes, stays, reasons)
    if outcome is Outcome.ARCHIVE:
        kept = {name for name, fate in stays.items() if any(r.ordered and _runs(r, at) for r in fate.reasons)}
        goes, stays = goes | (stays.keys() - kept), {name: stays[name] for name in kept}
    waits = _waits(facts, at) if outcome is not Outcome.KEEP else ""
    upcoming = [fate.until for fate in stays.values() if fate.until is not None]
    upcoming += [reason.until for reason in reasons if reason.until is not None]
    if waits == "hold" and facts.held_until is not None:
        upcoming.append(facts.held_until)
    return Plan(
        outcome=outcome,
        goes=goes,
        stays=stays,
        waits=waits,
        until=_latest(fate.until for fate in stays.values()) if stays else None,
        look=min((moment for moment in upcoming if moment > at), default=None),
    )


def lasts(since: datetime, *, years: int = 0, months: int = 0, days: int = 0) -> datetime:
    """Return when a term that began `since` is over: 24:00 in Kazakhstan of its last day (Civil Code art. 172-176).

    Years and months end on the same date, or on the month's last day. Terms of zero are over at once.
    """
    if not (years or months or days):
        return since
    day = local_day(since)
    extra, month = divmod(day.month - 1 + months, _MONTHS_OF_YEAR)
    year, month = day.year + years + extra, month + 1
    last = gregorian.monthrange(year, month)[1]
    return ends(date(year, month, min(day.day, last)) + timedelta(days=days)).astimezone(UTC)


def consent_ends(purpose: Purpose | None, given: datetime) -> datetime | None:
    """Return when a consent to `purpose` that was `given` for a time ends by itself (94-V art. 8(4)(3), 8(5)); None: it does not.

    `purpose` is that of the edition which the consent was given to.
    """
    if purpose is None or purpose.retention.since != "consent":
        return None
    return lasts(given, years=purpose.retention.years, days=purpose.retention.days)


def year_end(at: datetime) -> datetime:
    """Return the last second of the year of `at` in Kazakhstan: from that day the terms of accounting run."""
    return ends(date(local_day(at).year, 12, 31)).astimezone(UTC) - timedelta(seconds=1)


def _outcome(
    policy: Policy,
    facts: Facts,
    goes: frozenset[str],
    stays: Mapping[str, Fate],
    reasons: Iterable[Reason],
) -> Outcome:
    if not stays:
        return Outcome.END
    in_use = any(_in_use(policy, reason) for reason in reasons)
    if not facts.archived and not in_use and any(reason.ordered for reason in reasons):
        return Outcome.ARCHIVE
    return Outcome.TRIM if goes else Outcome.KEEP


def _in_use(policy: Policy, reason: Reason) -> bool:
    """Whether data are kept for more than the archive: by consent, or by a law that does not only order to keep them."""
    purpose = policy.purposes[reason.purpose]
    return purpose.basis is Basis.CONSENT or (orders(purpose) and not reason.ordered)


def _waits(facts: Facts, at: datetime) -> str:
    if facts.blocked:
        return "blocked"
    return "hold" if facts.held_until is not None and facts.held_until > at else ""


def _runs(reason: Reason, at: datetime) -> bool:
    return reason.until is None or reason.until > at


def _reason(rules: Rules, key: str, purpose: Purpose, facts: Facts) -> Reason | None:
    """Why this purpose keeps its data; None when it keeps nothing of this person."""
    if purpose.basis is Basis.CONSENT and key not in facts.given:
        return None
    retention = purpose.retention
    since = facts.given.get(key) if retention.since == "consent" else facts.events.get(retention.since)
    if since is None and (retention.since == "consent" or retention.since not in facts.events):
        return None
    until = None if since is None else _until(rules, key, purpose, since, facts)
    return Reason(key, until, retention.clause, purpose.norm, key in rules.ordered)


def _until(rules: Rules, key: str, purpose: Purpose, since: datetime, facts: Facts) -> datetime:
    """The end of the purpose's own term or of an obligatory one that is longer."""
    retention = purpose.retention
    if retention.years and facts.not_before and purpose.basis is Basis.CONSENT:
        since = max(since, facts.not_before)
    day = local_day(since)
    found = [lasts(since, years=retention.years, days=retention.days)]
    found += [
        lasts(since, years=norm.years, months=norm.months, days=norm.days)
        for norm in rules.obliging[key]
        if rules.norms.in_force(norm, day)
    ]
    return max(found)


def _fate(rules: Rules, name: str, reasons: Mapping[str, Reason]) -> Fate:
    key = name.partition("/")[0]
    mine = tuple(reason for purpose, reason in reasons.items() if key in rules.purposes[purpose].data)
    return Fate(_latest(reason.until for reason in mine), mine)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of `moments`; None among them means never; nothing at all means long over."""
    found = list(moments)
    if any(moment is None for moment in found):
        return None
    return max((moment for moment in found if moment is not None), default=_LONG_AGO)

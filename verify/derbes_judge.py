"""What follows from a person's papers, the public journal and the words of outsiders: findings, one by one.

Needs the files beside it. What always holds: a finding that catches somebody rests on something that the operator signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from derbes_cosign import Witness
from derbes_papers import Edition, Own, Papers, is_word, receipt
from derbes_said import Finding
from derbes_verify import Head, Key, Refused, get_or_none
from derbes_walk import STAMP, Claim, Outsiders, Walked

DESTROYED = "destruction.demand"  # what the last entry of a person says whose demand was met
BEYOND = 1000  # how many numbers past the last are looked for


class Word(NamedTuple):
    """What a person said on one occasion: which entry, when, to which text of which edition."""

    n: int
    at: str
    words: list[tuple[str, str]]
    text: str
    edition: str


def moment(seconds: float) -> str:
    """Write a time as documents do."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def at_of(own: Own) -> float:
    """Return when an entry says that it was, in seconds since 1970; 0 when it says nothing of the kind."""
    try:
        return datetime.fromisoformat(str((own.says or {}).get("at"))).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def of_history(papers: Papers, walked: Walked) -> list[Finding]:
    """Say whether the person's entries are all there, once each, and as they were entered."""
    found = []
    if papers.numbers != list(range(1, papers.total + 1)):
        found.append(Finding("export_numbers", {"count": papers.total}))
    for own in papers.entries:
        if own.says is None:
            found.append(Finding("entry_altered", {"n": own.n}))
        if not own.placed or walked.leaves.get(own.place) != own.leaf:
            found.append(Finding("entry_elsewhere", {"n": own.n}))
    found += _of_tags(papers, walked)
    if not found:
        found.append(Finding("nothing_left_out", {"count": papers.total, "beyond": BEYOND}))
        found.append(Finding("entries_open", {"count": papers.total}))
    later = [n for n, places in walked.tags.items() if places[0] >= papers.head.size]
    return [*found, *([Finding("came_later", {"count": len(later)})] if later else [])]


def _of_tags(papers: Papers, walked: Walked) -> list[Finding]:
    found = []
    for n, places in sorted(walked.tags.items()):
        if len(places) > 1:
            found.append(Finding("number_twice", {"n": n, "place": ", ".join(map(str, places))}))
        if n not in papers.numbers and places[0] < papers.head.size:
            found.append(Finding("left_out", {"n": n, "place": places[0]}))
    there = sorted(walked.tags)
    for n in range(1, max(there, default=0)):
        if n not in walked.tags:
            after = next(later for later in there if later > n)
            found.append(Finding("number_missing", {"n": n, "next": after}))
    return found


def of_heads(walked: Walked, own: Iterable[Claim]) -> list[Finding]:
    """Say whether everybody was shown the same journal; `own` are the checkpoints to be named when they fit."""
    found = {("split_view", one.by, one.head.size) for one in walked.split}
    found |= {("rolled_back", one.by, one.head.size) for one in walked.beyond}
    bad = {(by, size) for _, by, size in found}
    found |= {("same_journal", one.by, one.head.size) for one in own if (one.by, one.head.size) not in bad}
    whole = [] if walked.whole else [Finding("journal_broken", {"by": f"{walked.head.root.hex()[:16]}…"})]
    if walked.whole:
        whole = [Finding("journal_whole", {"size": walked.head.size})]
    facts = [
        Finding(code, {"by": by, "size": size, "now": walked.head.size}) for code, by, size in sorted(found)
    ]
    return [*whole, *facts]


def of_receipts(
    papers: Papers, walked: Walked, key: Key
) -> tuple[list[Finding], list[Word], list[Claim], set[str]]:
    """Judge every receipt; return findings, words, the heads that receipts were proved against, editions named."""
    found, words, claims = list[Finding](), list[Word](), list[Claim]()
    by_leaf = {own.leaf: own for own in papers.entries if own.placed}
    covered, named = set[int](), set[str]()
    for name, file in papers.receipts.items():
        try:
            document, leaf, head = receipt(file, key)
        except Refused as refused:
            found.append(Finding("receipt_forged", {"name": name, "by": str(refused)}))
            continue
        claims.append(Claim(name, head))
        if leaf not in by_leaf:
            found.append(Finding("receipt_foreign", {"name": name}))
            continue
        covered.add(by_leaf[leaf].n)
        edition = document["edition"]
        named.add(edition["edition"])
        found += of_edition(Edition(edition["edition"], edition["sha256"], {}), name, walked, quiet=True)
        words.append(word(by_leaf[leaf].n, document))
    for own in papers.entries:
        if own.says and is_word(own.says) and own.n not in covered:
            found.append(Finding("receipt_missing", {"n": own.n}))
    if papers.receipts and not found:
        found.append(Finding("receipts_hold", {"count": len(papers.receipts)}))
    return found, sorted(words), claims, named


def word(n: int, document: dict[str, Any]) -> Word:
    """Return what a receipt says that a person said."""
    said = [
        (str(each["purpose"]) + (f"/{each['act']}" if get_or_none(each, "act") else ""), str(each["state"]))
        for each in document["consents"]
    ]
    return Word(
        n, str(document.get("at")), said, document["text_sha256"], str(document["edition"]["edition"])
    )


def of_edition(edition: Edition, by: str, walked: Walked, *, quiet: bool = False) -> list[Finding]:
    """Say whether an edition is the one whose publication stands in the journal."""
    recorded = [(place, sha256) for place, name, sha256 in walked.editions if name == edition.name]
    if not recorded:
        return [Finding("edition_unrecorded", {"edition": edition.name, "by": by})]
    place, sha256 = recorded[0]
    if sha256 != edition.sha256:
        return [Finding("edition_changed", {"edition": edition.name, "sha256": sha256, "by": by})]
    for again, other in recorded[1:]:
        if other != sha256 and not quiet:
            return [
                Finding("edition_changed", {"edition": edition.name, "sha256": sha256, "by": f"#{again}"})
            ]
    return (
        []
        if quiet
        else [Finding("edition_holds", {"edition": edition.name, "place": place, "sha256": sha256})]
    )


def not_given(named: set[str], given: set[str], walked: Walked) -> list[Finding]:
    """Name the editions that receipts speak of and that nobody laid beside."""
    recorded = {name: sha256 for _, name, sha256 in reversed(walked.editions)}
    return [
        Finding("edition_not_given", {"edition": name, "sha256": recorded[name]})
        for name in sorted(named - given)
        if name in recorded
    ]


def of_times(papers: Papers, bounds: list[Claim], slack: float) -> list[Finding]:
    """Say whether the time of each entry fits with when outsiders saw the journal without it, and with it."""
    found, bounded, before = list[Finding](), 0, 0.0
    timed = sorted((one.seconds, one.head.size, one.by) for one in bounds if one.seconds is not None)
    for own in papers.entries:
        if own.says is None:
            continue
        at = at_of(own)
        earlier = [(seconds, by) for seconds, size, by in timed if size <= own.place]
        later = [(seconds, by) for seconds, size, by in timed if size > own.place]
        bounded += bool(later)
        facts: dict[str, Any] = {"n": own.n, "at": moment(at)}
        if earlier and at < earlier[-1][0] - slack:
            found.append(
                Finding("backdated", facts | {"bound": moment(earlier[-1][0]), "by": earlier[-1][1]})
            )
        elif at < before - slack:
            found.append(Finding("disordered", facts | {"bound": moment(before)}))
        if later and at > later[0][0] + slack:
            found.append(Finding("postdated", facts | {"bound": moment(later[0][0]), "by": later[0][1]}))
        before = max(before, at)
    every = len(papers.entries)
    if bounded and not found:
        found.append(Finding("times_bounded", {"count": bounded, "all": every}))
    if bounded < every:
        found.append(Finding("unbounded", {"count": every - bounded, "all": every}))
    return found


def of_outsiders(said: Outsiders, witnesses: list[Witness], quorum: int, head: Head) -> list[Finding]:
    """Say how much of the journal that the export was made on is signed by enough witnesses, and time-stamped."""
    found = [Finding("outsider_false", {"by": by, "size": size}) for by, size in said.false]
    last = {one.by: one for one in sorted(said.claims, key=lambda one: one.head.size)}
    stamp = last.pop(STAMP, None)
    if stamp and stamp.seconds:
        found.append(Finding("stamped", {"size": stamp.head.size, "at": moment(stamp.seconds)}))
    if not witnesses:
        return [*found, Finding("no_witness", {})]
    reached = sorted((one.head.size for one in last.values()), reverse=True)
    agreed = reached[quorum - 1] if len(reached) >= quorum else 0
    if agreed < head.size:
        return [*found, Finding("unwitnessed", {"size": head.size, "agreed": agreed, "quorum": quorum})]
    names = ", ".join(
        f"{one.by} ({one.head.size}; {moment(one.seconds or 0)})" for _, one in sorted(last.items())
    )
    return [*found, Finding("witnessed", {"agreed": agreed, "by": names, "quorum": quorum})]


def of_destruction(papers: Papers, walked: Walked, bounds: list[Claim], at: float, slack: float) -> Finding:
    """Say whether the journal fits with the operator's word that the person's data were destroyed at `at`."""
    later = {n: places[-1] for n, places in walked.tags.items() if n > papers.total}
    facts: dict[str, Any] = {"at": moment(at), "count": len(later)}
    ended = [own for own in papers.entries[-1:] if (own.says or {}).get("event") == DESTROYED]
    if ended and later:
        return Finding(
            "used_after", facts | {"n": min(later), "bound": moment(at_of(ended[0])), "by": DESTROYED}
        )
    if ended and abs(at_of(ended[0]) - at) <= slack:
        return Finding("destroyed_shown", facts | {"n": ended[0].n, "place": ended[0].place})
    if not later:
        return Finding("not_destroyed", facts)
    n, place = max(later.items(), key=lambda each: each[1])
    timed = sorted((one.seconds, one.head.size, one.by) for one in bounds if one.seconds is not None)
    seen_without = [each for each in timed if each[1] <= place]
    seen_with = [each for each in timed if each[1] > place]
    if seen_without and seen_without[-1][0] > at + slack:
        bound, _, by = seen_without[-1]
        return Finding("used_after", facts | {"n": n, "bound": moment(bound), "by": by})
    if seen_with and seen_with[0][0] < at - slack:
        return Finding("not_destroyed", facts)
    return Finding("destroyed_fits", facts)

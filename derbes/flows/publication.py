"""An edition of the policy is prepared, checked against the law, and published for ever (§6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.publications.models import Publication
from derbes.core.publications.shelf import Edition, NothingPublished
from derbes.crypto import canonical, signed
from derbes.flows.story import step
from derbes.law import checks, norms, text
from derbes.law import policy as law
from derbes.law.moments import stamp
from derbes.law.permission import Actor, empower
from derbes.law.policy import PolicyError
from derbes.law.vocabulary import LANGUAGES
from derbes.outside import keys

__all__ = [
    "Edition",
    "NotPublishable",
    "NothingPublished",
    "PolicyError",
    "Preview",
    "consequences",
    "difference",
    "edition",
    "editions",
    "in_force",
    "preview",
    "publish",
]


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing these files would mean: what stands in the way, what changes in the text, and for whom.

    `soonest` is when they would be in force at the earliest, by what the policy in force has promised (§6.5).
    """

    name: str
    soonest: datetime
    problems: list[checks.Problem]
    consequences: list[checks.Consequence]
    changes: Mapping[str, list[text.ClauseChange]]

    @property
    def refused(self) -> bool:
        """Whether something stands in the way of publication."""
        return any(problem.severity == "refuse" for problem in self.problems)


class NotPublishable(Exception):
    """The files may not be published; `problems` say why, each with its clause or norm."""

    def __init__(self, problems: list[checks.Problem]) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = problems


def in_force(at: datetime) -> Edition:
    """Return the edition in force; raise `NothingPublished`."""
    return shelf.in_force(at)


def edition(name: str) -> Edition:
    """Return the edition of this name; raise `NothingPublished` when there is none."""
    return shelf.edition(name)


def editions() -> list[Publication]:
    """Return all editions, the latest to come into force first, without their texts."""
    return list(Publication.objects.newest_first().defer("signed"))


def difference(old: str, new: str, language: str) -> list[text.ClauseChange]:
    """Return what differs between two editions in one language, clause by clause."""
    return text.diff(*(rendered(shelf.edition(name), language) for name in (old, new)))


def consequences(old: str, new: str) -> list[checks.Consequence]:
    """Return what the change from one edition to another means for people, and what asks for renewed consent."""
    return checks.consequences(shelf.edition(old).policy, shelf.edition(new).policy)


def preview(files: Mapping[str, str], *, at: datetime) -> Preview:
    """Say what publishing `files` would mean. Raises `PolicyError` when they cannot be read as a policy."""
    policy = law.parse(files)
    previous = _previous(at)
    problems = checks.check(policy, files, _norms(), previous.policy if previous else None)
    if Publication.objects.filter(edition=policy.edition).exists():
        problems = [*problems, checks.already_published(policy.edition)]
    refused = any(problem.severity == "refuse" for problem in problems)
    return Preview(
        name=policy.edition,
        soonest=law.comes_into_force(policy, at, previous.policy if previous else None),
        problems=problems,
        consequences=checks.consequences(previous.policy, policy) if previous else [],
        changes={} if refused or previous is None else _changes(previous, policy, files),
    )


def _changes(
    previous: Edition, policy: law.Policy, files: Mapping[str, str]
) -> dict[str, list[text.ClauseChange]]:
    """What changes in the texts, for each language that both editions have."""
    both = [name for name in LANGUAGES if f"{name}.md" in files and f"{name}.md" in previous.files]
    return {
        language: text.diff(
            rendered(previous, language), text.render(files[f"{language}.md"], policy, language)
        )
        for language in both
    }


@step
def publish(files: Mapping[str, str], *, actor: Actor, effective: datetime | None, at: datetime) -> str:
    """Publish `files` as an edition, in force at `effective`, or as soon as the policy has promised; return its name.

    Raises `PolicyError`, `NotPublishable`, or `Powerless` when the actor has no power to publish.
    """
    previous = _previous(at)
    if previous:
        empower(actor, previous.policy, "publish")
    looked = preview(files, at=at)
    if looked.refused:
        raise NotPublishable(looked.problems)
    effective = max(effective or looked.soonest, looked.soonest)
    digest = sha256(canonical.dumps(dict(files))).hexdigest()
    Publication.objects.create(
        edition=looked.name,
        effective=effective,
        published=at,
        by=actor.code,
        sha256=digest,
        signed=_signed(looked.name, files, digest, effective, at),
    )
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation="publish",
        event="publication.publish",
        clause="6.5",
        edition=looked.name,
        detail={"sha256": digest, "effective": stamp(effective)},
    )
    log.append(entry, secret=None, n=None)
    return looked.name


def _signed(name: str, files: Mapping[str, str], digest: str, effective: datetime, at: datetime) -> str:
    """The edition as a signed document, in canonical JSON: these bytes are kept for ever."""
    document = {
        "type": "edition",
        "v": 1,
        "edition": name,
        "effective": stamp(effective),
        "published": stamp(at),
        "sha256": digest,
        "files": dict(files),
    }
    whole = signed.sign(document, keys.ring().signer(), name=settings.JOURNAL_ORIGIN)
    return canonical.dumps(whole).decode()


def _previous(at: datetime) -> Edition | None:
    try:
        return shelf.in_force(at)
    except NothingPublished:
        return None


def rendered(of: Edition, language: str) -> str:
    """Return the policy as people read it, in Markdown, its numbers drawn from the data."""
    return text.render(of.files[f"{language}.md"], of.policy, language)


@lru_cache(maxsize=1)
def _norms() -> norms.Norms:
    files = sorted(settings.NORMS_FOLDER.rglob("*.toml"))
    names = (str(path.relative_to(settings.NORMS_FOLDER)) for path in files)
    return norms.parse({name: path.read_text() for name, path in zip(names, files, strict=True)})

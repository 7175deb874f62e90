"""Races with what runs by itself: terms that end, keys wrapped anew, the sequencer; and of those who come at once."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models

from derbes.core.agreements.models import Kind
from derbes.core.consents.models import Consent
from derbes.core.holds.models import HoldReason
from derbes.core.journal.models import Checkpoint, Entry
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey
from derbes.flows import (
    access,
    agreements,
    blocking,
    callers,
    consent,
    holds,
    publication,
    registration,
    retention,
    rotation,
    sequence,
)
from derbes.flows.story import step
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON, example_files
from tests.races.race import Race
from tests.races.rights import ADVERTISING, correct, destroy, read_by_right, with_advertising, withdraw
from tests.races.stage import CONSOLE, LATER, Scene, agreement, newcomer, staff, verified

OVER = NOON + timedelta(days=1200)  # three years after she left
_turn = itertools.count(1)


# Terms end


def due() -> Scene:
    """She left three years ago, and Dana has approved that her data end. Nobody else is looked at."""
    scene = verified()
    agreements.leave(scene.aliya, at=NOON)
    Subject.objects.exclude(subject=scene.subject).update(review_at=None)
    dana = staff("dana")
    retention.approve(dana, retention.dry_run(dana, at=OVER).waiting, at=OVER)
    return scene


def run(scene: Scene) -> object:
    return len(retention.run(retention.SYSTEM, at=OVER, search=False).done)


def begin(scene: Scene) -> object:
    dated = {"started": OVER, "at": OVER}
    agreements.begin(staff("olzhas"), scene.subject, Kind.DEBT, obliged=True, **dated)
    return None


def hold(scene: Scene) -> object:
    until = OVER + timedelta(days=90)
    holds.place(staff("dana"), scene.subject, HoldReason.COURT, paper="7-1", until=until, at=OVER)
    return None


def block(scene: Scene) -> object:
    return blocking.block(staff("dana"), scene.subject, Ground.SUSPICION, at=OVER)


# Keys are wrapped anew


def rotate(scene: Scene) -> object:
    rotation.rotate(at=scene.turned, now=True)
    return None


def next_turn(scene: Scene) -> Scene:
    """With a moment of its own for the next epoch."""
    scene.more["turned"] = NOON + timedelta(days=40, minutes=next(_turn))
    return scene


def rotating() -> Scene:
    scene = next_turn(verified())
    scene.more["also"] = [under_current]
    return scene


def rotating_for_new() -> Scene:
    scene = next_turn(twice())
    scene.more["also"] = [*scene.more["also"], all_open]
    return scene


def under_current(scene: Scene) -> object:
    """Whether the person's key is wrapped under an epoch that lives."""
    epoch = PersonKey.objects.filter(subject=scene.subject).values_list("epoch", flat=True).first()
    return epoch is None or epoch in keys.ring().epochs()


def all_open(_: Scene) -> object:
    """Whether everybody's key is wrapped under an epoch that lives."""
    return not PersonKey.objects.exclude(epoch__in=keys.ring().epochs()).exists()


# Two come at once


def twice(at: datetime = NOON) -> Scene:
    """Nobody yet; whoever is registered by the flows is found by what they return."""
    scene = Scene(more={"came": [], "at": at, "agreement": agreement(), "also": [registered]})
    scene.more["others"] = lambda scene: sorted(scene.came)
    return scene


def register(scene: Scene) -> object:
    subject = registration.register(scene.agreement, ALIYA, at=scene.at)
    scene.came.append(subject)
    return None


def registered(scene: Scene) -> object:
    return len(scene.came)


def by_key() -> Scene:
    scene = twice()
    actor = Actor(kind=ActorKind.TOKEN, code="importer", unit="it", role="operator")
    scene.more["bearer"] = callers.Bearer(uuid4(), actor, frozenset(), (1, 1, 1))
    return scene


def once(scene: Scene) -> object:
    def told(subject: UUID) -> dict[str, Any]:
        return {"subject": str(subject)}

    def deed() -> object:
        return registration.register(scene.agreement, ALIYA, at=NOON)

    said, _ = callers.once(scene.bearer, "key-1", b"the same", deed, told, at=NOON)
    scene.came[:] = {*scene.came, UUID(said["subject"])}
    return len(scene.came) == 1


# Publishing


def publishing() -> Scene:
    """An edition of the next day waits to be published."""
    n = next(_turn)
    at = NOON + timedelta(days=3000 + n)
    scene = twice(at)
    scene.more |= {"edition": f"{at:%Y-%m-%d}", "at": at}
    scene.more["others"] = lambda _: []
    scene.more["also"] = [registered, editions]
    return scene


def publishing_for_her() -> Scene:
    scene = publishing()
    her = newcomer()
    scene.subject, scene.aliya, scene.secrets = her.subject, her.aliya, her.secrets
    scene.more["also"] = [editions_of_her]
    return scene


def publish(scene: Scene) -> object:
    files = example_files()
    old = 'edition         = "2026-11-22"'
    assert old in files["policy.toml"]
    files["policy.toml"] = files["policy.toml"].replace(old, f'edition = "{scene.edition}"')
    publication.publish(files, actor=CONSOLE, effective=None, at=scene.at)
    return None


def editions(scene: Scene) -> object:
    """Under how many editions her words were taken down, and how many wordings: one each, or a paper would lie."""
    rows = Consent.objects.filter(subject__in=scene.came)
    pairs = set(rows.values_list("edition", "wording"))
    return len(pairs), {edition == scene.edition for edition, _ in pairs}


def give(scene: Scene) -> object:
    """She gives a word once the edition that is being published is in force."""
    change = consent.Change(give=ADVERTISING, language="kk")
    return consent.change(scene.aliya, change, at=scene.at) is not None


def editions_of_her(scene: Scene) -> object:
    rows = Consent.objects.filter(subject=scene.subject, at=scene.at)
    return {edition == scene.edition for edition in rows.values_list("edition", flat=True)}


# The journal


@step
def sequencer(scene: Scene) -> None:
    sequence.place(at=LATER)


def waiting() -> Scene:
    scene = verified()
    scene.more["also"] = [places]
    return scene


def places(_: Scene) -> object:
    """Whether places run without gap up to what the newest checkpoint says."""
    placed = Entry.objects.exclude(position=None)
    last = placed.aggregate(last=models.Max("position"))["last"]
    newest = Checkpoint.objects.newest()
    assert newest is not None
    return placed.count() == last + 1 == newest.size


# Export


def export(scene: Scene) -> object:
    return len(access.export(scene.aliya, "kk", lambda _: None, at=LATER).data) > 0


RACES = [
    Race("terms end ∥ new agreement", run, begin, due),
    Race("terms end ∥ hold", run, hold, due),
    Race("terms end ∥ block", run, block, due),
    Race("terms end ∥ terms end", run, run, due),
    Race("rotate ∥ read", rotate, read_by_right, rotating),
    Race("rotate ∥ destroy", rotate, destroy, rotating),
    Race("rotate ∥ correct", rotate, correct, rotating),
    Race("rotate ∥ register", rotate, register, rotating_for_new),
    Race("register ∥ register, one IIN", register, register, twice),
    Race("key ∥ the same key", once, once, by_key),
    Race("sequencer ∥ sequencer", sequencer, sequencer, waiting),
    Race("sequencer ∥ read", sequencer, read_by_right, waiting),
    Race("sequencer ∥ withdraw", sequencer, withdraw, with_advertising),
    Race("export ∥ destroy", export, destroy, verified),
    Race("export ∥ correct", export, correct, verified),
    Race("publish ∥ register", publish, register, publishing),
    Race("publish ∥ give", publish, give, publishing_for_her),
]

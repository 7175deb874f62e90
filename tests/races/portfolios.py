"""Races of a file of people with others who come at the same moment, and with keys that are wrapped anew."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found
from derbes.faces.jobs import rejections
from derbes.flows import enrolment, registration
from derbes.outside import keys
from tests.conftest import ALIYA, NOON
from tests.flows.portfolios import CONSOLE, ROW, written
from tests.races.race import Race
from tests.races.stage import Scene, agreement
from tests.races.system import all_open, next_turn, rotate

_sheet = itertools.count(1)


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="derbes-races-")


def of_one() -> Scene:
    """A file with Aliya, and nobody is found by her number yet."""
    Found.objects.filter(kind="iin").delete()
    scene = Scene(more={"agreement": agreement(), "files": [_file()]})
    scene.more |= {"others": of_that_iin, "also": [states, all_open]}
    return scene


def of_one_twice() -> Scene:
    """Two files with the same person."""
    scene = of_one()
    scene.files.append(_file())
    return scene


def rotating_for_file() -> Scene:
    return next_turn(of_one())


def _file() -> Path:
    sheet = f"sheet {next(_sheet)}"
    return written(Path(_folder().name) / f"{sheet}.csv", ROW | {"reference": sheet})


def of_that_iin(_: Scene) -> list[UUID]:
    """Everybody who is found by the number, in the order of how they came."""
    found = vault.find("iin", ALIYA["iin"], ring=keys.ring())
    return sorted(found, key=lambda subject: Subject.objects.get(subject=subject).state)


def states(scene: Scene) -> object:
    return [Subject.objects.get(subject=subject).state for subject in of_that_iin(scene)]


def take(scene: Scene, which: int = 0) -> object:
    """As the command does: who answers for it is Dana."""
    steps = enrolment.run(
        CONSOLE, scene.files[which], by="d-01", say=rejections.sentence, clock=lambda: NOON, most=3
    )
    done = list(steps)[-1]
    return {"taken": done.taken, **done.reasons}


def take_the_other(scene: Scene) -> object:
    return take(scene, 1)


def register(scene: Scene) -> object:
    registration.register(scene.agreement, ALIYA, at=NOON)
    return None


RACES = [
    Race("import ∥ register, one IIN", take, register, of_one),
    Race("import ∥ import, one IIN", take, take_the_other, of_one_twice),
    Race("rotate ∥ import", rotate, take, rotating_for_file),
]

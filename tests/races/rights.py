"""Races of what a person may do with what others do at the same moment: withdraw, block, read, destroy, correct."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from derbes.core.holds.models import HoldReason
from derbes.flows import blocking, consent, correction, destruction, holds, notice, reading
from derbes.law.lifecycle import Ground
from tests.races.race import Race
from tests.races.stage import LATER, Scene, staff, verified

ADVERTISING = frozenset({("advertising", "")})


def read_for_advertising(scene: Scene) -> object:
    return reading.read(staff("chingiz"), scene.subject, ["email"], purpose="advertising", at=LATER)


def read_by_right(scene: Scene) -> object:
    return reading.read(staff("dana"), scene.subject, ["iin", "surname"], purpose="rights", at=LATER)


def read_own(scene: Scene) -> object:
    return reading.own(scene.aliya, ["email", "phone_home"], at=LATER)


def withdraw(scene: Scene) -> object:
    change = consent.Change(withdraw=ADVERTISING, language="kk")
    return consent.withdraw(scene.aliya, change, at=LATER).answer.stopped


def give(scene: Scene) -> object:
    change = consent.Change(give=ADVERTISING, language="kk")
    return consent.change(scene.aliya, change, at=LATER) is not None


def block(scene: Scene) -> object:
    return blocking.block(staff("dana"), scene.subject, Ground.SUSPICION, at=LATER)


def block_own(scene: Scene) -> object:
    return blocking.block(scene.aliya, scene.subject, Ground.REQUEST, at=LATER)


def unblock(scene: Scene) -> object:
    return blocking.lift(staff("dana"), scene.subject, Ground.NOT_CONFIRMED, at=LATER)


def notify(scene: Scene) -> object:
    return notice.tell(scene.subject, "verified", at=LATER)


def destroy(scene: Scene) -> object:
    return destruction.demand(scene.aliya, scene.subject, at=LATER, search=False)


def hold(scene: Scene) -> object:
    until = LATER + timedelta(days=90)
    return holds.place(staff("dana"), scene.subject, HoldReason.CLAIM, paper="2-41", until=until, at=LATER)


def correct(scene: Scene) -> object:
    return correction.change(scene.aliya, {"phone_home": "8 (727) 300 40 50"}, at=LATER)


def new_email(scene: Scene) -> object:
    return correction.change(scene.aliya, {"email": "new@example.kz"}, at=LATER)


def blocked() -> Scene:
    scene = verified("advertising")
    block(scene)
    return scene


def with_advertising() -> Scene:
    return verified("advertising")


RACES: Any = [
    Race("withdraw ∥ read by purpose", withdraw, read_for_advertising, with_advertising),
    Race("give ∥ read by purpose", give, read_for_advertising, verified),
    Race("block ∥ read", block, read_by_right, verified),
    Race("block ∥ notice", block, notify, verified),
    Race("destroy ∥ read", destroy, read_by_right, verified),
    Race("destroy ∥ read own", destroy, read_own, verified),
    Race("destroy ∥ correct", destroy, correct, verified),
    Race("destroy ∥ new e-mail", destroy, new_email, verified),
    Race("destroy ∥ destroy", destroy, destroy, verified),
    Race("destroy ∥ hold", destroy, hold, verified),
    Race("block ∥ destroy", block, destroy, verified),
    Race("block ∥ block", block, block_own, verified),
    Race("unblock ∥ block", unblock, block_own, blocked),
    Race("unblock ∥ unblock", unblock, unblock, blocked),
    Race("give ∥ withdraw", give, withdraw, with_advertising),
    Race("give ∥ give", give, give, verified),
    Race("withdraw ∥ withdraw", withdraw, withdraw, with_advertising),
]

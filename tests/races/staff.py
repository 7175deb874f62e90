"""Races of the staff with one another and with the person whose matter they see to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from derbes.core.accounts.models import Code
from derbes.core.matters.models import Matter
from derbes.flows import accounts, appeals, codes, consent, destruction, registration, verification
from derbes.law import appeals as law
from tests.conftest import ALIYA, NOON
from tests.races.race import Race
from tests.races.rights import destroy, read_own
from tests.races.stage import LATER, Flow, Scene, agreement, draft, newcomer, staff, verified


def taken() -> Scene:
    """Bauyrzhan has her matter."""
    scene = newcomer()
    verification.take(staff("bauyrzhan"), scene.number, at=NOON)
    return scene


def take_by(name: str) -> Flow:
    return lambda scene: verification.take(staff(name), scene.number, at=LATER)


def verify(scene: Scene) -> object:
    return verification.verify(staff("bauyrzhan"), scene.number, at=LATER)


def refuse(scene: Scene) -> object:
    return verification.refuse(staff("bauyrzhan"), scene.number, "double", at=LATER)


def ask_more(scene: Scene) -> object:
    return verification.ask_more(
        staff("bauyrzhan"), scene.number, ["id_document"], "document_unreadable", at=LATER
    )


def withdraw_verification(scene: Scene) -> object:
    change = consent.Change(withdraw=frozenset({("verification", "")}), language="kk")
    return consent.withdraw(scene.aliya, change, at=LATER).answer.stopped


def appealed() -> Scene:
    """Aliya has made a claim, and Dana has taken it."""
    scene = verified()
    letter = appeals.Letter(text="Келіспеймін", values={}, agreed=False, language="kk", kind=law.Kind.CLAIM)
    scene.more["claim"] = appeals.write(scene.aliya, letter, at=NOON).number
    return scene


def claimed() -> Scene:
    scene = appealed()
    appeals.take(staff("dana"), scene.claim, at=NOON)
    return scene


def answer(scene: Scene) -> object:
    said = appeals.Answer(template="answer", outcome="explained", ground="question_answered", words="Жауап.")
    appeals.answer(staff("dana"), scene.claim, said, at=LATER)
    return None


def pause(scene: Scene) -> object:
    return appeals.pause(staff("dana"), scene.claim, "details_wanted", "Қай күні?", at=LATER)


def retype(scene: Scene) -> object:
    return appeals.retype(staff("dana"), scene.claim, law.Kind.ACCESS, "asks_for_other", at=LATER)


def say(scene: Scene) -> object:
    return appeals.say(scene.aliya, scene.claim, "Тағы айтарым бар", at=LATER)


def take_back(scene: Scene) -> object:
    return appeals.take_back(scene.aliya, scene.claim, at=LATER)


def take_claim(scene: Scene) -> object:
    return appeals.take(staff("dana"), scene.claim, at=LATER)


def reassign(scene: Scene) -> object:
    return appeals.reassign(staff("dana"), scene.claim, "", at=LATER)


def whole_draft() -> Scene:
    """All that is needed is typed and confirmed; nothing is sent."""
    subject = registration.begin(agreement(), at=NOON)
    scene = draft_of(subject)
    registration.save(scene.aliya, subject, ALIYA, at=NOON)
    for field in registration.CONTACTS:
        accounts._enter(scene.aliya, subject, field, at=NOON)
    _scan(scene)
    return scene


def draft_of(subject: object) -> Scene:
    from derbes.law.permission import Actor
    from derbes.law.vocabulary import ActorKind
    from tests.races.stage import secret

    aliya = Actor(kind=ActorKind.SUBJECT, subject=subject)
    return Scene(subject, "", aliya, [secret(subject)])


def _scan(scene: Scene) -> None:
    from derbes.flows import scans
    from tests.outside.sheets import picture, saved

    scans.add(scene.aliya, scene.subject, "id_document", saved(picture(), "JPEG"), "id.jpg", at=NOON)


def submit(scene: Scene) -> object:
    registration.submit(scene.aliya, scene.subject, at=LATER)
    return Matter.objects.filter(subject=scene.subject).count()


def save(scene: Scene) -> object:
    return registration.save(scene.aliya, scene.subject, {"patronymic": "Маратқызы"}, at=LATER)


def empty_name(scene: Scene) -> object:
    return registration.save(scene.aliya, scene.subject, {"surname": ""}, at=LATER)


def discard(scene: Scene) -> object:
    return destruction.discard(scene.aliya, scene.subject, at=LATER)


def coded() -> Scene:
    """A code to sign in was sent to Aliya."""
    scene = verified()
    Code.issue(
        scene.subject,
        aim="sign_in",
        field="email",
        digest=codes._digest(scene.subject, "sign_in", "123456"),
        expires_at=LATER + timedelta(minutes=10),
        tries=5,
        at=NOON,
    )
    return scene


def sign_in(code: str) -> Callable[[Scene], object]:
    return lambda scene: str(accounts.sign_in(scene.subject, code, at=LATER).subject)


RACES = [
    Race("verify ∥ refuse", verify, refuse, taken),
    Race("verify ∥ verify", verify, verify, taken),
    Race("verify ∥ ask for more", verify, ask_more, taken),
    Race("verify ∥ withdraw", verify, withdraw_verification, taken),
    Race("take ∥ take", take_by("bauyrzhan"), take_by("botagoz"), newcomer),
    Race("answer ∥ pause", answer, pause, claimed),
    Race("retype ∥ answer", retype, answer, claimed),
    Race("say ∥ answer", say, answer, claimed),
    Race("say ∥ pause", say, pause, claimed),
    Race("take back ∥ answer", take_back, answer, claimed),
    Race("take appeal ∥ give back", take_claim, reassign, appealed),
    Race("destroy ∥ answer", destroy, answer, claimed),
    Race("submit ∥ submit", submit, submit, whole_draft),
    Race("submit ∥ empty a field", submit, empty_name, whole_draft),
    Race("discard ∥ save draft", discard, save, draft),
    Race("discard ∥ submit", discard, submit, whole_draft),
    Race(
        "code ∥ the same code",
        sign_in("123456"),
        sign_in("123456"),
        coded,
    ),
    Race(
        "code ∥ wrong code",
        sign_in("123456"),
        sign_in("654321"),
        coded,
    ),
    Race("read own ∥ sign in", read_own, sign_in("123456"), coded),
]

"""A client process: does one thing after another to people of its own, and says what it begins and what was answered.

Its first line of input names its seed, its place among the clients, its life and the people it already has. Each
line that it writes is one JSON object: `try` before a call, `ack` after it with the answer, `err` when an exception
left the outcome open. It ends when its input ends; killed, the last `try` stays open.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from uuid import UUID

import django

django.setup()

from django.db import close_old_connections  # noqa: E402

from torture import calls, deeds  # noqa: E402

LIVING = ("read", "advertise", "own", "give", "withdraw", "block", "lift", "verify", "scan", "destroy")
LIVING_WEIGHTS = (10, 8, 4, 7, 7, 5, 9, 7, 1, 3)
DRAFT = ("save", "own", "block", "lift", "discard")
DRAFT_WEIGHTS = (8, 2, 1, 3, 2)
OPTIONAL = ("advertising", "personalisation")
FIELDS = ("surname", "given_name", "iin", "email", "phone_mobile")
#: What a program can do, by the API.
CALLED = ("read", "give", "withdraw", "block", "lift", "destroy")
CALLED_WEIGHTS = (10, 8, 8, 5, 9, 3)
MOST_AT_HAND = 40  # people acted on; who was registered before them is left in peace
PAUSE = 0.02  # seconds between two calls: the machine is shared


class Client:
    """One client's life."""

    def __init__(
        self,
        place: int,
        life: int,
        seed: int,
        turn: int,
        known: list[deeds.Known],
        *,
        api: str = "",
        breaches: bool = False,
    ) -> None:
        self.breaches = breaches
        self.api = calls.Program(api) if api else None
        self.place, self.life, self.turn, self.known = place, life, turn, known
        self.random = random.Random(f"{seed}/{place}/{life}")  # noqa: S311  reproducible on purpose
        self.count = 0

    def step(self) -> None:
        """Do one thing."""
        close_old_connections()  # as at the beginning of every request
        if self.breaches and self.count % 60 == 59 and len(self.known) >= 5:  # noqa: PLR2004
            self._breach()
        elif not self.known or self.random.random() < 0.22:  # noqa: PLR2004
            begins = self.random.random() < 0.2 and not self.api  # noqa: PLR2004
            self._open("begin" if begins else "register")
        else:
            self._touch(self.random.choice(self.known[-MOST_AT_HAND:]))

    def _open(self, thing: str) -> None:
        self.turn += 1
        name = f"{self.place}-{self.turn}"
        i = self._try(thing, name)
        try:
            subject = self._opened(thing)
            secret = deeds.secret(subject)
        except Exception as failure:  # noqa: BLE001  whatever it was, the outcome is open
            self._err(i, failure)
            return
        _say(k="ack", i=i, answer="done", subject=str(subject), secret=secret)
        self.known.append(deeds.Known(name, subject, thing == "begin"))

    def _opened(self, thing: str) -> UUID:
        if self.api:
            return self.api.register(self.place, self.turn)
        return deeds.begin() if thing == "begin" else deeds.register(self.place, self.turn)

    def _touch(self, one: deeds.Known) -> None:
        things, weights = (DRAFT, DRAFT_WEIGHTS) if one.draft else (LIVING, LIVING_WEIGHTS)
        if self.api:
            things, weights = CALLED, CALLED_WEIGHTS
        thing = self.random.choices(things, weights)[0]
        about = ""
        if thing in {"give", "withdraw"}:
            about = self.random.choice(OPTIONAL)
        if thing == "save":
            about = self.random.choice(FIELDS)
        i = self._try(thing, one.name, about)
        try:
            if self.api:
                answer = self.api.do(thing, one.subject, about)
            else:
                answer = deeds.do(thing, one, about, self.place, int(one.name.partition("-")[2]))
        except Exception as failure:  # noqa: BLE001  whatever it was, the outcome is open
            self._err(i, failure)
            return
        _say(k="ack", i=i, answer=answer, tries=self.api.tries if self.api else 1)
        if answer == "unknown" or (thing in {"destroy", "discard"} and answer == "done"):
            self.known.remove(one)

    def _breach(self) -> None:
        chosen = self.known[-5:]
        self.count += 1
        _say(k="note", what="breach", who=[one.name for one in chosen])
        try:
            deeds.breach([one.subject for one in chosen])
        except Exception as failure:  # noqa: BLE001  an exercise that failed is begun anew another time
            _say(k="note", what="error", error=_kind(failure))

    def _try(self, thing: str, name: str, about: str = "") -> str:
        self.count += 1
        i = f"{self.place}.{self.life}.{self.count}"
        _say(k="try", i=i, who=name, do=thing, about=about)
        return i

    def _err(self, i: str, failure: Exception) -> None:
        _say(k="err", i=i, error=_kind(failure))
        time.sleep(0.2)


def _kind(failure: Exception) -> str:
    """The kind of a failure, and what the database calls it: a deadlock is not a server that went away."""
    if isinstance(failure, calls.Unanswered):
        return str(failure)
    cause = failure.__cause__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""
    return f"{type(failure).__name__} {code}".strip()


def _say(**line: object) -> None:
    """One line, in one write: a pipe takes it whole or not at all."""
    os.write(1, json.dumps(line).encode() + b"\n")


def main() -> None:
    """Live until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.loads(sys.stdin.readline())
    known = [deeds.Known(name, UUID(subject), draft) for name, subject, draft in told["known"]]
    client = Client(
        told["place"],
        told["life"],
        told["seed"],
        told["turn"],
        known,
        api=told["api"],
        breaches=told["breaches"],
    )
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    _say(k="up")
    while not over.is_set():
        client.step()
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()

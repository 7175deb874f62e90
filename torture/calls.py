"""A client that goes by the API: what is to be done once is asked again under its key until there is an answer."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from uuid import UUID, uuid4

from torture import deeds, model, people

PATIENCE = 20.0  # seconds for which something is asked again
WAIT = 5.0  # seconds for one answer
AGAIN = frozenset({0, 502, 503, 504})


class Unanswered(Exception):
    """Nobody knows what became of it; or the answer is none that there should be, which its text then names."""


class Program:
    """A program of the operator with its token."""

    def __init__(self, told: str) -> None:
        self._address, self._token = told.split(" ")
        self.tries = 0

    def register(self, place: int, turn: int) -> UUID:
        """Register a person. Raises `Unanswered`."""
        said = deeds.agreement()
        body = {
            "language": "kk",
            "statements": sorted(said.statements),
            "agreed": [{"purpose": purpose} for purpose, _ in sorted(said.agreed)],
            "values": people.values(place, turn),
            "evidence": {"address": "203.0.113.7", "agent": "torture"},
        }
        status, answer = self._ask("/people", body, once=True)
        if status != 201:  # noqa: PLR2004
            raise Unanswered(f"HTTP {status} {answer.get('type')}")
        return UUID(answer["subject"])

    def do(self, thing: str, subject: UUID, about: str) -> str:
        """Do `thing` to somebody; return the answer in a word of the model. Raises `Unanswered`."""
        pairs = [{"purpose": about}]
        path, body = {
            "read": ("read", {"purpose": "rights", "fields": ["iin", "surname"]}),
            "give": ("consents", {"language": "kk", "give": pairs}),
            "withdraw": ("consents", {"language": "kk", "withdraw": pairs}),
            "block": ("block", {"ground": "request"}),
            "lift": ("unblock", {"ground": "request"}),
            "destroy": ("destroy", {"ground": "demand"}),
        }[thing]
        status, answer = self._ask(f"/people/{subject}/{path}", body, once=thing != "read")
        return self._word(status, answer, consents=path == "consents")

    @staticmethod
    def _word(status: int, answer: dict[str, Any], *, consents: bool) -> str:
        problem = str(answer.get("type", "")).rpartition("/")[2]
        if status == 200:  # noqa: PLR2004
            return model.NOTHING if consents and answer["receipt"] is None else model.DONE
        words = {"refused": model.REFUSED, "person_unknown": model.UNKNOWN, "not_now": model.NOTHING}
        if problem not in words:
            raise Unanswered(f"HTTP {status} {problem}")
        return words[problem]

    def _ask(self, path: str, body: dict[str, Any], *, once: bool) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": str(uuid4())} if once else {}
        data, until, self.tries = json.dumps(body).encode(), time.monotonic() + PATIENCE, 0
        while True:
            self.tries += 1
            status, answer = self._once(f"{self._address}/api/v1{path}", data, headers)
            if status not in AGAIN:
                return status, answer
            if not once or time.monotonic() > until:
                raise Unanswered("unanswered")
            time.sleep(0.3)

    @staticmethod
    def _once(address: str, data: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(address, data, headers)  # noqa: S310  our own server
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)
        except (OSError, ValueError, HTTPException):  # nobody there, or they died in the middle of the answer
            return 0, {}

"""Every example of docs/api.md is run, in its order, as it stands there."""

import json
import re
import shlex
from collections.abc import Iterator

import pytest
from django.test import Client

from scripts import contract

pytestmark = pytest.mark.django_db

ORIGIN = "http://127.0.0.1:8000"


def examples() -> Iterator[list[str]]:
    """The calls of curl, as words; lines that set the token are not among them."""
    text = contract.GUIDE.read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        words = shlex.split(block.replace("\\\n", " "))
        if words[0] == "curl":
            yield words


def called(words: list[str], known: dict[str, str]):
    """Send what curl would send."""
    filled = [re.sub(r"\$(\w+)", lambda found: known[found[1]], word) for word in words[1:]]
    method, headers, data, address = "GET", {}, None, ""
    rest = iter(filled)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(rest)
        elif word != "-s":
            address = word
    assert address.startswith(ORIGIN), address
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Client().generic(
        method, address.removeprefix(ORIGIN), data=data or "", content_type=kind, headers=headers
    )


def test_every_example_of_the_guide_works(crm):
    known = {"API": f"{ORIGIN}/api/v1", "TOKEN": crm.text}
    asked = set()
    for words in examples():
        answer = called(words, known)
        assert answer.status_code in {200, 201}, (words[-1], answer.content)
        asked.add(answer.wsgi_request.resolver_match.func.__qualname__ and answer.wsgi_request.path_info)
        if answer.status_code == 201:
            told = json.loads(answer.content)
            known |= {"SUBJECT": told["subject"], "RECEIPT": told["receipt"]}
    shapes = {re.sub(r"[0-9a-f-]{36}", "{}", path) for path in asked}
    promised = {re.sub(r"\{\w+\}", "{}", path) for path in contract.description()["paths"]}
    assert shapes == promised


def test_the_examples_of_bodies_in_the_guide_are_json():
    text = contract.GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert [json.loads(block) for block in blocks]

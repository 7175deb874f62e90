"""Going through a face as a browser does: every page that can be reached, and what each of its forms answers.

What always holds: what a form did is taken back, so the next page is found as it was.
"""

from __future__ import annotations

import copy
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from tests.faces.reading import Form, Page

#: Pages of one kind (a clause, a day, an entry) differ in data, not in words.
OF_ONE_KIND = 2
MOST = 400
WRONG = {
    "email": "aliya@",
    "number": "x",
    "date": "x",
    "tel": "12",
    "password": "x",
    "text": "??",
    "textarea": "\x01",
    "search": "??",
}


class Seen(NamedTuple):
    """A page, how it was come by, and with which status."""

    how: str
    status: int
    page: Page


def crawl(client: Client, language: str, *starts: str, within: tuple[str, ...] = ("/",)) -> Iterator[Seen]:
    """Yield every page of `language` to which links lead from `starts`, and the answers to every form on the way.

    `within` are the beginnings of the addresses that are followed, without the language.
    """
    todo, known, kinds = deque(starts), set(starts), Counter[str]()
    asked: set[tuple[str, ...]] = set()
    while todo and len(known) < MOST:
        address = todo.popleft()
        if kinds[kind_of(address)] >= OF_ONE_KIND:
            continue
        kinds[kind_of(address)] += 1
        response = client.get(address, follow=True)
        here = arrived(response)
        if (page := read(response)) is None:
            continue
        yield Seen(f"GET {address}", response.status_code, page)
        for link in page.links:
            target = urljoin(here, link).partition("#")[0]
            if target not in known and in_face(target, language, within):
                known.add(target)
                todo.append(target)
        yield from answers(client, here, page, asked)


def answers(client: Client, address: str, page: Page, asked: set[tuple[str, ...]]) -> Iterator[Seen]:
    """Yield what each form of the page says to nothing at all, to nonsense and to every tick; each kind once."""
    for form in page.forms:
        target = urljoin(address, form.action).partition("#")[0]
        kind = (kind_of(target), *sorted(form.fields), *sorted(form.hidden), *sorted(form.buttons))
        if not form.posts or kind in asked or not target.startswith("/"):
            continue
        asked.add(kind)
        for how, typed in fillings(form):
            response = taken_back(
                client, lambda target=target, typed=typed: client.post(target, typed, follow=True)
            )
            if (answer := read(response)) is not None:
                yield Seen(f"POST {target} ({how})", response.status_code, answer)


def fillings(form: Form) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what is typed into a form: nothing, by each of its buttons; what cannot be right; every tick there is."""
    written = {name: "" for name, kind in form.fields.items() if kind not in {"checkbox", "radio", "file"}}
    buttons = [(name, value) for name, value in form.buttons.items() if name] or [("", "")]
    for name, value in buttons:
        yield f"empty {name}".strip(), {**written, **form.hidden, **({name: value} if name else {})}
    if form.fields:
        files = {
            name: SimpleUploadedFile("scan.pdf", b"text")
            for name, kind in form.fields.items()
            if kind == "file"
        }
        name, value = buttons[0]
        pressed = {name: value} if name else {}
        nonsense = {field: WRONG.get(form.fields[field], "x") for field in written}
        yield "nonsense", {**form.hidden, **nonsense, **files, **pressed}
    if form.ticks:
        chosen = {
            field: values[:1] if form.fields[field] == "radio" else values
            for field, values in form.ticks.items()
        }
        yield "ticked", {**written, **form.hidden, **chosen, **pressed}


def taken_back(client: Client, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Return what `act` answers; the database and the cookies are as before."""
    cookies, point = copy.deepcopy(client.cookies), transaction.savepoint()
    try:
        return act()
    finally:
        transaction.savepoint_rollback(point)
        client.cookies = cookies


def arrived(response: Any) -> str:
    """Return the address at which a client that follows redirects has arrived."""
    query = response.request.get("QUERY_STRING", "")
    return f"{response.request['PATH_INFO']}?{query}" if query else response.request["PATH_INFO"]


def read(response: Any) -> Page | None:
    """Return the page of an answer, or None when it is not one; a paper is one while it is still a page."""
    if not response.get("Content-Type", "").startswith(("text/html", "application/pdf")):
        return None
    text = response.content.decode(errors="replace")
    return Page(text) if text.lstrip().startswith("<") else None


def in_face(address: str, language: str, within: tuple[str, ...]) -> bool:
    """Whether `address` is one of our pages in `language`, and begins as one of `within`."""
    parts = urlsplit(address)
    path = parts.path
    prefix = next((code for code in ("ru", "en") if path == f"/{code}" or path.startswith(f"/{code}/")), "kk")
    bare = path if prefix == "kk" else path.removeprefix(f"/{prefix}") or "/"
    return not parts.netloc and prefix == language and bare.startswith(within)


def kind_of(address: str) -> str:
    """Return the route of an address, with the names of its query."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        route = parts.path
    return "?".join([route, *sorted(parse_qs(parts.query))])

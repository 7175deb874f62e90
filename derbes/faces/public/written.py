"""An edition of the policy as people read it: chapters, clauses, and beside each clause what keeps it.

What always holds: an edition never changes, so what was made of it once is kept in memory and never made again.
Markdown of an edition is cleaned to a few elements; links that leave the site go by the notice page (§6.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nh3
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt

from derbes.faces.public.leaving import notice_address
from derbes.faces.public.surroundings import said
from derbes.flows.citing import cited
from derbes.law import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    from derbes.flows.publication import Edition

KEPT = 48
ALLOWED = {"p", "ul", "ol", "li", "strong", "em", "a", "code", "br", "span", "blockquote"}
ATTRIBUTES = {"a": {"href", "class", "rel"}, "span": {"class"}, "ol": {"start"}}


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One clause on a page, in one language. `html` is clean; `address` is the clause's own page."""

    number: str
    title: str
    html: SafeString
    depth: int
    norm: str
    does: str
    collision: str
    void: str
    address: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with the clauses under it. The preamble has no number."""

    head: ClauseShown
    clauses: tuple[ClauseShown, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An edition in one language. `language` is the text's, which is Kazakh where a translation is lacking."""

    edition: str
    language: str
    title: str
    effective: datetime
    published: datetime
    sha256: str
    example: bool
    chapters: tuple[Chapter, ...]
    clauses: dict[str, ClauseShown] = field(hash=False)
    body: SafeString = field(repr=False)


_documents: dict[tuple[str, str], Document] = {}


def document(edition: Edition, language: str) -> Document:
    """Return `edition` as it is shown in `language`, which must be the active one (its links are in it)."""
    key = (edition.sha256, language)
    if key not in _documents:
        if len(_documents) >= KEPT:
            _documents.clear()
        _documents[key] = _write(edition, language)
    return _documents[key]


def _write(edition: Edition, language: str) -> Document:
    of_text = language if f"{language}.md" in edition.files else "kk"
    found = text.clauses(text.render(edition.files[f"{of_text}.md"], edition.policy, of_text))
    shown = [_shown(edition, clause, language) for clause in found]
    chapters = _chapters(shown)
    body = render_to_string("public/policy_body.html", {"chapters": chapters, "edition": edition.edition})
    return Document(
        edition=edition.edition,
        language=of_text,
        title=found[0].heading or gettext("Privacy policy"),
        effective=edition.effective,
        published=edition.published,
        sha256=edition.sha256,
        example=edition.policy.example,
        chapters=chapters,
        clauses={clause.number: clause for clause in shown if clause.number},
        body=body,
    )


def _chapters(shown: Sequence[ClauseShown]) -> tuple[Chapter, ...]:
    groups: list[tuple[ClauseShown, list[ClauseShown]]] = []
    for clause in shown:
        if clause.depth <= 1 or not groups:
            groups.append((clause, []))
        else:
            groups[-1][1].append(clause)
    return tuple(Chapter(head, tuple(rest)) for head, rest in groups)


def _shown(edition: Edition, clause: text.ClauseText, language: str) -> ClauseShown:
    promised = edition.policy.clauses.get(clause.number)
    return ClauseShown(
        number=clause.number,
        title=clause.heading,
        html=html(clause.markdown),
        depth=len(clause.number.split(".")) if clause.number else 0,
        norm=cited(promised.norm) if promised else "",
        does=said(promised.does, language) if promised else "",
        collision=said(promised.collision, language) if promised else "",
        void=said(promised.void, language) if promised else "",
        address=reverse("public:clause", args=[edition.edition, clause.number]) if clause.number else "",
    )


def html(markdown: str) -> SafeString:
    """Return clean HTML of a clause's Markdown."""
    raw = _MARKDOWN.render(markdown)
    return mark_safe(nh3.clean(raw, tags=ALLOWED, attributes=ATTRIBUTES, link_rel=None, url_schemes=_SCHEMES))  # noqa: S308


def _link_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    href = str(token.attrGet("href") or "")
    if href.startswith(("http://", "https://")):
        token.attrSet("href", notice_address(href))
        token.attrSet("rel", "external noopener")
        token.attrSet("class", "govuk-link d-external")
    else:
        token.attrSet("class", "govuk-link")
    return renderer.renderToken(tokens, at, options, env)


def _link_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    opened = next((t for t in reversed(tokens[:at]) if t.type == "link_open"), None)
    leaves = opened is not None and "d-external" in str(opened.attrGet("class") or "")
    mark = f'<span class="govuk-visually-hidden"> ({gettext("another site")})</span>' if leaves else ""
    return mark + renderer.renderToken(tokens, at, options, env)


_SCHEMES = {"http", "https", "mailto", "tel"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_MARKDOWN.add_render_rule("link_open", _link_open)
_MARKDOWN.add_render_rule("link_close", _link_close)

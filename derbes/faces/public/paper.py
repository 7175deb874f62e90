"""The policy on paper: PDF with the whole static fonts, tagged, the same text as the page.

What always holds: nothing is fetched; fonts come from our own folder (fonts cut by script lose Kazakh letters here).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

try:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcherResponse
except OSError:  # libpango is not on this machine: everything but PDF works
    weasyprint = None

if TYPE_CHECKING:
    from derbes.faces.public.written import Document
    from derbes.flows.publication import Edition

POSSIBLE = weasyprint is not None
FOLDER = settings.BASE_DIR / "derbes" / "faces" / "static" / "fonts"
OWN = "derbes-font:///"
KEPT = 12

STYLE = """
@font-face { font-family: Onest; font-weight: 400; src: url("derbes-font:///onest-400.ttf"); }
@font-face { font-family: Onest; font-weight: 700; src: url("derbes-font:///onest-700.ttf"); }
@page { size: A4; margin: 20mm 18mm 22mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt Onest; color: #4a5b5d; } }
* { font-family: Onest; }
body { font-size: 10.5pt; line-height: 1.5; color: #16282b; }
h1 { font-size: 20pt; line-height: 1.2; color: #10363b; margin: 0 0 4mm; }
h2 { font-size: 13pt; line-height: 1.3; color: #10363b; margin: 7mm 0 2mm; break-after: avoid; }
p { margin: 0 0 2mm; } ul, ol { margin: 0 0 2mm; padding-left: 6mm; }
.clause { margin: 0 0 2mm; } .clause.deep { margin-left: 7mm; }
.number { font-weight: 700; } .number + p { display: inline; }
.void { text-decoration: line-through; color: #4a5b5d; }
.edition { border-bottom: 1.5pt solid #d9793a; padding-bottom: 4mm; margin-bottom: 6mm; color: #4a5b5d; font-size: 9.5pt; }
.small { font-size: 8.5pt; color: #4a5b5d; margin-left: 4mm; } .hash { font-size: 8pt; overflow-wrap: anywhere; } a { color: #0f5f61; }
"""

_kept: dict[tuple[str, str, str], bytes] = {}


def edition(document: Document, of: Edition, address: str) -> bytes:
    """Return the edition as PDF (PDF/UA-1) in the document's language."""
    key = (of.sha256, document.language, address)
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        page = render_to_string("public/paper.html", {"document": document, "address": address})
        _kept[key] = pdf(page)
    return _kept[key]


def pdf(page: str) -> bytes:
    """Return `page`, whole HTML without a style of its own, as PDF."""
    fonts = FontConfiguration()
    style = weasyprint.CSS(string=STYLE, font_config=fonts, url_fetcher=_fetch)
    made: bytes = weasyprint.HTML(string=page, url_fetcher=_fetch).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return made


def _fetch(address: str) -> URLFetcherResponse:
    name = address.removeprefix(OWN)
    if name == address or "/" in name:
        raise ValueError("a document on paper fetches nothing but its fonts")
    return URLFetcherResponse(address, (FOLDER / name).read_bytes(), {"Content-Type": "font/ttf"})

"""Citations of norms as people write them: «94-V Заң, 7(8)-бап», «Закон 94-V, ст. 7(8)», "Law 94-V, art. 7(8)".

What always holds: the numbers are the policy's; a citation of a shape unknown here is shown as it stands.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_CITATION = re.compile(r"(?P<act>.+?) (?P<kind>art|p)\. (?P<places>.+)")
_NAMED = {
    "255-VIII": _("Digital Code %(number)s"),
    "Civil Code": _("Civil Code"),
    "Tax Code": _("Tax Code"),
    "Labour Code": _("Labour Code"),
}
_LAW = re.compile(r"\d+-[IVX]+")
_ORDER = re.compile(r"\d+/НҚ")


def cited(norm: str) -> str:
    """Return the citations in `norm` (parted by semicolons) in the active language."""
    return "; ".join(_one(each.strip()) for each in norm.split(";") if each.strip())


def _one(citation: str) -> str:
    found = _CITATION.fullmatch(citation)
    if found is None:
        return _act(citation)
    parts = {"act": _act(found["act"]), "places": found["places"]}
    if found["kind"] == "p":
        return gettext("%(act)s, point %(places)s") % parts
    return gettext("%(act)s, art. %(places)s") % parts


def _act(act: str) -> str:
    if act in _NAMED:
        return gettext(_NAMED[act]) % {"number": act}
    if _LAW.fullmatch(act):
        return gettext("Law %(number)s") % {"number": act}
    return gettext("Order %(number)s") % {"number": act} if _ORDER.fullmatch(act) else act

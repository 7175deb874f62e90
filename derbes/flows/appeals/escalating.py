"""The responsible person is told by mail that appeals come due or are late (94-V art. 25(3): control of answers).

What always holds: the mail has counts and numbers of appeals, and nothing of any person; each alarm is in one mail.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext

from derbes.core.appeals.models import Appeal
from derbes.core.publications.shelf import Edition
from derbes.outside import mail

log = logging.getLogger(__name__)

#: The languages of a notice inside of the operator's house: the obligatory ones (62-VI art. 15(1)(2)).
LANGUAGES = ("kk", "ru")
#: So many numbers at the most stand in one mail; the rest are counted.
MOST = 50
_SUBJECT = gettext_noop("Appeals: terms near or over")
_WHERE = gettext_noop("The inbox: %(address)s")


def tell(rung: Sequence[Appeal], edition: Edition) -> bool:
    """Write one mail about appeals whose alarm has just rung, to the operator's address; whether it was sent.

    When it cannot be sent the alarms stand all the same, in the register and in the inbox.
    """
    if not rung:
        return False
    texts = [_text(rung, language) for language in LANGUAGES]
    with translation.override(LANGUAGES[0]):
        title = gettext(_SUBJECT)
    try:
        mail.send(edition.policy.operator.email, title, "\n\n".join(texts))
    except mail.NotSent:
        log.warning("the responsible person could not be told of %s alarms", len(rung))
        return False
    return True


def _text(rung: Sequence[Appeal], language: str) -> str:
    over = [appeal for appeal in rung if appeal.alarm == "overdue"]
    near = [appeal for appeal in rung if appeal.alarm == "soon"]
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    with translation.override(language):
        late = ngettext(
            "The term of %(count)s appeal is over:", "The term of %(count)s appeals is over:", len(over)
        )
        soon = ngettext(
            "The term of %(count)s appeal is near:", "The term of %(count)s appeals is near:", len(near)
        )
        parts = [
            late % {"count": len(over)} + _numbers(over) if over else "",
            soon % {"count": len(near)} + _numbers(near) if near else "",
            gettext(_WHERE) % {"address": f"{settings.ORIGIN}{prefix}/office/messages"},
        ]
    return "\n\n".join(part for part in parts if part)


def _numbers(appeals: Sequence[Appeal]) -> str:
    lines = [f"\n{appeal.number}, {date_format(appeal.due, 'DATE_FORMAT')}" for appeal in appeals[:MOST]]
    return "".join(lines) + ("\n…" if len(appeals) > MOST else "")

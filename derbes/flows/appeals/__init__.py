"""Appeals (§1.8, §6.2, §6.7): one register for questions, claims and every right of the law, each with its own term.

A person: `offer`, `send`, `write`, `own`, `see`, `read`, `say`, `attach`, `take_back`; unregistered `ask_code`,
`enter`. The staff: `queue`, `moved`, `cards`, `case`, `open_texts`, `receive`, `take`, `reassign`, `colleagues`, `retype`,
`pause`, `resume`, `extend`, `note`, `write_to`, `attach`, `preview`, `answer`, `close`, `statistics`. By
schedule: `sweep`, `fetch`.
"""

from derbes.core.accounts.throttle import TooOften
from derbes.core.appeals.models import Appeal
from derbes.flows.appeals.acting import (
    NotExtendable,
    NotSuited,
    close,
    colleagues,
    extend,
    note,
    pause,
    reassign,
    resume,
    retype,
    take,
)
from derbes.flows.appeals.acting import write as write_to
from derbes.flows.appeals.answers import TEMPLATES, Answer, NotAnAnswer, answer, preview
from derbes.flows.appeals.attaching import FileRefused, Picture, TooMany, attach, look
from derbes.flows.appeals.cases import Case, File, Happening, cards
from derbes.flows.appeals.door import Decided, Unknown
from derbes.flows.appeals.filing import (
    FIELDS,
    PURPOSE,
    Illformed,
    Letter,
    NotAgreed,
    Strangers,
    offer,
    receive,
    send,
    terms,
    write,
)
from derbes.flows.appeals.mailing import Fetched, fetch
from derbes.flows.appeals.person import ask_code, enter, own, read, say, see, take_back
from derbes.flows.appeals.register import (
    Moved,
    Punctuality,
    case,
    moved,
    open_texts,
    queue,
    statistics,
    sweep,
)
from derbes.flows.codes import NotSent, WrongCode
from derbes.law.permission import Powerless, Refused
from derbes.outside.mailbox import Unreachable

__all__ = [
    "FIELDS",
    "PURPOSE",
    "TEMPLATES",
    "Answer",
    "Appeal",
    "Case",
    "Decided",
    "Fetched",
    "File",
    "FileRefused",
    "Happening",
    "Illformed",
    "Letter",
    "Moved",
    "NotAgreed",
    "NotAnAnswer",
    "NotExtendable",
    "NotSent",
    "NotSuited",
    "Picture",
    "Powerless",
    "Punctuality",
    "Refused",
    "Strangers",
    "TooMany",
    "TooOften",
    "Unknown",
    "Unreachable",
    "WrongCode",
    "answer",
    "ask_code",
    "attach",
    "cards",
    "case",
    "close",
    "colleagues",
    "enter",
    "extend",
    "fetch",
    "look",
    "moved",
    "note",
    "offer",
    "open_texts",
    "own",
    "pause",
    "preview",
    "queue",
    "read",
    "reassign",
    "receive",
    "resume",
    "retype",
    "say",
    "see",
    "send",
    "statistics",
    "sweep",
    "take",
    "take_back",
    "terms",
    "write",
    "write_to",
]

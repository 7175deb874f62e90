"""Intake: hostile files come in, harmless copies come out.

Always holds: what is kept was drawn anew from pixels, so neither code, metadata nor anything hidden behind the
picture survives; a parser of other people's files runs in a process of its own with little memory, little time
and no environment; the person's file name is looked at and forgotten; the original bytes are never kept.
Which kinds of document may be asked for at all is not decided here (94-V art. 7(9), 7(10)): a copy of an
identity document passes this module like any other picture.
"""

from derbes.outside.intake.kinds import Kind, Limits, TakenIn
from derbes.outside.intake.reception import take_in
from derbes.outside.intake.refusals import SENTENCES, FileRefused

__all__ = ["SENTENCES", "FileRefused", "Kind", "Limits", "TakenIn", "take_in"]

"""The words of Law 94-V and of W3C DPV, and nobody else's. docs/glossary.md has them in three languages."""

from enum import StrEnum


class Operation(StrEnum):
    """The eleven things that the policy allows to be done with personal data (§5.3, 94-V art. 1)."""

    COLLECT = "collect"
    RECORD = "record"
    SYSTEMATISE = "systematise"
    ACCUMULATE = "accumulate"
    STORE = "store"
    CLARIFY = "clarify"
    USE = "use"
    BLOCK = "block"
    DESTROY = "destroy"
    DEPERSONALISE = "depersonalise"
    TRANSFER = "transfer"


class Basis(StrEnum):
    """Why it may be done (94-V art. 7-9). The law knows no contract and no legitimate interest."""

    CONSENT = "consent"
    LAW = "law"
    COURT = "court"
    PUBLISHED = "published"


class Act(StrEnum):
    """What needs a consent of its own, beside that for the purpose (94-V art. 7(3), 7(6))."""

    TRANSFER = "transfer"
    CROSS_BORDER = "cross_border"
    PUBLICATION = "publication"


class ActorKind(StrEnum):
    """Who acts: the person themself, one of the staff, a program with a token, or the system by schedule."""

    SUBJECT = "subject"
    STAFF = "staff"
    TOKEN = "token"
    SYSTEM = "system"


#: Who acts for the operator, within what a role has: staff, and programs with a token (§3.3).
EMPLOYED = frozenset({ActorKind.STAFF, ActorKind.TOKEN})

#: Done for the person, not with them: these rest on no consent, or else its withdrawal
#: would forbid the very destruction it asks for.
PROTECTIVE = frozenset({Operation.BLOCK, Operation.DEPERSONALISE, Operation.DESTROY})

#: Languages of policy, consents and pages. Kazakh and Russian are obligatory (62-VI art. 15(1)(2)).
LANGUAGES = ("kk", "ru", "en")

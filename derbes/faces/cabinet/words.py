"""How codes of the journal, the matter and the ledger read to the person whom they are about.

What always holds: labels of purposes, data, roles and recipients are the policy's; only what the policy does
not name is worded here. A code that nobody has worded yet is shown as it is, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces.public.surroundings import said
from derbes.law.policy import Policy
from derbes.law.vocabulary import PROTECTIVE, Operation

EVENTS: Mapping[str, str] = {
    "registration.begin": _("Consent was given and the registration begun"),
    "registration.save": _("Data were entered or changed"),
    "registration.submit": _("The registration was sent for verification"),
    "reading.read": _("Data were opened"),
    "reading.own": _("Data were looked at in the cabinet"),
    "journal.own": _("This list was looked at"),
    "journal.history": _("The whole history was downloaded"),
    "consent.give": _("Consent was given"),
    "consent.withdraw": _("Consent was withdrawn"),
    "consent.receipt": _("A receipt was made"),
    "consent.bound": _("A withdrawal was refused: something is owed"),
    "blocking.block": _("Data were blocked"),
    "blocking.lift": _("A block was lifted"),
    "agreements.begin": _("An agreement or a service was entered"),
    "agreements.fulfil": _("It was entered whether something is owed"),
    "agreements.end": _("An agreement or a service ended"),
    "agreements.leave": _("You ended the service"),
    "agreements.died": _("It was entered that the person has died"),
    "holds.place": _("Data were held for a claim or a case"),
    "holds.release": _("A hold was ended"),
    "accounts.destroy": _("A code for destroying the data was sent"),
    "destruction.demand": _("Data were destroyed by demand"),
    "destruction.unlawful": _("Data collected unlawfully were destroyed"),
    "destruction.scans": _("Scans were destroyed because their term had passed"),
    "retention.trim": _("Data that no purpose needs any more were destroyed"),
    "retention.archive": _("What a law orders to keep was archived, the rest was destroyed"),
    "retention.end": _("Data were destroyed because all terms had passed"),
    "access.export": _("Everything kept was downloaded"),
    "accounts.correct": _("A code was sent to a new contact"),
    "correction.change": _("Data were changed"),
    "correction.contact": _("A new contact was confirmed by code"),
    "correction.drop": _("A change was taken back"),
    "correction.propose": _("A change on a document was asked for"),
    "correction.compare": _("The data were compared with those asked for"),
    "correction.accepted": _("A change on a document was made"),
    "correction.refused": _("A change on a document was refused"),
    "correction.still_right": _("You said that the data are right"),
    "correction.history": _("The list of changes was looked at"),
    "notice.contact": _("A notice was sent: a contact is being changed"),
    "notice.corrected": _("A notice was sent: a change was made"),
    "notice.not_corrected": _("A notice was sent: a change was refused"),
    "scans.add": _("A scan was added"),
    "scans.look": _("A scan was opened"),
    "scans.remove": _("A scan was destroyed"),
    "accounts.sign_in": _("A code for signing in was sent"),
    "accounts.confirm": _("A contact was being confirmed by code"),
    "notice.verified": _("A notice was sent: the registration is confirmed"),
    "notice.refused": _("A notice was sent: the registration is refused"),
    "notice.more": _("A notice was sent: something more is needed"),
    "verification.verified": _("The registration was confirmed"),
    "verification.refused": _("The registration was refused"),
    "verification.ask": _("More was asked for the registration"),
    "verification.doubles": _("It was checked whether this IIN is registered twice"),
    "appeals.file": _("An appeal was filed"),
    "appeals.say": _("A message was added to an appeal"),
    "appeals.attach": _("A document was attached to an appeal"),
    "appeals.look": _("A document attached to an appeal was opened"),
    "appeals.read": _("The texts of an appeal were opened"),
    "appeals.join": _("The address of a letter was compared with that of an appeal"),
    "appeals.reassign": _("An appeal was given to a colleague"),
    "appeals.retype": _("An appeal was found to be of another kind"),
    "appeals.pause": _("The clock of an appeal was stopped, and the person asked"),
    "appeals.resume": _("The clock of an appeal went on"),
    "appeals.extend": _("The term of an appeal was lengthened"),
    "appeals.note": _("A note was left with an appeal"),
    "appeals.write": _("Something was written about an appeal"),
    "appeals.answer": _("An appeal was answered"),
    "appeals.close": _("An appeal was closed without a letter"),
    "appeals.take_back": _("An appeal was taken back"),
    "accounts.appeal": _("A code for seeing an appeal was sent"),
    "notice.appeal_received": _("A notice was sent: the appeal was received"),
    "notice.appeal_answered": _("A notice was sent: the appeal is answered"),
    "notice.appeal_written": _("A notice was sent: there is a message about the appeal"),
    "notice.appeal_asks": _("A notice was sent: something is needed for the appeal"),
    "notice.appeal_extended": _("A notice was sent: the term of the appeal is lengthened"),
    "incidents.own": _("The notice of a breach was read"),
    "incidents.authority": _("The authority was told whom a breach affects"),
    "notice.breach": _("A notice was sent: the security of the data was broken"),
    "destruction.discard": _("An unsent registration was thrown away"),
    "destruction.draft_expired": _("An unsent registration was destroyed because its term had passed"),
}
SYSTEMS: Mapping[str, str] = {
    "codes": _("sends one-time codes"),
    "notices": _("sends notices"),
    "retention": _("watches over terms"),
    "clock": _("watches over due dates"),
    "mailbox": _("takes in letters"),
    "incidents": _("looks for people affected by a breach"),
    "console": _("command line"),
}
BASES: Mapping[str, str] = {
    "consent": _("your consent"),
    "law": _("the law"),
    "court": _("a court act"),
    "published": _("data that you made public"),
}
REFUSALS: Mapping[str, str] = {
    "unknown_purpose": _("the policy has no such purpose"),
    "clause_void": _("the clause of the policy is void"),
    "operation_not_of_purpose": _("the purpose does not allow this operation"),
    "data_not_of_purpose": _("the purpose does not need these data"),
    "not_yours": _("these are another person's data"),
    "purpose_not_of_role": _("this purpose is not part of their work"),
    "matter_not_taken": _("they had not taken your matter"),
    "blocked": _("your data are blocked"),
    "archived": _("your data lie in the restricted archive"),
    "deceased": _("the person has died"),
    "no_consent": _("there is no consent of yours for it"),
    "consent_narrower": _(
        "The policy has grown wider since the person consented, and they have not consented anew."
    ),
    "unknown_recipient": _("the policy does not name this recipient"),
}
REASONS: Mapping[str, str] = {
    "not_same_person": _("The document and the data typed do not seem to be of the same person."),
    "document_unreadable": _("The scan cannot be read."),
    "document_expired": _("The document has expired."),
    "no_authority": _("The authority to act for the person was not shown."),
    "double": _("The person is registered already."),
    "on_request": _("You asked for it yourself."),
    "not_shown": _("The document does not show what you asked to change."),
}
STATES: Mapping[str, tuple[str, str]] = {
    "submitted": (_("Being verified"), "wait"),
    "verified": (_("Confirmed"), "done"),
    "refused": (_("Not confirmed"), "stop"),
}
KINDS: Mapping[str, str] = {
    "registration": _("Registration"),
    "appeal": _("Appeal"),
    "correction": _("Change on a document"),
}
OUTCOMES: Mapping[str, str] = {
    "open": _("Being seen to"),
    "waiting": _("Waiting for you"),
    "verified": _("Confirmed"),
    "refused": _("Refused"),
    "answered": _("Answered"),
    "accepted": _("Changed"),
    "taken_back": _("Taken back"),
}
WORDS: Mapping[str, tuple[str, str]] = {
    "given": (_("Given"), "done"),
    "refused": (_("Not given"), "quiet"),
    "withdrawn": (_("Withdrawn"), "stop"),
}
WAYS: Mapping[str, str] = {
    "code": _("by a one-time code"),
    "password": _("by password"),
    "passkey": _("by passkey"),
    "registration": _("after registering"),
}


def worded(codes: Mapping[str, str], code: str) -> str:
    """The wording of `code` in the page's language, or the code itself."""
    return gettext(codes[code]) if code in codes else code


def purpose(policy: Policy, key: str) -> str:
    """The label of a purpose, or its key when the edition in force has it no more."""
    return said(policy.purposes[key].label) if key in policy.purposes else key


def matter_of(policy: Policy, key: str, act: str) -> str:
    """What a consent is about: a purpose, or an act for a purpose."""
    if not act:
        return purpose(policy, key)
    labels = {each.value: label for each, label in policy.act_labels.items()}
    return f"{capfirst(said(labels[act])) if act in labels else act}: {purpose(policy, key)}"


def fields(policy: Policy, keys: Iterable[str]) -> list[str]:
    """The labels of fields, in the order of the policy."""
    wanted = set(keys)
    known = [said(policy.data[key].label) for key in policy.data if key in wanted]
    return known + sorted(key for key in wanted if key not in policy.data)


def who(policy: Policy, actor: Mapping[str, Any]) -> str:
    """Who did it, as far as a person is told: role and unit and code of the staff, never a name."""
    kind, code, unit, role = (actor.get(key) or "" for key in ("kind", "code", "unit", "role"))
    if kind == "subject":
        return gettext("You")
    if kind == "system":
        return gettext("The system (%(what)s)") % {"what": worded(SYSTEMS, code)}
    if kind == "token":
        return gettext("The operator's program %(code)s") % {"code": code}
    label = said(policy.roles[role].label) if role in policy.roles else role
    return ", ".join(part for part in (label, unit, code) if part)


def event(policy: Policy, name: str, code: str) -> str:
    """What happened, or the operation's name for an event that nobody has worded."""
    return gettext(EVENTS[name]) if name in EVENTS else operation(policy, code)


def operation(policy: Policy, code: str) -> str:
    """Which of the eleven operations it was."""
    labels = {each.value: label for each, label in policy.operations.items()}
    return said(labels[code]) if code in labels else code


def stopped(policy: Policy, key: str) -> list[str]:
    """What is not done any more for a purpose whose consent is withdrawn.

    Keeping goes on until the term ends, blocking and destroying are for the person; transfer has a consent of its own.
    """
    stop = policy.purposes[key].operations - PROTECTIVE - {Operation.STORE, Operation.TRANSFER}
    return [said(policy.operations[each]) for each in Operation if each in stop and each in policy.operations]


def place(policy: Policy, key: str, act: str) -> tuple[bool, int, str]:
    """Where a word stands among others of one occasion: purposes in the order of the policy, then acts."""
    keys = list(policy.purposes)
    return bool(act), keys.index(key) if key in keys else len(keys), act

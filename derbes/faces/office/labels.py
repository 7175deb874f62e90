"""How codes read to the staff: reasons, stages, refusals, entries of the journal.

What always holds: labels of purposes, data and roles are the policy's; only what the policy does not name is
worded here, and a code without words is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from derbes.faces.public.surroundings import said
from derbes.flows.verification import ASKS, REASONS
from derbes.law.policy import Policy

WHY: Mapping[str, str] = {
    "not_same_person": _("The document and the data typed do not seem to be of the same person."),
    "document_unreadable": _("The scan cannot be read."),
    "document_expired": _("The document has expired."),
    "no_authority": _("The authority to act for the person was not shown."),
    "double": _("The person is registered already."),
    "on_request": _("The person asked for it themself."),
    "not_shown": _("The document does not show what was asked for."),
}
STAGES: Mapping[str, tuple[str, str]] = {
    "open": (_("To do"), ""),
    "waiting": (_("Waiting for the person"), "wait"),
    "paused": (_("Waiting for the person"), "wait"),
    "answered": (_("Answered"), "done"),
    "closed": (_("Closed"), "quiet"),
}
CAME: Mapping[str, str] = {
    "registration": _("The registration was sent"),
    "correction": _("A change was asked for"),
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "verified": (_("Confirmed"), "done"),
    "refused": (_("Not confirmed"), "stop"),
    "answered": (_("Answered"), "done"),
    "accepted": (_("Changed"), "done"),
    "taken_back": (_("Taken back by the person"), "quiet"),
}
REFUSALS: Mapping[str, str] = {
    "unknown_purpose": _("The policy has no such purpose."),
    "clause_void": _("The clause of the policy that this purpose rests on is void."),
    "operation_not_of_purpose": _("The purpose does not allow this operation."),
    "data_not_of_purpose": _("The purpose does not need all of these data. Choose only what it needs."),
    "purpose_not_of_role": _("This purpose is not part of your role."),
    "matter_not_taken": _("Take the matter first: data are opened only for somebody whose matter you have."),
    "blocked": _("The data of this person are blocked."),
    "archived": _(
        "The data of this person lie in the restricted archive: they are opened for its law alone."
    ),
    "deceased": _("The person has died: nothing that rests on their consent is done any more."),
    "no_consent": _("The person has not consented to this, or has withdrawn the consent."),
    "consent_narrower": _(
        "The policy has grown wider since the person consented, and they have not consented anew."
    ),
    "unknown_recipient": _("The policy does not name this recipient."),
}
DEEDS: Mapping[str, str] = {
    "publication.publish": _("An edition of the policy was published"),
    "staff.employ": _("An account of the staff was made"),
    "staff.renew": _("An account of the staff was renewed"),
    "staff.dismiss": _("An account of the staff was closed"),
    "registration.begin": _("Consent was given and the registration begun"),
    "registration.save": _("Data were entered or changed"),
    "registration.submit": _("The registration was sent for verification"),
    "reading.read": _("Data were opened"),
    "reading.own": _("Somebody looked at their own data"),
    "journal.own": _("Somebody looked at the list of their entries"),
    "journal.history": _("Somebody downloaded their history"),
    "consent.give": _("Consent was given"),
    "consent.withdraw": _("Consent was withdrawn"),
    "consent.receipt": _("A receipt was made"),
    "scans.add": _("A scan was added"),
    "scans.look": _("A scan was opened"),
    "scans.remove": _("A scan was destroyed"),
    "accounts.sign_in": _("A code for signing in was sent"),
    "accounts.correct": _("A code was sent to a new contact"),
    "access.export": _("Somebody downloaded everything kept of them"),
    "correction.change": _("Somebody changed their data"),
    "correction.contact": _("A new contact was confirmed by code"),
    "correction.drop": _("A change was taken back"),
    "correction.propose": _("A change on a document was asked for"),
    "correction.compare": _("The data were compared with those asked for"),
    "correction.accepted": _("A change on a document was made"),
    "correction.refused": _("A change on a document was refused"),
    "correction.still_right": _("Somebody said that their data are right"),
    "correction.history": _("Somebody looked at what was changed of theirs"),
    "notice.contact": _("A notice was sent: a contact is being changed"),
    "notice.corrected": _("A notice was sent: a change was made"),
    "notice.not_corrected": _("A notice was sent: a change was refused"),
    "accounts.confirm": _("A contact was confirmed by code"),
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
    "calendar.change": _("The calendar of working days was changed"),
    "consent.bound": _("A withdrawal was refused: something is owed"),
    "blocking.block": _("Data were blocked"),
    "blocking.lift": _("A block was lifted"),
    "agreements.begin": _("An agreement or a service was entered"),
    "agreements.fulfil": _("It was entered whether something is owed"),
    "agreements.end": _("An agreement or a service ended"),
    "agreements.leave": _("The person ended the service"),
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
    "incidents.own": _("Somebody read the notice of a breach"),
    "incidents.authority": _("The authority was told whom a breach affects"),
    "notice.breach": _("A notice was sent: the security of the data was broken"),
    "incidents.detected": _("A breach was entered into the register"),
    "incidents.described": _("What is known of a breach was written anew"),
    "incidents.search_begun": _("A search for the people affected was begun"),
    "incidents.searched": _("The search is over"),
    "incidents.named": _("Somebody affected was named by hand"),
    "incidents.authority_notified": _("The authority was told"),
    "incidents.telling": _("The people are being told"),
    "incidents.subjects_notified": _("Everybody was told"),
    "incidents.closed": _("A breach was dealt with and closed"),
    "incidents.not_confirmed": _("A breach was looked into and was none"),
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
FAULTS: Mapping[str, str] = {
    "altered": _("An entry is not what was signed."),
    "removed": _("An entry that was signed is gone."),
    "added": _("There is an entry that was never signed."),
    "reordered": _("An entry stands elsewhere than where it was signed."),
    "rolled_back": _("There are fewer entries than the earlier checkpoint had."),
    "rewritten": _("The beginning is not that of the earlier checkpoint."),
    "forged": _("A checkpoint is not signed by the operator's key."),
    "tile": _("The entries are as signed; a stored hash over them is not."),
}


def worded(codes: Mapping[str, str], code: str) -> str:
    """The wording of `code` in the page's language, or the code itself."""
    return gettext(codes[code]) if code in codes else code


def tagged(codes: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str]:
    """The wording of `code` and the kind of tag that it is shown as."""
    label, kind = codes.get(code, (code, "quiet"))
    return gettext(label), kind


def reasons() -> list[tuple[str, str]]:
    """What a registration may be refused for."""
    return [(code, worded(WHY, code)) for code in REASONS]


def asks(policy: Policy) -> list[tuple[str, str]]:
    """What may be asked of a person once more."""
    return [(code, field(policy, code)) for code in ASKS if code in policy.data]


def field(policy: Policy, name: str) -> str:
    """The label of a field; an instance of one is called after its kind."""
    key = name.partition("/")[0]
    return said(policy.data[key].label) if key in policy.data else key


def fields(policy: Policy, names: Iterable[str]) -> list[str]:
    """The labels of fields, in the order of the policy."""
    wanted = {name.partition("/")[0] for name in names}
    return [said(each.label) for key, each in policy.data.items() if key in wanted] + sorted(
        wanted - policy.data.keys()
    )


def purpose(policy: Policy, key: str) -> str:
    """The label of a purpose, or its key when the edition in force has it no more."""
    return said(policy.purposes[key].label) if key in policy.purposes else key


def role(policy: Policy, key: str) -> str:
    """The label of a role, or its key."""
    return said(policy.roles[key].label) if key in policy.roles else key


def operation(policy: Policy, code: str) -> str:
    """What the policy calls an operation; nothing for what is no operation on data."""
    labels = {each.value: label for each, label in policy.operations.items()}
    return said(labels[code]) if code in labels else ""


def actor(policy: Policy, who: Mapping[str, Any]) -> str:
    """Who did something, as the journal has it: never a name."""
    kind, code = who.get("kind"), who.get("code") or ""
    if kind == "subject":
        return gettext("The person themself")
    if kind == "system":
        return gettext("The system: %(code)s") % {"code": worded(SYSTEMS, code)}
    if kind == "token":
        return gettext("A program: %(code)s") % {"code": code}
    return ", ".join(
        part for part in (code, role(policy, who.get("role") or ""), who.get("unit") or "") if part
    )

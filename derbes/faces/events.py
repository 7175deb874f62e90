"""What happened, in words: the events of the journal, who of the system did it, why something was refused.

What always holds: an event is worded here and nowhere else; where a person is told of themself the same event may
read otherwise than to the staff, and stands in both tables.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_ALIKE: Mapping[str, str] = {
    "restore.replayed": _("After a restore from backup, what had ended since was ended again"),
    "registration.begin": _("Consent was given and the registration begun"),
    "registration.save": _("Data were entered or changed"),
    "registration.submit": _("The registration was sent for verification"),
    "reading.read": _("Data were opened"),
    "finding.find": _("The person was looked for and found"),
    "consent.give": _("Consent was given"),
    "consent.withdraw": _("Consent was withdrawn"),
    "consent.receipt": _("A receipt was made"),
    "consent.stances": _("It was looked up which consents are in force"),
    "consent.bound": _("A withdrawal was refused: something is owed"),
    "blocking.block": _("Data were blocked"),
    "blocking.lift": _("A block was lifted"),
    "agreements.begin": _("An agreement or a service was entered"),
    "agreements.fulfil": _("It was entered whether something is owed"),
    "agreements.end": _("An agreement or a service ended"),
    "agreements.died": _("It was entered that the person has died"),
    "agreements.under_age": _("It was entered that the person is under age"),
    "holds.place": _("Data were held for a claim or a case"),
    "holds.release": _("A hold was ended"),
    "accounts.destroy": _("A code for destroying the data was sent"),
    "destruction.demand": _("Data were destroyed by demand"),
    "destruction.unlawful": _("Data collected unlawfully were destroyed"),
    "destruction.scans": _("Scans were destroyed because their term had passed"),
    "retention.trim": _("Data that no purpose needs any more were destroyed"),
    "retention.archive": _("What a law orders to keep was archived, the rest was destroyed"),
    "retention.end": _("Data were destroyed because all terms had passed"),
    "accounts.correct": _("A code was sent to a new contact"),
    "correction.contact": _("A new contact was confirmed by code"),
    "correction.drop": _("A change was taken back"),
    "correction.propose": _("A change on a document was asked for"),
    "correction.compare": _("The data were compared with those asked for"),
    "correction.accepted": _("A change on a document was made"),
    "correction.refused": _("A change on a document was refused"),
    "notice.contact": _("A notice was sent: a contact is being changed"),
    "notice.corrected": _("A notice was sent: a change was made"),
    "notice.not_corrected": _("A notice was sent: a change was refused"),
    "scans.add": _("A scan was added"),
    "scans.look": _("A scan was opened"),
    "scans.remove": _("A scan was destroyed"),
    "accounts.sign_in": _("A code for signing in was sent"),
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
    "incidents.authority": _("The authority was told whom a breach affects"),
    "notice.breach": _("A notice was sent: the security of the data was broken"),
    "destruction.discard": _("An unsent registration was thrown away"),
    "destruction.draft_expired": _("An unsent registration was destroyed because its term had passed"),
}
#: As the person reads it whom it is about.
TO_PERSON: Mapping[str, str] = {
    **_ALIKE,
    "enrolment.take": _("Your data were entered from a list that we were given"),
    "reading.own": _("Data were looked at in the cabinet"),
    "journal.own": _("This list was looked at"),
    "journal.history": _("The whole history was downloaded"),
    "agreements.leave": _("You ended the service"),
    "access.export": _("Everything kept was downloaded"),
    "correction.change": _("Data were changed"),
    "correction.still_right": _("You said that the data are right"),
    "correction.history": _("The list of changes was looked at"),
    "accounts.confirm": _("A contact was being confirmed by code"),
    "incidents.own": _("The notice of a breach was read"),
}
#: As the staff read it, with what is no operation on anybody's data.
TO_STAFF: Mapping[str, str] = {
    **_ALIKE,
    "publication.publish": _("An edition of the policy was published"),
    "enrolment.take": _("Data were entered from a list"),
    "enrolment.begin": _("An import of a list was begun"),
    "enrolment.end": _("An import of a list came to its end"),
    "tokens.issue": _("A token was issued to a program"),
    "tokens.withdraw": _("A token was withdrawn"),
    "staff.employ": _("An account of the staff was made"),
    "staff.renew": _("An account of the staff was renewed"),
    "staff.dismiss": _("An account of the staff was closed"),
    "reading.own": _("Somebody looked at their own data"),
    "journal.own": _("Somebody looked at the list of their entries"),
    "journal.history": _("Somebody downloaded their history"),
    "access.export": _("Somebody downloaded everything kept of them"),
    "correction.change": _("Somebody changed their data"),
    "correction.still_right": _("Somebody said that their data are right"),
    "correction.history": _("Somebody looked at what was changed of theirs"),
    "accounts.confirm": _("A contact was confirmed by code"),
    "calendar.change": _("The calendar of working days was changed"),
    "agreements.leave": _("The person ended the service"),
    "incidents.own": _("Somebody read the notice of a breach"),
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
}
#: Which part of the system acted by itself.
SYSTEMS: Mapping[str, str] = {
    "codes": _("sends one-time codes"),
    "notices": _("sends notices"),
    "retention": _("watches over terms"),
    "clock": _("watches over due dates"),
    "mailbox": _("takes in letters"),
    "incidents": _("looks for people affected by a breach"),
    "console": _("command line"),
}
#: Why a registration or a change was refused, as it reads to everybody.
REFUSED: Mapping[str, str] = {
    "not_same_person": _("The document and the data typed do not seem to be of the same person."),
    "document_unreadable": _("The scan cannot be read."),
    "document_expired": _("The document has expired."),
    "no_authority": _("The authority to act for the person was not shown."),
    "double": _("The person is registered already."),
}


def worded(codes: Mapping[str, str], code: str) -> str:
    """The wording of `code` in the page's language, or the code itself."""
    return gettext(codes[code]) if code in codes else code

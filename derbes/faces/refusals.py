"""Why the law refused, in words that say what to do: to the person, to the staff, and in the person's own journal.

What always holds: every code of derbes/law/permission.py has its words here (tests/faces/test_refusals.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: To a person who wanted to do something with their own data.
TO_PERSON: Mapping[str, str] = {
    "unknown_purpose": _("The policy in force has no such purpose. Go back and open the page anew."),
    "clause_void": _(
        "The clause of the policy on which this rests is void, so it is not done. If you need it, write to us."
    ),
    "operation_not_of_purpose": _(
        "The policy does not allow this for this purpose. Write to us, and we say what can be done."
    ),
    "data_not_of_purpose": _(
        "This purpose does not need all of these data. Leave out what is not asked for."
    ),
    "not_yours": _(
        "These are another person's data. Sign in as yourself, or show your authority to act for them."
    ),
    "purpose_not_of_role": _("This is open only to staff whose work it is. If you need it, write to us."),
    "matter_not_taken": _(
        "This is open only to staff who have your matter in hand. If you need it, write to us."
    ),
    "blocked": _(
        "Your data are blocked: they are stored, and nothing else is done with them. If you asked for the block yourself,"
        " lift it in your cabinet; otherwise write to us, and it is looked into."
    ),
    "archived": _(
        "What is left of your data lies in the restricted archive by order of a law, and is opened for that law alone."
        " If you want to know what it is, write to us."
    ),
    "deceased": _(
        "It is recorded that the person has died, so nobody acts in their name. If this is a mistake, come to us with"
        " your identity document."
    ),
    "no_consent": _(
        "There is no consent of yours for this. Give it among your consents, then do this again."
    ),
    "consent_over": _(
        "Your consent was given for a time, and the time is over. Give it anew among your consents, then do this again."
    ),
    "consent_narrower": _(
        "You consented to an earlier edition of the policy, which does not go so far. Read what is new and consent anew"
        " among your consents, then do this again."
    ),
    "unknown_recipient": _(
        "The policy does not name this recipient for this purpose, so nothing is passed on. If you need it, write to us."
    ),
}
#: To one of the staff.
TO_STAFF: Mapping[str, str] = {
    "unknown_purpose": _("The policy has no such purpose. Choose one that the page offers."),
    "clause_void": _(
        "The clause of the policy that this purpose rests on is void. Choose another purpose, or ask the responsible person."
    ),
    "operation_not_of_purpose": _("The purpose does not allow this operation. Choose a purpose that does."),
    "data_not_of_purpose": _("The purpose does not need all of these data. Choose only what it needs."),
    "not_yours": _("Only the person themself may do this. Ask them to do it in their cabinet."),
    "purpose_not_of_role": _(
        "This purpose is not part of your role. Choose another, or give the case to a colleague whose work it is."
    ),
    "matter_not_taken": _("Take the matter first: data are opened only for somebody whose matter you have."),
    "blocked": _(
        "The data of this person are blocked: they are only stored. Wait until the responsible person has lifted the block."
    ),
    "archived": _(
        "The data of this person lie in the restricted archive: they are opened for its law alone. Ask the responsible person."
    ),
    "deceased": _(
        "The person has died: nothing that rests on their consent is done any more. Choose a purpose that rests on a law."
    ),
    "no_consent": _(
        "The person has not consented to this, or has withdrawn the consent. Do without, or ask them to consent in their cabinet."
    ),
    "consent_over": _(
        "The person consented for a time, and the time is over. Do without, or ask them to consent anew in their cabinet."
    ),
    "consent_narrower": _(
        "The policy has grown wider since the person consented. Do without, or ask them to consent anew in their cabinet."
    ),
    "unknown_recipient": _(
        "The policy does not name this recipient for this purpose. Pass nothing on; ask the responsible person."
    ),
}
#: To the person who sees in their journal that somebody was refused; it follows a colon.
AS_SEEN: Mapping[str, str] = {
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
    "consent_over": _("your consent was given for a time, and the time is over"),
    "consent_narrower": _("your consent was given to an earlier edition and does not go so far"),
    "unknown_recipient": _("the policy does not name this recipient"),
}


def to_person(code: str) -> str:
    """Return why something was refused to a person, and what they can do; nothing for a code of no refusal."""
    return gettext(TO_PERSON[code]) if code in TO_PERSON else ""


def to_staff(code: str) -> str:
    """Return why something was refused to one of the staff, and what they can do; nothing for a code of no refusal."""
    return gettext(TO_STAFF[code]) if code in TO_STAFF else ""


def as_seen(code: str) -> str:
    """Return why somebody was refused, as the person reads it whose data they wanted."""
    return gettext(AS_SEEN[code]) if code in AS_SEEN else code

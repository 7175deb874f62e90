"""The policy for programs: the same promises as JSON-LD in the terms of W3C DPV 2.

What always holds: everything comes from the edition's machine half; nothing has to be fetched to read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derbes.law.vocabulary import Act, Basis, Operation

if TYPE_CHECKING:
    from derbes.flows.publication import Edition
    from derbes.law.policy import DataField, Policy, Purpose, Recipient, Retention, Term

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dct:title", "@container": "@language"},
    "label": {"@id": "skos:prefLabel", "@container": "@language"},
    "issued": {"@id": "dct:issued", "@type": "xsd:dateTime"},
    "valid": {"@id": "dct:valid", "@type": "xsd:dateTime"},
}
OPERATIONS = {
    Operation.COLLECT: "dpv:Collect",
    Operation.RECORD: "dpv:Record",
    Operation.SYSTEMATISE: "dpv:Structure",
    Operation.ACCUMULATE: "dpv:Organise",
    Operation.STORE: "dpv:Store",
    Operation.CLARIFY: "dpv:Alter",
    Operation.USE: "dpv:Use",
    Operation.BLOCK: "dpv:Restrict",
    Operation.DESTROY: "dpv:Destruct",
    Operation.DEPERSONALISE: "dpv:Anonymise",
    Operation.TRANSFER: "dpv:Transfer",
}
BASES = {
    Basis.CONSENT: "dpv:Consent",
    Basis.LAW: "dpv:LegalObligation",
    Basis.COURT: "dpv:LegalObligation",
    Basis.PUBLISHED: "dpv:LegalBasis",
}
PURPOSES = {
    "service": "dpv:RequestedServiceProvision",
    "identification": "dpv:IdentityVerification",
    "verification": "dpv:Verification",
    "contract": "dpv:FulfilmentOfContractualObligation",
    "personalisation": "dpv:ServicePersonalisation",
    "communication": "dpv:CommunicationForCustomerCare",
    "advertising": "dpv:DirectMarketing",
    "research": "dpv:ResearchAndDevelopment",
    "quality": "dpv:ImproveExistingProductsAndServices",
    "authentication": "dpv:IdentityAuthentication",
    "rights": "dpv:RightsFulfilment",
}
DATA = {
    "surname": "pd:Name",
    "given_name": "pd:Name",
    "patronymic": "pd:Name",
    "birth_date": "pd:BirthDate",
    "iin": "pd:OfficialID",
    "id_document": "pd:OfficialID",
    "email": "pd:EmailAddress",
    "contact_language": "pd:Language",
    "message": "pd:Communication",
    "ip_address": "pd:IPAddress",
    "page_address": "pd:BrowsingBehavior",
    "user_agent": "pd:DeviceBased",
}


def notice(edition: Edition, address: str) -> dict[str, Any]:
    """The edition as a `dpv:PrivacyNotice`. `address`: where the policy is read, without a slash at the end."""
    policy = edition.policy
    return {
        "@context": CONTEXT,
        "@id": f"{address}/{edition.edition}/",
        "@type": "dpv:PrivacyNotice",
        "dct:identifier": edition.edition,
        "issued": edition.published.isoformat(),
        "valid": edition.effective.isoformat(),
        "dpv:hasJurisdiction": "KZ",
        "dct:language": sorted(
            name.removesuffix(".md") for name in edition.files if len(name) == len("kk.md")
        ),
        "dct:conformsTo": f"sha256:{edition.sha256}",
        "dpv:hasDataController": _operator(policy),
        "dpv:hasProcess": [_process(policy, purpose, address) for purpose in policy.purposes.values()],
        "dpv:hasRight": [
            {
                "@id": f"{address}/{edition.edition}/{term.clause}",
                "label": dict(term.label),
                "dpv:hasDuration": _days(term),
            }
            for term in policy.terms.values()
        ],
        "dpv:hasConsent": [
            {
                "@type": "dpv:Consent",
                "dct:identifier": act.value,
                "label": dict(policy.act_labels.get(act, {})),
            }
            for act in Act
            if act in policy.acts
        ],
    }


def _operator(policy: Policy) -> dict[str, Any]:
    operator = policy.operator
    return {
        "@type": "dpv:DataController",
        "dpv:hasName": dict(operator.name),
        "dct:identifier": operator.bin,
        "dpv:hasAddress": dict(operator.address),
        "dpv:hasContact": [contact for contact in (operator.email, operator.phone) if contact],
        "dpv:hasRepresentative": {"@type": "dpv:DataProtectionOfficer", "label": dict(operator.responsible)},
    }


def _process(policy: Policy, purpose: Purpose, address: str) -> dict[str, Any]:
    recipients = [each for each in policy.recipients.values() if purpose.key in each.purposes]
    return {
        "@id": f"{address}/{policy.edition}/{purpose.clause}#{purpose.key}",
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@id": PURPOSES.get(purpose.key, "dpv:Purpose"),
            "dct:identifier": purpose.key,
            "label": dict(purpose.label),
        },
        "dpv:hasLegalBasis": {"@id": BASES[purpose.basis], "dct:source": purpose.norm},
        "dpv:hasProcessing": [OPERATIONS[each] for each in Operation if each in purpose.operations],
        "dpv:hasPersonalData": [
            _data(policy.data[key], purpose) for key in policy.data if key in purpose.data
        ],
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageCondition",
            "dpv:hasDuration": _kept(purpose.retention),
        },
        "dpv:hasRecipient": [_recipient(each) for each in recipients],
    }


def _data(field: DataField, purpose: Purpose) -> dict[str, Any]:
    necessity = "dpv:Required" if field.key in purpose.required else "dpv:Optional"
    return {
        "@id": DATA.get(field.key, "pd:TelephoneNumber" if field.control == "phone" else "dpv:PersonalData"),
        "dct:identifier": field.key,
        "label": dict(field.label),
        "dpv:hasNecessity": necessity,
    }


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "@type": "dpv:ThirdParty",
        "dct:identifier": recipient.key,
        "label": dict(recipient.label),
        "dpv:hasCountry": recipient.country,
    }


def _kept(retention: Retention) -> dict[str, Any]:
    """How long, as an ISO 8601 duration after the named event."""
    duration = f"P{retention.years}Y{retention.days}D"
    return {"@type": "dpv:TemporalDuration", "dct:extent": duration, "dct:relation": retention.since}


def _days(term: Term) -> dict[str, Any]:
    return {
        "@type": "dpv:TemporalDuration",
        "dct:extent": f"P{term.days}D",
        "dct:type": "working days" if term.working else "calendar days",
    }

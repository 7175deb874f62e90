"""The person's entries in the shape in which the Estonian Data Tracker asks systems who used data (docs/usage-file.md).

What always holds: the file says the same as the history it is made of, and nothing that only the history
proves; the person's secret is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from derbes.faces import agreed
from derbes.faces.cabinet import words
from derbes.faces.public.surroundings import said
from derbes.law.policy import Policy


def usage(document: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """Return the answer of `findUsage` for the entries of a history document, the latest first."""
    rows = [_row(entry["n"], json.loads(entry["body"]), policy) for entry in reversed(document["entries"])]
    return {
        "type": "usage",
        "made": document["made"],
        "subject": document["subject"],
        "total": len(rows),
        "findUsageResponse": {"usage": rows},
    }


def _row(n: int, says: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    told = words.event(policy, says["event"], says["operation"])
    return {
        "logtime": says["at"],
        "action": f"{told}: {agreed.purpose(policy, says['purpose'])}" if says["purpose"] else told,
        "receiver": says["recipient"] or policy.operator.bin or said(policy.operator.name),
        "derbes": {
            "entry": n,
            "who": words.who(policy, says["actor"]),
            "actor": says["actor"],
            "event": says["event"],
            "operation": says["operation"],
            "purpose": says["purpose"],
            "basis": says["basis"],
            "clause": says["clause"],
            "edition": says["edition"],
            "fields": says["fields"],
            "outcome": says["outcome"],
        },
    }

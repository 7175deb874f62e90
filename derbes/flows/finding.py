"""People are found by what only they have: IIN, phone, e-mail (§2.2, §3.3).

What always holds: whoever looks names a purpose, and everybody found has an entry of it; who may not be found
for this purpose is not told of. The value that was looked for is kept nowhere.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law import identifiers
from derbes.law.identifiers import INDEXED, Malformed
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = ["WAYS", "Malformed", "Refused", "find"]

#: By what people are found, and the field that it is.
WAYS = {kind: name for name, kind in INDEXED.items()}
MOST = 20  # people with one phone


def find(actor: Actor, way: str, value: str, *, purpose: str, at: datetime) -> list[UUID]:
    """Return the people who have this value and may be found for `purpose`, the longest known first.

    Raises `Malformed` for a value that cannot be one, and `Refused` when there is somebody, and nobody may be found.
    """
    normal = identifiers.normalise(way, value)
    found, refused = list[UUID](), list[Refused]()
    for subject in vault.find(way, normal, ring=keys.ring())[:MOST]:
        try:
            _see(actor, subject, WAYS[way], purpose=purpose, at=at)
        except Refused as refusal:
            refused.append(refusal)
        except gate.Unknown:
            continue
        else:
            found.append(subject)
    if refused and not found:
        raise refused[0]
    return found


@step
def _see(actor: Actor, subject: UUID, field: str, *, purpose: str, at: datetime) -> None:
    vault.record(gate.ask(actor, subject, Operation.USE, purpose, [field], event="finding.find", at=at))

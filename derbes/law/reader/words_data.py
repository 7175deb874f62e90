"""The words for personal data, all keys in the order of the vocabulary; and how "other" is said."""

from __future__ import annotations

from derbes.law.reader.words_person import PERSON, Entry
from derbes.law.reader.words_visit import VISIT

DATA: dict[str, tuple[Entry, ...]] = {**PERSON, **VISIT}

# "Other" is said, not found: "and other information that the user gives".
OTHER = (
    r"\b(?:ин(?:ые|ая|ую|ых|ой|ая)|друг(?:ие|ая|ую|их|ой)|проч(?:ие|ая|ую|их|ей)|люб(?:ые|ая|ую)(?:\s+(?:друг|ин)\w+)?|дополнительн(?:ые|ая|ую))\s+(?:\w+\s+){0,3}?(?:данн|сведени|информаци)\w*|"
    r"\b(?:басқа|өзге|қосымша)(?:\s+да)?\s+(?:\w+\s+){0,3}?(?:дерек|ақпарат|мәлімет)\w*|"
    r"\b(?:any\s+)?(?:other|additional|further)\s+(?:\w+\s+){0,3}?(?:data|information|details)\b|\b(?:добровольно|самостоятельно)\s+(?:указ|предостав|сообщ)\w*|\bерікті\s+(?:түрде\s+)?(?:көрсет|ұсын|бер)\w*|\bvoluntarily\s+(?:provid|submit|shar)\w*|\bи\s+(?:др\.|т\.\s?д\.|т\.\s?п\.)|\bжәне\s+т\.\s?б\.|\betc\."
)

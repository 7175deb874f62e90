"""Words of the audit around its sentences: headings, and why something was refused. Kazakh, Russian, English."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("kk", "ru", "en")
HOLDS, OPEN, CAUGHT = "holds", "open", "caught"

TITLES = {
    "agreed": ("НЕГЕ КЕЛІСІЛГЕН", "НА ЧТО ДАНО СОГЛАСИЕ", "WHAT WAS AGREED TO"),
    "used": ("КІМ НЕ ІСТЕДІ", "КТО ЧТО ДЕЛАЛ", "WHO DID WHAT"),
    CAUGHT: ("ӘШКЕРЕЛЕНДІ", "УЛИЧЕНО", "CAUGHT"),
    OPEN: ("АШЫҚ ҚАЛДЫ", "ОСТАЛОСЬ ОТКРЫТЫМ", "LEFT OPEN"),
    HOLDS: ("РАСТАЛДЫ", "ПОДТВЕРЖДЕНО", "HOLDS"),
    "verdict_caught": (
        "ҚОРЫТЫНДЫ: оператор әшкереленді.",
        "ИТОГ: оператор уличён.",
        "VERDICT: the operator is caught.",
    ),
    "verdict_open": (
        "ҚОРЫТЫНДЫ: алдау табылмады; ашық қалғаны жоғарыда жазылған.",
        "ИТОГ: обмана не найдено; что осталось открытым, сказано выше.",
        "VERDICT: no cheating was found; what is left open is said above.",
    ),
    "verdict_holds": (
        "ҚОРЫТЫНДЫ: бәрі расталды.",
        "ИТОГ: всё подтверждено.",
        "VERDICT: everything holds.",
    ),
    "text": ("мәтін", "текст", "text"),
    "edition": ("редакция", "редакция", "edition"),
    "entry": ("жазба", "запись", "entry"),
    "given": ("берді", "дано", "given"),
    "refused": ("бас тартты", "отказано", "refused"),
    "withdrawn": ("қайтарып алды", "отозвано", "withdrawn"),
    "done": ("орындалды", "сделано", "done"),
    "nobody": ("жүйе", "система", "the system"),
    "subject": ("адамның өзі", "сам человек", "the person"),
}

#: Why something was refused, as the verifier says it: Kazakh, Russian.
REASONS = {
    "The signature is wrong: the document is not what was signed.": (
        "қолтаңбасы сәйкес емес.",
        "подпись не подходит к документу.",
    ),
    "The text is not the one whose hash the receipt names.": (
        "мәтіні түбіртекте аталған хешке сәйкес емес.",
        "текст не тот, чей хеш назван в квитанции.",
    ),
    "The entry shown is not the one that the journal committed to.": (
        "көрсетілген жазба журналға енгізілген жазба емес.",
        "показанная запись — не та, что внесена в журнал.",
    ),
    "The journal entry is not the one that the receipt names.": (
        "журнал жазбасы түбіртекте аталған жазба емес.",
        "запись журнала — не та, что названа в квитанции.",
    ),
    "The journal entry is about another edition than the receipt.": (
        "журнал жазбасында басқа редакция аталған.",
        "в записи журнала названа другая редакция.",
    ),
    "The journal entry is about another text than the receipt.": (
        "журнал жазбасында басқа мәтін аталған.",
        "в записи журнала назван другой текст.",
    ),
    "The receipt says another word than the journal entry.": (
        "журнал жазбасында адамның сөзі басқа.",
        "в записи журнала слово человека другое.",
    ),
    "The proof does not lead to the root of the checkpoint.": (
        "дәлелі бақылау нүктесінің түбіріне келмейді.",
        "доказательство не приводит к корню контрольной точки.",
    ),
    "The files are not those whose hash the edition names.": (
        "файлдары редакцияда аталған хешке сәйкес емес.",
        "файлы не те, чей хеш назван в редакции.",
    ),
    "It is the history of another person.": (
        "бұл — басқа адамның тарихы.",
        "это история другого человека.",
    ),
    "It contradicts the export.": (
        "экспортқа қайшы келеді.",
        "она противоречит экспорту.",
    ),
    "The signature of the checkpoint is wrong.": (
        "бақылау нүктесінің қолтаңбасы сәйкес емес.",
        "подпись контрольной точки не подходит.",
    ),
    "The checkpoint names another journal or another key.": (
        "бақылау нүктесінде басқа журнал не басқа кілт аталған.",
        "контрольная точка называет другой журнал или другой ключ.",
    ),
}


def title(code: str, language: str) -> str:
    """A heading or a word, in a language."""
    return TITLES[code][LANGUAGES.index(language)] if code in TITLES else code


def reason(value: Any, language: str) -> Any:
    """The same value, or the sentence that it is in this language."""
    known = REASONS.get(value) if isinstance(value, str) else None
    return value if known is None or language == "en" else known[LANGUAGES.index(language)]

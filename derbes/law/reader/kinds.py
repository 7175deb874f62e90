"""What a leading sentence, a heading or a table's label announces: data, purposes, operations or recipients.

`aside` is what announces something that proposals must not come from: rights, protection, terms, contacts.
All text here is folded.
"""

from __future__ import annotations

import re

from derbes.law.reader import topics

_POINTED = r"(?:следующ\w+|так\w+|указанн\w+|нижеследующ\w+|мына(?:дай|лар\w*)?|келесі\w*|төмендегі\w*|following|these)\s+(?:\w+\s+){{0,3}}?(?:{word})\b"
_KINDS = {
    "purposes": re.compile(
        _POINTED.format(word=r"цел\w+|мақсат\w*|purpos\w*|reasons|причин\w*")
        + r"|(?:цел(?:ями?|ях|и|ь)|мақсат\w*|purposes?)\W{0,3}(?:\w+\W+){0,2}$"
    ),
    "operations": re.compile(
        _POINTED.format(word=r"действи\w*|операци\w*|әрекет\w*|іс-\w+|операция\w*|actions?|operations?")
    ),
    "recipients": re.compile(
        _POINTED.format(
            word=r"лиц\w*|организаци\w*|получател\w*|сторон\w*|партнер\w*|тұлға\w*|ұйым\w*|алушы\w*|тарап\w*|part(?:y|ies)\w*|recipients?|persons?|organi[sz]ations?|entities"
        )
    ),
    "data": re.compile(
        _POINTED.format(
            word=r"данн\w*|сведени\w*|информаци\w*|категори\w*|дерек\w*|мәлімет\w*|ақпарат\w*|data|information|details|categories"
        )
    ),
}
_TECHNICAL_HEADING = re.compile(
    r"\bcookies?\b|\bкуки\b|техническ\w+\s+(?:данн|информац)\w*|техникалық\s+(?:дерек|ақпарат)\w*|technical\s+(?:data|information)|\blogs?\b"
)
_RIGHTS = re.compile(
    r"\bправа\b|\bобязанност\w*|құқықтар\w*|құқығы\b|міндеттер\w*|\brights\b|\bobligations\b|\bduties\b"
)
_ASIDE_HEADING = re.compile(
    r"\bправа\b|\bобязанност\w*|құқықтар\w*|міндеттері\b|\brights\b|\bobligations\b|\bответственност\w*|жауапкершілі\w*|"
    r"\bliabilit\w*|\bresponsibilit\w*|\bзащит\w+|қорға\w*|қауіпсізді\w*|\bsecurity\b|\bprotection\b|\bконтакт\w*|"
    r"байланыс\s+(?:ақпарат|дерек)\w*|\bcontacts?\b|реквизит\w*|деректемелер\w*|\bоператор\w*$|\bоператор\w*\s+персональн|операторы$|"
    r"\bdata\s+controller|\boperator\w*$|\bпередач\w*|\bберу\b|\bраскрыт\w*|\btransfer\w*|\bdisclos\w*|\bshar(?:e|ing)\b|"
    r"\bпринцип\w*|қағидат\w*|\bprinciples?\b|\bсрок\w*|мерзім\w*|\bretention\b|\bstorage\b|\bхранени\w*\s+(?:персон|данн)|"
    r"\bконфиденциальност\w*|құпиялылы\w*|\bconfidentiality\b|\bобщи\w+\s+положени|жалпы\s+ереже|\bgeneral\s+provisions|"
    r"\bоснован\w*|негіз\w*|\blegal\s+(?:basis|grounds)|\bизменени\w*|өзгер\w*|\bchanges\b|\bотзыв\w*|\bwithdraw\w*"
)
_PASSED = re.compile(
    r"третьи\w*\s+(?:лиц|сторон)\w*|үшінші\s+(?:тұлға|тарап|жақ)\w*|third[- ]part\w*|\bпоруч(?:ена|ено|ены|ать|ает|ил|ить|ении)\b|\bпередач\w*|\bпереда(?:ва|н|ет|ем|ют|ть)\w*|"
    r"(?:дерек|ақпарат|мәлімет|тұлға|тарап|дд)\w*\s+(?:\w+\s+)?беру(?:ге|і)?\b|\bберіл\w*|\bтарату\b|\btransfer\w*|\bdisclos\w*|\bshar(?:e|es|ed|ing)\b|\bраскры\w*|получател(?:ям|и|ями)\b|\bбереміз\b|\bалушылар\w*|\brecipients?\b|"
    r"\bпредоставлен\w*\s+(?:\w+\s+){0,4}?(?:лицам|организаци|орган)|\bкому\b|\bкімге\b|\bwho\s+we\b|\bwith\s+whom|\bservice\s+providers\b|\bсторонни\w+\s+(?:сервис|организац|поставщик)\w*|\bвнешни\w+\s+сервис\w*|\bсыртқы\s+(?:сервис|қызмет)\w*|\bбөліс(?:у|еміз)\w*"
)
_FROM_OTHERS = re.compile(
    r"\b(?:от|из|у)\s+(?:третьих|други|иных|сторонн)\w*|\bfrom\s+(?:third|other)|(?:дан|ден|тан|тен|нан|нен)\s+(?:\w+\s+)?ал(?:ын|ат)\w*"
)
_OWN_DATA = re.compile(
    r"собира\w*|обрабатыва\w*|запраш\w*|жинай\w*|жинал\w*|ө[нң]дейді|ө[нң]делетін|\bcollect\w*|\bprocess(?:es)?\b"
)
# "The shop asks the buyer for:" names no data, but what follows is.
_COLLECTS = re.compile(
    r"\b(?:собира|запрашива|получа|обрабатыва|узна|сохраня|фиксиру|хран)(?:ет|ем|ют|ит|им|ут)\b(?!\s+данные\s+(?:для|в\s+цел))[^:]{0,60}:$|(?:предоставля|указыва|сообща|вводит|заполня)\w*\s*[^:]{0,60}:$|"
    r"\b(?:жинайды|жинаймыз|сұрайды|сұраймыз|алады|аламыз|ө[нң]дейді|ө[нң]дейміз|көрсетеді|ұсынады|енгізеді)\s*:$|"
    r"\b(?:collects?|requests?|asks?\s+for|receives?|provides?|process(?:es)?)\b[^:]{0,50}:$"
)
_GROUNDS = re.compile(
    r"\bgrounds\b[^:]{0,20}:$|\bоснования\w*[^:]{0,20}:$|негіздер\w*[^:]{0,30}:$|(?:\bна\s+основании|в\s+соответствии\s+с|негіз(?:інде|дерінде|дерде)|сәйкес|\bbased\s+on|on\s+the\s+(?:basis|grounds)\s+of|in\s+accordance\s+with)\s*[^:]{0,40}:$"
)
_OF_ITSELF = re.compile(
    r"\bцел\w+\s+(?:настоящ\w+\s+|данн\w+\s+)?(?:положени|политик|документ|правил)\w*\s*(?:явля\w+\s*)?:?$|"
    r"(?:саясат|ереже|қағида|құжат)\w*\s+(?:\w+\s+)?мақсат\w*\s*:?$|\bpurposes?\s+of\s+(?:this|the)\s+(?:policy|document|regulation|notice)\w*"
)
# Whose data they are, not which: "categories of persons".
_WHOSE = re.compile(
    r"(?:категори|круг|групп)\w*\s+(?:\S+\s+)?(?:лиц|субъект|пользовател|граждан)\w*|субъект\w*\s+(?:\S+\s+){0,3}?(?:санат|түр)\w*|"
    r"санат\w*\s+(?:\S+\s+)?(?:тұлға|субъект|адам)\w*|\bcategor\w*\s+of\s+(?:data\s+)?(?:persons|subjects|individuals|people|users)"
)
_LABELS = {
    "purposes": re.compile(r"\bцел(?:ь|и|ей)\b|мақсат\w*|\bpurposes?\b|\bwhy\b|не\s+үшін|зачем"),
    "aside": re.compile(
        r"\bсрок\w*|мерзім\w*|\bperiod\b|retention|\bоснован\w*|негіз\w*|\bbasis\b|субъект\w*|\bкімнің\b|\bwhose\b"
    ),
    "operations": re.compile(
        r"действи\w*|операци\w*|\b(?:виды|способы)\s+обработки|әрекет\w*|тәсіл\w*|operations?|actions?|processing"
    ),
    "recipients": re.compile(
        r"получател\w*|\bкому\b|алушы\w*|\bкімге\b|recipients?|третьи\w*|үшінші|third|передач\w*|shared"
    ),
    "data": re.compile(
        r"данн\w*|сведени\w*|информаци\w*|дерек\w*|мәлімет\w*|\bdata\b|information|categor\w*"
    ),
}


def pointed(lead: str) -> str | None:
    """Return what a lead points at with "the following …": the nearest thing after the last such word."""
    found = [
        (match.start(), -match.end(), kind) for kind, form in _KINDS.items() for match in form.finditer(lead)
    ]
    return max(found)[2] if found else None


def _heading_kind(lead: str) -> str | None:
    """Say what a heading announces."""
    purposes = topics.PURPOSE.search(lead)
    passed = not _FROM_OTHERS.search(lead) and _PASSED.search(lead)
    data = topics.DATA_HEADING.search(lead)
    answers = (
        (purposes, "purposes"),
        (_ASIDE_HEADING.search(lead) and passed and not _RIGHTS.search(lead), "recipients"),
        (_ASIDE_HEADING.search(lead), "aside"),
        (data and topics.BY_ITSELF.search(lead), "data"),
        (passed, "recipients"),
        (topics.OPERATIONS_HEADING.search(lead), "operations"),
        (data or _TECHNICAL_HEADING.search(lead), "data"),
    )
    return next((kind for said, kind in answers if said), None)


def _sentence_kind(lead: str) -> str | None:
    """Say what a leading sentence announces; of purposes and data, the one named last."""
    purposes = [match.end() for match in topics.PURPOSE.finditer(lead)]
    data = [match.end() for match in topics.DATA.finditer(lead)]
    passed = _PASSED.search(lead)
    listed = data and topics.LISTS.search(lead) and _OWN_DATA.search(lead)
    answers = (
        (purposes and (not data or purposes[-1] >= data[-1] - 1), "purposes"),
        (_COLLECTS.search(lead) and not passed, "data"),
        (data and topics.BY_ITSELF.search(lead), "data"),
        (passed and not listed, "recipients"),
        (data, "data"),
    )
    return next((kind for said, kind in answers if said), None)


def kind_of(lead: str, *, heading: bool) -> str | None:
    """Say what a leading sentence or a heading announces."""
    named = pointed(lead)
    if _OF_ITSELF.search(lead) or _WHOSE.search(lead):
        return "aside"
    if named is None and not heading and (_GROUNDS.search(lead) or topics.persons_right(lead)):
        return "aside"
    return named or (_heading_kind(lead) if heading else _sentence_kind(lead))


def label_kind(label: str) -> str | None:
    """Say what the cells of a table's column or row are about, by its label."""
    for kind, form in _LABELS.items():
        if form.search(label):
            return kind
    return None

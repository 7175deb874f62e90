"""Terms that a document sets: how long data are kept, when claims and withdrawals are answered, when changes bind.

Numbers are read as digits or words in three languages. A term is proposed with the clause that sets it; one
that is not said is absent.
"""

from __future__ import annotations

import re
from typing import Any

from derbes.law.reader.context import Setting
from derbes.law.reader.fold import fold
from derbes.law.reader.sentences import sentences

_WORDS = {
    1: r"один|одного|одной|одну|бір|one",
    2: r"два|двух|две|екі|two",
    3: r"три|тр[её]х|үш|three",
    4: r"четыр[её]х|четыре|төрт|four",
    5: r"пять|пяти|бес|five",
    6: r"шесть|шести|алты|six",
    7: r"семь|семи|жеті|seven",
    8: r"восемь|восьми|сегіз|eight",
    9: r"девять|девяти|тоғыз|nine",
    10: r"десять|десяти|он|ten",
    12: r"двенадцат[ьи]|он\s+екі|twelve",
    14: r"четырнадцат[ьи]|он\s+төрт|fourteen",
    15: r"пятнадцат[ьи]|он\s+бес|fifteen",
    20: r"двадцат[ьи]|жиырма|twenty",
    30: r"тридцат[ьи]|отыз|thirty",
    60: r"шестьдесят|шестидесяти|алпыс|sixty",
    90: r"девяносто|тоқсан|ninety",
}
_NUMBER = (
    r"(?P<n>\d{1,3}|" + "|".join(f"(?:{_WORDS[value]})" for value in sorted(_WORDS, reverse=True)) + r")"
)
_PAREN = r"\s*[-–]?\s*(?:х|ти|и|ми|го|й|th)?\s*(?:\([^)]{1,30}\))?\s*[-–]?\s*"
_UNITS = {
    "working_days": r"(?:рабоч\w+\s+(?:дн\w+|день)|банковск\w+\s+дн\w+|жұмыс\s+күн\w*|(?:business|working)\s+days?|banking\s+days?)",
    "days": r"(?:календарн\w+\s+(?:дн\w+|день)|дн(?:ей|я)|день|суток|сутки|күнтізбелік\s+күн\w*|күн\w*|(?:calendar\s+)?days?)",
    "months": r"(?:месяц\w*|ай(?:дан|да|ға|лық|дың|ы)?|months?)\b",
    "years": r"(?:год(?:а|ов)?|лет|жыл\w*|years?)\b",
}
_DURATION = {unit: re.compile(rf"\b{_NUMBER}{_PAREN}{form}") for unit, form in _UNITS.items()}
_KEEP = re.compile(
    r"\bсрок\w*\b[^:]{0,40}:|мерзім\w*[^:]{0,30}:|\bperiod[^:]{0,20}:|\bсоглас\w*\s+(?:\w+\s+){0,3}?действ\w*|келісім\w*\s+(?:\S+\s+){0,8}?(?:жарамды|қолданыс|күшінде)\w*|consent\s+(?:is|remains|shall)\s+(?:\w+\s+){0,3}?(?:valid|effective|in\s+force)|\bхран\w*|\bсрок\w*\s+(?:обработк|действи\w+\s+соглас)\w*|\bсохраня\w*|\bархив\w*|\bсақта\w*|\bstor(?:e|ed|age|ing)\b|\bretain\w*|\bretention\b|\bke(?:ep|pt)\b|\bобрабатыва\w+\s+в\s+течение|\bобработк\w*\s+.{0,60}в\s+течение"
)
_STORED = re.compile(r"\bхран\w*|\bсақта\w*|\bstor(?:e|ed|age|ing)\b|\bretain\w*|\bke(?:ep|pt)\b")
_CEASES = re.compile(r"\bпрекра\w+\s+обработ\w*|тоқтат\w*|\b(?:stop|cease)s?\b")
_CLAIM = re.compile(
    r"\bпретензи\w*|\bжалоб\w*|\bрекламаци\w*|\bшағым\w*|\bталап-?\s?(?:арыз|хат)\w*|\bпретензия\w*|\bclaims?\b|\bcomplaints?\b|\bgrievance\w*"
)
_REQUEST = re.compile(
    r"\b(?:запрос|обращени|заявлени)\w*|\bсұра(?:у\s+сал|ныс)\w*|\bөтініш\w*|\brequests?\b|\binquir\w*|\benquir\w*|\bappeals?\b"
)
_ANSWER = re.compile(
    r"\bответ\w*|\bрассм\w*|\bжауап\w*|\bқара(?:у|л|п|стыр)\w*|\brespon[ds]\w*|\banswer\w*|\bотвеча\w*|\brepl(?:y|ies)\b|\bрешени\w*|\bconsider\w*|\breview\w*|\bпредостав\w*|\bисполн\w*|\bобраб\w*|\bprocess\w*"
)
_ANSWER_TERM = re.compile(
    r"\bсрок\w*\s+(?:\w+\s+)?(?:ответа|рассмотрения)|жауап\s+(?:бер|қайтар)\w*\s+мерзім\w*|қарау\s+мерзім\w*|\bresponse\s+time"
)
_WITHDRAW = re.compile(
    r"\bотзыв\w*(?!\s+о\s)|\bотозва\w*|\bотзыва\w*|\bқайта?р(?:ып|тып)\s+ал\w*|\bкері\s+(?:қайтар|ал|шақыр)\w*|\bқайтарып\s+ал\w*|\bwithdr[ae]w\w*|\brevo[ck]\w*"
)
_CONSENT = re.compile(r"\bсоглас\w*|\bкелісім\w*|\bconsent\w*")
_CHANGE = re.compile(
    r"\bизмен\w*|\bредакци\w*|\bдополн\w*|\bобновл\w*|\bөзгер\w*|\bредакция\w*|\bжаңарт\w*|\bнұсқа\w*|\bchang\w*|\bamend\w*|\bmodif\w*|\bupdat\w*|\bversion\b|\brevis\w*|\bedition\b"
)
_IN_FORCE = re.compile(
    r"\bвступа\w*\s+в\s+(?:\w+\s+)?(?:силу|действ)\w*|\bв\s+силу\b|\bначина\w+\s+действ\w*|\bдейству\w+\s+с\b|\bкүшіне\s+ен\w*|\bқолданысқа\s+ен\w*|\bкүшінде\b|\b(?:effective(?!\s+dates?\b)|in(?:to)?\s+(?:force|effect)|takes?\s+effect|binding)\b|становятся\s+обязательн\w*|считаются\s+принят\w*"
)
_POSTING = re.compile(
    r"\b(?:с|со|после|сразу|при|по)\s+(?:\w+\s+){0,5}?(?:размещ|опубликов|публик|обнародов)\w*|(?:размещ|опублик|публик)\w*\s+(?:\S+\s+){0,6}?(?:и\s+)?(?:сразу|немедленно|незамедлительно|автоматически)|"
    r"\bавтоматически\b|\bнемедленно\b|\bнезамедлительно\b|(?:орнал|жариял|орнат)\w*\s+(?:\S+\s+){0,2}?(?:сәт|күн|кез|бастап|бойда|соң|кейін)\w*|\bдереу\b|"
    r"\b(?:upon|from|when|once|as\s+of|after|on|as\s+soon\s+as|by|at)\s+(?:\S+\s+){0,7}?(?:post(?:ed|ing)|publish\w*|publication|plac(?:ed|ing|ement)|upload\w*|appear\w*)|\bimmediate\w*"
)
_YEAR = 12
_FROM = {
    "service_end": r"(?:выполнени|исполнени|оказани|завершени)\w*\s+(?:заказ|услуг|работ)\w*|прекращени\w+\s+(?:\w+\s+){0,4}?(?:использован|услуг|отношен|сервис|пользован|обслуж)\w*|пользовател\w+\s+прекрат\w*|(?:оказани|окончани|завершени)\w+\s+(?:\w+\s+){0,3}?(?:услуг|обслуж|отношен|сотруднич)\w*|тоқтатқан|қызмет\w*\s+(?:\w+\s+){0,4}?(?:тоқта|аяқта)\w*|(?:тоқта|аяқта)\w*\s+(?:\w+\s+){0,3}?қызмет\w*|қатынас\w*\s+(?:\w+\s+)?(?:тоқта|аяқта)\w*|(?:stop\w*|ceas\w*|terminat\w*|end\w*|discontinu\w*|complet\w*)\s+(?:\S+\s+){0,5}?(?:us(?:e|ing)|services?|relationship)|(?:services?|use|relationship)\s+(?:\S+\s+){0,4}?(?:end|ceas|terminat|stop|discontinu)\w*",
    "contract_end": r"(?:прекращени|исполнени|окончани|истечени|расторжени|завершени)\w*\s+(?:\w+\s+){0,4}?(?:договор|обязательств|соглашени)\w*|(?:шарт|міндеттеме)\w*\s+(?:\w+\s+){0,7}?(?:тоқта|аяқта|орында|бұз|бітк)\w*|(?:terminat|expir|end|complet|fulfil)\w*\s+(?:\S+\s+){0,4}?(?:contract|agreement|obligation)\w*|(?:contract|agreement)\s+(?:\S+\s+){0,3}?(?:end|terminat|expir)\w*",
    "account_deletion": r"аккаунт\w*.{0,70}?после\s+(?:его\s+)?удалени\w*|аккаунт\w*.{0,70}?(?:жойылған|өшірілген)|account\b.{0,70}?after\s+(?:its\s+)?deletion|(?:удалени|закрыти|деактивац)\w*\s+(?:\w+\s+){0,3}?(?:аккаунт|учетн|профил|кабинет)\w*|аккаунт\w*\s+(?:\w+\s+)?(?:жой|өшір|жаб)\w*|(?:delet|clos)\w*\s+(?:\S+\s+){0,3}?account|account\s+(?:\S+\s+){0,2}?(?:delet|clos)\w*",
    "last_activity": r"\bпоследн\w+\s|\bсоңғы\s|\blast\s|последн\w+\s+(?:\w+\s+){0,2}?(?:активност|вход|посещени|заказ|визит|авториз|взаимод|действ|контакт|обращен)\w*|соңғы\s+(?:\w+\s+){0,2}?(?:белсенділік|кір|тапсырыс|әрекет|өтініш|қаты)\w*|last\s+(?:\S+\s+){0,2}?(?:activit|login|visit|order|interaction|contact|use)\w*",
    "consent": r"соглас\w*.{0,90}?\bс\s+(?:момента|даты|дня)\s+(?:его\s+)?(?:предоставлени|подписани|получени|дачи)|келісім.{0,70}?(?:берілген|алынған|қойылған)\s+(?:күн|сәт)|(?:предоставлени|получени|дач|подписани|выражени|момент)\w*\s+(?:\w+\s+){0,3}?соглас\w*|келісім\w*\s+(?:\w+\s+){0,2}?(?:бер|ал|қол)\w*|(?:giving|given|giv\w*|provid\w*|obtain\w*|receipt\s+of|date\s+of)\s+(?:\S+\s+){0,3}?consent",
    "collection": r"(?:сбор|получени|предоставлени|передач|регистраци|внесени|отправк|создани)\w*\s+(?:\w+\s+){0,4}?(?:данн|информаци|сведени|анкет|заявк|форм|запис)\w*|момент\w*\s+(?:сбор|получени|регистраци)\w*|(?:жина|ал|бер|тірке)\w*\s+(?:сәт|күн)\w*|(?:collect|receiv|provid|submi|record)\w*",
}
_FROM_ORDER = (
    "last_activity",
    "account_deletion",
    "contract_end",
    "service_end",
    "consent",
    "collection",
    "end",
)
_FROM["end"] = r"(?:аяқтал|тоқтатыл|бітк)\w*\s+(?:соң|кейін|күн|сәт)|(?:окончани|завершени|прекращени)\w+"
_FROM_FORMS = {key: re.compile(_FROM[key]) for key in _FROM_ORDER}
_BOUNDARY = re.compile(r"\b(?:с|от|после|со|from|after|following|since|кейін|соң|бастап)\b")


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(value for value in sorted(_WORDS, reverse=True) if re.fullmatch(_WORDS[value], text))


def _durations(text: str) -> list[tuple[int, str, int]]:
    """Return (place, unit, amount), the more exact unit where two match."""
    found: dict[int, tuple[int, str, int]] = {}
    for unit, form in _DURATION.items():
        for match in form.finditer(text):
            found.setdefault(match.start(), (match.start(), unit, _value(match["n"])))
    return [found[place] for place in sorted(found)]


def _from(text: str) -> str | None:
    found = next((key for key, form in _FROM_FORMS.items() if form.search(text)), None)
    if found is None or not _BOUNDARY.search(text):
        return None
    return "service_end" if found == "end" else found


def _retention(sentence: str, context: str) -> dict[str, Any] | None:
    if not _KEEP.search(sentence) and not _KEEP.search(context):
        return None
    if _CEASES.search(sentence) and not _STORED.search(sentence):
        return None
    kept = [(unit, amount) for _, unit, amount in _durations(sentence) if amount]
    if not kept or (_WITHDRAW.search(sentence) and kept[0][0] not in {"years", "months"}):
        return None
    unit, amount = max(kept, key=lambda entry: ["working_days", "days", "months", "years"].index(entry[0]))
    if unit == "months" and amount % _YEAR == 0:
        unit, amount = "years", amount // _YEAR
    found: dict[str, Any] = {unit: amount}
    start = _from(sentence)
    return {**found, "from": start} if start else found


def _answer(sentence: str) -> dict[str, Any] | None:
    days = [(unit, amount) for _, unit, amount in _durations(sentence) if unit != "years"]
    return {days[0][0]: days[0][1]} if days else None


def _in_force(sentence: str, context: str) -> Any:
    if not _CHANGE.search(sentence + " " + context) or not _IN_FORCE.search(sentence):
        return None
    days = [(unit, amount) for _, unit, amount in _durations(sentence) if unit in {"days", "working_days"}]
    if days:
        return {days[0][0]: days[0][1]}
    return "posting" if _POSTING.search(sentence) else None


def _candidates(setting: Setting) -> list[tuple[str, float, Any, str | None]]:
    found: list[tuple[str, float, Any, str | None]] = []
    for place, clause in enumerate(setting.clauses):
        whole, reference = setting.texts[place], clause.reference
        above = setting.texts[clause.parent] if clause.parent is not None else ""
        context = above if len(above) < 200 else ""
        if setting.in_glossary(place):
            continue
        for sentence in sentences(whole):
            found.extend(_of_sentence(sentence, whole, context, reference))
        for label, cell in clause.cells:
            told = fold(f"{label}: {cell}")
            found.extend(_of_sentence(told, told, context, reference))
    return found


def _withdraws(text: str) -> bool:
    return bool(_WITHDRAW.search(text) and _CONSENT.search(text))


def _of_sentence(
    sentence: str, whole: str, context: str, reference: str | None
) -> list[tuple[str, float, Any, str | None]]:
    found: list[tuple[str, float, Any, str | None]] = []
    change = _in_force(sentence, f"{context} {whole}")
    if change:
        found.append(("change_in_force", 2 if _CHANGE.search(sentence) else 1, change, None))
    withdrawal = bool(_WITHDRAW.search(sentence) and (_CONSENT.search(sentence) or _CONSENT.search(whole)))
    answer = _answer(sentence)
    if answer and withdrawal:
        found.append(("withdrawal_answer", 2, answer, reference))
    elif answer and _withdraws(f"{context} {whole}") and not _STORED.search(sentence):
        found.append(("withdrawal_answer", 1, answer, reference))
    if answer and not withdrawal and _ANSWER.search(sentence):
        if _CLAIM.search(sentence):
            found.append(("claim_answer", 3, answer, reference))
        elif _CLAIM.search(f"{context} {whole}"):
            found.append(("claim_answer", 2, answer, reference))
        elif _REQUEST.search(sentence) or _ANSWER_TERM.search(sentence):
            found.append(("claim_answer", 1, answer, reference))
    if not change and not (answer and (_CLAIM.search(sentence) or _ANSWER_TERM.search(sentence))):
        retention = _retention(sentence, context)
        if retention:
            weight = (
                (2 if "years" in retention else 1)
                + ("from" in retention) * 0.5
                + bool(_KEEP.search(sentence)) * 0.5
            )
            found.append(("retention", weight, retention, reference))
    return found


def terms(setting: Setting) -> dict[str, Any]:
    """Return the terms that a document sets, in the order of the vocabulary."""
    best: dict[str, tuple[float, Any, str | None]] = {}
    for key, weight, value, reference in _candidates(setting):
        if key not in best or weight > best[key][0]:
            best[key] = (weight, value, reference)
    result: dict[str, Any] = {}
    for key in ("retention", "claim_answer", "change_in_force", "withdrawal_answer"):
        if key in best:
            _, value, reference = best[key]
            result[key] = value if key == "change_in_force" else {**value, "clause": reference}
    return result

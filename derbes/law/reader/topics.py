"""What a stretch of a policy speaks of: data, purposes, operations, recipients; and what it is not about.

All patterns are over folded text. A topic may be said by the sentence itself, by the sentence that leads to
it, or by the heading above.
"""

from __future__ import annotations

import re
from typing import Final

_DATA_OBJECT = (
    r"(?:персональн\w+|личн\w+)\s+(?:\w+\s+)?(?:данн|информаци|сведени)\w*|\bданн(?:ые|ых|ым|ыми)\b|\bсведени\w+|\bинформаци\w+|\bпдн?\b|\bпд\b|"
    r"дерек\w*|мәлімет\w*|ақпарат\w*|\bддр?\b|\bdata\b|\binformation\b|\bdetails\b"
)
_DATA_VERB = (
    r"собира\w*|\bсбор\w*|обраба\w*|обработ\w*|получ\w*|хран\w+|сохран\w*|запраш\w*|предоставл\w*|предостав\w*|указ\w+|сообщ\w+|вводит\w*|заполн\w*|фиксир\w*|использ\w*|переда\w*|относ\w+|включа\w*|понима\w+|состав\w*|переч\w+|категори\w*|содерж\w+|раскры\w*|вид\w*\s+данн|"
    r"жина\w*|ө[нң]де\w*|\bал(?:ады|амыз|ынады|уы|ынатын|ынған|у)\b|сақта\w*|сұра\w*|ұсын\w*|көрсет\w*|бер(?:еді|іледі|етін|ілетін|ген|у)\w*|енгіз\w*|толтыр\w*|жат(?:ады|атын|қыз)\w*|қамти\w*|құрам\w*|тізбе\w*|тізім\w*|санат\w*|түр\w+|пайдалан\w*|келесі|мынадай|"
    r"collect\w*|process\w*|receiv\w*|stor(?:e|es|ed|ing)\b|request\w*|provid\w*|submit\w*|enter\w*|includ\w*|obtain\w*|gather\w*|record\w*|using|\buses?\b|\bused\b|categor\w*|types?\b|following|list\b|contain\w*|transmi\w*|disclos\w*|consist\w*|log\b|logs\b|shar\w+|transfer\w*|fill\w*|utili[sz]\w*|retain\w*"
)
_PURPOSE = r"\bцел(?:и|ь|ей|ях|ями|ью|ям)\b|\bмақсат\w*|\bpurpos\w*|\bwhy\s+we\b|\bhow\s+(?:we|do\s+we)\s+use|\buse\s+of\s+(?:the\s+)?(?:\w+\s+)?(?:data|information)|зачем|не\s?үшін|\bқалай\s+(?:\w+\s+)?(?:пайдалан|қолдан)\w*|\bкак\s+(?:мы\s+)?использ\w*|(?:we|will|may|can)\s+(?:\w+\s+)?use\s+(?:\S+\s+){0,6}?(?:to|for)\s*:?$|использ\w+\s+(?:\w+\s+){0,6}?(?:для|чтобы)\s*:?$|(?:для|чтобы)\s*:$|\b(?:process|use)(?:s|d|es|ed)?\b[^:]{0,200}\b(?:to|for)\s*:$|үшін\s*(?:\w+\s+){0,3}:$|обрабатыва\w+\s+(?:\w+\s+){0,5}?для\b|(?:we|to)\s+(?:use|process)\s+(?:\S+\s+){0,5}?(?:data|information)\s+(?:\S+\s+)?(?:to|for)\b"
_TRANSFER = (
    r"\bпереда(?:ч|ет|ем|ют|ва|ть|ны|нн|в\b)\w*|\bраскры\w*|\bпредоставл\w*|\bпредоставить\w*|\bсообщ(?:ать|ает|ить)\w*|\bдоступ\w*|\bполучател\w*|\bтретьи\w*\s+лиц\w*|\bпоруч(?:ать|ает|ить|ен)\w*|\bпривлека\w*|\bобмен\w*|"
    r"\bбер(?:у|іл|е|іп)\w*|\bжібер\w*|\bұсын\w*|\bашу\w*|\bаш(?:ып|ады|ыл|уы)\w*|\bқол\s?жеткіз\w*|\bқолжетім\w*|\bтапсыр\w*|\bтарт(?:у|ады)\w*|\bтарат\w*|\bалушы\w*|\bүшінші\s+(?:тұлға|тарап|жақ)\w*|\bалмас\w*|"
    r"\btransfer\w*|\bshar(?:e|es|ed|ing)\b|\bdisclos\w*|\bprovid\w*\s+(?:\S+\s+){0,6}?to\b|\bgive\w*\s+access|\baccess\b|\brecipients?\b|\bpass(?:ed)?\s+(?:on\s+)?to|\bentrust\w*|\bthird\s+part\w*|\btransmi\w*|\bmade\s+available|\brelease\w*|\bengag\w*|\bemploy\s+third|\bбөліс(?:у|еміз|еді|е\s+ала)\w*"
)
_OPERATIONS = r"\bдействи\w*|\bопераци\w*|\bобработк\w*|\bспособ\w*|\bәрекет\w*|\bоперация\w*|\bіс-?\s?(?:әрекет|қимыл)\w*|\bө[нң]де\w*|\bтәсіл\w*|\bactions?\b|\boperations?\b|\bprocess\w*"
DATA_OBJECT: Final = re.compile(_DATA_OBJECT)
DATA: Final = re.compile(
    rf"(?:{_DATA_OBJECT})[^.;]{{0,220}}?(?:{_DATA_VERB})|(?:{_DATA_VERB})[^.;]{{0,220}}?(?:{_DATA_OBJECT})"
)
DATA_HEADING: Final = re.compile(
    r"как(?:ие|ую)\s+(?:\w+\s+){0,3}?(?:данн|информаци|сведени)\w*|^\W*(?:\w+\s+)?(?:персональн|личн)\w*\s+(?:данн|информаци)\w*\W*$|^\W*(?:данные|сведения|деректер|мәліметтер|data|information)\W*$|"
    r"(?:состав|переч|категори|вид|тип|объем|собира|обрабатыв|получа|сбор|предмет|подлежащ|предоставля)\w*[^.;]{0,60}?(?:данн|информаци|сведени)\w*|"
    r"(?:данн|информаци|сведени)\w*[^.;]{0,40}?(?:собира|обрабатыв|получа|запраш|подлежащ|разреш)\w*|"
    r"қандай\s+(?:\w+\s+){0,2}?(?:дерек|ақпарат|мәлімет)\w*|^\W*(?:дербес|жеке)\s+(?:дерек|ақпарат|мәлімет)\w*\W*$|"
    r"(?:дерек|ақпарат|мәлімет)\w*[^.;]{0,40}?(?:жина|құрам|тізбе|тізім|санат|түр(?:лер|і)|алу|алатын|алады|көлем)\w*|"
    r"(?:жина|ө[нң]дел|алын|алатын)\w*[^.;]{0,40}?(?:дерек|ақпарат|мәлімет)\w*|"
    r"(?:what|which)\b[^.;]{0,40}?(?:data|information)|(?:types?|categor\w*|list|scope|composition|collect\w*)\b[^.;]{0,40}?(?:data|information)|"
    r"(?:data|information)\b[^.;]{0,25}?\bcollect\w*|(?:data|information)\s+(?:that\s+)?(?:we|you)\b|^\W*personal\s+(?:data|information)\W*$"
)
OPERATIONS_HEADING: Final = re.compile(
    r"переч\w*\s+(?:действи|операци)\w*|(?:виды|способы|тәсіл\w*|түрлер\w*)\s+(?:и\s+\w+\s+)?обработк\w*|ө[нң]деу\w*\s+(?:тәсіл|түр)\w*|әрекет\w*\s+(?:тізбе|тізім)\w*|"
    r"(?:list|types|methods)\s+of\s+(?:actions|operations|processing)|processing\s+operations"
)
PURPOSE: Final = re.compile(_PURPOSE)
TRANSFER: Final = re.compile(_TRANSFER)
OPERATIONS: Final = re.compile(_OPERATIONS)
BY_ITSELF: Final = re.compile(r"\bавтоматическ\w*|\bавтоматты\w*|\bautomatically\b")
OBSERVED: Final = re.compile(r"\bвидеонаблюд\w*|\bбейнебақылау\w*|\bvideo\s+surveillance|\bcctv\b")
COOKIES: Final = re.compile(r"\bcookies?\b|\bкуки\b")

# A clause that says what a word means: "X — ...", "X means ...".
DEFINITION: Final = re.compile(
    r"^[«\"“]?[\w()/ ,«»\"“”'.-]{2,110}?[»\"”]?\s*(?:\([^)]{0,120}\)\s*)?(?:\s[-–—]\s?|\s?[–—]\s|:\s|-\s|\s(?:означа\w+|это\b|понима\w+|means?\b|is\s+(?:any|a|an|the)\b|refers?\s+to|деп\s+\w+\s+түсінілед\w*|деген))"
)
DEFINITIONS_HEADING: Final = re.compile(
    r"\bтермин\w*|\bопределени\w*|\b(?:основн\w+\s+)?поняти\w*|анықтама\w*|ұғым\w*|терминдер\w*|түсінік\w*|\bdefinitions?\b|\bterms\s+(?:and|used)|\bconcepts?\b|\bглоссари\w*|\bglossary\b|\bkey\s+terms\b"
)
ABOUT_PERSONAL_DATA: Final = re.compile(
    r"^[«\"“]?(?:(?:персональн|личн)\w+\s+(?:данн|информаци)\w*|данные\b|дербес\s+(?:дерек|ақпарат)\w*|жеке\s+(?:дерек|мәлімет|ақпарат)\w*|деректер\b|personal\s+(?:data|information)|personally\s+identif|пользовательск\w+\s+(?:данн|информ)|user\s+(?:data|information)|биометр|дд\b|пд\b|ақпарат\b|информация\b|information\b)"
)
OWN_LIST: Final = re.compile(
    r"(?:собира|обрабатыва|жинай|жинал|ө[нң]дейді|ө[нң]делед|collects?\b|process(?:es)?\b|may\s+be\s+processed|используются|пайдаланыл)\w*"
)
LISTS: Final = re.compile(
    r":|\bвключа\w*|\bв\s+том\s+числе|\bа\s+именно|\bтаки\w+\s+как|\bнапример|\bоның\s+ішінде|\bсоның\s+ішінде|\bқоса\s+алғанда|\bатап\s+айтқанда|\bмысалы|\binclud\w*|\bsuch\s+as|\bnamely|\bfor\s+example|\bконкретно|\bследующ\w+|\bмынадай|\bкелесі|\bсияқты"
)
# Protection from harm names the same verbs as a list of operations.
HARM: Final = re.compile(
    r"\b(?:от|против)\s+(?:\w+\s+){0,3}?(?:неправомерн|несанкционирован|незаконн|случайн|утрат|доступ)\w*|\b(?:against|from)\s+(?:\w+,?\s+){0,4}?(?:unauthori[sz]ed|accidental|unlawful|illegal|misuse|loss)|\bнеправомерн\w+|\bнесанкционирован\w+|"
    r"\bзаңсыз\b|\bкездейсоқ\b|\bрұқсатсыз\b|\bрұқсат\s+етілмеген|\bunauthori[sz]ed\b|\bunlawful\b|\baccidental\b"
)
# What the person may ask for is no operation that the operator announces.
RIGHT: Final = re.compile(
    r"\b(?:вправе|имеет\s+право|имеете\s+право|может|можете)\s+(?:\w+\s+){0,3}?(?:требова|потребова|запрос|отозвать|обратит)\w*|\bтребова(?:ть|ния|ние)\b|\bправо\s+(?:на|требова|получ|отозв)\w*|(?<!заң )(?<!заңда )(?<!заңмен )(?<!заңнамада )\bталап\s+ет(?!іл)\w*|\bқұқы(?:ғы|лы)\b.{0,80}\bталап|\b(?:user|subject|you|person|individual|visitor|customer|client|member)s?\s+(?:\S+\s+){0,3}?(?:has|have|shall\s+have)\s+(?:the|a)\s+right|\bright\s+to\s+(?:request|access|demand|receive|withdraw|obtain|rectif|erasure|eras|object|know|be\b|correct|delet|restrict|lodge|portab)\w*|\byour\s+rights?\b|\brequest\s+(?:that|the|us|correction|deletion)|\bentitled\s+to|\bdemand\b|\bдолж\w+\s+(?:\w+\s+)?получить\s+(?:\w+\s+){0,2}?соглас\w*|\b(?:вы|пользователь|посетитель|клиент|субъект)\s+(?:\w+\s+)?(?:можете|может|вправе)\s+(?:\S+\s+){0,4}?(?:запретить|отключить|ограничить|отказаться|удалить|настроить|изменить|отписаться|отозвать|скорректировать)|\b(?:you|users?)\s+(?:can|may)\s+(?:\S+\s+){0,3}?(?:disable|refuse|delete|block|opt|unsubscribe|decline|turn\s+off|adjust|withdraw)|\b(?:өшіре|шектей|баптай|өзгерте|тарта|бұғаттай|қайтара|жоя)\s+ала(?:ды|сыз)|"
    r"\bпо\s+(?:\w+\s+)?(?:требовани|запрос|заявлени)\w+\s+(?:субъект|пользовател)"
)
STOPPING: Final = re.compile(
    r"\b(?:прекращени|приостановлени|прекрат|приостанов)\w*|\bтоқтат\w*|\bтыйым\s+сал\w*|\bcessation\b|\bsuspen\w*|\btemporar\w+\s+stop\w*|\bterminat\w+"
)
SOURCE: Final = re.compile(
    r"\b(?:получ\w*|собир\w*|запраш\w*|запросить)\s+(?:\w+,?\s+){0,8}?(?:от|из|у|в)\s+|\b(?:receiv|obtain|collect|request)\w*\s+(?:\S+\s+){0,8}?from\b|(?:дан|ден|тан|тен|нан|нен)\s+(?:\w+\s+){0,3}?(?:алын|ал(?:ады|у|а)|сұра)\w*"
)
POLICY_ITSELF: Final = re.compile(
    r"^(?:\W*(?:настоящ|данн|эта|осы|бұл|this|the)\w*\s+|(?=\W*(?:политик|саясат|policy)))(?:\S+\s+){0,4}?(?:политик|положени|документ|саясат|құжат|policy|document|notice)\w*[^.;]{0,60}?(?:разработан|составлен|принят|определя|устанавл|регулир|распростран|примен|описыва|разъясня|объясня|түсіндір|әзірлен|белгілей|айқындай|реттей|қолданыл|анықтай|сипаттай|is\s+(?:drawn|developed|prepared)|defin|determin|appl|describ|explain|set|govern|establish|has\s+been|shall\s+be\s+drawn)\w*"
)
LIABILITY: Final = re.compile(
    r"\bне\s+нес[её]т\s+ответственност|\bне\s+несем\s+ответственност|\bжауап(?:ты|кершілік)\s+(?:көтер|бол|жүктел)?\w*(?:мейді|майды)|\bnot\s+(?:be\s+)?(?:responsible|liable)|\bсайт\w*\s+третьих\s+лиц|\bthird[- ]party\s+(?:web)?sites?|үшінші\s+тұлғалардың\s+сайт\w*"
)

_OPERATORS_RIGHT = re.compile(
    r"(?:\bоператор|\bкомпани|\bадминистраци|\bобществ|\bтовариществ|\bбанк|\bорганизаци|\bмы\b|\bмагазин|\bкорпораци)\w*\s+(?:\S+\s+){0,4}?(?:вправе|имеет\s+право|имеем\s+право|может|можем)|"
    r"\b(?:operator|administration|company|we|bank|website)\s+(?:\S+\s+){0,2}?(?:has|have|reserves?|may|is\s+entitled)|"
    r"(?:оператор|компания|әкімшілік|банк|серіктестік)\w*\s+(?:\S+\s+){0,12}?құқ(?:ылы|ығы)"
)


def persons_right(text: str) -> bool:
    """Say whether folded text tells what the person, not the operator, may ask for."""
    return RIGHT.search(text) is not None and _OPERATORS_RIGHT.search(text) is None


MEASURES: Final = re.compile(r"\bмер(?:ы|ами|ам)?\b|\bшара\w*|\bmeasures?\b")
COMPLAINT: Final = re.compile(
    r"\bуведом\w+\s+(?:\w+\s+){0,2}?уполномоченн\w*|"
    r"\bорган\w*\s+по\s+защите\s+прав|\bобжал\w*|\bжалоб\w*|\bобратить?с[яь]\b|\bшағым\w*|\bжүгін\w*|\bcomplain\w*|\bappeal\w*|\blodge\b|\bспор\w*|\bдау\w*|\bdispute\w*"
)


def strange(sentence: str) -> bool:
    """Say whether a folded sentence tells a person's right or speaks of the policy itself."""
    return persons_right(sentence) or POLICY_ITSELF.search(sentence) is not None

"""The words for data about a visit and for the rest, by key, in Kazakh, Russian and English.

The shape of an entry is that of `words_person`.
"""

from __future__ import annotations

from derbes.law.reader.words_person import Entry

VISIT: dict[str, tuple[Entry, ...]] = {
    "location": (
        (
            r"\bгеолокаци\w*|\bгеопозици\w*|\bгеоданн\w*|\bместоположени\w*|\bместонахождени\w*|\bgps\b|\bкоординат\w*|\bгеограф\w+\s+(?:положен|располож|данн|регион|местополож)\w*",
            "",
            r"\s+(?:оператор|компани|юридическ|товарищ|организац|общества)",
        ),
        (
            r"орналасқан\s+жер\w*|\bгеолокаци\w*|\bгеодерек\w*|\bорналасу\w*\s+(?:дерек|туралы|орн)|\bтұрған\s+жер\w*|\bжүрген\s+жер\w*",
            r"(?:оператор|компания|серіктестік)\w*\s+",
            r"\s+бойынша",
        ),
        (
            r"\bgeo-?location\w*|\blocations?\b|\bgps\b|\bgeographic\w*|\bwhereabouts\b|\bcoordinates\b",
            r"(?:store|office|business|operator's|company's)\s+",
            r"\s+of\s+the\s+(?:operator|company|server)",
        ),
    ),
    "ip_address": (
        (
            r"\bip\b(?:\s?-?\s?(?:адрес\w*|мекен\w*(?:-жай\w*)?|address\w*))?|\bай-?пи\b|\bip-\w+|\binternet\s+protocol",
            "",
            r"[-\s]?телефон",
        ),
    ),
    "cookie": (
        (
            r"\bcookies?\w*|\bкук(?:и|и-файл|ис)\w*|\bсооkie\w*|\bcoockie\w*|\bсоокi?е\w*|веб-?\s?маяк\w*|web\s+beacons?",
            "",
            "",
        ),
    ),
    "browser": (
        (
            r"\bбраузер\w*|\bобозревател\w*|\buser[\s-]?agent\w*",
            r"(?:настройк\w+\s+|в\s+(?:\w+\s+)?|через\s+|параметр\w+\s+)",
            r"\s+(?:настро|баптау)",
        ),
        (r"\bшолғыш\w*|\bшолушы\w*", "", r"\s+баптау"),
        (
            r"\bbrowsers?\b",
            r"(?:your|the|in)\s+(?:web\s+)?(?=$)(?<=settings\s)|configure\s+(?:\w+\s+)*|web\s+browser\s+settings",
            r"\s+settings|\s+to\s+(?:refuse|block|reject)|\s+(?:is\s+)?set\s+to",
        ),
    ),
    "device": (
        (
            (
                r"(?:тип|вид|модел|марк|характеристик|идентификатор|параметр|данн|информаци|сведени|версии?|наименовани|свойств|номер|настройк|производител)\w*[^.;:]{0,35}?\bустройств\w*|\bустройств\w*(?=,|;|$|\s*\(|\s+пользовател|\s+и\s)|"
                r"операционн\w+\s+систем\w*|\bimei\b|\bimsi\b|\bmac-?\s?адрес\w*|разрешени\w+\s+экран\w*|аппаратн\w+|\bоборудовани\w*|рекламн\w+\s+идентификатор\w*|\bтехническ\w+\s+(?:характеристик|параметр)\w*"
            ),
            r"(?:установленн\w+\s+на\s+|на\s+|с\s+помощью\s+|на\s+(?:вашем|его|своем)\s+|с\s+любого\s+|с\s+|в\s+памят\w+\s+|на\s+жестк\w+\s+диск\w+\s+)(?:\w+\s+)?",
            "",
        ),
        (
            (
                r"\bқұрылғы(?:ның|сының|сы|лар|лардың|ңыз|ңыздың)?\s*(?:\w+\s+){0,2}?(?:туралы|түр|модел|үлгі|идентификатор|дерек|параметр|сипаттама|ақпарат|нөмір|операциялық)\w*|\bқұрылғы(?:сы|лар|лары)?(?=,|;|$|\s+және)|"
                r"операциялық\s+жүйе\w*|\bimei\b|\bmac-?\s?(?:адрес|мекен)\w*|экран\w*\s+(?:ажыратымдылы|рұқсат)\w*|\bжабдық\w*|\bтехникалық\s+сипаттама\w*"
            ),
            "",
            r"сында\b|да\s+орнатыл",
        ),
        (
            r"\bdevices?\b(?!\s+(?:on\s+which|of\s+others))|\boperating\s+systems?\b|\bhardware\b|\bimei\b|\bmac\s+address\w*|\bscreen\s+resolution\b|\badvertising\s+(?:id|identifier)s?",
            r"(?:on|to|from|in)\s+(?:your|the|user'?s?|a|any|their)\s+(?:user'?s?\s+)?(?:\w+\s+)?|installed\s+on\s+.{0,12}|(?:across|between|of\s+your)\s+",
            r"\s+settings",
        ),
    ),
    "access_time": (
        (
            r"\bврем\w+\s+(?:\w+\s+)?(?:доступ|посещени|визит|вход|обращени|запрос|сесс|пребывани|нахожден|авторизац|просмотр)\w*|\bдат\w+\s+и\s+врем\w+|\bдат\w+\s+(?:посещени|доступ|вход|визит|обращени)\w*|длительност\w*\s+(?:сесс|посещен|визит)\w*|\bвремя\s+и\s+дат\w+|продолжительност\w*\s+(?:сесс|посещен|пользов)\w*",
            "",
            "",
        ),
        (
            r"(?:қол\s?жеткізу|кіру|қолжетімділік|бару|қатынасу|сессия|қарау|болу|келу|пайдалану)\w*\s+(?:күні\s+мен\s+|күні\s+және\s+)?(?:уақыт|ұзақтығ|мерзім)\w*|\bкүні\s+(?:мен|және)\s+уақыт\w*|кірген\s+уақыт\w*|кіру\s+(?:және|мен)\s+шығу\s+уақыт\w*|\bуақыты\s+мен\s+күні",
            "",
            "",
        ),
        (
            r"\b(?:access|visit|login|log-in|session|request)\s+(?:date\s+and\s+|dates?\s*/\s*)?(?:times?|duration|dates?)\b|\b(?:time|date)s?\s+(?:and\s+(?:date|time|duration)s?\s+)?of\s+(?:your\s+|the\s+|each\s+)?(?:access|visit|login|use|request|session)\w*|\bdates?\s+and\s+times?\b|\bdates?,\s*times?\b|\bдата,\s*время\b|\btimes?\s+and\s+dates?\b|\btime\s?stamps?\b|\btime\s+(?:spent|zone)|\baccess\s+time",
            "",
            "",
        ),
    ),
    "page_address": (
        (
            r"адрес\w*\s+(?!предыдущ)(?:\w+\s+){0,3}?страниц\w*|посещ\w+\s+(?:\w+\s+){0,2}?(?:страниц|раздел)\w*|просм\w+\s+(?:\w+\s+){0,2}?страниц\w*|\burl\b(?!\s*-?адрес\w*\s+(?:предыд|реф))|истори\w+\s+(?:посещ|просм|браузер)\w*|страниц\w*,\s+котор\w+\s+(?:вы\s+)?(?:посе|просм|откры)\w*|запраш\w+\s+страниц\w*",
            r"(?:предыдущ\w+\s+)",
            "",
        ),
        (
            r"(?:парақ|бет)\w*\s+(?:\w+\s+)?(?:мекен-?\s?жай|адрес|url)\w*|қара(?:л)?ған\s+(?:бет|парақ)\w*|кірген\s+(?:бет|парақ)\w*|сұрал\w+\s+(?:бет|парақ)\w*|(?:кіру|қарау|шолу|бару)\s+тарих\w*|(?:бет|парақ)\w*\s+қарау\w*|бар(?:ыл)?ған\s+(?:бет|парақ)\w*",
            r"(?:алдыңғы\s+)",
            "",
        ),
        (
            r"\bpages?\s+(?:you\s+|that\s+you\s+|they\s+|the\s+user\s+)?(?:visit|view|request|access|brows)\w*|\b(?:visited|viewed|requested|accessed|browsed)\s+(?:web\s?)?(?:pages?|urls?)|\bpage\s+(?:address|url|view)\w*|\burls?\b|\baddress(?:es)?\s+of\s+(?:the\s+)?(?:\w+\s+)?pages?|\bbrowsing\s+(?:history|behavio)\w*",
            r"(?:referr\w+\s+|previous\s+)",
            "",
        ),
    ),
    "referrer": (
        (
            r"\bреф+ер+ер\w*|\bref+er+[ea]r\w*|\breferring\s+\w+|адрес\w*\s+предыдущ\w+\s+страниц\w*|источник\w*\s+(?:переход|вход|захода|трафик)\w*|откуда\s+(?:\w+\s+){0,2}(?:приш|переш)\w*|алдыңғы\s+(?:бет|парақ)\w*|(?:өту|келу|кіру)\s+көз\w*|address\s+of\s+the\s+previous\s+page|previous\s+page|traffic\s+sources?|source\s+of\s+(?:the\s+)?(?:traffic|visit|referral)",
            "",
            "",
        ),
    ),
    "health": (
        (
            r"\bздоров\w*|\bмедицинск\w+(?!\s+(?:центр|организаци|услуг|учрежден|помощ))|\bдиагноз\w*|\bанамнез\w*|\bанализ\w+\s+(?:кров|результ)\w*|\bинвалидност\w*|групп\w+\s+крови|(?:ментальн|психическ|психологическ)\w+\s+(?:состояни|статус)\w*|\bаллерги\w*|\bсамочувстви\w*",
            r"(?:закон\w*\s+о\s+|охран\w+\s+)",
            r"\s+(?:народ|насел)",
        ),
        (
            r"\bденсаулы\w*|\bмедициналық\s+(?!ұйым|орталық|қызмет|көмек)\w+|\bдиагноз\w*|\bмүгедекті\w*|\bқан\s+топ\w*",
            r"",
            r"\s+сақтау",
        ),
        (
            r"\bhealth\b|\bmedical\s+(?!cent|service|organi|institution)\w+|\bdiagnos[ie]s\b|\bdisabilit\w+|\bmental\s+state|\ballerg(?:y|ies)\b|\bblood\s+(?:type|group)",
            "",
            r"\s+(?:care|insurance)",
        ),
    ),
    "citizenship": (
        (r"\bгражданств\w*|\bподданств\w*|\bнациональност\w*", "", ""),
        (r"\bазаматтығ\w*|\bазаматтық(?=[,;.]|$|\s+(?:туралы|және))|\bұлт[ыт]\w*(?=,|;|$)", "", ""),
        (r"\bcitizenship\b|\bnationalit(?:y|ies)\b", "", ""),
    ),
    "signature": (
        (
            r"\b(?:образ\w+\s+)?подпис(?:ь|и|ью|ей)\b|\bэцп\b",
            r"(?:\bза\s+|собственноручн\w+\s+(?=$))",
            r"\s+на\s+(?:рассыл|новост)",
        ),
        (r"\bқолтаңба\w*|\bқолы(?:ның|ңыз)?(?=[,;.]|$|\s+үлгі)|\bэцқ\b", "", ""),
        (r"\b(?:digital\s+|electronic\s+)?signatures?\b|\beds\b", "", ""),
    ),
}

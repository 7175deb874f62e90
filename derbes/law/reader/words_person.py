"""The words for data about a person, by key, in Kazakh, Russian and English; patterns over folded text.

An entry is (pattern, what must not stand right before, what must not follow). Order of keys is the order of
the vocabulary. The patterns name things only; whether a clause speaks of collecting them is decided elsewhere.
"""

from __future__ import annotations

# A channel is no datum: "by e-mail", "на адрес", "пошта арқылы".
_CHANNEL_BEFORE = (
    r"(?:\b(?:по|на|через|посредством|с помощью|путем|via|by|through|using|вид\w*|форм\w*|к нам по|звон\w+|напис\w+)"
    r"\s+(?:\w+\s+){0,2}|\b(?:to|at)\s+(?:the |our |this |an |following )?(?:\w+\s+)?|\bсвяз\w+\s+с\s+нами\s+.{0,20}|"
    r"операторд?ың\s+|компанияның\s+|оператора\s+|біздің\s+|\bour\s+)"
)
_CHANNEL_AFTER = (
    r"\s*(?:арқылы|бойынша|хабарла\w*|жазыңыз|жіберу арқылы|жолда\w*|оператора\b|компании\b|администрации\b|общества\b)|\s*[-:–—(]*\s*(?:\(?mailto|\S+@|\+?[78][\s(]|\()\S*\d{3}|"
    r"\s*[-:–—(]*\s*\S+@\S+|\s+of\s+the\s+(?:operator|company)|\s+(?:messages?|newsletters?|рассыл\w*|уведомлен\w*|сообщени\w*|calls?)"
)

Entry = tuple[str, str, str]

PERSON: dict[str, tuple[Entry, ...]] = {
    "name": (
        (r"\bфамили[яиюейях]+\b|\bотчеств\w*|\bф\s?\.?\s?и\s?\.?\s?о\b\.?|\bфио\b", "", ""),
        (
            r"\bим(?:я|ени|енем|ена)\b",
            r"(?:доменн\w+|от|файл\w+|торгов\w+|сетев\w+|dns)\s+",
            r"\s+(?:домена|файла|сайта|хоста|пользователя и парол|компании|оператора|учетн)",
        ),
        (
            r"(?<![-\w])тегі(?:ң|ңіз|м)?\b|\bтегін(?=,|\s+(?:және|аты))|\bәкесінің\s+аты\w*|\bт\s?\.?\s?а\s?\.?\s?ә\b\.?|\bесім\w*|\bтаә\b",
            "",
            "",
        ),
        (
            r"\bаты(?:м|ң|н|ңыз|ңызды)?\b(?:-?жөн\w*)?|\bаты-жөн\w*|\bаты\s+жөн\w*",
            r"(?:домен|файл|сайт|компания|өнім|тауар)\w*\s+",
            "",
        ),
        (
            (
                r"\b(?:first|last|middle|full|family|given|legal|complete|personal)\s*(?:,|and|/|or|&)?\s*(?:last|middle|family)?\s*names?\b|"
                r"\bsurnames?\b|\bpatronymic\w*|\binitials\b|\bnames?\b"
            ),
            (
                r"(?:domain|file|company|brand|trade|business|host|product|user|organi[sz]ation|corporate|site|server|of the|bank|"
                r"institution|school|event|app|legal entity)(?:'s)?\s+|\bin\s+the\s+"
            ),
            r"\s+(?:of\s+(?:the\s+)?(?:compan|operator|site|organi[sz]ation|website|product|page|file|service|law)|server)",
        ),
    ),
    "iin": (
        (
            r"\bиин\b|\bинн\b|индивидуальн\w+\s+идентификационн\w+\s+номер\w*|индивидуальн\w+\s+номер\w*\s+налог\w*|идентификационн\w+\s+номер\w*\s+налог\w*",
            "",
            "",
        ),
        (r"\bжсн\b|жеке\s+сәйкестендіру\s+(?:нөмір|код)\w*", "", ""),
        (
            r"\biins?\b|(?:individual|personal|national)\s+(?:identification|identity|id)\s+(?:number|code)s?|\btaxpayer\s+(?:identification|id)",
            "",
            "",
        ),
    ),
    "birth_date": (
        (
            r"(?:дат|год|месяц|день|число|дня)\w*[^.;:]{0,30}?рожден\w*|\bвозраст\w*",
            "",
            r"\s*(?:до|от|младше|старше)?\s*\d{2}",
        ),
        (r"туған\s+(?:күн|жыл|ай|уақыт)\w*|\bжасы\b", "", r"\s*\d{2}"),
        (
            r"\b(?:date|year|day|month)s?\s+(?:and\s+\w+\s+)?of\s+birth\b|\bbirth\s?-?(?:dates?|days?|year)\b|\bdob\b|\bage\b",
            "",
            r"\s*(?:of|under|over)?\s*\d{2}",
        ),
    ),
    "sex": (
        (r"\bпол\b|\bполов\w+\s+принадлежност\w*|\bполе\b(?=,)", "", r"\s+(?:для|ввода)"),
        (r"\bжынысы?\w*", "", ""),
        (r"\bsex\b|\bgender\b", "", r"\s+(?:life|orientation)"),
    ),
    "email": (
        (
            r"\be\s?-?\s?mail\w*|\bе-?mail\w*|\bимейл\w*|\bемейл\w*|электронн\w+\s+(?:почт\w*|адрес\w*|ящик\w*)|электронн\w+\s+почтов\w+|\bэл\.?\s*почт\w*|эл\.?\s*адрес\w*",
            _CHANNEL_BEFORE,
            _CHANNEL_AFTER,
        ),
        (
            r"электронды[қк]?\s+(?:пошта\w*|мекен-?\s?жай\w*|адрес\w*)|эл\.?\s*пошта\w*|\bэлектрондық\s+пошта",
            _CHANNEL_BEFORE,
            _CHANNEL_AFTER,
        ),
        (r"\belectronic\s+(?:mail|address)\w*", _CHANNEL_BEFORE, _CHANNEL_AFTER),
    ),
    "phone": (
        (
            r"\bтелефон\w*|\bтел\.|номер\w*\s+(?:мобильн|сотов|контактн)\w*|\bабонентск\w+\s+номер\w*",
            _CHANNEL_BEFORE + r"|\b(?:модел\w+|производител\w+|тип\w*|версии?)\s+|\bпамят\w+\s+",
            _CHANNEL_AFTER + r"|\s+үлгісі",
        ),
        (
            r"\bұялы\s+(?:телефон|нөмір|байланыс нөмір)\w*|\bбайланыс\s+(?:нөмір|телефон)\w*",
            _CHANNEL_BEFORE,
            _CHANNEL_AFTER,
        ),
        (
            r"\b(?:tele)?phones?\b|\b(?:mobile|contact|cell|cellular|telephone)\s+(?:phone\s+)?numbers?\b",
            _CHANNEL_BEFORE + r"|\b(?:type|model)\s+of\s+|\b(?:from|on|using)\s+(?:\S+\s+){0,2}",
            _CHANNEL_AFTER + r"|\s+(?:model|settings|memory)",
        ),
    ),
    "address": (
        (
            (
                r"\bадрес\w*(?:\s+(?:проживан|прописк|регистрац|доставк|жительств|места)\w*)?|\bмест\w+\s+(?:жительств|проживани|прописк|пребывани)\w*|\bпрописк\w+|"
                r"\bпочтов\w+\s+(?:адрес|индекс)\w*"
            ),
            r"(?:\bip\s?-?\s?|\bай-?пи\s?-?|\be-?mail\s?-?|электронн\w*(?:\s+почтов\w+)?\s+|\bmac\s?-?|\burl\s?-?|сетев\w+\s+|\bпо\s+(?:\w+\s+)?|\bна\s+(?:\w+\s+)?|юридическ\w+\s+|почтовый\s+(?=$)|интернет-?\s?|веб-?\s?|исходн\w+\s+)",
            r"\s*(?:электронн|эл\.|сайт|страниц|запраш|web|веб|сети|ip|интернет|ресурс|оператор|компани|e-?mail|предыдущ|url|посещ|http|для направ|администр)",
        ),
        (
            r"\bмекен-?\s?жай\w*|\bтұрғылықты\s+жер\w*|\bтұратын\s+(?:жер|мекен)\w*|\bтіркел\w+\s+(?:жер|мекен)\w*|\bадресі\b|\bпочталық\s+индекс",
            r"(?:\bip\s?-?\s?|электрондық\s+|пошта(?:сы|сының|ның)?\s+|парақша\w*\s+|парақ\w*\s+|бет\w*\s+|сайт\w*\s+|желілік\s+|мына\s+|келесі\s+|mac\s?-?|url\s?-?|email\s+|e-?mail\s?-?|интернет-?\s?|заңды\s+|ресурс\w*\s+|желі\w*\s+|оператор\w*\s+|компания\w*\s+|веб-?\s?)",
            r"(?:\s+бойынша|нда\b.{0,20}орналас)",
        ),
        (
            (
                r"\b(?:postal|home|residential|residence|delivery|shipping|billing|mailing|physical|registered|registration|street|permanent|actual|living)\s+"
                r"(?:and\s+\w+\s+)?address\w*|\bplace\s+of\s+residence\b|\b(?:post|zip)\s?codes?\b|\baddress(?:es)?\b"
            ),
            r"(?:\bip\s?-?\s?|internet\s+protocol\s+|\be-?\s?mails?\s+|electronic\s+|\bmac\s?-?\s?|\bweb\s?-?\s?|\burl\s?-?\s?|\bpage\s+|site\s+|protocol\s+|internet\s+|network\s+|\bat\s+the\s+(?:\w+\s+)?|to\s+the\s+(?:\w+\s+)?|legal\s+|mail\s+)",
            r"\s+(?:of\s+the\s+(?:requested\s+|previous\s+|visited\s+|operator|company|site|web|page)|book\b|of\s+(?:the\s+)?(?:requested\s+)?pages?|bar\b)",
        ),
    ),
    "id_document": (
        (
            (
                r"\bпаспорт\w*|удостоверени\w+\s+личност\w*|\bдокумент\w*[^.;]{0,25}?удостоверя\w+|реквизит\w*\s+документ\w+|водительск\w+\s+(?:удостоверен|прав)\w*|"
                r"вид\w*\s+на\s+жительств\w*|свидетельств\w+\s+о\s+рождени\w*|\bудостоверени\w+(?=[,\s]+паспорт)|скан\w*\s+(?:копи\w*\s+)?документ\w*"
            ),
            r"паспорт(?:ный|ном)\s+контрол",
            "",
        ),
        (
            r"\bпаспорт\w*|жеке\s+(?:басын\s+)?куәлі[кг]\w*|жеке\s+бас\w*\s+куәландыр\w*|\bтөлқұжат\w*|жүргізуші\s+куәлі\w*|туу\s+туралы\s+куәлі\w*",
            "",
            "",
        ),
        (
            (
                r"\bpassports?\b|\bidentity\s+(?:card|document|paper)s?|\bnational\s+ids?\b|\b(?:national\s+)?id\s+(?:card|document|data|number)s?|identification\s+(?:card|document)s?|driv(?:er'?s?|ing)\s+licen[sc]es?|"
                r"\bdocuments?\s+(?:proving|confirming|certifying|verifying)\s+(?:your\s+)?identity|birth\s+certificates?|government[- ]issued\s+id\w*"
            ),
            "",
            "",
        ),
    ),
    "photo": (
        (
            r"\bфото\w*|\bселфи\b|\bизображени\w+(?=[^.;]{0,30}(?:лиц|пользоват|человек|субъект|гражд))|\bцифров\w+\s+изображени\w*|\bвидеоизображени\w*|\bавата\w+|видеозапис\w*|видеонаблюд\w*",
            "",
            r"(?:галере|камер)",
        ),
        (
            r"\bсурет\w*|\bфотосурет\w*|\bбейнежазба\w*|\bбейнебақылау\w*|\bбейнесурет\w*",
            "",
            r"\s*(?:\d|тәсіл)",
        ),
        (
            r"\bphoto(?:graph)?s?\b|\bselfies?\b|\bprofile\s+(?:picture|image)s?|\bavatars?\b|\bfacial\s+images?|\bvideo\s+(?:recording|image|surveillance|footage)s?|\bpictures\b|\bimages?\s+of\s+(?:your|the\s+(?:user|face))",
            "",
            "",
        ),
    ),
    "biometric": (
        (
            r"\bбиометр\w*|отпечат\w+\s+пальц\w*|\bдактилоскоп\w*|(?:слеп|образ|запис)\w+\s+голос\w*|\bface\s?-?id\b|\bразпознаван\w+\s+лиц\w*|\bраспознаван\w+\s+лиц\w*",
            "",
            "",
        ),
        (r"саусақ\s+із\w*|бет\s+әлпет\w*\s+тан\w*", "", ""),
        (
            r"\bbiometric\w*|\bfingerprints?\b|\bfac(?:e|ial)\s+(?:recognition|geometry|template|scan)\w*|\bvoice\s?prints?\b",
            r"(?:browser|device)\s+",
            "",
        ),
    ),
    "bank_account": (
        (
            r"\bбанковск\w+\s+(?:реквизит|счет|данн|сведен)\w*|\b(?:номер\w*\s+)?(?:расчетн|лицев|банковск)\w+\s+счет\w*|номер\w*\s+(?:банковск\w+\s+)?счет\w*|\biban\b|\bиик\b|реквизит\w*\s+(?:\w+\s+)?счет\w*|платежн\w+\s+реквизит\w*|реквизит\w*\s+банк\w*",
            "",
            "",
        ),
        (
            r"\bбанк\w*\s+(?:\w+\s+)?(?:шот|деректеме|реквизит)\w*|\bшот\w*\s+нөмір\w*|\bжск\b|төлем\s+деректеме\w*|есеп\s+айырысу\s+шот\w*",
            "",
            "",
        ),
        (
            r"\bbank(?:ing)?\s+(?:account|detail|information|data|requisite)\w*|\baccount\s+number\w*",
            "",
            "",
        ),
    ),
    "payment_card": (
        (
            r"(?:банковск|платежн|кредитн|дебетов|пластиков)\w+\s+карт\w*|\bномер\w*\s+карт\w*|данн\w+\s+(?:\w+\s+)?карт(?:ы|е)?\b|реквизит\w*\s+(?:\w+\s+)?карт\w*|\bcvv\w*|\bcvc\w*|платежн\w+\s+(?:данн|информац|сведен)\w*",
            "",
            "",
        ),
        (
            r"(?:банк|төлем|кредит|дебет)\w*\s+карт\w*|карта(?:ның|сының)?\s+(?:нөмір|дерек)\w*|төлем\s+(?:дерек|ақпарат|мәлімет)\w*",
            "",
            "",
        ),
        (
            r"(?:payment|bank|credit|debit)(?:\s*(?:/|or|and)\s*(?:debit|credit))?\s+cards?\b|(?<!id )(?<!identity )(?<!sim )\bcard\s+(?:number|detail|data|information)s?|\bpayment\s+(?:information|data|method|detail)\w*|\bbilling\s+(?:information|data|details)",
            "",
            "",
        ),
    ),
    "income": (
        (
            r"\bдоход\w*|заработн\w+|\bзарплат\w*|(?:финансов|имущественн|материальн)\w+\s+(?:положени|состояни)\w*|пенсионн\w+\s+(?:отчислен|взнос|накоплен)\w*",
            r"(?:упущенн\w+\s+)",
            "",
        ),
        (
            r"\bтабыс(?:ы|ының|тар|тары|ыңыз|ын)?\b|\bкіріс(?:і|тері|тер|інің)\b|\bжалақы\w*|мүліктік\s+жағдай\w*|\bзейнетақы\s+(?:жарна|аударым)\w*",
            "",
            r"\s+ет",
        ),
        (
            r"\bincomes?\b|\bsalar(?:y|ies)\b|\bearnings\b|\bwages?\b|\bfinancial\s+(?:situation|status|position|standing)|pension\s+(?:contribution|deduction)s?",
            r"(?:lost|loss of)\s+",
            "",
        ),
    ),
    "employment": (
        (
            r"\bмест\w+\s+(?:работ|трудоустройств|служб)\w*|\bдолжност\w*(?!\w*\s+лиц)|\bпрофесси\w+|\bспециальност\w*|\bтрудов\w+\s+(?:деятельност|стаж|книж|биограф)\w*|\b(?:общий\s+)?стаж\w*(?:\s+работ\w*)?|\bзанятост\w*|\bтрудоустройств\w*|\bместо\s+службы|\bработодател\w*|\bопыт\w*\s+работ\w*|род\w*\s+(?:деятельност|занят)\w*|\bрезюме\b",
            r"",
            r"\s+лиц",
        ),
        (
            r"\bжұмыс(?=\s*/)|\bжұмыспен\s+қамт\w*|\bжұмыс\s+(?:орн|өтіл|тәжірибе|беруші)\w*|\bлауазым\w*(?!\s*ды\s+тұлға)|\bмамандығ\w*|\bкәсіб\w+|\bеңбек\s+(?:өтіл|қызмет|тәжірибе|кітапша)\w*|\bтүйіндеме\w*|\bқызмет\s+орн\w*",
            "",
            r"\s+тұлға",
        ),
        (
            r"\b(?:place\s+of\s+(?:work|employment)|job\s+(?:title|position)s?|occupation|profession|employer|employment|work\s+(?:experience|history|place)|workplace|position\s+held|curriculum\s+vitae|resume|cv|position)\b",
            r"(?:financial|physical|gps|geographic|current)\s+",
            r"\s+(?:of\s+the\s+(?:cursor|device)|contract|relation|agreement|law)",
        ),
    ),
    "education": (
        (
            r"\bобразовани\w*|\bквалификаци\w*|учен\w+\s+степен\w*|\bдиплом\w*|учебн\w+\s+заведени\w*|\bмест\w+\s+учеб\w*|успеваемост\w*",
            r"(?:право)",
            r"\s+(?:юридическ|задолж|массив)",
        ),
        (
            r"\bбілім(?:і|ін|інің|іңіз)?\s*(?:туралы|,|$|деңгей|;|\.)|\bбіліктіліг?\w*|\bоқу\s+орн\w*|\bдиплом\w*|\bбілімі\b",
            "",
            "",
        ),
        (
            r"\beducation\w*(?:\s+(?:level|background|history))?|\bqualifications?\b|\bdiplomas?\b|\bacademic\s+(?:degree|record)s?|\bschool\b|\bgrades\b",
            "",
            r"\s+(?:institution|services?|purpose|content|material|program)",
        ),
    ),
    "marital_status": (
        (
            r"семейн\w+\s+(?:положени|статус|состояни)\w*|\bсостав\w*\s+семьи|\bбрак\w*|\bсупруг\w*|наличи\w+\s+детей",
            "",
            "",
        ),
        (r"отбасы\w*\s+(?:жағдай|құрам|мәртебе)\w*|\bнеке\w*|\bжұбай\w*", "", ""),
        (r"\bmarital\s+status|\bfamily\s+(?:status|composition)|\bspouses?\b", "", ""),
    ),
}

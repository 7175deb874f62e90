"""The words for purposes, by key, in Kazakh, Russian and English; patterns over folded text.

They are looked for only where a clause speaks of purposes: the segment after "в целях", before "мақсатында".
"""

from __future__ import annotations

PURPOSES: dict[str, str] = {
    "service": (
        r"(?:предостав|оказа|оказыв|получ(?:ен|ит)|использован|обеспеч|поставк|реализац)\w*\s+(?:\w+,?\s+){0,4}?(?:услуг|сервис|доступ|функци|товар|контент|продукт|микрокредит|займ|кредит|помощ|возможност)\w*|"
        r"доступ\w*\s+(?:\w+\s+){0,3}?(?:к\s+)?(?:сервис|сайт|услуг|ресурс|функци|материал|кабинет)\w*|(?:оформ|обработ|выполн|исполн|комплект|прием|принят|достав)\w*\s+(?:и\s+\w+\s+|\w+\s+)?заказ\w*|"
        r"\bдоставк\w*|\bобслуживан\w*|(?:создан|регистрац|ведени|активац)\w*\s+(?:и\s+\w+\s+|\w+\s+){0,2}?(?:учетн|аккаунт|кабинет|пользовател|профил|на\s+сайте)\w*|\bрегистраци\w*|\bбронирован\w*|\bвыдач\w+\s+(?:\w+\s+)?(?:микрокредит|займ|кредит)\w*|\bзапис\w+\s+(?:\w+\s+)?(?:на\s+при|к\s+врач)\w*|\bоказания\s+медицин\w*|\bработ\w+\s+(?:\w+\s+)?(?:сайта|сервиса|платформы|приложени\w+|системы|аккаунта)\b|\bработоспособност\w*|функционирован\w+|образовательн\w+\s+(?:услуг|процесс)\w*|"
        r"қызмет\w*\s+(?:\w+\s+){0,2}?(?:көрсет|ұсын|пайдалан|алу|жеткіз)\w*|(?:қызмет|сервис|сайт|функци|платформа|қосымша)\w*\s+(?:\w+\s+){0,2}?(?:қол\s?жеткіз|қолжетім)\w*|тапсырыс\w*\s+(?:\w+\s+){0,3}?(?:рәсімде|өңде|орында|жеткіз|қабылда)\w*|\bжеткізу\b(?!\s+шарт)|\bтіркеу\b|\bтіркелу\b|аккаунт\w*|жеке\s+кабинет\w*|тауар\w*\s+(?:сат|жеткіз)\w*|(?:микрокредит|қарыз|несие)\w*\s+(?:бер|ұсын|алу)\w*|функционал\w*\s+(?:\w+\s+)?қамтамасыз|(?:сайт|сервис|платформа|қосымша|жүйе|аккаунт)\w*\s+(?:\w+\s+){0,2}?жұмыс\w*(?:\s+(?:істеу|қамтамасыз|жақсы)|\b)|көрсетілетін\s+қызмет\w*\s+(?:ұсын|бер)\w*|"
        r"\b(?:provid|provision|deliver|render|offer|supply|perform|operat|maintain|us)\w*\s+(?:\S+\s+){0,4}?(?:services?|products?|goods|access|content|functionality|features|website|site|app|platform|loan)\b|\b(?:process|fulfil|fulfill|deliver|execut|complet)\w*\s+(?:\S+\s+){0,3}?orders?\b|\bdelivery\b|\border\s+(?:processing|fulfil)\w*|\baccess\s+to\s+(?:\S+\s+){0,3}?(?:services?|site|website|content|account|platform)|\b(?:creat|manag|regist|maintain)\w*\s+(?:\S+\s+){0,3}?accounts?\b|\bregistration\b|\bservice\s+(?:provision|delivery)|\bmedical\s+care"
    ),
    "identification": (
        r"\bидентифи\w*|\bаутентифи\w*|\bавториз\w*|установлен\w+\s+личност\w*|сәйкестендір\w*|\bаутентифи\w*|\bавторизация\w*|жеке\s+басын\s+(?:анықта|таны|белгіле)\w*|\bидентификация\w*|\bidentify\w*|\bidentification\b(?!\s+(?:number|document|card))|\bauthenticat\w*|\bestablish\w*\s+(?:\S+\s+)?identity"
    ),
    "verification": (
        r"\bверифи\w*|\bпровер(?:к|я|ит)\w*|подтвержд\w+\s+(?:\w+\s+){0,2}?(?:достоверн|личност|данн|полнот|подлинн|номер|сведен)\w*|\bскоринг\w*|\bоценк\w+\s+(?:\w+\s+)?(?:кредит|платежеспос|риск)\w*|"
        r"(?:профил|клиент|төлем|несие|тәуекел|қарыз)\w*\s+(?:\w+\s+)?бағала\w*|\bтексер\w*|\bверификация\w*|(?:дұрыстығ|анықтығ|растығ|шынайылығ)\w*\s+раста\w*|(?:деректер|мәлімет|жеке\s+бас)\w*\s+раста\w*|\bскоринг\w*|несие\s+қабілет\w*|төлем\s?қабілет\w*|"
        r"\bverif\w*|\bcheck\w*\s+(?:\S+\s+){0,3}?(?:data|information|identity|accuracy|eligib)\w*|\bconfirm\w*\s+(?:\S+\s+){0,3}?(?:identity|accuracy|data|information)|\bcredit\s?(?:worthiness|scoring)|\bscoring\b|\bkyc\b"
    ),
    "contract": (
        r"(?:заключ|исполн|выполн|расторж|сопровожд|оформл|прекращ|изменен)\w*,?\s+(?:и\s+\w+\s+|и\/или\s+\w+\s+|,\s*\w+\s+)?(?:[\w,/-]+\s+){0,5}?(?:договор|соглашен|контракт|оферт|сделк)\w*|(?:исполн|выполн)\w*\s+(?:\w+\s+){0,3}?обязательств\w*(?!\s+(?:по\s+|в\s+соответствии\s+с\s+)закон)|\bдоговорн\w+|стороной\s+котор\w+|"
        r"(?:шарт|келісімшарт|мәміле)\w*\s+(?:\w+\s+){0,3}?(?:жасас|орында|бекіт|рәсімде|бұз|жасау)\w*|міндеттеме\w*\s+(?:\w+\s+)?орында\w*|"
        r"\b(?:perform|conclu|enter|execut|fulfil|fulfill|terminat|complet|implement)\w*\s+(?:\S+\s+){0,5}?(?:contract|agreement)s?\b|\b(?:fulfil|perform|meet)\w*\s+(?:\S+\s+){0,2}?(?:contractual\s+)?obligations?\s+(?:under|to\s+(?:you|the\s+user))|\bcontractual\b"
    ),
    "personalisation": (
        r"\bперсонализ\w*|\b(?:индивидуальн|персональн|адресн)\w+\s+(?:\w+\s+)?(?:предлож|подход|сервис|рекоменд|контент|услуг|настро|скид)\w*|учет\w*\s+(?:\w+\s+)?(?:предпочтен|интерес)\w*|\bпредпочтени\w+|\bзапомин\w+|"
        r"дербестендір\w*|дербестенген|жекелендір\w*|дараландыр\w*|персонал(?:дандыр|изац)\w*|жеке\s+(?:ұсыныс|тәсіл|баптау)\w*|қалаулар\w*|\bpersonali[sz]\w*|\btailor\w*|\bcustomi[sz]\w*|\bpreferences\b|\brecommend\w*"
    ),
    "communication": (
        r"\bобратн\w+\s+связ\w*|\bсвяз(?:ь|и|аться|ываться)\b(?!\s+с\s+(?:этим|исполнен|использован|чем))|\bуведомл\w*|\bинформирован\w*|\bинформировать\b|\bконсульт\w*|(?:обработк|ответ|рассмотр|получ|направлен)\w*\s+(?:\w+,?\s+){0,4}?(?:запрос|обращен|заяв|вопрос|сообщен)\w*|\bподдержк\w*|\bоповещ\w*|\bкоммуникаци\w*|взаимодейств\w*|\bрассмотр\w*\s+(?:\w+,?\s+){0,2}?(?:жалоб|претензи|спор)\w*|\bнапомн(?:ить|им)\b|\bнапоминани\w*\s+о\s+(?:встреч|запис|прием|визит)\w*|\bпереписк\w*|\bотзыв(?:ов|ы)\b|\bинформационн\w+\s+(?:рассыл|сообщ)\w*|отправк\w+\s+(?:\w+\s+){0,3}?(?:писем|сообщен|смс|sms)\w*|\bперезвон\w*|обратн\w+\s+звон\w*|"
        r"\bбайланыс\w*(?!т[ыы])|\bкері\s+байланыс|\bхабарла(?!н)\w*|\bхабардар\w*|\bақпараттандыр\w*|\bсұра(?:у\s+сал|ныс)\w*|өтініш\w*|өтінім\w*|өзара\s+(?:іс-?\s?)?(?:әрекет|қимыл)\w*|қолдау\w*\s+(?:көрсет|қызмет)\w*|клиенттік\s+қолдау|шағым\w*\s+(?:\w+\s+){0,2}?(?:қара|өңде|шеш)\w*|\bеске\s+сал\w*|\bхат\s+алмас\w*|\bкеңес\s+бер\w*|жауап\s+бер\w*|"
        r"\bcommunicat\w*|\bcontact(?:ing)?\s+(?:you|users?|customers?|clients?|the|with)|\bnotif\w*|\brespon[ds]\w*|\binquir\w*|\benquir\w*|\bfeedback\b|\bsupport\b|\binform(?:ing)?\s+(?:you|users?|customers?|the)|\banswer\w*|\bconsult\w*|\bcorrespond\w*|\bcall(?:ing)?\s+back|\bremind\w*|\bcontact\s+and\b|\balerts\b|\bkeep\s+in\s+touch|\bsend(?:ing)?\s+(?:\S+\s+){0,4}?(?:messages?|notices?|e-?mails?|information|notifications?)"
    ),
    "advertising": (
        r"\bреклам\w*|\bмаркетинг\w*|\bрассыл\w*|\bакци(?:и|ях|й|ями)\b|\bпродвижени\w*\b(?!\s+по\s+службе)|\bновост\w*|\bспециальн\w+\s+предложени\w*|\bспецпредложени\w*|\bпромо\w*|\bкоммерческ\w+\s+предложени\w*|\bновинк\w*|\bтаргет\w*|программ\w*\s+лояльност\w*|\bскидк\w*|о\s+(?:новых\s+)?(?:продуктах|услугах)\b|"
        r"\bжарнама\w*|\bмаркетинг\w*|\bакция\w*|\bжаңалық\w*|\bарнайы\s+ұсыныс\w*|\bұсыныстар\s+туралы|\bпромо\w*|\bжеңілдік\w*|\bадалдық\s+бағдарлама\w*|таратылым\w*|\bнауқан\w*|"
        r"\badverti[sz]\w*|\bmarketing\b|\bpromot\w*|\bnewsletters?\b|(?<!personalised )(?<!personalized )\boffers\b(?!\s+services)|\bloyalty\b|\bmailings?\b|\bnews\b|\bdiscounts?\b|\bretarget\w*"
    ),
    "research": (
        r"\bстатисти\w*|\bисследован\w*|\bаналити\w*|\bанализ\w*|\bопрос\w*|\bстатистика\w*|\bзертте\w*|\bталда(?!п\s+ет)\w*|\bталдау\w*|\bаналитика\w*|\bсауалнама\w*|\bсараптама\w*|\bstatisti\w*|\bresearch\w*|\banaly[sztse]\w*|\bsurveys?\b|\bstud(?:y|ies)\b"
    ),
    "quality": (
        r"\bулучш\w*|\bкачеств\w*(?=\s+(?:\w+\s+){0,3}?(?:услуг|сервис|сайт|обслуж|работы\s+сайт|продукт|предостав|оказ|связ|товар|поддерж))|(?:контрол|повышени|оценк)\w*\s+качеств\w*|\bсовершенств\w*|\bразвити\w+\s+(?:\w+\s+){0,3}?(?:сервис|сайт|услуг|продукт|функци|ресурс)\w*|\bоптимиз\w*|\bповыш\w+\s+(?:\w+\s+)?(?:качеств|удобств|эффектив|уров)\w*|\bразработк\w+\s+(?:\w+\s+){0,3}?(?:нов|продукт|сервис|услуг|функц)\w*|\bудобств\w*|\bмодернизаци\w*|"
        r"\bсапа(?:сы|лы|ны|сын)\w*|\bжақсарт\w*|\bжетілдір\w*|\bоңтайланд\w*|\bдамыт\w*|\bқолайлы\w*|\bыңғайлы\w*|"
        r"\bimprov\w*|\bquality\b|\benhanc\w*|\bdevelop\w*\s+(?:\S+\s+){0,3}?(?:services?|products?|features|site|functionality|website|app)|\boptimi[sz]\w*|\bupgrad\w*|\bconvenien\w*"
    ),
    "security": (
        r"\bбезопасност\w*|\bмошенн\w*|\bпредотвращ\w*|\bпредупрежден\w+\s+(?:\w+\s+)?(?:мошенн|наруш|преступл)\w*|\bпротивоправн\w*|\bнесанкционирован\w*|\bфрод\w*|\bзащит\w+\s+(?:\w+\s+){0,3}?(?:сайт|аккаунт|учетн|прав\s+и\s+законн|от)\w*|пропускн\w+\s+режим\w*|\bсохранност\w+\s+имуществ\w*|"
        r"\bқауіпсізді\w*|\bалаяқ\w*|(?:бұзушылық|құқық\s?бұзу)\w*\s+(?:\w+\s+)?алдын\s+алу\w*|\bалдын\s+алу\w*|\bфрод\w*|\bқорға(?:у|н)\w*(?=\s+мақсат)|"
        r"\bsecur(?!ities)\w*|\bfraud\w*|\bprevent\w*|\babus\w*|\bprotect\w*\s+(?:\S+\s+){0,3}?(?:rights|against|from|users?|account|property)|\bunauthori[sz]ed\b|\bsafety\b"
    ),
    "payment": (
        r"\bоплат\w*|\bвыплат\w*|\bплатеж\w*(?!еспособ)|\bрасчет(?:ов|ы|а|ных)?\b(?=\s+(?:с|по|за|между|с\s)|,|;|\.|$|\s+и\s)|\bвозврат\w*\s+(?:\w+\s+)?(?:денежн|средств|оплат|товар)\w*|\bвзыскани\w*|\bвыставлен\w+\s+счет\w*|\bбиллинг\w*|\bтөлем(?:дер|і|дерді|ді|нің|дердің|ін)?\b|\bесеп\s?айырыс\w*|\bақы\s+төле\w*|\bтөлеу\w*|\bберешек\w*\s+өндір\w*|\bқайтару\w*\s+ақша|"
        r"\bpayments?\b|\bbilling\b|\binvoic\w*|\brefunds?\b|\bcharg(?:e|ing)\b|\bsettlements?\b|\bprocess\w*\s+(?:\S+\s+){0,2}?transactions?\b|\bdebt\s+(?:collection|recovery)"
    ),
    "legal_obligation": (
        r"(?:исполн|выполн|соблюд|соответстви)\w*\s+(?:\w+,?\s+){0,5}?(?:закон|норматив|правов|обязан)\w*|требовани\w*\s+(?:\w+\s+){0,4}?(?:закон|норматив|регулятор|государств)\w*|возложенн\w+|(?:предусмотренн|установленн)\w+\s+(?:\w+\s+){0,3}?закон\w*|противодействи\w+\s+(?:легализ|отмыв|коррупц)\w*|\bпод\/фт\b|\bпод\s*/\s*фт\b|бухгалтерск\w+\s+(?:и\s+налогов\w+\s+)?уч[её]т\w*|налогов\w+\s+отчет\w*|\bотчетност\w*|"
        r"(?:заңнама|заң|нормативтік)\w*\s+(?:\w+\s+){0,4}?(?:талап|міндет|көздел(?!ме)|белгілен(?!ме)|жүктел|орында|сақта)\w*|\bзаңнамалық\s+міндет\w*|жүктелген\s+(?:\w+\s+)?(?:міндет|функция)\w*|жылыстат\w*|есептілік\w*|"
        r"\blegal\s+(?:\S+\s+)?(?:obligation|requirement|dut)\w*|\bcompl(?:y|ying|iance)\b|\bobligations?\s+(?:\S+\s+){0,3}?(?:by|under)\s+(?:\S+\s+){0,2}?(?:law|legislation)|\brequire\w*\s+(?:by|of)\s+(?:\S+\s+){0,3}?(?:law|legislation)|\b(?:aml|anti-money)\b|\baccounting\b|\bregulatory\b"
    ),
    "recruitment": (
        r"\bтрудоустройств\w*|\b(?:подбор|поиск|найм|прием)\w*\s+(?:\w+\s+)?(?:персонал|сотрудник|кандидат|работник|кадр|на\s+работу)\w*|\bваканс\w*|\bсоискател\w*|\bкадров\w+\s+(?:делопроизв|уч[её]т|резерв|работ)\w*|\bкандидат\w*\s+на\s+|\bрекрут\w*|\bрезюме\b|"
        r"жұмысқа\s+(?:қабылда|орналас|тұр)\w*|\bбос\s+(?:жұмыс\s+)?(?:орын|лауазым)\w*|\bүміткер\w*|\bкадр\w*\s+(?:іріктеу|резерв|іс)\w*|персонал\w*\s+(?:іріктеу|таңда)\w*|\bтүйіндеме\w*|қызметкер\w*\s+іріктеу\w*|"
        r"\brecruit\w*|\bjob\s+(?:appl|candid|seek)\w*|\bvacanc\w*|\bcandidates?\b|\bhiring\b|\bemployment\s+(?:purposes|decisions|appl)\w*"
    ),
}

# The stretch of a sentence that names a purpose.
AFTER = (
    r"(?:\bв\s+(?:следующих\s+|иных\s+|таких\s+|указанных\s+)?целях|\bс\s+целью|\bдля\s+(?:следующих\s+)?целей|\bцел(?:ь|и|ями|ям|ью)\s+(?:\w+\s+){0,4}?(?:обработк|сбор|использ)\w*[^:.]{0,60}?(?:[:—–-]|явля\w+)|\bдля\s+(?!целей|себя|этого|того|чего|вас\b|пользовател\w+\s+месте|ознаком)|"
    r"\bчтобы\b|\bпомога\w+\s+(?:нам\s+)?|\bпозволя\w+\s+нам\s+|\bhelps?\s+us\s+|\bна\s+основании\s+котор|\bfor\s+the\s+(?:following\s+)?purposes?\s+of|\bfor\s+purposes?\s+(?:such\s+as|of)|\bin\s+order\s+to|\bso\s+that\s+we\s+can|\bfor\s+(?!the\s+following|a\s+period|example|any\s+other|which|this\s+reason|more\s+info|at\s+least|no\s+longer|as\s+long)|\bto\s+(?=(?:provid|identif|verif|communicat|contact|improv|process|fulfil|deliver|send|personal|analy|notif|inform|comply|prevent|ensur|perform|respon|conduct|protect|detect|offer|understand|enhanc|maintain|operat|support|tailor|customi|market|promot|enabl|facilit|creat|manag|develop|optimi|administ|answer|track|confirm|carry)\w*))"
)
BEFORE = r"(?:мақсат(?:ында|ымен|ы(?:на)?|тар(?:ында|ы|ына|да|мен)?|та)?\b|\bүшін\b)"

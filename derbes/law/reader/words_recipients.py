"""The words for operations and recipients, by key, in Kazakh, Russian and English; patterns over folded text."""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    "collect": r"\bсбор(?:а|у|ом|е)?\b|\bполучение\s+данн|\bжина(?:у|уды|уға|лу)\w*(?!қ)|\bcollect(?:ion|ing)?\b|\bgather(?:ing)?\b|\bobtaining\b",
    "record": r"\bзапис(?:ь|и|ью)\b|\bфиксац\w*|\bжаз(?:у|уды|ба|басын|уға)\b|\bтіркеу(?:ді|ге)?\b|\brecord(?:ing|s)?\b",
    "systematise": r"\bсистематиз\w*|\bжүйеле\w*|\bжүйелендір\w*|\bsystemati[sz]\w*|\borgani[sz](?:ation|ing)\b|\bstructuring\b",
    "accumulate": r"\bнакоплен\w*|\bаккумул\w*|\bжинақта\w*|\bжинастыр\w*|\baccumulat\w*",
    "store": r"\bхранен\w*|\bсохранен\w*|\bсақта(?:у|уды|уға|лу)\w*|\bstor(?:age|ing|e)\b|\bretention\b|\bretain(?:ing)?\b",
    "clarify": r"\bуточнен\w*|\bобновлен\w*|\bизменен\w*|\bдополнен\w*|\bактуализац\w*|\bнақтыла\w*|\bжаңарт\w*|\bөзгерт\w*|\bтолықтыр\w*|\bclarif\w*|\bupdat\w*|\brectif\w*|\bmodif\w*|\bchang(?:e|es|ing)\b|\bsupplement\w*|\balter(?:ation|ing)\b|\bamend\w*|\brefin(?:ement|ing)\b|\badapt\w*|\bcorrect(?:ion|ing)\b",
    "use": r"\bиспользован\w*|\bпайдалан(?:у|уды|уға)\w*|\bқолдан(?:у|уды)\b|\buse\b|\busage\b|\busing\b|\butili[sz]\w*",
    "extract": r"\bизвлечен\w*|\bвыборк\w*|\bалып\s+шығ\w*|\bшығар(?:у|ып\s+ал)\w*|\bіріктеп\s+ал\w*|\bалу(?:ды)?(?=,|\s*\(|$|;|\s+және)|\bкөшіріп\s+ал\w*|\bextract\w*|\bretriev\w*",
    "block": r"\bблокирован\w*|\bблокировк\w*|\bбұғатта\w*|\bоқшаула\w*|\bблокта\w*|\bблоктау\w*|\bқұрсаула\w*|\bblock(?:ing)?\b|\brestriction\b",
    "delete": r"\bудален\w*|\bстиран\w*|\bөшір(?:у|уді)\w*|\bалып\s+таста\w*|\bdelet\w*|\beras(?:ure|ing|e)\b|\bremov(?:al|ing)\b",
    "destroy": r"\bуничтожен\w*|\bқұрт(?:у|уды)\b|\bжой(?:ып\s+жіберу|у)\b|\bdestr(?:uction|oy)\w*|\bdispos(?:al|ing)\b",
    "depersonalise": r"\bобезличив\w*|\bобезличен\w*|\bдеперсонализ\w*|\bанонимиз\w*|\bиесіздендір\w*|\bиесізденд\w*|\bтұлғасыздандыр\w*|\bанонимдеу\w*|\bбеймәлімдендір\w*|\bжекесіздендір\w*|\bdepersonali[sz]\w*|\bde-personali[sz]\w*|\banonymi[sz]\w*|\bpseudonymi[sz]\w*|\bde-?identif\w*",
    "transfer": r"\bпередач\w*|\bраспространен\w*|\bпредоставлен\w*(?=\s*[,)(;.]|\s+доступ|\s+третьим|\s+и\b|$)|\bраскрыти\w*|\bбер(?:у|уді|уге)\b|\bтарат(?:у|уды)\b|\bтапсыру\b|\btransfer\w*|\bdistribut\w*|\bdisseminat\w*|\btransmi(?:ssion|t|tting)\b|\bdisclos\w*|\bsharing\b|\bprovision\b(?=[,)])",
    "cross_border": r"\bтрансграничн\w*|\bтрансшекара\w*|\bшекаралас\s+беру|(?:қазақстан|республика|ел|мемлекет)\w*(?:дан|нан|ден|нен)\s+тыс\s|\bза\s+(?:предел\w+|рубеж\w*)\s+(?:территории\s+)?(?:республик|рк\b|рф\b|российск|казахстан)\w*|\boutside\s+(?:of\s+)?(?:the\s+)?(?:republic|kazakhstan|country|your\s+country|eea|eu|european)\b|\b(?:stored|processed|transferred)\s+(?:in\s+(?:\w+\s+)?)?outside\s|\bв\s+(?:други|ины|иностранны)\w*\s+(?:стран|государств)\w*|\bбасқа\s+ел(?:дер)?(?:ге|де)\b|халықаралық\s+(?:\w+\s+){0,2}?(?:беру|тасымал)\w*|\binternational\s+(?:data\s+)?transfers?|\bcross-?\s?border\b|\btransborder\b|\btransnational\b",
    "access": r"\bдоступ\b(?=\s*[,).;]|\s+к\s+(?:ним|данн|перс)|$)|\bпредоставлени\w+\s+доступ\w*|\bқол\s?жеткізу(?:ді|ге)?(?=\s*[,).;]|\s+беру|\s+ұсыну|$)|\bқолжетімділік(?:ті)?(?=\s*[,).;]|\s+беру|\s+ұсыну|$)|\bқолжетімді\s+ету|\bрұқсат\s+беру\b(?=[,)])|\baccess\b(?=\s*[,).;]|\s+to\s+(?:them|it|third)|$)|\bmak(?:e|ing)\s+available",
}
DESTROY_OR_DELETE = r"\bжо(?:ю|юды|юға|йылуы|йылу)\b"

# Finite verbs of the operator, for policies that have no list of operations.
DOES: dict[str, str] = {
    "collect": r"\bосуществля\w+\s+(?:\w+\s+){0,2}?сбор\w*|\bсобира(?:ет|ем|ют|ть|ются|ется)\b|\bзапрашива(?:ет|ем|ют|ются)\b|\bсұра(?:йды|ймыз)\b|\b(?:we|operator|company)\s+(?:\w+\s+){0,2}?(?:asks?\s+for|request|requests|log)\b|\bservers\s+log\b|\bжина(?:йды|ймыз|лады|луы|й\s+алады|й\s+аламыз)\b|\b(?:we|operator|company|administration|site|website|app|may)\s+(?:\w+\s+){0,3}?(?:collects?|gathers?)\b|\b(?:collects|gathers)\b",
    "record": r"\bзаписыва(?:ются|ется|ет)\b|\bтіркел(?:еді|уде)\b|\bжазылады\b|\b(?:is|are)\s+(?:\w+\s+)?(?:recorded|logged)\b",
    "store": r"\bхран(?:ит|им|ятся|ится|ят|ить)\b|\bхранени\w+\s+(?:\S+\s+){0,4}?(?:осуществля|производ|обеспечива)\w+|\b(?:осуществля|обеспечива|производ)\w+\s+(?:\S+\s+){0,2}?хранени\w*|\bсақтау\w*\s+(?:\S+\s+){0,3}?жүзеге\s+асыр\w*|\bсақта(?:йды|лады|ймыз|луы)\b|\b(?:we|operator|company|administration|data|information|is|are|will\s+be|be)\s+(?:\w+\s+){0,3}?(?:stores?|stored|kept|retains?|retained)\b|\b(?:we|operator|company)\s+(?:may\s+|will\s+|shall\s+)?(?:keeps?)\b|\b(?:stores|retains)\b",
    "use": r"\bиспольз(?:ует|уем|уют|уются|уется|овать)\b|\b(?:пайдалан|қолдан)(?:ады|амыз|ылады|ылуы)\b|\b(?:we|operator|company|administration|is|are|be|may)\s+(?:\w+\s+){0,3}?(?:use|uses|used)\b",
    "transfer": r"\bпереда(?:ет|ем|ют|ются|ется|вать|вы|ть|ны|ваться|чу|ча|чи)\b|\bраскры(?:вает|ваем|ть|вать|ваться|ты)\b|\bбер(?:еді|іледі|іміз|уге|ілуі|е\s+алады|е\s+аламыз)\b|\b(?:share|shares|shared|disclose|discloses|disclosed|transfer|transfers|transferred)\b",
    "delete": r"\bподлеж\w+\s+(?:\w+\s+){0,3}?удалени\w*|\bsubject\s+to\s+(?:\w+\s+(?:or|and)\s+)?deletion|\bудал(?:яет|яем|яются|ены|ит|им|ить|яется)\b|\bөшір(?:еді|іледі|еміз)\b|\bжо(?:йылады|яды|ямыз)\b|\b(?:delete|deletes|deleted|erase|erased|remove|removed)\b",
    "destroy": r"\bподлеж\w+\s+(?:\w+\s+){0,3}?уничтожени\w*|\bsubject\s+to\s+(?:\w+\s+(?:or|and)\s+)?destruction|\bуничтож(?:ает|аем|аются|ены|ит|ить|ается)\b|\b(?:destroy|destroys|destroyed)\b",
    "depersonalise": r"\bподлеж\w+\s+(?:\w+\s+){0,3}?обезличиван\w*|\banonymi[sz]ation\b|\banonymi[sz]e\b|\bобезлич(?:ивает|иваем|иваются|ивают|ены|ить|им)\b|\bиесіздендір(?:еді|іледі|ілген)\b|\b(?:anonymi[sz]ed?|depersonali[sz]ed?)\b",
    "block": r"\bблокиру(?:ет|ем|ются|ется)\b|\bбұғаттал?(?:ады|айды)\b",
    "systematise": r"\bсистематизиру\w+\b|\bжүйеле(?:йді|нген|йміз)\b",
}

# What a heading of a chapter says is done, when the text below has no list.
HEADED: dict[str, str] = {
    "collect": r"\bсбор\w?\b|\bсобира\w+|\bжина\w+|\bcollect\w*|\bалынатын\b",
    "use": r"\bиспольз\w+|\bпайдалан\w+|\bқолдан\w+|\bus(?:e|ed|ing)\b",
    "store": r"\bхран\w+|\bсақта(?:у|лу|лад|йды|ймыз)\w*|\bstor(?:e|age|ing)\b|\bretention\b|\bretain\w*",
}

RECIPIENTS: dict[str, str] = {
    "state_body": (
        r"\b(?:государственн|уполномоченн|надзорн|таможенн|контролирующ|налогов|регулирующ|местн\w+\s+исполнительн)\w*\s+(?:\w+\s+){0,2}?(?:орган|структур|служб|учрежден)\w*|\bгосорган\w*|\bорган\w*\s+(?:государственн|исполнительн|местн)\w+\s+(?:власт|управлен|самоуправ)\w*|\bорган\w*\s+власти|\bгосударственн\w+\s+(?:доход|корпорац|баз)\w*|\bнациональн\w+\s+банк\w*|"
        r"мемлекеттік\s+(?:\w+\s+){0,2}?(?:орган|құрылым|кіріс|мекеме)\w*|\bуәкілетті\s+(?:\w+\s+){0,2}?орган\w*|\bбақылаушы\s+орган\w*|\bсалық\s+орган\w*|\bмемлекеттік\s+билік\w*|\bүкімет\w*\s+орган\w*|\bқұзырет\w+\s+орган\w*|\bреттеуші\s+орган\w*|\bұлттық\s+банк\w*|"
        r"\b(?:state|government\w*|public|regulatory|supervisory|tax|competent|official|authori[sz]ed\s+(?:state\s+)?)\s*(?:\w+\s+)?(?:bod(?:y|ies)|authorit(?:y|ies)|agenc(?:y|ies)|institutions?)\b|\bregulators?\b|(?<!enforcement )(?<!judicial )\bauthorities\b|\bgovernment\b"
    ),
    "court": r"\bсуд(?:ам|у|ы)\b(?!-)|\bсудебн\w+\s+(?:орган|инстанц|систем)\w*|\bсотқа\b|\bсоттарға\b|\bсот\s+орган\w*|\bсот(?=,|\s+және|\s+немесе|\s+инстанция)|\bcourts?\b|\bjudicial\s+(?:bod|authorit)\w*",
    "law_enforcement": (
        r"\bправоохранительн\w*|\bсудебн\w+\s+исполнител\w*|\bсот\s+орындаушы\w*|\bорган\w*\s+(?:\w+\s+)?(?:дознания|следств|предварительного|внутренних\s+дел|прокуратур)\w*|\bследственн\w+|\bдознани\w+|\bполици\w*|\bпрокуратур\w*|\bспецслужб\w*|"
        r"құқық\s?қорғау\w*|\bтергеу\w*|\bанықтау\s+(?:және|органдар)|\bполиция\w*|\bпрокуратура\w*|\blaw[- ]enforcement\b|\bpolice\b|\binvestigat(?:ive|ion|ing)\s+(?:bod|authorit|agenc)\w*|\bprosecut\w*"
    ),
    "credit_bureau": r"\bкредитн\w+\s+бюро\b|\bкредитн\w+\s+истори\w*|\bпкб\b|\bгкб\b|кредиттік\s+бюро\w*|\bкредит\w*\s+бюро\w*|несие\s+бюро\w*|\bcredit\s+(?:reference\s+|history\s+)?(?:bureau|agenc)\w*",
    "bank": (
        r"(?<!национальному )\bбанк(?:ам|у|и|ами)\b|\bбанк(?:тер|тар|ке|терге|тарға|терімен)\b|\bбанки-\w+|\bбанк\w*-(?:эквайер|партнер)\w*|\bфинансов\w+\s+(?:организац|учрежден|институт)\w*|\bкредитн\w+\s+(?:организац|учрежден)\w*|\bкредитор(?:ам|у|ы)\b|\bзаймодавц\w*|несие\s+беруші\w*|\blenders?\b|қаржы\s+(?:ұйым|институт|мекеме)\w*|қаржылық\s+ұйым\w*|\bmicrofinance|\bмфо\b|микрофинансов\w+\s+организаци\w*|\bbanks?\b|\bbanking\s+(?:institution|organi)\w*|\bfinancial\s+(?:institution|organi[sz]ation|compan)\w*"
    ),
    "insurer": r"\bстрахов(?:ым|ые|ых|щик|ая|ой)\w*(?:\s+(?:компани|организац)\w*)?|сақтандыру\s+(?:компания|ұйым)\w*|сақтандыруш\w*|\binsur(?:er|ance\s+(?:compan|organi|provider))\w*",
    "mobile_operator": r"\bоператор\w*\s+(?:\w+\s+)?(?:сотов|мобильн|связи|электросвяз|телекоммуникац)\w*|(?:мобильн|сотов)\w+\s+оператор\w*|ұялы\s+(?:байланыс\s+)?оператор\w*|байланыс\s+оператор\w*|мобильді\s+оператор\w*|\b(?:mobile|cellular|telecom\w*|communications?|phone)\s+(?:network\s+)?(?:operator|carrier|compan|provider)\w*",
    "data_aggregator": r"(?<!платежным )(?<!платежные )(?<!платежных )\bагрегатор\w*\s*(?:данн\w*)?|деректер\w*\s+агрегатор\w*|\bdata\s+(?:aggregator|broker)\w*",
    "payment_provider": r"\bплатежн\w+\s+(?:систем|сервис|провайдер|агрегатор|шлюз|организац|агент|оператор|посредник)\w*|\bпроцессинг\w*|\bэквайр\w*|төлем\s+(?:жүйе|сервис|провайдер|агрегатор|шлюз|ұйым|агент|оператор|қызмет)\w*|\b(?:visa|mastercard|stripe|paypal|razorpay|cashfree|cloudpayments|kaspi\s*pay|robokassa|юкасса|yookassa|payme|halyk\s*pay)\b|\bpayment\s+(?:\w+\s+)?(?:provider|system|processor|gateway|service|operator|organi|partner)\w*|\backquir\w*",
    "contractor": (
        r"\bподрядчик\w*|\bподрядн\w+\s+организ\w*|\bсубподряд\w*|\bконтрагент\w*|\bпартнер(?:ам|ы|ами|у|ов|ом)?\b|\bпоставщик\w*|\bкурьер\w*|\bперевозчик\w*|\bпочтов\w+\s+(?:организац|служб|компан|связ)\w*|\bорганизаци\w+\s+почтов\w+|\bслужб\w*\s+доставк\w*|транспортн\w+\s+компани\w*|\bлогистическ\w*|\bпо\s+поручени\w+|\bхостинг\w*|\bпровайдер\w*|(?<!судебным )(?<!судебные )\bисполнител(?:ям|ю|и)\b|\bаудитор\w*|\bконсультант\w*|\bюридическ\w+\s+(?:консульт|фирм)\w*|\bколлекторск\w*|\bаутсорс\w*|\bагент(?:ам|ы|ами|ств\w*)\b|\bрекламн\w+\s+(?:сет|платформ|агент|систем)\w*|\b(?:обеспечивающ|осуществляющ|оказывающ)\w+\s+(?:\S+\s+){0,3}?(?:обслуживан|поддержк|доставк|рассылк|хранени|услуг)\w*|\bсервисам\b|\bпривлеч[её]?нн\w+\s+(?:\w+\s+)?(?:лиц|организац|специалист|компани)\w*|\bсторонн\w+\s+(?:\w+\s+)?(?:сервис|поставщик|разработчик)\w*|\bоблачн\w+\s+(?:\w+\s+)?(?:сервис|провайдер|хранилищ|платформ)\w*|\bсервис\w*\s+(?:\S+\s+)?(?:аналитик|рассыл|статистик)\w*|\b(?:firebase|supabase|vercel|amplitude|appsflyer|mixpanel|sentry|telegram|whatsapp|mailchimp|sendgrid|twilio|cloudflare|amazon|aws|microsoft|openai|hubspot|bitrix\w*|битрикс\w*|amocrm)\b|\bgoogle\b|\bяндекс\w*|\byandex\b|\bmeta\b|\bfacebook\b|"
        r"\bмердігер\w*|\bконтрагент\w*|\bсеріктес(?:тер|ке|тері|теріне|терге|терімен|теріміз)\w*|\bжеткізуші\w*|\bқызмет\w*\s+көрсететін\s+(?:\w+\s+)?(?:тұлға|ұйым|компания)\w*|\bқызмет\s+көрсетуші\w*|\bтартыл\w+\s+(?:\w+\s+)?(?:тұлға|ұйым|маман)\w*|\bбұлттық\s+(?:\w+\s+)?(?:сервис|қызмет|провайдер)\w*|\bкурьер\w*|\bпошта\s+(?:ұйым|қызмет|байланыс)\w*|жеткізу\s+қызмет\w*|\bтапсырма\w*\s+бойынша|\bхостинг\w*|\bпровайдер\w*|\bкөлік\s+компания\w*|\bлогистика\w*|(?<!сот )\bорындаушы\w*|\bаудитор\w*|\bколлектор\w*|"
        r"\bcontractors?\b|\bsub-?contractors?\b|\bservice\s+providers?\b|\bproviders?\b|\bvendors?\b|\bsuppliers?\b|\bpartners?\b|(?<!payment )\bprocessors?\b|\bcouriers?\b|\bdelivery\s+(?:compan|service|partner)\w*|\bcounterpart\w*|\bhosting\b|\bagents?\b|\bauditors?\b|\bconsultants?\b|\badvis[eo]rs?\b|\blogistic\w*|\bpostal\s+(?:service|organi)\w*|\bcollection\s+agenc\w*|\banalytics\s+(?:provider|partner)\w*|\bthird[- ]party\s+(?:\w+\s+)?(?:compan|provider|service|vendor|processor)\w*"
    ),
    "affiliate": r"\bаффилирован\w*|\bдочерн\w+|\bгрупп\w+\s+(?:компани|лиц)\w*|\bкомпани\w+\s+группы\b|\bсвязанн\w+\s+компани\w*|\bматеринск\w+\s+компани\w*|\bвзаимосвязанн\w+\s+лиц\w*|\bаффилир\w*|\bеншілес\w*|\bүлестес\w*|компаниялар\s+тоб\w*|\baffiliat\w*|\bsubsidiar\w*|\bparent\s+compan\w*|\bgroup\s+(?:of\s+)?compan\w*|\bgroup\s+entit\w*|\bholding\s+compan\w*|\bcompan(?:y|ies)\s+(?:of|in|within)\s+(?:our|the)\s+group",
    "unspecified_third_party": (
        r"\bтретьим\s+(?:лиц|сторон)\w*|\bтретьи(?:ми|м)?\s+лиц\w+|\bтреть(?:ей|им|ю)\s+(?:сторон|лиц)\w*|\b(?:ин|друг)(?:ым|им|ой|ими)\s+(?:\w+\s+)?(?:лиц|организац|компани)\w*|\bтретьему\s+лицу|\b(?:другому|иному)\s+лицу|"
        r"үшінші\s+(?:бір\s+)?(?:тұлға|тарап|жақ)(?:ға|қа|лар(?:ға|мен)|тарға|тармен|мен)\w*|(?:өзге|басқа)(?:\s+де)?\s+(?:\w+\s+)?(?:тұлға|ұйым|адам|компания)(?:лар)?(?:ға|ларға|дарға|ға)\w*|"
        r"\b(?:to|with|by)\s+(?:(?:any|other|certain|some|selected|trusted|such|following|our|the|independent|unaffiliated|relevant)\s+)*third[- ]part\w*|\bthird[- ]part(?:y|ies)\s+(?:may|can|who|that|receive|recipients?|only)|\bother\s+(?:persons|organi[sz]ations|parties|entities)\b|\bthird\s+persons?\b"
    ),
}

"""What the audit says, in Kazakh, Russian and English. A sentence names who is caught, doing what, and by what.

What always holds: every code has its sentence in all three, with the same places in it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from derbes_words import CAUGHT, HOLDS, LANGUAGES, OPEN, reason

#: code: verdict, Kazakh, Russian, English
SENTENCES: dict[str, tuple[str, str, str, str]] = {
    "export_whole": (
        HOLDS,
        "Экспорт {made} сәтінде оператор қол қойған күйінде: {files} файл.",
        "Экспорт таков, каким его подписал оператор {made}: файлов — {files}.",
        "The export is as the operator signed it at {made}: {files} files.",
    ),
    "journal_whole": (
        HOLDS,
        "Ашық журналдың {size} жазбасы оператор қол қойған түбірге келеді.",
        "Записи открытого журнала ({size}) приводят к корню, который подписал оператор.",
        "The {size} entries of the public journal lead to the root that the operator signed.",
    ),
    "same_journal": (
        HOLDS,
        "Бұл — бір журнал: оның басы «{by}» ішіндегі {size} жазбалық бақылау нүктесіне сәйкес.",
        "Это один и тот же журнал: его начало — контрольная точка из «{by}» ({size} записей).",
        "It is one journal: its beginning is the checkpoint of {size} entries in “{by}”.",
    ),
    "nothing_left_out": (
        HOLDS,
        "Ештеңе түсіп қалмаған: адамның 1–{count} жазбалары ашық журналда да, экспортта да бір-бір реттен бар, ал экспорт жасалған журналда келесі {beyond} нөмірдің бірі де жоқ.",
        "Ничего не пропущено: записи человека 1–{count} есть в открытом журнале и в экспорте по одному разу, а следующих {beyond} номеров в журнале, по которому сделан экспорт, нет.",
        "Nothing is left out: the person's entries 1 to {count} are in the public journal and in the export once each, and the journal that the export was made on has none of the next {beyond} numbers.",
    ),
    "came_later": (
        HOLDS,
        "Экспорттан кейін адамның тағы {count} жазбасы қосылған.",
        "После экспорта добавлено записей об этом человеке: {count}.",
        "Entries of the person that came after the export: {count}.",
    ),
    "entries_open": (
        HOLDS,
        "Экспорттағы әр жазба ({count}) — журналға енгізілген жазбаның өзі.",
        "Каждая запись в экспорте ({count}) — та самая, что внесена в журнал.",
        "Each entry in the export ({count}) is the one that was entered in the journal.",
    ),
    "receipts_hold": (
        HOLDS,
        "Барлық түбіртек ({count}) журнал жазбаларымен бірдей сөз бен мәтінді айтады.",
        "Все квитанции ({count}) говорят то же слово и тот же текст, что записи журнала.",
        "All receipts ({count}) say the same word and text as the journal's entries.",
    ),
    "edition_holds": (
        HOLDS,
        "{edition} редакциясы: файлдары журналдың {place}-жазбасында аталғанның өзі (SHA-256 {sha256}).",
        "Редакция {edition}: файлы те, что названы в записи {place} журнала (SHA-256 {sha256}).",
        "Edition {edition}: the files are those that entry {place} of the journal names (SHA-256 {sha256}).",
    ),
    "witnessed": (
        HOLDS,
        "Журналдың алғашқы {agreed} жазбасына сенімді куәгерлер қол қойған: {by}. Жеткіліктісі — {quorum}.",
        "Первые {agreed} записей журнала подписали доверенные свидетели: {by}. Достаточно — {quorum}.",
        "The first {agreed} entries of the journal are signed by trusted witnesses: {by}. Enough are {quorum}.",
    ),
    "stamped": (
        HOLDS,
        "Журналдың алғашқы {size} жазбасына уақыт белгісі қойылған: {at} (RFC 3161).",
        "На первые {size} записей журнала поставлена метка времени: {at} (RFC 3161).",
        "The first {size} entries of the journal were time-stamped at {at} (RFC 3161).",
    ),
    "times_bounded": (
        HOLDS,
        "{all} жазбаның {count} жазбасының уақыты сырттан шектелген; ешқайсысы қайшы келмейді.",
        "Время ограничено со стороны у {count} записей из {all}; противоречий нет.",
        "The time of {count} of {all} entries is bounded by outsiders; none contradicts what the entry says.",
    ),
    "destroyed_fits": (
        HOLDS,
        "Журнал жою туралы сөзге қайшы келмейді: экспорттан кейін адамның {count} жазбасы бар, {at} кейін жаңасы көрінбейді.",
        "Журнал не противоречит сказанному об уничтожении: после экспорта записей о человеке — {count}, новых после {at} не видно.",
        "The journal does not contradict the destruction: {count} entries of the person after the export, none that is seen to come after {at}.",
    ),
    "destroyed_shown": (
        HOLDS,
        "Адамның соңғы {n}-жазбасы журналдың {place}-орнында тұр: деректер {at} шамасында оның талабымен жойылған, одан кейін адамның бірде-бір жазбасы жоқ.",
        "Последняя запись человека, {n}-я, стоит в журнале на месте {place}: данные уничтожены по его требованию около {at}, и после неё его записей нет.",
        "The person's last entry, {n}, stands at place {place} of the journal: the data were destroyed by their demand at about {at}, and no entry of theirs follows.",
    ),
    "no_witness": (
        OPEN,
        "Куәгер кілті берілмеді: оператор өзгелерге басқа журнал көрсетпейтінін бұл тексеру дәлелдемейді.",
        "Ключи свидетелей не даны: проверка не доказывает, что другим не показывают другой журнал.",
        "No witness's key was given: that others are not shown another journal is not proved.",
    ),
    "unwitnessed": (
        OPEN,
        "Журналдың {size} жазбасынан {agreed} жазбасына ғана жеткілікті куәгер ({quorum}) қол қойған.",
        "Из {size} записей журнала достаточно свидетелей ({quorum}) подписали только {agreed}.",
        "Of {size} entries of the journal only {agreed} are signed by enough witnesses ({quorum}).",
    ),
    "unbounded": (
        OPEN,
        "{all} жазбаның {count} жазбасының уақытын сырттан ешкім шектемейді: тек оператордың сағаты.",
        "Время {count} записей из {all} никто со стороны не ограничивает: это часы оператора.",
        "Nobody outside bounds the time of {count} of {all} entries: it is the operator's clock alone.",
    ),
    "edition_not_given": (
        OPEN,
        "{edition} редакциясының файлы берілмеді: мәтіні салыстырылған жоқ, журнал SHA-256 {sha256} деп атайды.",
        "Файл редакции {edition} не дан: текст не сверен, журнал называет SHA-256 {sha256}.",
        "The file of edition {edition} was not given: its text was not compared; the journal names SHA-256 {sha256}.",
    ),
    "export_forged": (
        CAUGHT,
        "Экспорт оператор қол қойған күйінде емес: {by}",
        "Экспорт не таков, каким его подписал оператор: {by}",
        "The export is not as the operator signed it: {by}",
    ),
    "export_numbers": (
        CAUGHT,
        "Оператор экспорттан жазба алып тастаған: тарихта 1–{count} нөмірлері бір-бір реттен тұрған жоқ.",
        "Оператор убрал запись из экспорта: в истории нет номеров 1–{count} по одному разу.",
        "The operator left an entry out of the export: its history does not hold the numbers 1 to {count} once each.",
    ),
    "left_out": (
        CAUGHT,
        "Оператор экспортқа {n}-жазбаны қоспаған: адамның оны білдіретін белгісі ашық журналдың {place}-орнында тұр.",
        "Оператор не включил в экспорт запись {n}: метка человека для неё стоит в открытом журнале на месте {place}.",
        "The operator left entry {n} out of the export: the person's tag for it stands in the public journal at place {place}.",
    ),
    "number_missing": (
        CAUGHT,
        "Оператор адамның {n}-жазбасын журналға енгізбеген немесе одан алып тастаған: {next}-жазба бар, ал ол жоқ.",
        "Оператор не внёс в журнал или убрал из него запись {n} этого человека: запись {next} есть, а её нет.",
        "The operator kept entry {n} of the person out of the journal: entry {next} is there and it is not.",
    ),
    "number_twice": (
        CAUGHT,
        "Оператор {n} нөмірін екі рет қолданған: адамның белгісі ашық журналдың {place} орындарында тұр.",
        "Оператор дважды использовал номер {n}: метка человека стоит в открытом журнале на местах {place}.",
        "The operator used number {n} twice: the person's tag stands in the public journal at places {place}.",
    ),
    "entry_altered": (
        CAUGHT,
        "Оператор {n}-жазбаны өзгерткен: журналдағы міндеттеме көрсетілген мазмұнға сәйкес емес.",
        "Оператор изменил запись {n}: обязательство в журнале не соответствует показанному содержанию.",
        "The operator altered entry {n}: the commitment in the journal is not to what is shown.",
    ),
    "entry_elsewhere": (
        CAUGHT,
        "Оператор {n}-жазба туралы жалған дәлел берген: ашық журналда ол айтылған орында жоқ.",
        "Оператор дал ложное доказательство о записи {n}: на названном месте открытого журнала её нет.",
        "The operator gave a false proof of entry {n}: the public journal does not have it at that place.",
    ),
    "receipt_forged": (
        CAUGHT,
        "Оператор жалған түбіртек берген ({name}): {by}",
        "Оператор выдал поддельную квитанцию ({name}): {by}",
        "The operator gave a forged receipt ({name}): {by}",
    ),
    "receipt_foreign": (
        CAUGHT,
        "Оператор жалған түбіртек берген ({name}): ол сүйенген жазба бұл адамның тарихында жоқ.",
        "Оператор выдал поддельную квитанцию ({name}): записи, на которую она ссылается, нет в истории человека.",
        "The operator gave a forged receipt ({name}): the entry that it rests on is not among the person's own.",
    ),
    "receipt_missing": (
        CAUGHT,
        "Оператор адамның {n}-жазбадағы сөзіне түбіртек бермеген.",
        "Оператор не выдал квитанцию на слово человека из записи {n}.",
        "The operator gave no receipt for the person's word in entry {n}.",
    ),
    "edition_forged": (
        CAUGHT,
        "Редакция файлы ({name}) оператор қол қойған күйінде емес: {by}",
        "Файл редакции ({name}) не таков, каким его подписал оператор: {by}",
        "The file of the edition ({name}) is not as the operator signed it: {by}",
    ),
    "edition_changed": (
        CAUGHT,
        "Оператор {edition} редакциясын жариялағаннан кейін өзгерткен: журнал SHA-256 {sha256} деп атайды, ал «{by}» басқаны көрсетеді.",
        "Оператор изменил редакцию {edition} после публикации: журнал называет SHA-256 {sha256}, а «{by}» — другой.",
        "The operator changed edition {edition} after it was published: the journal names SHA-256 {sha256}, “{by}” another.",
    ),
    "edition_unrecorded": (
        CAUGHT,
        "Оператор журналда жарияланбаған {edition} редакциясын көрсетеді («{by}»).",
        "Оператор показывает редакцию {edition}, публикации которой нет в журнале («{by}»).",
        "The operator shows edition {edition}, whose publication is not in the journal (“{by}”).",
    ),
    "journal_broken": (
        CAUGHT,
        "Ашық журнал оператор қол қойған түбірге келмейді: {by}",
        "Открытый журнал не приводит к корню, который подписал оператор: {by}",
        "The public journal does not lead to the root that the operator signed: {by}",
    ),
    "rolled_back": (
        CAUGHT,
        "Оператор журналдың соңын кесіп тастаған: «{by}» бойынша {size} жазба болған, қазір {now}.",
        "Оператор обрезал журнал: по «{by}» в нём было {size} записей, теперь {now}.",
        "The operator cut the journal: by “{by}” it had {size} entries, now it has {now}.",
    ),
    "split_view": (
        CAUGHT,
        "Оператор екі түрлі журнал көрсетеді: алғашқы {size} жазба «{by}» бойынша басқа.",
        "Оператор показывает два разных журнала: первые {size} записей по «{by}» другие.",
        "The operator shows two different journals: by “{by}” the first {size} entries are others.",
    ),
    "backdated": (
        CAUGHT,
        "Оператор {n}-жазбаны кері күнмен жазған: онда {at} делінген, бірақ {bound} сәтінде («{by}») ол журналда әлі болмаған.",
        "Оператор внёс запись {n} задним числом: в ней стоит {at}, но {bound} («{by}») её в журнале ещё не было.",
        "The operator backdated entry {n}: it says {at}, but at {bound} (“{by}”) it was not in the journal yet.",
    ),
    "postdated": (
        CAUGHT,
        "Оператор {n}-жазбаға кейінгі уақыт қойған: онда {at} делінген, бірақ {bound} сәтінде («{by}») ол журналда болған.",
        "Оператор поставил записи {n} более позднее время: в ней {at}, но {bound} («{by}») она уже была в журнале.",
        "The operator postdated entry {n}: it says {at}, but at {bound} (“{by}”) it was in the journal already.",
    ),
    "disordered": (
        CAUGHT,
        "Оператор {n}-жазбаны кері күнмен жазған: онда {at} делінген, ал алдыңғысында — {bound}.",
        "Оператор внёс запись {n} задним числом: в ней стоит {at}, а в предыдущей — {bound}.",
        "The operator backdated entry {n}: it says {at}, and the one before it says {bound}.",
    ),
    "outsider_false": (
        CAUGHT,
        "Оператор «{by}» атынан {size} жазбалық бақылау нүктесіне жалған қол не уақыт белгісін көрсетеді.",
        "Оператор показывает поддельную подпись или метку времени от имени «{by}» под контрольной точкой на {size} записей.",
        "The operator shows a false signature or time-stamp of “{by}” under the checkpoint of {size} entries.",
    ),
    "kept_foreign": (
        CAUGHT,
        "«{by}» ішіндегі бақылау нүктесіне сенімді кілтпен қол қойылмаған: {why}",
        "Контрольная точка в «{by}» не подписана доверенным ключом: {why}",
        "The checkpoint in “{by}” is not signed with the trusted key: {why}",
    ),
    "last_foreign": (
        CAUGHT,
        "«{by}» — осы адамның соңғы тарихы емес: {why}",
        "«{by}» — не последняя история этого человека: {why}",
        "“{by}” is not this person's last history: {why}",
    ),
    "not_destroyed": (
        CAUGHT,
        "Оператор деректер {at} жойылды дейді, бірақ журналда бұл туралы адамның жазбасы жоқ: жою әрқашан жазба қалдырады.",
        "Оператор говорит, что данные уничтожены {at}, но записи об этом в журнале нет: уничтожение всегда оставляет запись.",
        "The operator says that the data were destroyed at {at}, but the journal has no entry of it: destruction always leaves one.",
    ),
    "used_after": (
        CAUGHT,
        "Оператор деректер {at} жойылды дейді, бірақ {bound} («{by}») сәтінен кейін адамның {n}-жазбасы пайда болған: кілті тірі.",
        "Оператор говорит, что данные уничтожены {at}, но после {bound} («{by}») появилась запись {n} человека: ключ жив.",
        "The operator says that the data were destroyed at {at}, but after {bound} (“{by}”) entry {n} of the person came: the key lives.",
    ),
}


class Finding(NamedTuple):
    """One thing found out: its code, and what fills the places of its sentence."""

    code: str
    facts: dict[str, Any]

    @property
    def verdict(self) -> str:
        """Whether it holds, is left open, or catches somebody."""
        return SENTENCES[self.code][0]

    def sentence(self, language: str) -> str:
        """The finding in words."""
        told = {name: reason(value, language) for name, value in self.facts.items()}
        return SENTENCES[self.code][1 + LANGUAGES.index(language)].format(**told)

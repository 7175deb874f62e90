"""How a value of the policy reads in a sentence: "30 working days", a list of data, a name in three languages.

Nothing here is stored: the words are made from the policy each time, so they cannot fall behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derbes.law.vocabulary import Act, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from derbes.law.policy import Policy

#: What stands for a detail that only a real operator can give.
UNFILLED: Mapping[str, str] = {
    "kk": "(оператор толтырады)",
    "ru": "(заполняет оператор)",
    "en": "(to be filled in by the operator)",
}

# One, two to four, five and more: Russian needs three forms; Kazakh keeps one after a number.
_WORKING = {
    "kk": ("жұмыс күні",) * 3,
    "ru": ("рабочий день", "рабочих дня", "рабочих дней"),
    "en": ("working day", "working days", "working days"),
}
_CALENDAR = {
    "kk": ("күнтізбелік күн",) * 3,
    "ru": ("календарный день", "календарных дня", "календарных дней"),
    "en": ("calendar day", "calendar days", "calendar days"),
}
_YEARS = {"kk": ("жыл",) * 3, "ru": ("год", "года", "лет"), "en": ("year", "years", "years")}
_DAYS = {"kk": ("күн",) * 3, "ru": ("день", "дня", "дней"), "en": ("day", "days", "days")}

# "Within" takes the genitive in Russian.
_WITHIN = {"kk": "%s ішінде", "ru": "в течение %s", "en": "within %s"}
_WORKING_OF = {**_WORKING, "ru": ("рабочего дня", "рабочих дней", "рабочих дней")}
_CALENDAR_OF = {**_CALENDAR, "ru": ("календарного дня", "календарных дней", "календарных дней")}

#: How long data are kept, by what starts the clock. `%s` is the length.
_SINCE: Mapping[str, Mapping[str, str]] = {
    "consent": {
        "kk": "келісім берілген күннен бастап %s",
        "ru": "%s с даты согласия",
        "en": "%s from the date of consent",
    },
    "service_end": {
        "kk": "қызметті пайдалану тоқтаған күннен бастап %s",
        "ru": "%s со дня, когда вы перестали пользоваться услугами",
        "en": "%s from the day on which you stop using the service",
    },
    "year_end": {
        "kk": "қызмет аяқталған жылдың соңынан бастап %s",
        "ru": "%s с конца года, в котором закончились услуги",
        "en": "%s from the end of the year in which the service ended",
    },
    "submitted": {
        "kk": "деректер алынған күннен бастап %s",
        "ru": "%s со дня получения данных",
        "en": "%s from the day the data are received",
    },
    "decided": {
        "kk": "тексеру шешімі шыққан күннен бастап %s",
        "ru": "%s со дня решения о проверке",
        "en": "%s from the decision on verification",
    },
    "answered": {
        "kk": "өтінішке жауап берілген күннен бастап %s",
        "ru": "%s со дня ответа на обращение",
        "en": "%s from the answer to the appeal",
    },
}
_NOT_AFTER: Mapping[str, str] = {
    "kk": "қызметті пайдалану тоқтағанға дейін",
    "ru": "пока вы пользуетесь услугами",
    "en": "for as long as you use the service",
}


def counted(number: int, forms: Mapping[str, tuple[str, str, str]], language: str) -> str:
    """Return "`number` things" in `language`, the noun in its right form."""
    one, few, many = forms[language]
    if language == "ru":
        tens, ones = number % 100, number % 10
        noun = many if 11 <= tens <= 14 else one if ones == 1 else few if 2 <= ones <= 4 else many  # noqa: PLR2004
    else:
        noun = one if number == 1 else many
    return f"{number} {noun}"


def lower_first(text: str) -> str:
    """Return `text` as it stands inside a sentence; an abbreviation such as IP keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


class Words:
    """The words that a text may ask for by a dotted name, in one language."""

    def __init__(self, policy: Policy, language: str) -> None:
        self._policy = policy
        self._language = language

    def of(self, name: str) -> str | None:
        """Return what `name` stands for, such as `terms.claim.term`; None when the policy has no such thing."""
        group, _, rest = name.partition(".")
        reader = self._READERS.get(group)
        return reader(self, rest) if reader else self._label(group, rest)

    def kept(self, purpose: str) -> str:
        """Return how long the data of `purpose` are kept, and since when."""
        retention = self._policy.purposes[purpose].retention
        parts = [(retention.years, _YEARS), (retention.days, _DAYS)]
        length = " ".join(counted(n, forms, self._language) for n, forms in parts if n)
        return _SINCE[retention.since][self._language] % length if length else _NOT_AFTER[self._language]

    def labels(self, items: Iterable[Mapping[str, str]], joint: str = ", ") -> str:
        """Return the labels in this language, joined by `joint`."""
        return joint.join(label[self._language] for label in items)

    def _edition(self, rest: str) -> str | None:
        return self._policy.edition if rest == "date" else None

    def _operator(self, rest: str) -> str | None:
        value = getattr(self._policy.operator, rest, None)
        if value is None:
            return None
        text = value if isinstance(value, str) else value[self._language]
        return text or UNFILLED[self._language]

    def _terms(self, rest: str) -> str | None:
        key, _, form = rest.partition(".")
        term = self._policy.terms.get(key)
        if term is None:
            return None
        forms: dict[str, str | None] = {
            "days": str(term.days),
            "working_days": str(term.days) if term.working else None,
            "calendar_days": None if term.working else str(term.days),
            "term": counted(term.days, _WORKING if term.working else _CALENDAR, self._language),
            "within": _WITHIN[self._language]
            % counted(term.days, _WORKING_OF if term.working else _CALENDAR_OF, self._language),
            "extension": counted(term.extension, _WORKING if term.working else _CALENDAR, self._language)
            if term.extension
            else None,
            "label": term.label.get(self._language),
        }
        return forms.get(form)

    def _retention(self, rest: str) -> str | None:
        key, _, form = rest.partition(".")
        if key not in self._policy.purposes:
            return None
        retention = self._policy.purposes[key].retention
        forms = {"years": str(retention.years), "days": str(retention.days), "term": self.kept(key)}
        return forms.get(form)

    def _limits(self, rest: str) -> str | None:
        return str(self._policy.limits[rest]) if rest in self._policy.limits else None

    def _label(self, group: str, key: str) -> str | None:
        policy = self._policy
        labels: Mapping[str, Mapping[str, Mapping[str, str]]] = {
            "data": {key: item.label for key, item in policy.data.items()},
            "purposes": {key: item.label for key, item in policy.purposes.items()},
            "recipients": {key: item.label for key, item in policy.recipients.items()},
            "operations": {key.value: policy.operations[key] for key in Operation},
            "acts": {key.value: policy.act_labels[key] for key in Act},
        }
        label = labels.get(group, {}).get(key)
        return label[self._language] if label else None

    def _list(self, rest: str) -> str | None:
        """Return a list: operations and recipients within a sentence, data as bullets."""
        policy = self._policy
        if rest == "operations":
            return self.labels(policy.operations[operation] for operation in Operation)
        if rest == "recipients":
            return self.labels(recipient.label for recipient in policy.recipients.values())
        if rest == "data":
            return (
                "- "
                + self.labels((kind.label for kind in policy.data.values() if kind.personal), ";\n- ")
                + "."
            )
        return None

    _READERS: Mapping[str, Callable[[Words, str], str | None]] = {
        "edition": _edition,
        "operator": _operator,
        "terms": _terms,
        "retention": _retention,
        "limits": _limits,
        "list": _list,
    }

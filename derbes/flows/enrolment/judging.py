"""A row is judged by the rules by which a person who registers is judged, and by what its basis demands.

What always holds: only form is judged, never likelihood (§2.5); all that is wrong with a row is told at once;
nothing that stood in it is in what is told. No database is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from derbes.core.publications.shelf import Edition
from derbes.flows.enrolment.footing import Footing, Footings
from derbes.flows.enrolment.rules import NOT_TYPED, OWN, Claim, Fit, Mistake, Unfit, importable
from derbes.flows.enrolment.sheet import Row, params_of
from derbes.law.identifiers import INDEXED
from derbes.law.policy import Purpose
from derbes.law.values import Illformed, as_kept
from derbes.law.vocabulary import LANGUAGES, Basis

MAJORITY = 18  # years of age; until then others act for a person (Civil Code art. 22, 23)
_REFERENCE = re.compile(r"[\w№][\w№ ./,()–-]{0,63}")
_IIN = re.compile(r"\d{12}")
_REMEMBERED = 20_000  # values of a column
_TELLING = 3  # characters of a value by which somebody could be known


class Judge:
    """Judges rows under the edition in force; `editions` are all that were published, `officers` the staff's codes."""

    def __init__(
        self,
        edition: Edition,
        editions: Mapping[str, Edition],
        officers: frozenset[str],
        columns: Sequence[str],
        *,
        today: date,
    ) -> None:
        self.edition, self.editions, self.policy, self.today = edition, editions, edition.policy, today
        self._footings = Footings(edition, editions, officers, today=today)
        self._claims: dict[Claim, Claim] = {}
        self._width, typed = len(columns), importable(self.policy)
        own = [(place, name) for place, name in enumerate(columns) if name in OWN and name != "reference"]
        self._places, self._names = [place for place, _ in own], tuple(name for _, name in own)
        #: of each column of data: its place, its name, and values that many have in common, as they are kept
        self._typed = [(place, name, dict[str, str]()) for place, name in enumerate(columns) if name in typed]
        self._reference_at = columns.index("reference") if "reference" in columns else None

    def judge(self, row: Row) -> Fit:
        """Return the row as it is kept, or raise `Unfit` with all that is wrong."""
        if row.fault:
            raise Unfit(Mistake(row.fault, params=params_of(row, self._width)))
        cells = row.cells
        on = self._footings.read(self._names, tuple([cells[place].strip() for place in self._places]))
        wrong = list(on.wrong)
        values = self._values(cells, wrong)
        reference = cells[self._reference_at].strip() if self._reference_at is not None else ""
        self._check_reference(reference, values, wrong)
        self._missing(on, values, wrong)
        of_age = self._of_age(on, values.get("birth_date"), wrong)
        if wrong or on.basis is None or on.purpose is None:
            raise Unfit(*wrong)
        claim = on.claims.get(tuple(values)) or self._claim(on, on.basis, on.purpose, values)
        spoken = values.get("contact_language") or on.language
        language = spoken if spoken in LANGUAGES else LANGUAGES[0]
        return Fit(claim, values, reference, language, on.given, of_age, on.started, on.obliged, on.officer)

    def _values(self, cells: Sequence[str], wrong: list[Mistake]) -> dict[str, str]:
        """The values as they are kept. What many people have in common, such as a name, is read once."""
        values, fresh = dict[str, str](), dict[str, str]()
        for place, name, known in self._typed:
            if text := cells[place]:
                kept = known.get(text)
                values[name] = text if kept is None else kept
                if kept is None:
                    fresh[name] = text
        try:
            read = as_kept(self.policy, fresh, today=self.today)
        except Illformed as illformed:
            wrong += [Mistake(one.code, name, one.params) for name, one in illformed.errors.items()]
            return {name: text for name, text in values.items() if name not in illformed.errors}
        values |= read
        for _, name, known in self._typed:
            if name in fresh and name not in INDEXED:
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[fresh[name]] = read[name]
        return values if all(values.values()) else {name: value for name, value in values.items() if value}

    def _check_reference(self, text: str, values: Mapping[str, str], wrong: list[Mistake]) -> None:
        """The paper behind the basis. It stays when the person's data are gone, so it may not hold any of them."""
        plain = text.casefold()
        if not _REFERENCE.fullmatch(text) or _IIN.search(text):
            wrong.append(Mistake("reference", "reference"))
        else:
            within = [value for value in map(str.casefold, values.values()) if value in plain]
            if within and len(max(within, key=len)) >= _TELLING:
                wrong.append(Mistake("reference_personal", "reference"))

    def _missing(self, on: Footing, values: Mapping[str, str], wrong: list[Mistake]) -> None:
        """What the purposes cannot do without. Scans do not come in a table."""
        if tuple(values) in on.claims:  # somebody with the same fields was taken
            return
        named = {key for key, act in on.said if not act}
        if on.purpose is not None:
            named.add(on.purpose.key)
        wanted = {
            name for key in named & self.policy.purposes.keys() for name in self.policy.purposes[key].required
        }
        told = {mistake.column for mistake in wrong}
        wrong += [
            Mistake("empty", name)
            for name in sorted(wanted - values.keys() - told)
            if self.policy.data[name].control not in NOT_TYPED
        ]

    def _claim(self, on: Footing, basis: Basis, purpose: Purpose, values: Mapping[str, str]) -> Claim:
        """What the law is asked about: one object for all rows of whom it is asked the same."""
        claim = Claim(
            basis,
            purpose.key,
            on.said,
            on.edition,
            on.language,
            on.represented,
            on.kind,
            frozenset(values),
        )
        claim = self._claims.setdefault(claim, claim)
        on.claims[tuple(values)] = claim
        return claim

    def _of_age(self, on: Footing, born: str | None, wrong: list[Mistake]) -> int | None:
        """The year in which a person under age comes of age; with consent, somebody has to act for them."""
        year = int(born[:4]) + MAJORITY if born else 0
        if not born or f"{year}{born[4:]}" <= self.today.isoformat():
            return None
        if on.basis is Basis.CONSENT and not on.represented:
            wrong.append(Mistake("minor", "represented", {"column": "represented"}))
        return year

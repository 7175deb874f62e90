"""Two flows on one person at the same moment come out as one after the other, whatever the order of their statements.

A few orders of the races that matter most; `make races` runs every order of all of them.
"""

import pytest

from tests.races import portfolios, rights, staff, system
from tests.races.race import Referee, at_its_edges

pytestmark = pytest.mark.django_db(transaction=True)

OFTEN = {
    "verify ∥ refuse",
    "take ∥ take",
    "answer ∥ pause",
    "submit ∥ submit",
    "submit ∥ empty a field",
    "code ∥ the same code",
    "terms end ∥ new agreement",
    "rotate ∥ read",
    "rotate ∥ register",
    "import ∥ import, one IIN",
    "register ∥ register, one IIN",
    "key ∥ the same key",
    "sequencer ∥ sequencer",
}
RACES = [
    *rights.RACES,
    *(race for race in (*staff.RACES, *system.RACES, *portfolios.RACES) if race.name in OFTEN),
]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_it_comes_out_as_one_after_the_other(race, pair):
    verdict = Referee(race, pair).judge(at_its_edges)
    assert not verdict.wrong, "\n".join(verdict.wrong[:3])

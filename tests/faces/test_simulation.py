"""Years of people pass: nobody is kept too long or destroyed early, and the model notices when somebody is."""

from datetime import timedelta

import pytest

from derbes.core.acts.models import Act
from derbes.core.subjects.models import Subject
from derbes.faces.jobs import simulation
from derbes.faces.jobs.simulation import Simulation
from derbes.flows import retention
from derbes.law import retention as law

pytestmark = pytest.mark.django_db


def passed() -> Simulation:
    run = Simulation(30, start=simulation.beginning(), years=9, seed=3, every=10)
    for _ in run.run():
        pass
    return run


@pytest.mark.clause("5.3")
def test_in_years_of_people_nobody_is_kept_too_long_or_destroyed_early(published):
    run = passed()
    assert (run.kept_too_long, run.destroyed_early) == (0, 0)
    told = simulation.remaining(run)
    assert told["gone"] > 5
    assert told["registered"] - told["gone"] == told["kept in the vault"]
    assert Subject.objects.filter(life="destroyed").count() == told["gone"]
    assert Act.objects.exists()


def test_the_model_notices_when_nothing_is_destroyed(published, monkeypatch):
    monkeypatch.setattr(retention, "run", lambda *_, **__: retention.Run(simulation.beginning(), (), ()))
    assert passed().kept_too_long > 0


def test_the_model_notices_when_somebody_is_destroyed_early(published, monkeypatch):
    honest = law.lasts
    monkeypatch.setattr(law, "lasts", lambda since, **term: honest(since, **term) - timedelta(days=40))
    assert passed().destroyed_early > 0

"""An edition is checked, published for ever, and is in force from its moment."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError

from derbes.core.journal.models import Entry
from derbes.core.publications.models import Publication
from derbes.crypto import checkpoint, signed
from derbes.flows import accounts, journal, publication, registration
from derbes.law.permission import Actor, Powerless
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import NOON, example_files

pytestmark = pytest.mark.django_db

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")


def later(edition="2026-12-01", **changed):
    """The example with a later name; `changed` maps an old passage of policy.toml to a new one."""
    files = example_files()
    toml = files["policy.toml"].replace('"2026-11-22"', f'"{edition}"', 1)
    for old, new in changed.values():
        assert old in toml
        toml = toml.replace(old, new, 1)
    return {**files, "policy.toml": toml}


@pytest.mark.clause("6.5")
def test_an_edition_is_in_force_from_its_moment_and_not_before(published, madina):
    lawyer = accounts.actor(madina)
    publication.publish(later(), actor=lawyer, effective=NOON + timedelta(days=7), at=NOON)
    assert publication.in_force(NOON).edition == "2026-11-22"
    assert publication.in_force(NOON + timedelta(days=7)).edition == "2026-12-01"


@pytest.mark.clause("6.5")
def test_an_edition_published_at_once_is_in_force_the_next_moment(published, madina):
    publication.publish(later(), actor=accounts.actor(madina), effective=None, at=NOON)
    assert publication.in_force(NOON).edition == "2026-12-01"


@pytest.mark.clause("6.5")
def test_nobody_publishes_without_the_power(published, bauyrzhan):
    with pytest.raises(Powerless):
        publication.publish(later(), actor=accounts.actor(bauyrzhan), effective=None, at=NOON)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("change", [lambda all_: all_.update(sha256="0"), lambda all_: all_.delete()])
def test_what_was_published_is_never_changed(published, change):
    with pytest.raises(DatabaseError, match="only added"):
        change(Publication.objects.all())


def test_the_same_name_is_not_published_twice(published):
    with pytest.raises(publication.NotPublishable) as refusal:
        publication.publish(example_files(), actor=CONSOLE, effective=None, at=NOON)
    assert "already_published" in {problem.code for problem in refusal.value.problems}


def test_a_promise_weaker_than_the_law_is_not_published(published):
    toml = later()["policy.toml"]
    start = toml.index("[term.withdraw]")
    weaker = toml[:start] + toml[start:].replace("15", "45", 1)
    with pytest.raises(publication.NotPublishable) as refusal:
        publication.publish({**later(), "policy.toml": weaker}, actor=CONSOLE, effective=None, at=NOON)
    assert any("94-V" in problem.norm for problem in refusal.value.problems if problem.severity == "refuse")


def test_a_folder_that_is_no_policy_says_so_in_one_sentence(published):
    with pytest.raises(publication.PolicyError, match=r"policy\.toml"):
        publication.preview({"kk.md": "…"}, at=NOON)


def test_the_signed_bytes_are_those_that_the_journal_names(published):
    row = Publication.objects.get()
    key = checkpoint.vkey(settings.JOURNAL_ORIGIN, keys.ring().signer().public_key)
    document = signed.verify(json.loads(row.signed), key)
    assert document["sha256"] == row.sha256
    assert row.sha256 in Entry.objects.get(operation="publish").body
    journal.integrate(at=NOON)
    assert row.sha256.encode() in journal.resource("tile/entries/000.p/1").body


@pytest.mark.clause("6.4")
def test_what_rests_on_a_void_clause_alone_is_not_asked_for(published):
    toml = later()["policy.toml"]
    start = toml.index('[clause."2.2.4"]')
    void = toml[:start] + toml[start:].replace(
        "\n", '\nvoid = { kk = "сот шешімі", ru = "решение суда", en = "court decision" }\n', 1
    )
    publication.publish({**later(), "policy.toml": void}, actor=CONSOLE, effective=None, at=NOON)
    asked = {purpose for purpose, _ in registration.offer("kk", at=NOON).pairs}
    assert "advertising" not in asked
    assert "service" in asked


def test_the_preview_says_what_changes_for_whom(published):
    longer = later()
    text = longer["kk.md"] + "\n"
    preview = publication.preview({**longer, "kk.md": text.replace("Оператор", "Агенттік", 1)}, at=NOON)
    assert not preview.refused
    assert any(change.kind == "changed" for change in preview.changes["kk"])

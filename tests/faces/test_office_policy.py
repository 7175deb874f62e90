"""The office publishes an edition: previewed, confirmed by its name, never against the law."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.utils import timezone

from derbes.flows import publication
from tests.conftest import example_files
from tests.faces.at_work import at_work, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_tried() -> None:
    cache.clear()


def later_edition(**changes: str) -> dict[str, str]:
    files = example_files()
    files["policy.toml"] = files["policy.toml"].replace('"2026-11-22"', '"2026-12-01"')
    return {**files, **changes}


def zipped(files: dict[str, str], top: str = "") -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{top}{name}", text)
    out.seek(0)
    out.name = "policy.zip"
    return out


@pytest.mark.clause("6.5")
def test_madina_publishes_what_she_previewed_by_typing_its_name(madina):
    client = at_work(madina)
    answer = client.post("/en/office/policy", {"archive": zipped(later_edition(), "2026-12-01/")})
    assert answer["Location"] == "/en/office/policy/preview?folder=uploaded"
    path = answer["Location"]
    assert "Edition 2026-12-01: preview" in page(client.get(path))
    wrong = client.post(path, {"when": "soonest", "name": "2026-12-02"})
    assert "This is not the name of the edition" in page(wrong)
    assert publication.in_force(timezone.now()).edition == "2026-11-22"
    client.post(path, {"when": "soonest", "name": "2026-12-01"})
    assert publication.in_force(timezone.now()).edition == "2026-12-01"
    assert publication.edition("2026-12-01").by == "l-05"


def test_an_edition_can_wait_for_its_day(madina):
    client = at_work(madina)
    client.post("/office/policy", {"archive": zipped(later_edition())})
    path = "/en/office/policy/preview?folder=uploaded"
    assert "Say from which day" in page(client.post(path, {"when": "later", "name": "2026-12-01"}))
    early = {"day_day": "1", "day_month": "2", "day_year": "2026"}
    assert "This day is too early" in page(
        client.post(path, {"when": "later", "name": "2026-12-01", **early})
    )
    day = {"day_day": "1", "day_month": "1", "day_year": "2127"}
    client.post(path, {"when": "later", "name": "2026-12-01", **day})
    assert publication.in_force(timezone.now()).edition == "2026-11-22"
    assert publication.edition("2026-12-01").effective.isoformat() == "2126-12-31T19:00:00+00:00"


def test_what_breaks_the_law_is_named_and_not_published(madina):
    files = later_edition()
    files["policy.toml"] = re.sub(r"(\[term\.rectify\]\ndays    = )1", r"\g<1>90", files["policy.toml"])
    client = at_work(madina)
    client.post("/office/policy", {"archive": zipped(files)})
    path = "/en/office/policy/preview?folder=uploaded"
    shown = page(client.get(path))
    assert "stops" in shown
    assert "Law 94-V, art. 25" in shown
    client.post(path, {"when": "soonest", "name": "2026-12-01"})
    assert publication.in_force(timezone.now()).edition == "2026-11-22"


def test_the_edition_in_force_cannot_be_published_twice(madina):
    client = at_work(madina)
    shown = page(client.get("/en/office/policy/preview?folder=example/2026-11-22"))
    assert "is published already" in shown


def test_what_changes_for_people_is_shown_before(madina):
    files = later_edition()
    files["policy.toml"] = files["policy.toml"].replace("years = 1, days = 0", "years = 2, days = 0")
    client = at_work(madina)
    client.post("/office/policy", {"archive": zipped(files)})
    shown = page(client.get("/en/office/policy/preview?folder=uploaded"))
    assert "consent is asked anew" in shown
    assert "Advertising and offers" in shown


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (lambda: zipped({"../../etc/policy.toml": "x"}), "A policy folder holds only"),
        (lambda: zipped({"policy.toml": "x", "run.sh": "x"}), "A policy folder holds only"),
        (lambda: zipped({"policy.toml": "x" * 600_000}), "too long for a policy"),
        (lambda: zipped({f"consent/{n}.md": "x" for n in range(100)}), "too many files"),
        (lambda: io.BytesIO(b"not a zip at all"), "not a ZIP archive"),
    ],
)
def test_an_archive_that_is_no_policy_folder_is_refused(madina, archive, says):
    file = archive()
    file.name = "policy.zip"
    answer = at_work(madina).post("/en/office/policy", {"archive": file})
    assert says in page(answer)


def test_an_unreadable_folder_is_explained_in_one_sentence(madina):
    client = at_work(madina)
    client.post("/office/policy", {"archive": zipped({**later_edition(), "policy.toml": "edition = "})})
    answer = client.get("/en/office/policy/preview?folder=uploaded")
    assert answer.status_code == 422
    assert "policy.toml" in page(answer)


def test_no_folder_outside_of_the_policies_can_be_named(madina):
    client = at_work(madina)
    for name in ("../norms", "/etc", "example/../../norms", ""):
        answer = client.get("/office/policy/preview", {"folder": name})
        assert answer["Location"] == "/office/policy"


def test_erlan_publishes_nothing(erlan):
    client = at_work(erlan)
    path = "/office/policy/preview?folder=example/2026-11-22"
    assert client.post(path, {"when": "soonest", "name": "2026-11-22"}).status_code == 403

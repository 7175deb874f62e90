"""The policy as anybody reads it: in force, in the archive, clause by clause, on paper and for programs."""

import html
import json
import re
import shutil
import subprocess
from datetime import timedelta
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from derbes.core.publications.models import Publication
from derbes.crypto import canonical
from derbes.faces.public import kept, paper, surroundings, written
from derbes.faces.public.leaving import notice_address
from derbes.flows import accounts, publication
from derbes.law.vocabulary import Operation
from tests.conftest import NOON, example_files

FIRST = "2026-11-22"
SECOND = "2026-11-23"
PREFIX = {"kk": "", "ru": "/ru", "en": "/en"}


@pytest.fixture
def reader(published: str) -> Client:
    """Anybody: no account, no cookie."""
    return Client()


@pytest.fixture
def changed(madina, published: str) -> str:
    """Madina has published a second edition: clause 2.5 is void there and 2.1 has other words."""
    files = example_files()
    toml = files["policy.toml"].replace(f'"{FIRST}"', f'"{SECOND}"', 1)
    files["policy.toml"] = toml.replace(
        '[clause."2.5"]',
        '[clause."2.5"]\nvoid = { kk = "Сот солай шешті.", ru = "Так решил суд.", en = "A court said so." }',
    )
    for name in ("kk.md", "ru.md", "en.md"):
        files[name] = re.sub(r"(?m)^(2\.1\. \{#2\.1\}) ", r"\1 Жаңғырық ", files[name])
    return publication.publish(files, actor=accounts.actor(madina), effective=None, at=NOON)


def _text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("language", PREFIX)
def test_anybody_reads_the_edition_in_force_without_signing_in_and_without_a_cookie(reader, language):
    response = reader.get(f"{PREFIX[language]}/policy")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in page
    assert not response.cookies
    with translation.override(language):
        shown = written.document(publication.edition(FIRST), language)
    for clause in shown.clauses.values():
        assert f'id="{clause.number}"' in page
        assert str(clause.html) in page


@pytest.mark.parametrize("language", PREFIX)
def test_every_clause_has_its_own_address_with_its_norm_and_what_the_system_does(reader, language):
    policy = publication.edition(FIRST).policy
    for number, clause in policy.clauses.items():
        response = reader.get(f"{PREFIX[language]}/policy/{FIRST}/{number}")
        assert response.status_code == 200, number
        page = html.unescape(response.content.decode())
        assert all(part in page for part in re.findall(r"\d[\d()-]*", clause.norm))
        assert clause.does[language] in page
        assert clause.collision.get(language, "") in page


def test_a_clause_that_does_not_exist_is_not_found(reader):
    assert reader.get(f"/policy/{FIRST}/9.9").status_code == 404
    assert reader.get("/policy/2020-01-01/").status_code == 404
    assert reader.get("/policy/2020-01-01/signed.json").status_code == 404


def test_before_the_first_publication_the_page_says_so(db):
    assert Client().get("/policy").status_code == 404
    assert Client().get("/").status_code == 200


@pytest.mark.clause("6.5")
def test_the_signed_bytes_of_an_edition_stay_the_same_when_another_comes(reader, madina, request):
    before = reader.get(f"/policy/{FIRST}/signed.json").content
    request.getfixturevalue("changed")
    after = reader.get(f"/policy/{FIRST}/signed.json")
    assert after.content == before == Publication.objects.get(edition=FIRST).signed.encode()
    document = json.loads(before)["document"]
    digest = sha256(canonical.dumps(document["files"])).hexdigest()
    assert digest == document["sha256"]
    archive = reader.get("/policy/editions/").content.decode()
    assert digest in archive
    assert f"/policy/{SECOND}/" in archive


@pytest.mark.clause("6.5")
def test_an_edition_published_is_on_the_page_at_once_and_the_old_one_says_that_it_is_past(
    reader, changed, time_at
):
    time_at(NOON + timedelta(seconds=1))
    assert "Жаңғырық" in reader.get("/policy").content.decode()
    old = reader.get(f"/policy/{FIRST}/").content.decode()
    assert "Жаңғырық" not in old
    assert f"/policy/diff/{FIRST}/{SECOND}" in old


@pytest.mark.clause("6.5")
def test_the_difference_marks_words_in_and_out(reader, changed):
    page = reader.get(f"/policy/diff/{FIRST}/{SECOND}").content.decode()
    assert re.search(r"<ins>\s*Жаңғырық\s*</ins>", page)
    back = reader.get(f"/policy/diff/{SECOND}/{FIRST}").content.decode()
    assert re.search(r"<del>\s*Жаңғырық\s*</del>", back)
    assert reader.get(f"/policy/diff/{FIRST}/2020-01-01").status_code == 404


def test_the_form_of_the_archive_leads_to_the_comparison(reader, changed):
    response = reader.get("/policy/diff", {"old": FIRST, "new": SECOND})
    assert response["Location"] == f"/policy/diff/{FIRST}/{SECOND}"
    assert (
        reader.get("/policy/diff", {"old": "//evil.example", "new": SECOND})["Location"]
        == "/policy/editions/"
    )


@pytest.mark.clause("6.4")
def test_a_void_clause_is_struck_and_says_why(reader, changed):
    page = reader.get(f"/policy/{SECOND}/").content.decode()
    struck = re.search(
        r'<div class="d-clause d-clause--void" id="2\.5">.*?Сот солай шешті\.', page, re.DOTALL
    )
    assert struck
    assert "d-clause--void" not in reader.get(f"/policy/{FIRST}/").content.decode()
    assert "Так решил суд." in reader.get(f"/ru/policy/{SECOND}/2.5").content.decode()


def test_a_page_of_the_policy_asks_the_database_once(reader, django_assert_num_queries):
    reader.get("/policy")
    for path in ("/policy", "/", "/glossary", "/ru/policy", f"/policy/{FIRST}/3.4"):
        reader.get(path)
        with django_assert_num_queries(1):
            reader.get(path)


def test_the_language_links_lead_to_the_same_place(reader):
    page = reader.get(f"/ru/policy/{FIRST}/3.4?a=b").content.decode()
    assert f'href="/policy/{FIRST}/3.4?a=b" hreflang="kk"' in page
    assert f'href="/en/policy/{FIRST}/3.4?a=b" hreflang="en"' in page


@pytest.mark.skipif(
    not paper.POSSIBLE or not shutil.which("pdftotext"), reason="needs libpango and pdftotext"
)
@pytest.mark.parametrize("language", PREFIX)
def test_the_paper_says_what_the_page_says_to_the_letter(reader, language, tmp_path):
    response = reader.get(f"{PREFIX[language]}/policy/{FIRST}/policy.pdf")
    assert response["Content-Type"] == "application/pdf"
    file = tmp_path / "policy.pdf"
    file.write_bytes(response.content)
    area = ["-x", "0", "-y", "0", "-W", "595", "-H", "775"]  # A4 in points without the line of page numbers
    read = subprocess.run(["pdftotext", *area, file, "-"], capture_output=True, check=True).stdout.decode()
    stream = re.sub(r"[\s•-]", "", read)  # pdftotext leaves out a hyphen at which a line breaks
    with translation.override(language):
        shown = written.document(publication.edition(FIRST), language)
    for clause in shown.clauses.values():
        said = re.sub(r"[\s-]", "", _text(str(clause.html)))
        assert said in stream, clause.number


@pytest.mark.clause("6.3")
def test_a_link_that_leaves_passes_a_notice_and_nobody_can_forge_one(reader):
    with translation.override("kk"):
        address = notice_address("https://adilet.zan.kz/kaz/docs/Z1300000094")
        clean = written.html("[Заң](https://adilet.zan.kz/kaz/docs/Z1300000094)")
    assert html.escape(address) in clean
    page = reader.get(address).content.decode()
    assert 'href="https://adilet.zan.kz/kaz/docs/Z1300000094"' in page
    assert reader.get("/leave?to=https://evil.example/").status_code == 404
    assert reader.get(address.replace("adilet", "evil")).status_code == 404


def test_a_text_cannot_bring_a_script_or_a_picture_into_the_page():
    with translation.override("kk"):
        clean = written.html("<script>x</script> [a](javascript:x) ![p](https://evil.example/p.png) **b**")
    assert "<script" not in clean
    assert "<img" not in clean
    assert 'href="javascript' not in clean
    assert "<strong>b</strong>" in clean


def test_the_policy_for_programs_says_what_the_policy_says(reader):
    response = reader.get("/policy.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    notice = json.loads(response.content)
    policy = publication.edition(FIRST).policy
    said = {each["dpv:hasPurpose"]["dct:identifier"]: each for each in notice["dpv:hasProcess"]}
    assert set(said) == set(policy.purposes)
    for key, purpose in policy.purposes.items():
        assert len(said[key]["dpv:hasProcessing"]) == len(purpose.operations)
        assert {each["dct:identifier"] for each in said[key]["dpv:hasPersonalData"]} == set(purpose.data)
    everything = {operation for each in said.values() for operation in each["dpv:hasProcessing"]}
    assert len(everything) == len(Operation)


@pytest.mark.clause("6.6")
def test_the_feed_lists_every_edition(reader, changed):
    response = reader.get("/policy.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.content)  # noqa: S314  made by ourselves a line above
    atom = "{http://www.w3.org/2005/Atom}"
    links = [entry.find(f"{atom}link").get("href") for entry in feed.iter(f"{atom}entry")]
    assert [link.rstrip("/").rsplit("/", 1)[-1] for link in links] == [SECOND, FIRST]


def test_the_home_page_promises_what_clauses_promise(reader):
    page = reader.get("/").content.decode()
    clauses = publication.edition(FIRST).policy.clauses
    for number in ("2.1", "5.1", "6.2", "5.3"):
        promised = f"/policy/{FIRST}/{number}" in page
        assert promised == clauses[number].enforced, "only what code holds is promised"


@pytest.mark.clause("1")
def test_the_glossary_lists_every_kind_of_data_as_personal_or_other(reader):
    page = _text(reader.get("/glossary").content.decode())
    for field in publication.edition(FIRST).policy.data.values():
        assert field.label["kk"] in page


@pytest.mark.clause("3.9")
@pytest.mark.parametrize(
    "path", ["/", "/policy", "/policy/editions/", "/glossary", "/accessibility", "/nowhere"]
)
def test_every_page_leads_to_the_policy_and_asks_nothing_of_another_host(reader, path):
    response = reader.get(path)
    page = response.content.decode()
    assert 'href="/policy"' in page
    loaded = re.findall(r'(?:src|<link[^>]+href)="([^"]+)"', page)
    assert loaded
    assert not [address for address in loaded if not address.startswith("/")]
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize("path", ["/", "/policy", "/ru/policy", "/en/policy"])
def test_a_first_visit_loads_at_most_120_kilobytes(reader, path):
    page = reader.get(path).content
    folder = settings.BASE_DIR / "derbes" / "faces" / "static"
    named = set(re.findall(r'/static/([^"]+)"', page.decode()))
    style = (folder / "css" / "derbes.css").read_text()
    named |= {name.removeprefix("../") for name in re.findall(r'url\("([^"]+)"\)', style)}
    sizes = [min(file.stat().st_size for file in folder.glob(f"{name}*")) for name in named]
    assert len(sizes) > 8
    assert len(page) + sum(sizes) <= 120 * 1024


def test_a_kept_page_is_the_page_with_a_new_nonce_and_is_not_shown_to_who_carries_a_cookie(
    reader, monkeypatch
):
    nonce = re.compile(r'nonce="([^"]+)"')
    first, second = (reader.get("/policy") for _ in range(2))
    one, two = (nonce.search(each.content.decode())[1] for each in (first, second))
    assert one != two
    assert f"'nonce-{two}'" in second["Content-Security-Policy"]
    assert nonce.sub("", first.content.decode()) == nonce.sub("", second.content.decode())
    assert "Cookie" in second["Vary"]
    assert "Content-Language" in second
    with monkeypatch.context() as patched:
        patched.setattr(kept, "_pages", dict.fromkeys(kept._pages, b"kept"))
        assert reader.get("/policy").content == b"kept"
        reader.cookies["derbes_session"] = "somebody"
        assert b"<h1" in reader.get("/policy").content


def test_what_is_in_force_is_asked_again_after_a_moment(published, rf, monkeypatch):
    publication.in_force(NOON)  # read and parsed once already
    monkeypatch.setattr(surroundings, "MOMENT", 3600.0)
    monkeypatch.setattr(surroundings, "_found_last", (float("-inf"), None))
    with CaptureQueriesContext(connection) as asked:
        editions = {surroundings.in_force(rf.get("/")).edition for _ in range(3)}
    assert (editions, len(asked)) == ({FIRST}, 1)
    monkeypatch.setattr(surroundings, "MOMENT", 0)
    with CaptureQueriesContext(connection) as asked:
        surroundings.in_force(rf.get("/"))
    assert len(asked) == 1

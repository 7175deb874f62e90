"""The parts of a page: forms that can be filled in by anybody, errors that can be found, dates as people say them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from derbes.faces.fields import DatePartsField, HintedChoice, HintedChoices
from derbes.faces.public import errors
from derbes.faces.public.templatetags.faces import day, in_language, masked, moment
from derbes.flows.citing import cited


class Feedback(forms.Form):
    surname = forms.CharField(label="Тегі", help_text="Құжаттағыдай")
    patronymic = forms.CharField(label="Әкесінің аты", required=False)
    birth = DatePartsField(label="Туған күні")
    whom = HintedChoice(
        label="Кім үшін", choices=[("self", "Өзім"), ("other", "Басқа")], hints={"other": "Сенімхат керек"}
    )
    purposes = HintedChoices(label="Мақсаттар", choices=[("a", "Қызмет"), ("b", "Жарнама")], required=False)
    agree = forms.BooleanField(label="Келісемін")
    scan = forms.FileField(label="Құжат")


def _rendered(source: str, **context: object) -> str:
    template = engines["django"].from_string(source)
    return template.render(context, RequestFactory().get("/"))


def _field(form: forms.Form, name: str) -> str:
    return str(form[name].as_field_group())


@pytest.mark.clause("1.8")
def test_mandatory_fields_are_marked_for_eye_and_ear_and_the_others_say_that_they_are_optional():
    form = Feedback()
    surname, patronymic = _field(form, "surname"), _field(form, "patronymic")
    assert "d-mandatory" in surname
    assert "required" in surname
    assert "d-mandatory" not in patronymic
    assert "d-optional" in patronymic


def test_an_error_stands_beside_its_field_and_is_tied_to_it():
    field = _field(Feedback({}), "surname")
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_surname_helptext id_surname_error"' in field
    assert 'id="id_surname_error"' in field


def test_every_link_of_the_error_summary_lands_on_a_control():
    form = Feedback({"birth_day": "31", "birth_month": "2", "birth_year": "1990"})
    fields = "".join(_field(form, name) for name in form.fields)
    with translation.override("en"):
        page = form.renderer.render("cotton/error_summary.html", {"form": form})
    targets = [piece.split('"')[0] for piece in page.split('href="#')[1:]]
    assert len(targets) == len(form.errors)
    for target in targets:
        assert f'id="{target}"' in fields


def test_nothing_is_ticked_beforehand():
    form = Feedback()
    assert "checked" not in "".join(_field(form, name) for name in ("whom", "purposes", "agree"))


def test_a_hint_of_a_choice_is_tied_to_its_button():
    field = _field(Feedback(), "whom")
    assert 'aria-describedby="id_whom_1_hint"' in field
    assert "Сенімхат керек" in field


def test_upload_says_everything_itself_so_that_the_browser_says_nothing_in_another_language():
    with translation.override("en"):
        field = _field(Feedback(), "scan")
    for key in ("choose-files-button", "drop-instruction", "no-file-chosen", "multiple-files-chosen.few"):
        assert f"data-i18n.{key}=" in field


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [(("1", "2", "1990"), date(1990, 2, 1)), ((" 01 ", "02", "1990"), date(1990, 2, 1))],
)
def test_a_date_is_typed_in_three_boxes(typed, cleaned):
    field = DatePartsField()
    data = dict(zip(("birth_day", "birth_month", "birth_year"), typed, strict=True))
    assert field.clean(field.widget.value_from_datadict(data, {}, "birth")) == cleaned


@pytest.mark.parametrize("typed", [["31", "2", "1990"], ["1", "", "1990"], ["x", "2", "1990"], ["", "", ""]])
def test_an_impossible_or_unfinished_date_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        DatePartsField().clean(typed)


def test_dates_are_written_as_in_a_letter():
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    said = {
        "kk": "2026 жылғы 22 қараша, 14:30",
        "ru": "22 ноября 2026 года, 14:30",
        "en": "22 November 2026, 14:30",
    }
    for language, words in said.items():
        with translation.override(language):
            assert moment(at) == words
    with translation.override("kk"):
        assert day(date(2027, 1, 6)) == "2027 жылғы 6 қаңтар"


@pytest.mark.parametrize(
    ("path", "code", "other"),
    [
        ("/policy", "ru", "/ru/policy"),
        ("/ru/policy?a=1", "kk", "/policy?a=1"),
        ("/", "en", "/en/"),
        ("/en/", "kk", "/"),
        ("/ru/", "en", "/en/"),
        ("/rules", "ru", "/ru/rules"),
    ],
)
def test_a_path_is_found_in_every_language(path, code, other):
    assert in_language(path, code) == other


def test_a_masked_value_shows_its_end_alone():
    assert masked("900101300007", 4) == "••••••••0007"
    assert masked("123", 4) == "•••"


def test_a_form_that_failed_says_so_in_the_title_and_the_language_links_post_it():
    form = Feedback({})
    with translation.override("en"):
        page = _rendered(
            '{% extends "base.html" %}{% block content %}<c-form>{% csrf_token %}</c-form>{% endblock %}',
            form=form,
            switch_form=True,
            operator={"name": "Example"},
        )
    assert "<title>Error: " in page
    assert 'form="main-form" formaction="/ru/" formnovalidate name="switch" value="1"' in page


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.too_large, 413),
        (errors.too_many, 429),
        (errors.failed, 500),
    ],
)
@pytest.mark.django_db
def test_every_error_has_a_page_that_leads_on(rf, page, status):
    response = page(rf.get("/nowhere"))
    assert response.status_code == status
    assert b'href="/policy"' in response.content
    assert b"<h1" in response.content


@pytest.mark.django_db
def test_too_many_tries_say_when_to_come_back(rf):
    response = errors.too_many(rf.get("/"), retry_after=150)
    assert response["Retry-After"] == "150"
    assert b"3" in response.content


def test_norms_are_cited_whole_and_an_unknown_shape_as_it_stands():
    with translation.override("en"):
        assert cited("94-V art. 7(8), 14; 395/НҚ p. 16") == "Law 94-V, art. 7(8), 14; Order 395/НҚ, point 16"
        assert cited("Civil Code art. 161") == "Civil Code, art. 161"
        assert cited("by custom") == "by custom"

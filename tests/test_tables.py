"""The shape of the tables (ARCHITECTURE.md, decision 5): what a person owns is found, joined and removed by person.

So the tables can be spread over several machines by person without a change of code, and nobody adds a
column without saying whether it holds personal data.
"""

import pytest
from django.apps import apps
from django.db import models

OURS = [
    model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("derbes.")
]

# Columns of these kinds cannot hold a person's words, so they need no declaration.
HARMLESS = (
    models.UUIDField,
    models.BooleanField,
    models.DateTimeField,
    models.IntegerField,
    models.ForeignKey,
)

# model: why a constraint of its own need not include the subject
FOUND_ACROSS_PEOPLE: dict[str, str] = {}
# model: why it holds personal data and is not scoped to one person
OF_NOBODY: dict[str, str] = {}


def columns(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.local_concrete_fields)


def scoped(model: type[models.Model]) -> bool:
    """Whether every row of `model` belongs to one person."""
    return model.__name__ == "Subject" or any(column.name == "subject" for column in columns(model))


def none(offenders: list[str], rule: str) -> None:
    if offenders:
        pytest.fail(f"{rule}:\n" + "\n".join(offenders), pytrace=False)


def test_tables_are_in_core_alone():
    strays = [model._meta.label for model in OURS if not model.__module__.startswith("derbes.core.")]
    none(strays, "models live only in core")


def test_every_column_is_declared_personal_or_other():
    undeclared = [
        f"{model._meta.label}.{column.name}: {type(column).__name__}"
        for model in OURS
        for column in columns(model)
        if column.name not in getattr(model, "personal", ())
        and column.name not in getattr(model, "other", ())
        and not isinstance(column, HARMLESS)
    ]
    none(undeclared, "declare the column in `personal` or in `other`")


def test_declarations_name_columns_that_exist():
    unknown = [
        f"{model._meta.label}.{name}"
        for model in OURS
        for name in {*getattr(model, "personal", ()), *getattr(model, "other", ())}
        - {column.name for column in columns(model)}
    ]
    none(unknown, "a declaration names no column")
    twice = [
        f"{model._meta.label}.{name}"
        for model in OURS
        for name in {*getattr(model, "personal", ())} & {*getattr(model, "other", ())}
    ]
    none(twice, "a column is either personal or other")


def test_personal_columns_belong_to_one_person():
    unowned = [
        model._meta.label
        for model in OURS
        if getattr(model, "personal", ()) and not scoped(model) and model._meta.label not in OF_NOBODY
    ]
    none(unowned, "a table with personal data carries `subject`")


def test_a_subject_is_an_opaque_number():
    others = [
        f"{model._meta.label}.subject: {type(model._meta.get_field('subject')).__name__}"
        for model in OURS
        if scoped(model) and model.__name__ != "Subject"
        if not isinstance(model._meta.get_field("subject"), models.UUIDField)
    ]
    none(others, "`subject` is a UUID and no foreign key")


def test_nothing_is_numbered_by_a_sequence():
    numbered = [
        f"{model._meta.label}.{column.name}"
        for model in OURS
        for column in columns(model)
        if isinstance(column, models.AutoField)
    ]
    none(numbered, "ids are made by the application: no sequence")


def test_what_is_unique_is_unique_within_a_person():
    across = []
    for model in filter(scoped, OURS):
        if model.__name__ == "Subject" or model._meta.label in FOUND_ACROSS_PEOPLE:
            continue
        key = model._meta.pk
        if not isinstance(key, models.UUIDField | models.CompositePrimaryKey):
            across.append(f"{model._meta.label}: primary key {key.name} is no UUID")
        across += [
            f"{model._meta.label}: {constraint.name}"
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and "subject" not in constraint.fields
        ]
        across += [
            f"{model._meta.label}.{column.name}: unique"
            for column in columns(model)
            if column.unique and not column.primary_key and column.name != "subject"
        ]
    none(across, "a unique key of a person's table includes `subject`")


def test_no_foreign_key_leads_to_a_persons_table():
    leads = [
        f"{model._meta.label}.{column.name} -> {column.related_model._meta.label}"
        for model in OURS
        for column in columns(model)
        if isinstance(column, models.ForeignKey) and scoped(column.related_model)
    ]
    none(leads, "persons' tables are joined by `subject`, not by a foreign key")

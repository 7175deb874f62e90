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

# table or column: why something in it is unique although it does not include the subject
UNIQUE_ACROSS_PEOPLE = {
    "accounts.User": "staff have accounts too; it is a small table that every machine can hold",
}


def columns(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.local_concrete_fields)


def scoped(model: type[models.Model]) -> bool:
    """Whether every row of `model` belongs to one person."""
    return any(column.name == "subject" for column in columns(model))


def key_of(model: type[models.Model]) -> set[str]:
    key = model._meta.pk
    return set(key.field_names) if isinstance(key, models.CompositePrimaryKey) else {key.name}


def unique_sets(model: type[models.Model]) -> list[set[str]]:
    """Every set of columns that the database keeps unique in `model`."""
    constraints = [
        set(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    single = [{column.name} for column in columns(model) if column.unique and not column.primary_key]
    return [key_of(model), *constraints, *single]


def none(offenders: list[str], rule: str) -> None:
    if offenders:
        pytest.fail(f"{rule}:\n" + "\n".join(offenders), pytrace=False)


def test_tables_are_in_core_alone():
    strays = [model._meta.label for model in OURS if not model.__module__.startswith("derbes.core.")]
    none(strays, "models live only in core")


def test_every_column_is_declared_personal_or_other():
    wrong = [
        f"{model._meta.label}: {', '.join(sorted(difference))}"
        for model in OURS
        if (difference := {column.name for column in columns(model)} ^ (model.PERSONAL | model.OTHER))
    ]
    none(wrong, "PERSONAL and OTHER together name each column of the table and nothing else")
    twice = [
        f"{model._meta.label}: {sorted(both)}" for model in OURS if (both := model.PERSONAL & model.OTHER)
    ]
    none(twice, "a column is either personal or other")


def test_personal_columns_belong_to_one_person():
    unowned = [model._meta.label for model in OURS if model.PERSONAL and not scoped(model)]
    none(unowned, "a table with personal data carries `subject`")


def test_a_subject_is_an_opaque_number():
    others = [
        f"{model._meta.label}.{column.name}: {type(column).__name__}"
        for model in OURS
        for column in columns(model)
        if column.name == "subject" and not isinstance(column, models.UUIDField)
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
    across = {
        model._meta.label: [sorted(unique) for unique in unique_sets(model) if "subject" not in unique]
        for model in filter(scoped, OURS)
    }
    across = {label: found for label, found in across.items() if found}
    none(
        [f"{label}: {found}" for label, found in across.items() if label not in UNIQUE_ACROSS_PEOPLE],
        "what is unique in a person's table includes `subject`",
    )
    none(sorted(UNIQUE_ACROSS_PEOPLE.keys() - across.keys()), "an excuse that is not needed")


def test_no_foreign_key_leads_to_a_persons_table():
    leads = [
        f"{model._meta.label}.{column.name} -> {column.related_model._meta.label}"
        for model in OURS
        for column in columns(model)
        if isinstance(column, models.ForeignKey) and scoped(column.related_model)
    ]
    none(leads, "persons' tables are joined by `subject`, not by a foreign key")

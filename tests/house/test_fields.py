"""Do we know, for every column of every table, what it says of a person and how long it is kept?"""

import tomllib
from collections import Counter
from typing import Any

from django.apps import apps

from tests.house.tree import SOURCE

PRIVACY = {"none", "directory", "contact", "education_record", "sensitive", "security"}
FIELDS: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads(
    (SOURCE / "access/fields.toml").read_text("utf-8")
)
RETENTION: dict[str, dict[str, Any]] = tomllib.loads((SOURCE / "access/retention.toml").read_text("utf-8"))


def columns_in_the_database() -> set[str]:
    """Every stored field of our own tables, as app.Table.field."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("cairn.")
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }


def classified() -> Counter[str]:
    """Every field that fields.toml names, with how often."""
    return Counter(
        f"{app}.{table}.{field}"
        for app, tables in FIELDS.items()
        for table, groups in tables.items()
        for fields in groups.values()
        for field in fields
    )


def test_every_column_is_classified_once() -> None:
    columns, named = columns_in_the_database(), classified()
    missing = sorted(columns - set(named))
    gone = sorted(set(named) - columns)
    twice = [field for field, times in named.items() if times > 1]
    assert not missing, f"Classify these in src/cairn/access/fields.toml: {missing}"
    assert not gone, f"These are no longer columns; remove them from fields.toml: {gone}"
    assert not twice, f"These are classified twice: {twice}"


def test_every_class_is_a_known_one() -> None:
    for app, tables in FIELDS.items():
        for table, groups in tables.items():
            for group in groups:
                privacy, retention = group.split("/")
                assert privacy in PRIVACY, f"{app}.{table}: no such class of privacy: {privacy}"
                assert retention in RETENTION, f"{app}.{table}: retention.toml has no {retention}"


def test_everything_that_points_at_a_student_is_about_a_person() -> None:
    about_nobody = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("cairn.")
        for field in model._meta.local_fields
        if field.related_model is not None
        and getattr(field.related_model, "__name__", "") == "Student"
        and any(
            field.name in fields
            for group, fields in FIELDS[model._meta.app_label][model.__name__].items()
            if group.startswith("none/")
        )
    ]
    assert not about_nobody


def test_every_retention_says_from_when_and_why() -> None:
    used = {
        group.split("/")[1] for tables in FIELDS.values() for groups in tables.values() for group in groups
    }
    for key, rule in RETENTION.items():
        assert {"title", "starts", "why"} <= set(rule) <= {"title", "starts", "years", "why"}, key
        assert isinstance(rule.get("years", 0), int), key
    assert set(RETENTION) == used, "retention.toml and fields.toml name different keys"

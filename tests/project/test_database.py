"""Do these tests run on the database they were asked to, built by the migrations, with the models as they are now?"""

import os

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_tests_run_on_the_database_they_were_asked_to() -> None:
    asked = os.environ.get("CAIRN_TEST_DATABASE", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[asked]


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_table_is_there_and_no_person_is_in_it() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("cairn.")]
    assert {model._meta.db_table for model in ours} <= set(connection.introspection.table_names())
    for table in ("people.Student", "people.Adult", "people.Account", "learning.Evidence", "trail.Change"):
        assert not apps.get_model(table)._base_manager.exists(), table

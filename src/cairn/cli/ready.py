"""Is there a database this program can use? Made where there is none; an older one is left alone until `cairn upgrade`."""

import os
from typing import Any

from cairn.cli.memory import settle
from cairn.cli.say import Failure, note


def set_up() -> None:
    """Loads the settings and Django; nothing is asked of the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.project.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.INSTALLED_APPS  # noqa: B018 - the settings are read here
    except (ValueError, ImproperlyConfigured) as error:
        raise Failure(f"The settings are wrong: {error}", "docs/settings.md lists them all.") from None
    except OSError as error:
        where = f"{error.filename}: {error.strerror}"
        raise Failure(
            f"The data folder cannot be used. {where}", "Set CAIRN_HOME to a folder of your own."
        ) from None
    django.setup()
    settle()


def state_of_migrations() -> tuple[list[str], list[str], bool]:
    """Migrations still to do, those done that this program does not know, and: is there anything at all?"""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    pending = [f"{migration.app_label} {migration.name}" for migration, _backwards in plan]
    known = {migration.app_label for migration in loader.disk_migrations.values()}
    done = set(loader.applied_migrations)
    replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    unknown = [
        f"{app} {name}" for app, name in sorted(done - set(loader.disk_migrations) - replaced) if app in known
    ]
    return pending, unknown, bool(done)


def migrate() -> None:
    """Brings the tables into the shape that this program knows."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def ready() -> None:
    """Django is set up, and the database is there in this program's shape. Raises Failure with what to do."""
    set_up()
    make_database()
    pending, unknown, anything = state_of_migrations()
    if unknown:
        raise Failure(
            f"The database was made by a newer Cairn than this one ({unknown[-1]}).",
            "Install the newer program again.",
        )
    if pending and anything:
        raise Failure(
            f"The database is older than this program ({len(pending)} steps).",
            "Run `cairn upgrade`; it makes a backup first.",
        )
    if pending:
        note("Making the database ...")
        migrate()


def is_absent(error: Exception) -> bool:
    """Does the server answer, but hold no database of this name?"""
    return "database" in str(error) and "does not exist" in str(error)


def make_database() -> None:
    """PostgreSQL: makes the empty database named in DATABASE_URL where the server has none. SQLite makes its file itself."""
    from django.db import OperationalError, connection

    if connection.vendor != "postgresql":
        return
    try:
        connection.ensure_connection()
    except OperationalError as error:
        if not is_absent(error):
            raise
        _create_postgres(connection.settings_dict)


def _create_postgres(settings: dict[str, Any]) -> None:
    import psycopg
    from psycopg import sql

    where = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
    }
    try:
        with psycopg.connect(
            dbname="postgres", autocommit=True, **{k: v for k, v in where.items() if v}
        ) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(settings["NAME"])))
    except psycopg.Error as error:
        raise Failure(
            f"The server has no database {settings['NAME']}, and it cannot be made: {str(error).strip()}",
            "Ask the administrator of the server to make an empty one.",
        ) from None
    note(f"Made the database {settings['NAME']} on the server.")

"""Does everything in the database still hang together? What foreign keys cannot say, and whether there is anything at all."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from cairn.exchange.intake.models import Run
from cairn.learning.mastery.mending import without_counter
from cairn.people.models import ExternalId

# ExternalId.entity -> the table in which its object stands.
HELD = {
    "agency": "people.Agency",
    "session": "people.AcademicSession",
    "course": "people.Course",
    "class": "people.Class",
    "student": "people.Student",
    "adult": "people.Adult",
    "class_enrollment": "people.ClassEnrollment",
    "school_enrollment": "people.SchoolEnrollment",
    "tie": "people.Tie",
    "participation": "people.ProgramParticipation",
}


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows of one kind that name something which is gone."""

    what: str
    count: int
    remedy: str


def is_empty() -> bool:
    """Has nothing ever come in, and nobody an account? A demo begins only then."""
    tables = (
        "people.Agency",
        "people.Student",
        "people.Adult",
        "people.Account",
        "learning.Framework",
        "intake.Run",
    )
    return not any(apps.get_model(table)._base_manager.exists() for table in tables)


def orphans() -> list[Orphans]:
    """Everything that is not as it must be; empty on a sound database. Reads every table once."""
    found = [*_foreign_keys(), *_runs(), *_external_ids()]
    if count := without_counter():
        found.append(
            Orphans(
                "students with evidence and no counter", count, "Restore a backup; this should not happen."
            )
        )
    return found


def _foreign_keys() -> list[Orphans]:
    """SQLite keeps what a foreign program deletes behind its back; PostgreSQL never lets it happen."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        counts: dict[tuple[str, str], int] = {}
        while rows := cursor.fetchmany(5_000):
            for table, _row, parent, _key in rows:
                counts[table, parent] = counts.get((table, parent), 0) + 1
    return [
        Orphans(
            f"{table} without their {parent}",
            count,
            "Restore a backup from before rows were removed by hand.",
        )
        for (table, parent), count in sorted(counts.items())
    ]


def _runs() -> list[Orphans]:
    """Rows that say a file brought them, but the import is not written down."""
    found = []
    for model in apps.get_models():
        if any(field.name == "run_id" for field in model._meta.local_fields):
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT COUNT(*) FROM "{model._meta.db_table}" t WHERE t.run_id IS NOT NULL '
                    f'AND NOT EXISTS (SELECT 1 FROM "{Run._meta.db_table}" r WHERE r.id = t.run_id)'
                )
                if count := cursor.fetchone()[0]:
                    what = f"{model._meta.db_table} whose import is gone"
                    found.append(
                        Orphans(what, count, "Restore a backup from before imports were removed by hand.")
                    )
    return found


def _external_ids() -> list[Orphans]:
    """Ids of other systems for rows that are gone."""
    found = []
    for entity, table in HELD.items():
        known = apps.get_model(table)._base_manager.values("pk")
        if count := ExternalId.objects.filter(entity=entity).exclude(object_id__in=known).count():
            found.append(
                Orphans(
                    f"ids of other systems for a {entity} that is gone", count, "Import the roster again."
                )
            )
    return found

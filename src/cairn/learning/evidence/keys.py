"""Which of these entries are in the record already, and what do they say? Asked by imports, so that nothing comes in twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from cairn.learning.evidence.models import Evidence
from cairn.learning.sql import rows_of


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the record under its key."""

    id: int
    student: int
    target: int
    value: int | None
    no_score: str
    shown_on: str  # YYYY-MM-DD
    is_superseded: bool = False


def known_entries(keys: Sequence[str]) -> dict[str, Known]:
    """The entries under these keys. One query."""
    if not keys:
        return {}
    select, params = rows_of({"key": "text"}, [(key,) for key in keys])
    sql = (
        "SELECT e.entry_key, e.id, e.student_id, e.target_id, e.value, e.no_score, e.shown_on, "
        "EXISTS (SELECT 1 FROM learning_evidence c WHERE c.supersedes_id = e.id) "
        f"FROM ({select}) AS asked JOIN learning_evidence e ON e.entry_key = asked.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {
            key: Known(pk, student, target, value, no_score, str(shown)[:10], bool(gone))
            for key, pk, student, target, value, no_score, shown, gone in cursor.fetchall()
        }


def last_correction(key: str) -> Known | None:
    """The newest entry under a key or a correction of it (`key#...`), by which a file changed it before."""
    rows = Evidence.objects.filter(Q(entry_key=key) | Q(entry_key__startswith=f"{key}#")).order_by("-pk")
    row = rows.values_list("pk", "student_id", "target_id", "value", "no_score", "shown_on").first()
    if row is None:
        return None
    pk, student, target, value, no_score, shown_on = row
    return Known(pk, student, target, value, no_score, shown_on.isoformat())

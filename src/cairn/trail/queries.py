"""Who looked at this student's record, and what was changed in it? Ask `access` first whether the viewer may know."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from cairn.trail.models import Change, Look


def looks_at(
    student: int, *, classes: list[int], agencies: list[int], before: datetime | None = None, most: int = 50
) -> list[Look]:
    """The newest openings of pages that showed this student, newest first.

    `classes` and `agencies` are all in which the student ever was enrolled (ids): a look at a class or a list names
    one of them, and counts when the student was among those on the page.
    """
    where = ["l.student_id = %s"]
    params: list[Any] = [student]
    holds = "EXISTS (SELECT 1 FROM json_each(l.students) WHERE value = %s)"
    if connection.vendor == "postgresql":
        holds = "l.students @> to_jsonb(%s::bigint)"
    for column, ids in (("klass_id", classes), ("agency_id", agencies)):
        if ids:
            marks = ",".join(str(int(pk)) for pk in ids)
            where.append(f"(l.{column} IN ({marks}) AND {holds})")
            params.append(student)
    limit = "" if before is None else " AND l.occurred_at < %s"
    if before is not None:
        params.append(connection.ops.adapt_datetimefield_value(before))
    sql = f"SELECT l.id FROM trail_look l WHERE ({' OR '.join(where)}){limit} ORDER BY l.occurred_at DESC, l.id DESC LIMIT {int(most)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = [row[0] for row in cursor.fetchall()]
    rows = Look.objects.filter(pk__in=ids).select_related(
        "viewer__adult", "viewer__student", "klass", "agency"
    )
    return sorted(rows, key=lambda look: (look.occurred_at, look.pk), reverse=True)


def looked_lately(
    *, viewer: int, page: str, student: int | None = None, klass: int | None = None, agency: int | None = None
) -> bool:
    """Has this account opened this page of the same student, class or agency within the last day?"""
    since = timezone.now() - timedelta(days=1)
    looks = Look.objects.filter(viewer=viewer, page=page, student=student, klass=klass, agency=agency)
    return looks.filter(occurred_at__gte=since).exists()


def changes_of(*, entity: str, object_id: int) -> QuerySet[Change]:
    """The history of one replaced row, oldest first."""
    return Change.objects.filter(entity=entity, object_id=object_id).order_by("occurred_at", "pk")


def changes_of_student(student: int, *, since: date | None = None) -> QuerySet[Change]:
    """Every change of replaced rows that belong to this student, newest first."""
    rows = Change.objects.filter(Q(student=student))
    if since is not None:
        rows = rows.filter(occurred_at__date__gte=since)
    return rows.order_by("-occurred_at", "-pk")

"""How is a change, or a look, written down?"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from cairn.trail.models import Change, Look


def record_change(
    *,
    action: str,
    entity: str,
    object_id: int | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    by: int | None,
    student: int | None = None,
    run: int | None = None,
) -> None:
    """One replaced row. `by` is an account id (None: a command or a file, then `run` says which)."""
    record_changes(
        [
            {
                "action": action,
                "entity": entity,
                "object_id": object_id,
                "before": before,
                "after": after,
                "student_id": student,
            }
        ],
        by=by,
        run=run,
    )


def record_changes(changes: Iterable[dict[str, Any]], *, by: int | None, run: int | None = None) -> None:
    """Many replaced rows of one act. Each: action, entity, object_id, before, after, student_id."""
    now = timezone.now()
    Change.objects.bulk_create(
        [Change(occurred_at=now, actor_id=by, run_id=run, **change) for change in changes], batch_size=2_000
    )


def record_look(
    *,
    viewer: int,
    page: str,
    because: dict[str, Any],
    students: Sequence[int],
    student: int | None = None,
    klass: int | None = None,
    agency: int | None = None,
) -> None:
    """One opened page. `students` are the ids of everyone whose record the page shows."""
    Look.objects.create(
        occurred_at=timezone.now(),
        viewer_id=viewer,
        page=page,
        because=because,
        students=list(students),
        student_id=student,
        klass_id=klass,
        agency_id=agency,
    )

"""Which piece of evidence does a page mean that corrects one? The one with its device's key, or one of its cell."""

from collections.abc import Collection, Iterable, Sequence

from cairn.learning.evidence.models import Evidence
from cairn.people.models import Account


def own_entries_by_key(entry_keys: Sequence[str], *, by: Account) -> dict[str, int]:
    """Key -> evidence id, of the entries that this account typed."""
    rows = Evidence.objects.filter(entry_key__in=list(entry_keys), account=by)
    return {key: pk for key, pk in rows.values_list("entry_key", "pk") if key is not None}


def evidence_in_cells(cells: Collection[tuple[int, int]]) -> Iterable[tuple[int, tuple[int, int]]]:
    """Every evidence id of these cells (student, target) with its cell, for a page that names its rows by marks.

    One query. Ask `access` first.
    """
    if not cells:
        return []
    rows = Evidence.objects.filter(student__in={s for s, _ in cells}, target__in={t for _, t in cells})
    found = rows.values_list("pk", "student_id", "target_id")
    return [(pk, (student, target)) for pk, student, target in found if (student, target) in cells]

"""Which piece of evidence does a page mean that corrects one? The one with its device's key, or one of its cell."""

from collections.abc import Sequence

from cairn.learning.evidence.models import Evidence
from cairn.people.models import Account


def own_entries_by_key(entry_keys: Sequence[str], *, by: Account) -> dict[str, int]:
    """Key -> evidence id, of the entries that this account typed."""
    rows = Evidence.objects.filter(entry_key__in=list(entry_keys), account=by)
    return {key: pk for key, pk in rows.values_list("entry_key", "pk") if key is not None}


def evidence_in_cell(student: int, target: int) -> list[int]:
    """The evidence ids of one cell, for a page that names its rows by marks made of them. Ask `access` first."""
    return list(Evidence.objects.filter(student=student, target=target).values_list("pk", flat=True))

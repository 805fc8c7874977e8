"""How is what was just typed taken back, or found again to be corrected? By the key that the typing device gave it."""

from collections.abc import Sequence

from django.utils import timezone

from cairn.access.decide import NotHere
from cairn.learning.evidence.append import Entry
from cairn.learning.evidence.models import Evidence
from cairn.learning.mastery.actions import Recorded, record_scores
from cairn.people.models import Account


def withdraw_scores(entry_keys: Sequence[str], *, by: Account) -> Recorded:
    """Take back several of one's own entries in one act; one already taken back stays so. Raises NotHere."""
    keys = list(dict.fromkeys(entry_keys))
    found = list(Evidence.objects.filter(entry_key__in=keys, account=by))
    if len(found) != len(keys):
        raise NotHere
    now = timezone.now()
    return record_scores(
        [
            Entry(
                student=row.student_id,
                target=row.target_id,
                value=None,
                no_score="withdrawn",
                shown_on=row.shown_on,
                recorded_at=now,
                klass=row.klass_id,
                supersedes=row.pk,
                entry_key=f"{row.entry_key}:withdrawn"[:80],
            )
            for row in found
        ],
        by=by,
    )


def own_entries_by_key(entry_keys: Sequence[str], *, by: Account) -> dict[str, int]:
    """Key -> evidence id, of the entries that this account typed."""
    rows = Evidence.objects.filter(entry_key__in=list(entry_keys), account=by)
    return {key: pk for key, pk in rows.values_list("entry_key", "pk") if key is not None}


def evidence_in_cell(student: int, target: int) -> list[int]:
    """The evidence ids of one cell, for a page that names its rows by marks made of them. Ask `access` first."""
    return list(Evidence.objects.filter(student=student, target=target).values_list("pk", flat=True))

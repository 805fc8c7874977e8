"""Which mapping is in force for a framework, and who confirmed it? A mapping is a whole set of rows from one moment on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.learning.frameworks.mapping import MappingRow, completed, described, kind_of, propose
from cairn.learning.frameworks.models import Framework, ItemMapping
from cairn.learning.frameworks.rows import Preview, Tally
from cairn.learning.frameworks.standing import Standing, settle, standing_in
from cairn.people.models import Account
from cairn.trail.actions import record_change


@dataclass(frozen=True, slots=True)
class Mapped:
    """The rows that will be in force, which of them nobody has confirmed, and what that changes."""

    rows: Sequence[MappingRow]
    proposed: frozenset[MappingRow]
    tally: Tally

    @property
    def changed(self) -> bool:
        return bool(self.tally.added or self.tally.changed or self.tally.ended)


def in_force(framework: int) -> dict[MappingRow, ItemMapping]:
    """The newest set of rows. Empty for a framework without mapping. One query."""
    rows = list(ItemMapping.objects.filter(framework=framework).order_by("-valid_from", "pk"))
    return {
        MappingRow(row.by, row.value, row.kind, row.scorable): row
        for row in rows
        if row.valid_from == rows[0].valid_from
    }


def mapped(framework: int | None, standing: Standing, wanted: Sequence[MappingRow]) -> Mapped:
    """The mapping after an import: `wanted` (from a person), else the one in force, else a proposal; always with
    proposals for types that it does not know yet."""
    stored = in_force(framework) if framework else {}
    items = standing.items
    if wanted:
        rows, proposed = completed(wanted, items), set[MappingRow]()
        proposed.update(row for row in rows if row not in wanted)
    elif stored:
        rows = completed(list(stored), items)
        proposed = {row for row in rows if row not in stored or stored[row].proposed}
    else:
        rows = propose(items)
        proposed = set(rows)
    same = sum(row in stored and stored[row].proposed == (row in proposed) for row in rows)
    before = {(row.by, row.value) for row in stored}
    added = sum((row.by, row.value) not in before for row in rows)
    tally = Tally(
        added=added,
        changed=len(rows) - same - added,
        ended=len(before - {(row.by, row.value) for row in rows}),
        same=same,
    )
    return Mapped(rows, frozenset(proposed), tally)


def keep(
    framework: int, found: Mapped, *, by: Account | None, run: int | None, since: datetime | None = None
) -> None:
    """Writes the whole set anew from a moment on (now, or `since` when that lies between the last set and now)."""
    now = timezone.now()
    stored = in_force(framework)
    last = max((row.valid_from for row in stored.values()), default=None)
    valid_from = since if since and since < now and (last is None or last < since) else now
    ItemMapping.objects.bulk_create(
        ItemMapping(
            framework_id=framework,
            by=row.by,
            value=row.value[:100],
            kind=row.kind,
            scorable=row.scorable,
            valid_from=valid_from,
            confirmed_by=None
            if row in found.proposed
            else (stored[row].confirmed_by if row in stored and not stored[row].proposed else by),
            proposed=row in found.proposed,
            run_id=run,
        )
        for row in found.rows
    )
    if stored:
        record_change(
            action="map_items",
            entity="framework",
            object_id=framework,
            before=_set({row: one.proposed for row, one in stored.items()}),
            after=_set({row: row in found.proposed for row in found.rows}),
            by=by.pk if by else None,
            run=run,
        )


def _set(rows: Mapping[MappingRow, bool]) -> dict[str, object]:
    """What the trail keeps of a set: each row, and how many of them nobody has confirmed."""
    said = [[row.by, row.value, row.kind, row.scorable] for row in rows]
    return {"mapping": said, "proposed": sum(rows.values())}


def confirm_mapping(
    framework: Framework, rows: Sequence[MappingRow], *, by: Account | None, since: datetime | None = None
) -> Framework:
    """A person says what the item types (or depths) mean, from a moment on; kinds, levels and strands follow at once."""
    with transaction.atomic():
        Framework.objects.select_for_update().get(pk=framework.pk)
        standing = standing_in(framework)
        found = mapped(framework.pk, standing, rows)
        if found.changed:
            keep(framework.pk, found, by=by, run=None, since=since)
            settle(framework.pk, standing, found.rows)
    return framework


def preview_of(
    title: str, standing: Standing, found: Mapped, *, scale: str | None, stage: str, translates: bool
) -> Preview:
    """What a person looks at before confirming."""
    index = {(row.by, row.value): row for row in found.rows}
    scorable = sum(kind_of(index, item)[1] for item in standing.items)
    return Preview(
        title=title,
        rows=described(found.rows, standing.items),
        proposed=bool(found.proposed),
        scorable=scorable,
        scale=scale,
        stage=stage,
        translates=translates,
    )

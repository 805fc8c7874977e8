"""How do ties come in that no roster has? Adults are made where they are new; every tie keeps its dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from cairn.people.accounts.models import Account
from cairn.people.persons import Adult, ExternalId
from cairn.people.ties import AGENCY_TIES, CLASS_TIES, STUDENT_TIES, Tie
from cairn.trail.actions import record_changes

__all__ = ["AGENCY", "CLASS", "STUDENT", "Account", "NewAdult", "TieRow", "tie_adults"]

STUDENT = STUDENT_TIES
CLASS = CLASS_TIES
AGENCY = tuple(
    kind for kind in AGENCY_TIES if kind != "administers"
)  # who administers is never said by a file
COLUMN = {"student": "student_id", "class": "klass_id", "agency": "agency_id"}
KIND = "sheet"  # of the keys under which ties of a sheet are known


@dataclass(frozen=True, slots=True)
class NewAdult:
    """An adult whom no source has brought yet."""

    key: str
    given_name: str
    family_name: str
    email: str = ""
    home_language: str = ""


@dataclass(frozen=True, slots=True)
class TieRow:
    """One tie. `adult`: the id in files; `column`: student, class or agency; `whom`: our id of it."""

    key: str
    adult: str
    kind: str
    column: str
    whom: int
    relation: str
    begin_on: date | None
    end_on: date | None


@transaction.atomic
def tie_adults(
    rows: Sequence[TieRow],
    new: Sequence[NewAdult],
    *,
    known: Mapping[str, int],
    source: int,
    by: Account | None,
    run: int | None = None,
) -> tuple[int, tuple[int, int, int, int]]:
    """Writes new adults, new ties, and the last day or relation of ties known before. Nothing ends by being absent.

    How many adults were made; how many ties were added, changed, ended (always 0) and there already.
    """
    ids = dict(known) | _make(new, source)
    keys = dict(
        ExternalId.objects.filter(source_id=source, entity="tie", kind=KIND).values_list("value", "object_id")
    )
    stored = Tie.objects.in_bulk([keys[row.key] for row in rows if row.key in keys])
    fresh: list[tuple[TieRow, Tie]] = []
    changes: list[dict[str, Any]] = []
    changed: list[Tie] = []
    for row in rows:
        tie = stored.get(keys.get(row.key, 0))
        if tie is None:
            made = Tie(
                adult_id=ids[row.adult], kind=row.kind, relation=row.relation, begin_on=row.begin_on,
                end_on=row.end_on, **{COLUMN[row.column]: row.whom},
            )  # fmt: skip
            fresh.append((row, made))
        elif (tie.relation, tie.end_on) != (row.relation, row.end_on):
            changes.append(
                {
                    "action": "change_tie", "entity": "tie", "object_id": tie.pk, "student_id": tie.student_id,
                    "before": {"relation": tie.relation, "end_on": _iso(tie.end_on)},
                    "after": {"relation": row.relation, "end_on": _iso(row.end_on)},
                }
            )  # fmt: skip
            tie.relation, tie.end_on = row.relation, row.end_on
            changed.append(tie)
    Tie.objects.bulk_update(changed, ["relation", "end_on"], batch_size=500)
    Tie.objects.bulk_create([tie for _row, tie in fresh], batch_size=1_000)
    ExternalId.objects.bulk_create(
        [
            ExternalId(source_id=source, entity="tie", kind=KIND, value=row.key, object_id=tie.pk)
            for row, tie in fresh
        ],
        batch_size=1_000,
    )
    record_changes(changes, by=by.pk if by else None, run=run)
    return len(new), (len(fresh), len(changed), 0, len(rows) - len(fresh) - len(changed))


def _make(new: Sequence[NewAdult], source: int) -> dict[str, int]:
    adults = [
        Adult(
            given_name=one.given_name,
            family_name=one.family_name,
            email=one.email[:254],
            home_language=one.home_language[:20],
        )
        for one in new
    ]
    Adult.objects.bulk_create(adults, batch_size=500)
    ids = {one.key: adult.pk for one, adult in zip(new, adults, strict=True)}
    ExternalId.objects.bulk_create(
        [
            ExternalId(source_id=source, entity="adult", value=key[:200], object_id=pk)
            for key, pk in ids.items()
        ],
        batch_size=500,
    )
    return ids


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

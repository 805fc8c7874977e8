"""What is planned for these classes on a day, and what is each target called? One query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from cairn.learning.frameworks.queries import short
from cairn.learning.frameworks.rulebook import POLICY_IN_FORCE


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned target of one class, with its words in the reader's language."""

    klass: int
    target: int
    public_id: str
    code: str
    name: str
    planned_on: date | None
    strand: int | None
    strand_name: str
    level: int | None
    level_name: str
    framework: int
    subject: str
    subject_position: int
    is_academic: bool
    policy: int | None = None  # the version of the rule (id) that decides it now


NAME = "COALESCE(NULLIF({w}.name, ''), NULLIF({w}.text, ''), NULLIF({i}.short_name, ''), {i}.statement)"
SQL = f"""
SELECT k.id, i.id, i.public_id, i.code, {NAME.format(w="iw", i="i")}, pt.planned_on,
    i.strand_id, COALESCE({NAME.format(w="sw", i="st")}, ''), i.level_id, COALESCE({NAME.format(w="lw", i="lv")}, ''),
    f.id, COALESCE(NULLIF(ft.subject, ''), NULLIF(f.subject, ''), f.title), f.position, f.is_academic, {POLICY_IN_FORCE}
FROM people_class k
JOIN learning_plannedtarget pt ON pt.valid_from <= %s AND (pt.valid_to IS NULL OR pt.valid_to >= %s) AND (
    pt.klass_id = k.id OR (pt.course_id = k.course_id AND NOT EXISTS (
        SELECT 1 FROM learning_plannedtarget own
        WHERE own.klass_id = k.id AND own.valid_from <= %s AND (own.valid_to IS NULL OR own.valid_to >= %s))))
JOIN learning_item i ON i.id = pt.target_id
JOIN learning_framework f ON f.id = i.framework_id
LEFT JOIN learning_framework ft ON ft.translates_id = f.id AND ft.language = %s
LEFT JOIN learning_item st ON st.id = i.strand_id
LEFT JOIN learning_item lv ON lv.id = i.level_id
LEFT JOIN learning_wording iw ON iw.item_id = i.id AND iw.language = %s AND iw.value IS NULL
LEFT JOIN learning_wording sw ON sw.item_id = i.strand_id AND sw.language = %s AND sw.value IS NULL
LEFT JOIN learning_wording lw ON lw.item_id = i.level_id AND lw.language = %s AND lw.value IS NULL
WHERE k.id IN ({{classes}})
ORDER BY f.position, f.id, k.id, pt.position, pt.id
"""


def day_of(value: Any) -> date | None:
    """A date as a plain cursor gives it: SQLite has text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def planned_for(classes: Sequence[int], *, on: date, language: str) -> list[Planned]:
    """The plans of these classes (ids) on a day: a class's own list, else its course's; by subject, class, order."""
    if not classes:
        return []
    day = on.isoformat()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    marks = ",".join(str(int(klass)) for klass in classes)
    with connection.cursor() as cursor:
        cursor.execute(
            SQL.format(classes=marks), [now, day, day, day, day, language, language, language, language]
        )
        return [
            Planned(
                klass=k,
                target=i,
                public_id=public_id,
                code=code,
                name=short(name, "", code),
                planned_on=day_of(planned_on),
                strand=strand,
                strand_name=short(strand_name, "", ""),
                level=level,
                level_name=short(level_name, "", ""),
                framework=framework,
                subject=subject,
                subject_position=position,
                is_academic=bool(is_academic),
                policy=policy,
            )
            for (
                k,
                i,
                public_id,
                code,
                name,
                planned_on,
                strand,
                strand_name,
                level,
                level_name,
                framework,
                subject,
                position,
                is_academic,
                policy,
            ) in cursor.fetchall()
        ]

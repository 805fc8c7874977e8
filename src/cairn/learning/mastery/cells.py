"""What stands in these cells (student x target), and what follows from it? Three set-based statements for any number."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from cairn.learning.frameworks.rulebook import (
    LEAST_IN_FORCE,
    POLICY_IN_FORCE,
    USE_IN_FORCE,
    method_of,
    scale_of,
)
from cairn.learning.mastery.decide import Decided, Piece, decide_cell, overrule
from cairn.learning.sql import insert_rows, rows_of
from cairn.people.prepared import prepared_cursor
from cairn.rules.mastery import Method
from cairn.rules.override import Override
from cairn.rules.scale import Scale

PAIRS = {"s": "bigint", "t": "bigint"}
_read = json.JSONDecoder().raw_decode  # the database wrote it, so nothing stands around it; once per cell


@dataclass(slots=True)
class Cell:
    """One student on one target: the rule in force, the evidence, the mastery as it was and as it is decided."""

    student: int
    target: int
    scorable: bool
    stage: str  # standards, scales, recording, or "" where no scale is used yet
    scale: Scale | None
    policy: int | None  # policy version id
    method: Method | None
    was_met: bool
    was_count: int
    part_of: int | None  # the performance level that it belongs to
    needed: int  # so many of the level's targets must be met before it can be complete
    level_up: bool  # the student completed that level before, or it was proposed
    pieces: list[Piece] = field(default_factory=list)
    now: Decided | None = None


# The student's own school decides which stage counts where a framework is adopted school by school.
SCHOOL = """COALESCE((SELECT e.school_id FROM people_schoolenrollment e WHERE e.student_id = pair.s
    AND (e.begin_on IS NULL OR e.begin_on <= %s) AND (e.end_on IS NULL OR e.end_on >= %s)
    ORDER BY e.is_primary DESC, CASE WHEN e.begin_on IS NULL THEN 1 ELSE 0 END, e.begin_on DESC, e.id LIMIT 1), 0)"""
# One row per cell: what its rule says stands there once, and its evidence comes as one JSON text. CASE and COALESCE keep
# SQLite from converting each value by a Python function: thousands of rows come through here.
CELLS = f"""
WITH pair AS MATERIALIZED ({{pairs}}),
rule AS MATERIALIZED (
    SELECT i.id, i.scorable, {POLICY_IN_FORCE} AS policy, {USE_IN_FORCE.format(school=0)} AS scale_use,
        EXISTS (
            SELECT 1 FROM learning_scaleuse u WHERE u.framework_id = i.framework_id AND u.school_id IS NOT NULL
        ) AS by_school, i.level_id, CASE WHEN i.level_id IS NULL THEN 0 ELSE (
            SELECT COUNT(*) FROM learning_item o WHERE o.level_id = i.level_id AND o.scorable AND o.retired_at IS NULL
        ) * COALESCE({LEAST_IN_FORCE}, 100) END AS needed
    FROM learning_item i WHERE i.id IN (SELECT t FROM pair)
),
cell AS MATERIALIZED (
    SELECT pair.s, pair.t, rule.scorable, rule.policy, rule.level_id, rule.needed, CASE WHEN rule.by_school THEN (
        SELECT {USE_IN_FORCE.format(school=SCHOOL)} FROM learning_item i WHERE i.id = pair.t
    ) ELSE rule.scale_use END AS scale_use
    FROM pair JOIN rule ON rule.id = pair.t
)
SELECT cell.s, cell.t, CASE WHEN cell.scorable THEN 1 ELSE 0 END, u.stage, s.low, s.high, s.step, s.goal, s.kind, s.levels,
    p.id, p.method, p.params, p.version, p.{{order}}, p.conditions, CASE WHEN m.met THEN 1 ELSE 0 END, m.count,
    o.id, o.level, o.set_on, o.after, o.locked, o.until, cell.level_id, cell.needed, EXISTS (
        SELECT 1 FROM learning_levelup lu WHERE lu.student_id = cell.s AND lu.level_id = cell.level_id
    ), (
        SELECT CAST({{gather}}({{row}}(
            e.id, e.value, e.no_score, e.shown_on, e.supersedes_id, CASE WHEN e.entered_on < u.counts_from THEN 1 ELSE 0 END,
            CASE {{by}} WHEN 'due_on' THEN COALESCE(e.due_on, e.shown_on) || ' ' || e.recorded_at
                WHEN 'recorded_at' THEN e.recorded_at || '' END
        )) AS text) FROM (
            SELECT id, value, no_score, shown_on, supersedes_id, entered_on, due_on, recorded_at
            FROM learning_evidence WHERE student_id = cell.s AND target_id = cell.t{{known}}
            ORDER BY shown_on, recorded_at, id
        ) AS e
    )
FROM cell
LEFT JOIN learning_scaleuse u ON u.id = cell.scale_use
LEFT JOIN learning_scaleversion s ON s.id = u.scale_id
LEFT JOIN learning_calculationpolicy p ON p.id = cell.policy
LEFT JOIN learning_mastery m ON m.student_id = cell.s AND m.target_id = cell.t
LEFT JOIN learning_override o ON o.student_id = cell.s AND o.target_id = cell.t AND {{standing}}
"""
# What was known at the end of a past day, as :day; the day is put in as text, so the live statement keeps its parameters.
KNOWN = " AND entered_on <= '{day}'"
STANDING = "o.set_on <= '{day}' AND (o.lifted_on IS NULL OR o.lifted_on > '{day}')"
JSON = {
    "sqlite": {"gather": "json_group_array", "row": "json_array"},
    "postgresql": {"gather": "json_agg", "row": "json_build_array"},
}


def read_cells(
    pairs: Sequence[tuple[int, int]],
    *,
    now: datetime,
    today: date,
    until: date | None = None,
    under: Method | None = None,
) -> dict[tuple[int, int], Cell]:
    """Every cell asked for whose target exists, with all its evidence in its method's order, and decided. One query.

    `now`, `today`: by which policy and scale. `until`: only from what was known at the end of this day.
    `under`: by this method instead, on the scale in force.
    """
    rows = _rows(pairs, now, today, until, under)
    found: dict[tuple[int, int], Cell] = {}
    columns: tuple[Any, ...] | None = None
    days = cache(date.fromisoformat)  # scores of one act mostly share their days
    works: dict[int, tuple[str, str, int]] | None = None
    for row in rows:
        if row[3:16] != columns:  # neighbors mostly follow the same rule
            columns = row[3:16]
            stage, scale, policy, method = _rule(columns)
            method = under or method
        pieces = _pieces(row[27], method, days)
        if method is not None and method.conditions.asks_for_work:
            works = works_of(pairs) if works is None else works
            for piece in pieces:
                piece.task, piece.category, piece.weight = works[piece.id]
        cell = Cell(
            row[0],
            row[1],
            bool(row[2]),
            stage,
            scale,
            policy,
            method,
            bool(row[16]),
            row[17] or 0,
            row[24],
            -(-row[25] // 100),
            bool(row[26]),
            pieces,
        )
        if scale is not None and method is not None:
            cell.now = decide_cell(pieces, method, scale.goal, until or today)
            if row[18] is not None:
                cell.now = overrule(cell.now, pieces, _override(*row[18:24]), scale.goal, until or today)
        found[row[:2]] = cell
    return {pair: found[pair] for pair in pairs if pair in found}


def _rows(
    pairs: Sequence[tuple[int, int]], now: datetime, today: date, until: date | None, under: Method | None
) -> list[tuple[Any, ...]]:
    select, params = rows_of(PAIRS, pairs)
    day = today.isoformat()
    moment = connection.ops.adapt_datetimefield_value(now)
    order = connection.ops.quote_name("order")
    sql = CELLS.format(
        pairs=select,
        order=order,
        by=f"'{under.order}'" if under else f"p.{order}",
        known=KNOWN.format(day=until.isoformat()) if until else "",
        standing=STANDING.format(day=until.isoformat()) if until else "o.lifted_at IS NULL",
        **JSON[connection.vendor],
    )
    with prepared_cursor() as cursor:
        # In the order of the text: the policy's moment, the general use's day, the levels' moment, then of a school's own use
        # its day and the two of the enrollment.
        cursor.execute(sql, [*params, moment, day, moment, day, day, day])
        return list(cursor.fetchall())


def works_of(pairs: Sequence[tuple[int, int]]) -> dict[int, tuple[str, str, int]]:
    """Evidence id -> its task, category and weight, for cells whose method asks for them. One query."""
    select, params = rows_of(PAIRS, pairs)
    sql = (
        f"WITH pair AS MATERIALIZED ({select}) SELECT e.id, e.task, e.category, e.weight "
        "FROM pair JOIN learning_evidence e ON e.student_id = pair.s AND e.target_id = pair.t"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk: (task, category, weight) for pk, task, category, weight in cursor.fetchall()}


def _pieces(text: str | None, method: Method | None, days: Callable[[str], date]) -> list[Piece]:
    """The evidence of one cell from its JSON text, which has it by the day shown, in the order that the method asks for."""
    rows = _read(text)[0] if text else []
    if len(rows) > 1 and method is not None and method.order != "shown_on":
        rows.sort(key=lambda row: (row[6], row[0]))
    return [Piece(row[0], row[1], row[2], days(row[3]), row[4], row[5] == 1) for row in rows]


def _override(id_: int, level: int, set_on: Any, after: int, locked: Any, until: Any) -> Override:
    return Override(id_, level, _day(set_on), after, bool(locked), None if until is None else _day(until))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _rule(columns: tuple[Any, ...]) -> tuple[str, Scale | None, int | None, Method | None]:
    """Stage, scale, policy version and method of the columns from u.stage to the policy's conditions."""
    stage, *scale = columns[:7]
    policy, *method = columns[7:]
    return (
        stage or "",
        None if scale[0] is None else scale_of(*scale),
        policy,
        None if policy is None else method_of(*method),
    )


MASTERY = {
    "student_id": "bigint",
    "target_id": "bigint",
    "level": "double precision",
    "met": "boolean",
    "no_score": "text",
    "count": "integer",
    "last_shown_on": "date",
    "changed_on": "date",
    "previous_level": "double precision",
    "met_on": "date",
    "policy_id": "bigint",
    "override_id": "bigint",
    "computed_level": "double precision",
    "due_on": "date",
}
KEEP = "ON CONFLICT (student_id, target_id) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in list(MASTERY)[2:]
)


def write_cells(cells: dict[tuple[int, int], Cell]) -> None:
    """Replace the mastery row of every cell; a cell with nothing left to decide from loses its row."""
    rows, empty = [], []
    for cell in cells.values():
        decided = cell.now
        if decided is None:
            continue
        if decided.last_shown_on is None or decided.changed_on is None:
            empty.append((cell.student, cell.target))
            continue
        rows.append(
            (
                cell.student,
                cell.target,
                decided.level,
                decided.met,
                decided.no_score,
                decided.count,
                decided.last_shown_on.isoformat(),
                decided.changed_on.isoformat(),
                decided.previous_level,
                decided.met_on.isoformat() if decided.met_on else None,
                cell.policy,
                decided.override,
                decided.computed_level,
                decided.due_on.isoformat() if decided.due_on else None,
            )
        )
    if rows:
        insert_rows("learning_mastery", MASTERY, rows, KEEP)
    if empty:
        select, params = rows_of(PAIRS, empty)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM learning_mastery WHERE (student_id, target_id) IN (SELECT s, t FROM ({select}) AS gone)",
                params,
            )


DELTAS = {"s": "bigint", "t": "bigint", "met": "bigint", "scored": "bigint"}
SUMS = """
SELECT d.s, a.ancestor_id, SUM(d.met) AS met, SUM(d.scored) AS scored
FROM ({deltas}) AS d JOIN learning_itemancestor a ON a.item_id = d.t
WHERE TRUE GROUP BY d.s, a.ancestor_id"""
ADD = f"""
INSERT INTO learning_parentcount (student_id, item_id, met, scored) {SUMS} ORDER BY 1, 2
ON CONFLICT (student_id, item_id)
DO UPDATE SET met = learning_parentcount.met + excluded.met, scored = learning_parentcount.scored + excluded.scored
RETURNING student_id, item_id, met"""
CHANGE = f"""
UPDATE learning_parentcount SET met = learning_parentcount.met + change.met, scored = learning_parentcount.scored + change.scored
FROM ({SUMS}) AS change
WHERE learning_parentcount.student_id = change.s AND learning_parentcount.item_id = change.ancestor_id
RETURNING learning_parentcount.student_id, learning_parentcount.item_id, learning_parentcount.met"""


def count_parents(cells: dict[tuple[int, int], Cell]) -> dict[tuple[int, int], int]:
    """Carry what changed up to every item above, each target once by whatever path. (student, item) -> met there now.

    A cell newly scored may open a parent's row; any other change finds its row there, and must not pass through
    INSERT, where the row's own check (0 <= met <= scored) would read the difference as if it were the count.
    """
    opening: list[tuple[int, int, int, int]] = []
    changing: list[tuple[int, int, int, int]] = []
    for cell in cells.values():
        if cell.now is None:
            continue
        met = int(cell.now.met) - int(cell.was_met)
        scored = int(cell.now.count > 0) - int(cell.was_count > 0)
        if met or scored:
            (opening if 0 <= met <= scored else changing).append((cell.student, cell.target, met, scored))
    counted: dict[tuple[int, int], int] = {}
    for sql, deltas in ((ADD, opening), (CHANGE, changing)):
        if deltas:
            select, params = rows_of(DELTAS, deltas)
            with prepared_cursor() as cursor:
                cursor.execute(sql.format(deltas=select), params)
                counted |= {(student, item): met for student, item, met in cursor.fetchall()}
    return counted

"""Where does every student of a class stand on every target, and who needs what next? (T2)"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, today
from cairn.access.directory import class_of
from cairn.access.policy import rules_for
from cairn.learning.frameworks.queries import ScaleInUse
from cairn.learning.plans.live import pulse_of_grid
from cairn.learning.plans.queries import ClassGrid, class_grid
from cairn.learning.plans.readings import (
    Reading,
    Reckoned,
    arrange,
    readings,
    reckon,
    under_an_earlier_rule,
)
from cairn.rules.burden import PAUSE
from cairn.web.parts import words
from cairn.web.parts.cells import draw, legend, no_score_mark
from cairn.web.parts.dating import as_seen, dated
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.progress_view import labels_for
from cairn.web.teacher.view_state import ViewState

KINDS = ("not_taught", "missing", "exempt")  # those a teacher gives; "hidden" comes from files


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One of the three readings, in words."""

    kind: str
    count: int
    before: str
    about: str
    url: str
    chosen: bool


@signed_in
@dated
def grid(request: HttpRequest, klass: str) -> HttpResponse:
    """The class grid; asked for by its own script it answers with the part that changes, and writes no look."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    decision = as_seen(request, decision)
    state = ViewState.of(request.GET)
    read = class_grid(found, decision, language=get_language() or "en")
    context = part_context(read, decision, state, viewer)
    write_look(request, "grid", decision, [row.student.pk for row in read.rows], klass=found.pk)
    template = "teacher/grid_part.html" if request.headers.get("HX-Request") else "teacher/grid.html"
    return render(request, template, context | {"because": because_line(decision), "pause": PAUSE})


def allows(decision: Decision, action: str, category: str) -> bool:
    """Does the tie that lets the viewer look also let them do this? The actions themselves ask again."""
    return decision.until is None and any(rule.tie == decision.tie for rule in rules_for(action, category))


def part_context(grid: ClassGrid, decision: Decision, state: ViewState, viewer: Any) -> dict[str, object]:
    """Everything the templates of the grid draw."""
    reckoned = reckon(grid)
    told = readings(reckoned)
    chosen = next((reading for reading in told if reading.kind == state.see and reading.students), None)
    parts, state = state.drawn(reckoned)
    groups = arrange(reckoned, state.sort)
    if chosen:
        groups = [
            (target, [line for line in lines if line.row.student.pk in chosen.students])
            for target, lines in groups
        ]
        groups = [(target, lines) for target, lines in groups if lines]
    ended = grid.klass.end_on is not None and grid.klass.end_on < today()
    return {
        "klass": grid.klass,
        "title": class_title(grid.klass),
        "students": len(grid.rows),
        "targets": len(reckoned.targets),
        "waiting": reckoned.waiting,
        "earlier_rule": under_an_earlier_rule(reckoned) if decision.until is None else 0,
        "waiting_subjects": sorted({target.subject for target in reckoned.waiting}),
        "state": state,
        "readings": [_said(reading, state, len(grid.rows)) for reading in told],
        "chosen": chosen,
        "seen": len(chosen.students) if chosen else len(grid.rows),
        "see_all": state.query(see=""),
        "drawing": draw(reckoned, groups, show=state.show, by_next=state.sort == "next", parts=parts),
        "parts": state.parts(reckoned),
        "print_size": _print_size(sum(len(part.targets) for part in parts), len(grid.rows) + len(groups)),
        "key": legend(grid.scales),
        "goal": goal_words(grid.scales),
        "marks": _marks_present(reckoned),
        "may_record": allows(decision, "record", "academic") and not ended,
        "may_plan": allows(decision, "plan", "class_plan") and not ended,
        "is_live": decision.until is None and not ended,
        "version": str(pulse_of_grid(grid)),
        "since": timezone.now().isoformat(),
        "scales": json.dumps([scale_for_script(use) for use in grid.scales.values()]),
        "printed_by": viewer.person.name,
        "roomy": viewer.density == "comfortable",
        "me": salted_hmac("cairn.grid", str(viewer.pk)).hexdigest()[:12],
        "until": decision.until,
        "on": grid.on,
    }


def _print_size(columns: int, rows: int) -> str:
    """How small the cells are when printed, so that a class is one sheet."""
    wide = "cols-60" if columns > 40 else "cols-40" if columns > 26 else ""
    high = "rows-50" if rows > 36 else "rows-42" if rows > 31 else ""
    return f"{wide} {high}".strip()


def class_title(klass: Any) -> str:
    """ "Math 7, period 2" """
    if not klass.periods or klass.periods.casefold() in klass.title.casefold():
        return str(klass.title)
    return _("%(title)s, period %(period)s") % {"title": klass.title, "period": klass.periods}


def _said(reading: Reading, state: ViewState, everyone: int) -> ReadingShown:
    count = len(reading.students)
    if reading.kind == "finish":
        before = (
            ngettext(
                "student is one target away from finishing",
                "students are one target away from finishing",
                count,
            )
            if count
            else _("students are one target away from finishing a strand")
        )
    elif reading.kind == "close":
        before = (
            ngettext("student is close on", "students are close on", count)
            if count
            else _("students are one level away on their next target")
        )
    elif not everyone:
        before = _("students have no new evidence in the last two weeks")
    else:
        before = ngettext(
            "student has no new evidence in the last two weeks",
            "students have no new evidence in the last two weeks",
            count,
        )
    chosen = state.see == reading.kind and count > 0
    url = state.query(see="" if chosen else reading.kind) if count else ""
    return ReadingShown(reading.kind, count, before, reading.about, url, chosen)


def goal_words(scales: Mapping[int, ScaleInUse]) -> str:
    """What the number under a target counts, in the words of the page's scale."""
    goals = {use.scale.format(use.scale.goal) for use in scales.values()}
    if len(goals) == 1:
        return _("Students at %(goal)s or above") % {"goal": goals.pop()}
    return _("Students at the goal or above")


def _marks_present(reckoned: Reckoned) -> list[tuple[str, str]]:
    """Signs for "no score" that stand on this page, for the key."""
    kinds = {
        cell.no_score
        for line in reckoned.lines
        for cell in line.row.cells.values()
        if cell.level is None and cell.no_score
    }
    return [
        (no_score_mark(kind), words.no_score_word(kind, "staff"))
        for kind in (*KINDS, "hidden")
        if kind in kinds
    ]


def scale_for_script(use: ScaleInUse) -> dict[str, object]:
    """What grid.js needs of a scale: each step with its key, its number, its word and its color."""
    scale, labels = use.scale, labels_for(use, "staff")
    steps: list[dict[str, object]] = []
    for step in scale.levels:
        level = words.shown(scale, step.value / 100, "staff", labels=labels)
        text = scale.format(step.value)
        steps.append({"text": text, "word": level.word, "fill": level.fill, "key": text[:1].lower()})
    return {
        "numeric": scale.kind == "numeric",
        "half": scale.kind == "numeric" and scale.step == 50,
        "low": scale.low / 100,
        "high": scale.high / 100,
        "steps": steps,
    }

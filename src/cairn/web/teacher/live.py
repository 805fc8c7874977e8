"""Has a colleague changed something in this class? Asked every two seconds by a page that is looked at."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language

from cairn.access.directory import class_of
from cairn.learning.plans.live import class_pulse, entered_since, pulse_of_grid
from cairn.learning.plans.queries import ClassGrid, class_grid
from cairn.learning.plans.readings import readings, reckon
from cairn.web.parts.cells import Painter
from cairn.web.parts.opening import signed_in, viewer_of, write_look
from cairn.web.teacher.view_state import ViewState


@signed_in
def live(request: HttpRequest, klass: str) -> HttpResponse:
    """304 while nothing is new (two queries: who asks, and one for permission and version); else what changed."""
    version = request.GET.get("v", "")
    pulse = class_pulse(viewer_of(request), klass)
    etag = f'"{pulse}"'
    if version == str(pulse) or request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    changed = changes(request, klass, version)
    return JsonResponse(changed, headers={"ETag": f'"{changed["version"]}"'})


def changes(request: HttpRequest, klass: str, version: str) -> dict[str, Any]:
    """What a page that stands at `version` must repaint. `moved`: rows came, went or changed their targets; ask again."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    grid = class_grid(found, decision, language=get_language() or "en")
    # The page's own look covers what it is told later; whoever asks without the page is written down.
    write_look(request, "grid", decision, [row.student.pk for row in grid.rows], klass=found.pk)
    return repaint(grid, version, ViewState.of(request.GET), viewer, _moment(request.GET.get("since", "")))


def repaint(
    grid: ClassGrid, version: str, state: ViewState, viewer: Any, since: datetime | None
) -> dict[str, Any]:
    """The rows that changed since `version`, all columns' counts, the readings' counts, and who did it."""
    pulse = pulse_of_grid(grid)
    places = pulse.changed_since(version)
    if places is None:
        return {"version": str(pulse), "moved": True}
    ids = sorted(row.student.pk for row in grid.rows)
    changed = {ids[place] for place in places}
    reckoned = reckon(grid)
    painter = Painter(reckoned, state.show, state.drawn(reckoned)[0])
    students = {row.student.pk: row.student.public_id for row in grid.rows}
    targets = {target.target: target.public_id for target in reckoned.targets}
    rows = {}
    for line in reckoned.lines:
        if line.row.student.pk in changed:
            age, old = painter.age(line)
            rows[line.row.student.public_id] = {
                "cells": painter.line_cells(line),
                "met": painter.met(line),
                "age": age,
                "old": old,
                "next": targets.get(line.next, "") if line.next is not None else "",
            }
    others = (
        entered_since(sorted(changed), sorted(targets), since, other_than=viewer) if since and changed else []
    )
    return {
        "version": str(pulse),
        "moved": False,
        "rows": rows,
        "columns": painter.columns(),
        "readings": [[reading.kind, len(reading.students)] for reading in readings(reckoned)],
        "others": [
            [
                students[each.student],
                targets[each.target],
                each.by,
                date_format(timezone.localtime(each.at), "TIME_FORMAT"),
            ]
            for each in others
        ],
    }


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None

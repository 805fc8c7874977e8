"""What stands behind one cell: its level in words, its evidence, what the goal looks like, and how the level is set?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, NotHere, may, today
from cairn.access.directory import class_of, student_of, students_in_class
from cairn.learning.frameworks.queries import TargetWords, target_by, target_words
from cairn.learning.mastery.explaining import EvidenceLine, Explained, explain
from cairn.learning.mastery.queries import standings
from cairn.learning.plans.planned import planned_for
from cairn.trail.queries import looked_lately
from cairn.web.parts import words
from cairn.web.parts.dating import as_seen, dated
from cairn.web.parts.how_view import How, how
from cairn.web.parts.opening import signed_in, viewer_of, write_look
from cairn.web.parts.progress_view import labels_for
from cairn.web.teacher.class_numbers import class_on_target
from cairn.web.teacher.grid import KINDS, scale_for_script
from cairn.web.teacher.scores import evidence_mark


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence in the panel. `mark` names it for a correction, `key` for taking it back."""

    level: words.LevelShown
    title: str
    on: date
    by: str
    comment: str
    counts: bool
    notes: str  # who, at what time today, and why it does not count
    gone: bool
    mark: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel draws."""

    student: Any
    klass: Any
    target: TargetWords
    level: words.LevelShown
    moved: str
    steps: list[dict[str, Any]]
    half: bool
    goal_name: str
    goal_looks: str
    evidence: list[Piece]
    how: How
    may_record: bool
    may_see_page: bool
    planned: str
    today: date


@signed_in
@dated
def cell(request: HttpRequest, klass: str, student: str, target: str) -> HttpResponse:
    """The panel of one cell, a part of the class grid."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    person, personal = student_of(viewer, student, category="academic")
    decision, personal = as_seen(request, decision), as_seen(request, personal)
    item = target_by(target)
    day = min(d for d in (today(), decision.until, found.end_on) if d is not None)
    if item is None or not students_in_class(found, on=day).filter(pk=person.pk).exists():
        raise NotHere
    # The grid's own look covers its panel; whoever asks for a panel alone is written down.
    if not looked_lately(viewer=viewer.pk, page="grid", klass=found.pk):
        write_look(request, "cell", personal, [person.pk], student=person.pk)
    language = get_language() or "en"
    explained = explain(
        person.pk, item, personal, viewer_adult=viewer.adult_id, language=language, on=today()
    )
    said = target_words(item, language)
    recording = may(viewer, "record", "academic", student=person.pk).allowed and decision.until is None
    panel = _panel(found, person, said, explained, recording and explained.scale is not None, personal)
    numbers = class_on_target(found, item.pk, decision, explained.scale, on=day)
    return render(request, "teacher/panel.html", {"panel": panel, "kinds": _kinds(), "numbers": numbers})


def _kinds() -> list[tuple[str, str]]:
    return [(kind, words.no_score_word(kind, "staff")) for kind in KINDS]


def _panel(
    klass: Any,
    student: Any,
    said: TargetWords,
    explained: Explained,
    recording: bool,
    decision: Decision,
) -> Panel:
    use = explained.scale
    scale = use.scale if use else None
    labels = labels_for(use, "staff") if use else {}
    mastery = explained.mastery
    kind = "" if explained.level is not None else mastery.because.code
    goal = words.shown(scale, scale.goal / 100, "staff", labels=labels) if scale else None
    script = scale_for_script(use) if use else {"steps": [], "half": False}
    return Panel(
        student=student,
        klass=klass,
        target=said,
        level=words.shown(
            scale,
            explained.level,
            "staff",
            no_score=kind if kind in words.NO_SCORE_WORDS else "",
            labels=labels,
        ),
        moved=_moved(explained, student.pk, said.id, decision),
        steps=script["steps"],  # type: ignore[arg-type]
        half=bool(script["half"]),
        goal_name=goal.text if goal else "",
        goal_looks=said.looks.get(scale.goal, "") if scale else "",
        evidence=[_piece(line, explained, labels, recording) for line in explained.evidence],
        how=how(explained, "staff", labels),
        may_record=recording and use is not None and use.stage == "recording",
        may_see_page=decision.allowed,
        planned=_planned(klass, said.id, mastery.count, decision.until or today()),
        today=today(),
    )


def _moved(explained: Explained, student: int, target: int, decision: Decision) -> str:
    """ "Up from 1 on November 12" """
    standing = standings([student], decision, targets=[target]).get(student, {}).get(target)
    if standing is None or standing.level is None or explained.scale is None:
        return ""
    day = words.day_text(standing.changed_on)
    if standing.previous_level is None:
        return _("Since %(day)s") % {"day": day}
    before = explained.scale.scale.text_of(standing.previous_level)
    if standing.level > standing.previous_level:
        return _("Up from %(level)s on %(day)s") % {"level": before, "day": day}
    return _("It was %(level)s until %(day)s") % {"level": before, "day": day}


def _planned(klass: Any, target: int, count: int, day: date) -> str:
    """When the target is planned, as long as there is nothing to show."""
    if count:
        return ""
    for planned in planned_for([klass.pk], on=day, language=get_language() or "en"):
        if planned.target == target and planned.planned_on:
            return date_format(planned.planned_on, "MONTH_DAY_FORMAT")
    return ""


def _time(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return date_format(local, "TIME_FORMAT") if local.date() == today() else ""


def _by(line: EvidenceLine) -> str:
    return line.by if line.title else ""  # without a title the name stands in its place


def _why_not(line: EvidenceLine) -> str:
    return "" if line.use == "used" or line.no_score else words.left_out_words(line.use)


def _piece(line: EvidenceLine, explained: Explained, labels: words.Labels, recording: bool) -> Piece:
    scale = explained.scale.scale if explained.scale else None
    value = None if line.value is None else line.value / 100
    gone = line.use == "superseded"
    key = line.entry_key or ""
    return Piece(
        level=words.shown(scale, value, "staff", no_score=line.no_score, labels=labels),
        title=line.title,
        on=line.shown_on,
        by=line.by,
        comment=line.comment,
        counts=line.use == "used",
        notes=" · ".join(note for note in (_by(line), _time(line.recorded_at), _why_not(line)) if note),
        gone=gone,
        mark=evidence_mark(line.id) if recording and not gone else "",
        # Only what was typed into this page can be taken back; what a file brought is corrected.
        key=key.rsplit(":", 1)[-1]
        if recording and line.mine and not gone and key.startswith("grid:")
        else "",
        value=scale.text_of(value) if scale and value is not None else "",
    )

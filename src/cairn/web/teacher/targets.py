"""What does a class work on, in which order, by which week? Its own list, or its course's default."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.access.decide import may, today
from cairn.access.directory import class_of
from cairn.learning.frameworks.queries import frameworks_in_use, names_of, parts_of, targets_under
from cairn.learning.plans.actions import Choice, choose_targets, monday
from cairn.learning.plans.chosen import plan_source, targets_by
from cairn.learning.plans.planned import planned_for
from cairn.rules.refusal import Refusal
from cairn.web.parts.opening import because_line, signed_in, viewer_of
from cairn.web.teacher.grid import class_title
from cairn.web.teacher.refused import refusal_words

WEEKLY = range(1, 6)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One target of the list as it stands in the form."""

    item: Any
    week: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One target of the list, ready to be drawn."""

    public_id: str
    code: str
    name: str
    week: date | None
    first: bool
    last: bool


@dataclass(slots=True)
class Picker:
    """The right-hand side: from which framework, level and strand targets are ticked."""

    frameworks: list[Any] = field(default_factory=list)
    framework: Any | None = None
    levels: list[tuple[str, str, bool]] = field(default_factory=list)
    strands: list[tuple[str, str, bool]] = field(default_factory=list)
    targets: list[tuple[str, str, str, bool]] = field(default_factory=list)  # id, code, name, already chosen

    @property
    def open(self) -> bool:
        """Is there anything to tick?"""
        return not all(chosen for *_rest, chosen in self.targets)


@signed_in
def targets(request: HttpRequest, klass: str) -> HttpResponse:
    """Choose targets. Every button but the saving ones gives the form back changed; nothing is kept until saved."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, action="plan", category="class_plan")
    form = request.POST
    if request.method == "POST":
        wanted, problem = _changed(_read(form), form)
        if form.get("do") in ("save", "follow"):
            answer = _save(request, viewer, found, wanted)
            if isinstance(answer, HttpResponse):
                return answer
            problem = answer
    else:
        wanted, problem = _now(found), ""
    context = _context(found, wanted, form if request.method == "POST" else request.GET, viewer)
    context |= {"problem": problem, "because": because_line(decision), "dirty": request.method == "POST"}
    part = request.headers.get("HX-Request")
    return render(request, "teacher/targets_part.html" if part else "teacher/targets.html", context)


def _now(klass: Any) -> list[Wanted]:
    planned = planned_for([klass.pk], on=today(), language=get_language() or "en")
    weeks = {target.public_id: target.planned_on for target in planned}
    return [Wanted(item, weeks[item.public_id]) for item in targets_by(list(weeks))]


def _read(form: QueryDict) -> list[Wanted]:
    return [
        Wanted(item, _week(form.get(f"week-{item.public_id}", "")))
        for item in targets_by(form.getlist("target"))
    ]


def _week(text: str) -> date | None:
    try:
        return monday(date.fromisoformat(text))
    except ValueError:
        return None


def _changed(wanted: list[Wanted], form: QueryDict) -> tuple[list[Wanted], str]:
    """The list after the button that was pressed, and what is wrong with it."""
    verb, _colon, about = form.get("do", "").partition(":")
    ids = [one.item.public_id for one in wanted]
    place = ids.index(about) if about in ids else -1
    if verb == "add":
        new = [one for one in form.getlist("tick") if one not in ids]
        return wanted + [Wanted(item, None) for item in targets_by(new)], ""
    if verb == "remove" and place >= 0:
        return wanted[:place] + wanted[place + 1 :], ""
    if verb in ("up", "down") and place >= 0:
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(wanted):
            wanted[place], wanted[other] = wanted[other], wanted[place]
        return wanted, ""
    if verb == "fill":
        return _filled(wanted, form)
    if verb == "empty":
        return [Wanted(one.item, None) for one in wanted], ""
    return wanted, ""


def _filled(wanted: list[Wanted], form: QueryDict) -> tuple[list[Wanted], str]:
    first = _week(form.get("from", ""))
    if first is None:
        return wanted, _("Choose the day from which the weeks begin.")
    each = form.get("each", "1")
    number = int(each) if each.isdecimal() and int(each) in WEEKLY else 1
    return [
        Wanted(one.item, first + timedelta(weeks=place // number)) for place, one in enumerate(wanted)
    ], ""


def _save(request: HttpRequest, viewer: Any, klass: Any, wanted: Sequence[Wanted]) -> HttpResponse | str:
    """Keep the list, for the class or its course; back to the grid. A sentence when it cannot be kept."""
    choices = [Choice(one.item.pk, one.week) for one in wanted]
    follow = request.POST.get("do") == "follow"
    for_course = request.POST.get("for") == "course" and klass.course is not None
    if not follow and not choices and not for_course:
        return _("Choose at least one target.")
    try:
        if follow:
            choose_targets([], by=viewer, klass=klass)
        elif for_course:
            choose_targets(choices, by=viewer, course=klass.course)
        else:
            choose_targets(choices, by=viewer, klass=klass)
    except Refusal as refusal:
        return refusal_words(refusal)
    if follow:
        messages.success(request, _("This class follows its course again."))
    else:
        messages.success(request, _("The targets are saved. They count from today."))
    address = f"/classes/{klass.public_id}"
    if not may(viewer, "view", "academic", klass=klass.pk).allowed:
        address += "/targets"  # who plans but may not read the record stays here
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _context(klass: Any, wanted: Sequence[Wanted], form: QueryDict, viewer: Any) -> dict[str, Any]:
    language = get_language() or "en"
    source = plan_source(klass)
    names = names_of([one.item.pk for one in wanted], language)
    may_course = (
        klass.course is not None and may(viewer, "plan", "class_plan", agency=klass.course.agency_id).allowed
    )
    last = len(wanted) - 1
    return {
        "klass": klass,
        "title": class_title(klass),
        "source": source,
        "may_course": may_course,
        "lines": [
            Line(
                one.item.public_id,
                one.item.code,
                names[one.item.pk][0],
                one.week,
                place == 0,
                place == last,
            )
            for place, one in enumerate(wanted)
        ],
        "picker": _picker(form, wanted, language),
        "weekly": WEEKLY,
        "each": form.get("each", "1"),
        "fill_from": form.get("from") or monday(today()).isoformat(),
        "for": form.get("for", "class"),
        "may_view": may(viewer, "view", "academic", klass=klass.pk).allowed,
    }


def _picker(form: QueryDict, wanted: Sequence[Wanted], language: str) -> Picker:
    frameworks = frameworks_in_use(get_language() or "en")
    if not frameworks:
        return Picker()
    asked = form.get("framework", "")
    planned = wanted[0].item.framework_id if wanted else None
    framework = next((one for one in frameworks if one.public_id == asked), None) or next(
        (one for one in frameworks if one.pk == planned), frameworks[0]
    )
    levels, strands = list(parts_of(framework, "level")), list(parts_of(framework, "strand"))
    # At first the level that the list is about; "all" is asked for by an empty word.
    usual = next(
        (one.item.level_id for one in reversed(wanted) if one.item.framework_id == framework.pk), None
    )
    same = not asked or asked == framework.public_id
    level = _chosen(levels, form.get("level") if same and "level" in form else None, usual)
    if level is not None:
        strands = [strand for strand in strands if strand.level_id in (level.pk, None)]
    strand = _chosen(strands, form.get("strand") if same else "", None)
    under = [one.pk for one in (level, strand) if one is not None]
    items = list(targets_under(framework, under=under))
    names = names_of([one.pk for one in (*items, *levels, *strands)], language)
    chosen = {one.item.pk for one in wanted}
    return Picker(
        frameworks,
        framework,
        [(one.public_id, names[one.pk][0], one is level) for one in levels],
        [(one.public_id, names[one.pk][0], one is strand) for one in strands],
        [(one.public_id, one.code, names[one.pk][0], one.pk in chosen) for one in items],
    )


def _chosen(items: Sequence[Any], asked: str | None, usual: int | None) -> Any | None:
    if asked is None:
        return next((one for one in items if one.pk == usual), None)
    return next((one for one in items if one.public_id == asked), None)

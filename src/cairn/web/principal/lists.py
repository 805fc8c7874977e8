"""Who stands behind a number of the school page? Names in the order of names, a page at a time; never a ranking."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, NotHere, may_many
from cairn.learning.frameworks.queries import target_by, target_words
from cairn.learning.plans.school import Listed, record_of, students_listed
from cairn.web.parts.dating import dated, on_day
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.principal.school import school_of

MOST = 100

# The list, its heading, what it is for and what it says when nobody is on it.
LISTS = {
    "enrolled": (
        gettext_noop("Enrolled students"),
        gettext_noop("Everyone enrolled in this school today."),
    ),
    "personalized": (
        gettext_noop("Students in personalized learning"),
        gettext_noop("Enrolled students who are in personalized learning today."),
    ),
    "quiet": (
        gettext_noop("No new evidence"),
        gettext_noop(
            "Enrolled students for whom nothing new was shown in the last three weeks. Ask what they need."
        ),
    ),
    "to_go": (
        gettext_noop("Targets to go"),
        gettext_noop(
            "Students with three or more planned targets to go in one subject. The plan is their own."
        ),
    ),
    "grown": (
        gettext_noop("New targets met"),
        gettext_noop("Students who met new targets in the last three weeks. Names for a kind word."),
    ),
}


@dataclass(frozen=True, slots=True)
class Name:
    """One student on a list; `url` is empty where the viewer may not open the record."""

    name: str
    url: str
    count: str


@signed_in
@dated
def listed(request: HttpRequest, school: str, name: str) -> HttpResponse:
    """The students behind one number."""
    found, decision = school_of(request, school)
    if name not in LISTS:
        raise NotHere
    title, intro = LISTS[name]
    return _page(request, found, decision, name, {"title": _(title), "intro": _(intro)})


@signed_in
@dated
def target(request: HttpRequest, school: str, target: str) -> HttpResponse:
    """The students who work on one target and are not there yet."""
    found, decision = school_of(request, school)
    item = target_by(target)
    if item is None:
        raise NotHere
    said = target_words(item, get_language() or "en")
    where = ", ".join(part for part in (said.subject, said.level, said.strand) if part)
    context = {
        "title": said.name,
        "where": where,
        "statement": said.says if said.says != said.name else "",
        "intro": _("Students who worked on this target in the last six weeks and are not there yet."),
    }
    return _page(request, found, decision, "target", context, target=item.pk)


def _page(
    request: HttpRequest,
    school: Any,
    decision: Decision,
    name: str,
    context: dict[str, Any],
    *,
    target: int | None = None,
) -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), 10_000) if asked.isdecimal() else 1
    on = on_day(request)
    with record_of(school, decision, on=on) as record:
        listing = partial(
            students_listed, school, name, decision, on=on, target=target, most=MOST, record=record
        )
        rows, total = listing(first=(number - 1) * MOST)
        page = Paginator(range(total), MOST).get_page(number)
        if page.number != number:  # past the end: the last page
            rows, total = listing(first=(page.number - 1) * MOST)
    ids = [row.student.pk for row in rows]
    allowed = may_many(viewer_of(request), "view", "academic", ids)
    write_look(request, "list", decision, ids, agency=school.pk)
    context |= {
        "school": school,
        "total": total,
        "page": page,
        "on": on,
        "names": [_name(row, name, allowed[row.student.pk]) for row in rows],
        "because": because_line(decision),
    }
    return render(request, "principal/list.html", context)


def _name(row: Listed, name: str, decision: Decision) -> Name:
    url = f"/students/{row.student.public_id}" if decision.allowed else ""
    return Name(row.student.name, url, _count(row.count, name))


def _count(count: int, name: str) -> str:
    if name == "to_go":
        return ngettext("%(n)s target to go", "%(n)s targets to go", count) % {"n": count}
    if name == "grown":
        return ngettext("%(n)s target met", "%(n)s targets met", count) % {"n": count}
    return ""

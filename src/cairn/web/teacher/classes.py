"""Which classes are mine, and how far is each?"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import NotHere
from cairn.access.directory import classes_of
from cairn.learning.plans.overview import Overview, class_overviews
from cairn.web.parts.dating import asked, dated
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.teacher.grid import class_title


@dataclass(frozen=True, slots=True)
class ClassCard:
    """One class on the list."""

    url: str
    title: str
    school: str
    overview: Overview


@signed_in
@dated
def classes(request: HttpRequest) -> HttpResponse:
    """My classes, in the order of the day. Numbers only, no names: opening a class is what is written down."""
    viewer = viewer_of(request)
    if viewer.adult_id is None:
        raise NotHere
    rows = list(classes_of(viewer))
    counted = class_overviews(viewer, rows, language=get_language() or "en", on=asked(request))
    cards = [
        ClassCard(f"/classes/{row.public_id}", class_title(row), row.school.name, counted[row.pk])
        for row in rows
    ]
    return render(
        request,
        "teacher/classes.html",
        {"cards": cards, "schools": len({row.school_id for row in rows})},
    )

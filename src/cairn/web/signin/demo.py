"""Who is offered for one-click sign-in? Nobody, unless the database is a demo and the request comes from this machine."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cairn.people.accounts.demo import DemoPerson, demo_people, is_demo
from cairn.web.parts.progress_view import grade_words
from cairn.web.signin.origin import is_this_machine

HEADINGS: dict[str, Any] = {
    "teacher": (_("Teachers"), _("score a class, see who needs what")),
    "student": (_("Students"), _("see where they are and what comes next")),
    "pre_reader": (_("Students who do not read yet"), _("see stones instead of words")),
    "family": (_("Families"), _("see all their children")),
    "principal": (_("School leaders"), _("see what the school needs to look at")),
    "support": (_("Counselors"), _("see the students they stand beside")),
    "district": (_("District and state leaders"), _("see the numbers of their schools")),
    "data": (_("Data managers"), _("see what came in and hand out accounts")),
}


@dataclass(frozen=True, slots=True)
class Someone:
    """One button."""

    key: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One role with its people."""

    role: str
    title: Any
    why: Any
    people: list[Someone]


def is_demo_here(request: HttpRequest) -> bool:
    """Both must hold: the mark in the database, and a request from this very machine."""
    return is_this_machine(request) and is_demo()


def demo_offer(request: HttpRequest) -> list[Offer]:
    """The people to try out, by role."""
    if not is_demo_here(request):
        return []
    people = demo_people()
    return [
        Offer(role, title, why, mine)
        for role, (title, why) in HEADINGS.items()
        if (mine := [_someone(person) for person in people if person.role == role])
    ]


def _someone(person: DemoPerson) -> Someone:
    grade = str(grade_words(person.grade)) if person.grade else ""
    return Someone(person.key, person.name, ", ".join(filter(None, (grade, person.detail))))

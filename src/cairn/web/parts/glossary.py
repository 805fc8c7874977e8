"""What does each word of ours mean, in one plain sentence? (/words)"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.rules.scale import zero_to_four
from cairn.web.parts import words
from cairn.web.parts.words import LevelShown


@dataclass(frozen=True, slots=True)
class Term:
    """A word and its meaning; a level is shown too."""

    word: str
    meaning: str
    level: LevelShown | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Words that belong together."""

    title: str
    terms: list[Term]


def _level(value: float, meaning: str) -> Term:
    level = words.shown(zero_to_four(), value, "student")
    return Term(level.word, meaning, level)


def _learning() -> Group:
    return Group(
        _("Learning"),
        [
            Term(_("Target"), _("One thing to learn, small enough to show in a few weeks.")),
            Term(_("Evidence"), _("Something a student did that shows what they can do.")),
            Term(_("Scale"), _("The steps from starting to going further, with a number for each.")),
            Term(_("The goal"), _("The step of the scale where a target counts as met. Most often it is 3.")),
            Term(_("Met"), _("The student has reached the goal on this target.")),
            Term(_("Level 7, level 8"), _("Where a student works in one subject. It can differ by subject.")),
            Term(_("Subject"), _("A field of learning with its own targets, such as math or science.")),
            Term(_("Strand"), _("A group of targets in one subject that belong together.")),
            Term(_("Next target"), _("The first target of the plan that is not met yet.")),
        ],
    )


def _levels() -> Group:
    return Group(
        _("Levels"),
        [
            _level(0, _("The student can do a part of it when someone helps.")),
            _level(1, _("The student has begun and can do the first parts.")),
            _level(2, _("The student can do much of it. Something is still missing.")),
            _level(3, _("The student can do it alone. This is the goal.")),
            _level(4, _("The student uses it in new places or explains it to others.")),
            Term(_("2½"), _("A half step: more than a 2, not yet a 3.")),
        ],
    )


def _no_score() -> Group:
    return Group(
        _("When there is no level"),
        [
            Term(_("Not started yet"), _("There is no evidence yet. It never counts as 0.")),
            Term(_("Not taught yet"), _("The class has not come to this target.")),
            Term(_("Missing"), _("Work was asked for and has not come. It can still come.")),
            Term(_("Exempt"), _("This student is not asked to show this target.")),
            Term(_("Hidden"), _("There is evidence, but the teacher does not show it yet.")),
        ],
    )


def _plan() -> Group:
    return Group(
        _("Plan and pace"),
        [
            Term(_("Plan"), _("The targets a class works on, in order, some with a week.")),
            Term(_("Pace"), _("Targets met against the student’s own plan. Never against other students.")),
            Term(_("Right on your plan"), _("What was planned until now is met.")),
            Term(_("Ahead of your plan"), _("More is met than was planned until now.")),
            Term(_("To go on your plan"), _("So many planned targets are not met yet.")),
            Term(_("The flag"), _("It stands where the plan is this week.")),
            Term(_("Stone"), _("One target in a row of targets. It fills as the level rises.")),
        ],
    )


def _privacy() -> Group:
    return Group(
        _("Who sees what"),
        [
            Term(_("Record"), _("All that is kept about one student’s learning. It belongs to the student.")),
            Term(_("Look"), _("One opening of a page with a student’s record. Each one is written down.")),
            Term(_("Why you see this"), _("The reason you may open a page. It stands at its foot.")),
        ],
    )


def show(request: HttpRequest) -> HttpResponse:
    """The words page; for everyone, also before signing in."""
    groups = [_learning(), _levels(), _no_score(), _plan(), _privacy()]
    return render(request, "parts/words_page.html", {"groups": groups})

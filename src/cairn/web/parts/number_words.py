"""By which rule is each number of a page counted? One sentence each, drawn by {% worked_out "..." %} beside the numbers.

Counts of one student are explained target by target on a page of their own (`counts_view.py`); these are the numbers whose
own list stands on the page or one link away, so the rule is what is left to say.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# place -> (the number as the page calls it, how it is counted)
RULES = {
    "grid": [
        (
            gettext_noop("A level in a cell"),
            gettext_noop("Open the cell: the panel says the rule, its version and each piece of evidence."),
        ),
        (
            gettext_noop("The number beside a student"),
            gettext_noop(
                "Targets of this grid that the student has met: their level is at the goal or above."
            ),
        ),
        (
            gettext_noop("The number under a target"),
            gettext_noop(
                "Students of this class whose level on it is at the goal or above. The bar shows all students, "
                "level by level; what is empty has no evidence."
            ),
        ),
        (
            gettext_noop("Days"),
            gettext_noop(
                "How long ago the newest evidence on any target of this grid was shown; over 14 is marked."
            ),
        ),
        (
            gettext_noop("The groups"),
            gettext_noop(
                "By next target: the first target of the plan, in its order, that a student has not met."
            ),
        ),
    ],
    "readings": [
        (
            gettext_noop("One target away"),
            gettext_noop(
                "Students who have met all targets of one strand but one, in the strand where that is most."
            ),
        ),
        (
            gettext_noop("Close"),
            gettext_noop(
                "Students whose next target stands in the color just below the goal, for the target where that is most."
            ),
        ),
        (
            gettext_noop("No new evidence"),
            gettext_noop(
                "Students with nothing shown in the last 14 days on any target of this grid, or nothing ever."
            ),
        ),
    ],
    "classes": [
        (
            gettext_noop("Steps met"),
            gettext_noop(
                "A step is one student on one planned target. It is met when the level is at the goal or above. "
                "All steps are students times targets, so also those without evidence."
            ),
        ),
        (
            gettext_noop("New evidence"),
            gettext_noop(
                "Students with evidence shown in the last 14 days on a planned target of the class."
            ),
        ),
        (
            gettext_noop("Students and targets"),
            gettext_noop(
                "Enrolled today and active; planned today, each target once. The class page lists them."
            ),
        ),
    ],
    "levels": [
        (
            gettext_noop("Targets met of a level"),
            gettext_noop(
                "All scored targets of the level count, planned or not. One is met when its level is at the goal or above."
            ),
        ),
        (
            gettext_noop("Missing"),
            gettext_noop(
                "What the rule of the level still asks for, listed by name; the rule stands below it."
            ),
        ),
    ],
    "years": [
        (
            gettext_noop("Targets met"),
            gettext_noop(
                "Scored targets of that level, planned or not, whose level is at the goal or above."
            ),
        ),
    ],
    "targets": [
        (
            gettext_noop("Classes that follow"),
            gettext_noop(
                "Classes of this course that go on today and have no list of their own, this one included."
            ),
        ),
    ],
    "school": [
        (
            gettext_noop("Students"),
            gettext_noop("Each number opens the list of its names, and the list says the rule."),
        ),
        (
            gettext_noop("Stuck targets"),
            gettext_noop(
                "Targets on which at least ten enrolled students have evidence from the last six weeks, and fewer than "
                "half of those students have met them."
            ),
        ),
        (
            gettext_noop("Classes"),
            gettext_noop(
                "Classes that go on today; without new evidence: no evidence of the class is from the last three weeks."
            ),
        ),
        (
            gettext_noop("What recording costs"),
            gettext_noop(
                "The page behind it says what was measured, which scores stand twice, and which classes have no evidence of "
                "the last three weeks, or of the days that a target's rule allows, for what is planned by now."
            ),
        ),
    ],
    "flows": [
        (gettext_noop("Rows in"), gettext_noop("Rows read from the file, the heading left out.")),
        (
            gettext_noop("Added, changed, ended, same"),
            gettext_noop(
                "What the rows did to the record: new in it, another value than before, an end date set, or as it was. "
                "Rows that were set aside or refused are in none of these; the run lists each with its reason."
            ),
        ),
    ],
    "frameworks": [
        (
            gettext_noop("Items"),
            gettext_noop("Everything in the framework that is not retired: levels, strands, targets."),
        ),
        (
            gettext_noop("Scored"),
            gettext_noop(
                "Those of them that the mapping in force calls scored: evidence can be given on them."
            ),
        ),
    ],
    "people": [
        (
            gettext_noop("Without an account"),
            gettext_noop("People of this list, as it is filtered now, whom no account belongs to yet."),
        ),
        (gettext_noop("And more"), gettext_noop("The first three are named; the others are counted.")),
    ],
    "rules": [
        (
            gettext_noop("Levels that would change"),
            gettext_noop(
                "Each level that stands is decided again from its evidence by the rule above, and compared. A level that a "
                "teacher set is left out, and so are targets with a closer rule of their own."
            ),
        ),
        (
            gettext_noop("Up and down"),
            gettext_noop(
                "The level would be higher or lower than it is; a level that would vanish counts as down."
            ),
        ),
        (
            gettext_noop("To the goal, from the goal"),
            gettext_noop("Met then and not now, or met now and not then."),
        ),
    ],
    "pending": [
        (
            gettext_noop("Levels that wait"),
            gettext_noop(
                "Levels that were last decided by another version of a rule than the one in force now, whether or not it "
                "would change them."
            ),
        ),
    ],
    "applied": [
        (
            gettext_noop("Levels changed by a run"),
            gettext_noop(
                "Of all levels that stood on that day, those whose level, goal or rule became another. Each is kept, before "
                "and after; the day opens the list."
            ),
        ),
    ],
    "looks": [
        (
            gettext_noop("Times"),
            gettext_noop("How often this person opened this page on this day; the time is that of the last."),
        ),
    ],
}


def number_rules(place: str) -> list[tuple[str, str]]:
    """The numbers of a place and how each is counted, in the reader's language. Raises KeyError for a place that is none."""
    return [(_(name), _(rule)) for name, rule in RULES[place]]

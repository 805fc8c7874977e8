"""What can be wrong in a sheet, why, and what to do about it? `{value}`, `{field}` and `{file}` are filled in."""

from django.utils.translation import gettext_noop as _

BAD: dict[str, tuple[str, str]] = {
    "student_unknown": (_("We know no student “{value}”."), _("Check the id, or import the roster first.")),
    "student_ambiguous": (
        _("Two sources use the student id “{value}” for different students."),
        _("Use the state id."),
    ),
    "student_missing": (_("The row names no student."), _("Fill in the student's id.")),
    "target_unknown": (
        _("There is no target “{value}”."),
        _("Check the code, or import its framework first."),
    ),
    "target_ambiguous": (
        _("Several targets have the code “{value}”."),
        _("Use the identifier of the target."),
    ),
    "target_missing": (_("The row names no target."), _("Fill in the target.")),
    "not_scorable": (_("“{value}” is a heading, not a target."), _("Name a target below it.")),
    "not_recording": (
        _("Scores are not recorded in the framework of “{value}” yet."),
        _("Choose its scale and the day from which scores are recorded, then import again."),
    ),
    "not_on_scale": (
        _("“{value}” is not a score on this scale."),
        _("Correct the score, or give the word a meaning in the mapping."),
    ),
    "no_score_unknown": (
        _("“{value}” is no kind of no score."),
        _("Use not_taught, missing, exempt or hidden."),
    ),
    "date_missing": (_("The row does not say when the student showed it."), _("Fill in the date.")),
    "date_unreadable": (
        _("“{value}” is not a date we can read."),
        _("Write 2026-11-23, or name the form in the mapping."),
    ),
    "date_future": (_("“{value}” is still to come."), _("Use a day up to today.")),
    "duplicate_id": (_("The id “{value}” stands in the file before."), _("Give every score its own id.")),
    "id_moved": (
        _("The score “{value}” was for another student or target."),
        _("Give a new score a new id. The old one stays as it was."),
    ),
    "not_this_cell": (_("The score “{value}” cannot correct another one."), _("Give it a new id.")),
    "already_corrected": (
        _("Somebody has corrected or withdrawn this score since it came in."),
        _("The person's correction stands. Correct the score in Cairn if the file is right."),
    ),
    "refused": (_("The score was refused: “{value}”."), _("Correct the row.")),
    "course_or_class": (_("A plan is of a course or of a class."), _("Fill in one of the two columns.")),
    "course_unknown": (_("We know no course “{value}”."), _("Check the id, or import the roster first.")),
    "class_unknown": (_("We know no class “{value}”."), _("Check the id, or import the roster first.")),
    "order_unreadable": (_("“{value}” is not a number."), _("Write 1, 2, 3 ... in the order column.")),
    "target_twice": (_("The target “{value}” stands twice in this plan."), _("Name each target once.")),
    "adult_missing": (_("The row names no adult."), _("Fill in the adult's id.")),
    "adult_unknown": (
        _("We know no adult “{value}”."),
        _("Give the name in given_name and family_name, or check the id."),
    ),
    "kind_unknown": (
        _("“{value}” is no kind of tie."),
        _(
            "Use parents, counsels, supports, mentors, leads, counsels_at, manages_data, works_at, teaches, co_teaches or assists."
        ),
    ),
    "to_whom": (
        _("A tie of the kind “{value}” needs its own column filled in: student, class or agency."),
        _("Fill in that one."),
    ),
    "agency_unknown": (
        _("We know no school or district “{value}”."),
        _("Check the id, or import the roster first."),
    ),
    "ends_before_begin": (_("The last day “{value}” is before the first."), _("Correct the dates.")),
    "tie_twice": (_("The same tie stands in the file before."), _("Keep one of the rows.")),
    "level_unknown": (_("There is no level “{value}”."), _("Check the code, or import its framework first.")),
    "level_ambiguous": (_("Several frameworks have a level “{value}”."), _("Name the framework.")),
    "level_twice": (_("The student has another level from the same day."), _("Keep one of the rows.")),
}
NOTICES: dict[str, tuple[str, str]] = {
    "column_not_used": (_("The column “{value}” was not read."), _("Nothing, if it is not needed here.")),
    "blank_score": (_("Rows without a score and without a reason were left out."), _("Nothing: no evidence yet is no row.")),
    "class_not_known": (_("The class “{value}” is not known; the score came in without it."), _("Import the roster first.")),
    "adult_not_known": (_("Who scored (“{value}”) is not known; the score came in without it."), _("Import the roster first.")),
    "time_unreadable": (
        _("The time “{value}” could not be read; the end of the school day was taken."), _("Write 2026-11-23T14:30.")
    ),
    "due_unreadable": (_("The due date “{value}” could not be read and was left out."), _("Write 2026-11-23.")),
    "weight_unreadable": (_("The weight “{value}” could not be read; 1 was taken."), _("Write 1 or 0.5; at most 1000.")),
    "text_cut": (_("A title longer than 200 characters was cut."), _("Keep titles short.")),
}  # fmt: skip

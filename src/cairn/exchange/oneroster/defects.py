"""What is said about each defect of a roster: why a row could not come in and what to do, or what was read through?

`BAD` rows are quarantined. `NOTICES` are tolerated and counted. Texts may use {value}, {field} and {file}.
"""

from django.utils.translation import gettext_noop as _

BAD: dict[str, tuple[str, str]] = {
    "date_ambiguous": (
        _("The date {value} could be read two ways (day first or month first)."),
        _("Write it as YYYY-MM-DD, for example 2026-08-24."),
    ),
    "date_impossible": (_("There is no such day: {value}."), _("Correct the date.")),
    "date_unreadable": (_("{value} is not a date we can read."), _("Write it as YYYY-MM-DD.")),
    "choice_unknown": (
        _("{field} has a word that OneRoster does not know: {value}."),
        _("Use a word of the standard, or begin it with ext:."),
    ),
    "required_empty": (_("{field} is empty."), _("Fill in {field}.")),
    "too_long": (_("{field} is too long: {value}"), _("Shorten it.")),
    "row_too_long": (
        _("The row has more cells than the header."),
        _("Put text that holds a comma between double quotes."),
    ),
    "row_too_short": (
        _("The row has too few cells; {field} is missing."),
        _("Fill in the missing cells."),
    ),
    "bad_character": (_("The row holds a character that cannot be kept."), _("Remove it and save as UTF-8.")),
    "duplicate_id": (
        _("The sourcedId {value} is used by an earlier row of {file}."),
        _("Give each row its own sourcedId, or remove the row."),
    ),
    "ends_before_begin": (_("It ends before it begins: {value}."), _("Correct the two dates.")),
    "dangling": (
        _("{field} names {value}, and there is no such row."),
        _("Add that row to its file, or correct {field}."),
    ),
    "user_without_role": (
        _("No role is given for this person."),
        _("Add a row to roles.csv (1.2), or fill in role (1.1)."),
    ),
    "not_a_student": (
        _("{value} is enrolled as a student, but has no student role."),
        _("Correct the role of the enrollment, or give the person a student role."),
    ),
    "not_an_adult": (
        _("{value} has a staff role in this class, but is a student."),
        _("Correct the role of the enrollment, or the role of the person."),
    ),
    "own_ancestor": (_("{value} stands above itself."), _("Correct parentSourcedId.")),
}

NOTICES: dict[str, tuple[str, str]] = {
    "encoding": (
        _("The file is not UTF-8. It was read as Windows text."),
        _("Save it as UTF-8, and check names with marks."),
    ),
    "separator": (_("The cells are not separated by commas."), _("Export the file with commas.")),
    "file_name": (_("The file is named {value}. It was read as {file}."), _("Name it {file}.")),
    "file_unknown": (
        _("{value} is not a OneRoster file. It was not read."),
        _("Nothing to do, or rename it."),
    ),
    "file_not_used": (_("{value} holds no roster. It was not used."), _("Nothing to do.")),
    "manifest_missing": (
        _("There is no manifest.csv. Every file was read as complete (bulk)."),
        _("Add manifest.csv."),
    ),
    "manifest_row_missing": (
        _("The manifest does not name {value}. It was read as {field}."),
        _("Add its row to manifest.csv."),
    ),
    "manifest_says_absent": (
        _("The manifest says that {value} is absent. It was not read."),
        _("Correct manifest.csv, or remove the file."),
    ),
    "manifest_file_missing": (
        _("The manifest names {value}, which is not there. Nothing of its kind was changed."),
        _("Add the file, or correct manifest.csv."),
    ),
    "manifest_value": (
        _("The manifest has a word we do not know: {value}."),
        _("Use bulk, delta or absent."),
    ),
    "manifest_unreadable": (_("manifest.csv has no propertyName and value."), _("Correct manifest.csv.")),
    "header_spelling": (
        _("The column {value} was read as {field}."),
        _("Correct the header to {field}."),
    ),
    "header_unknown": (_("The column {value} is not known. It was not used."), _("Nothing to do.")),
    "header_twice": (_("The column {value} stands twice. The first was used."), _("Remove one.")),
    "password": (_("The file holds passwords. They were not read."), _("Do not export passwords.")),
    "spaces": (_("Some cells begin or end with spaces."), _("Nothing to do.")),
    "row_short": (_("Some rows have too few cells. The missing ones are optional."), _("Nothing to do.")),
    "row_long": (_("Some rows have empty cells beyond the header."), _("Nothing to do.")),
    "date_format": (_("{field}: dates are not written YYYY-MM-DD."), _("Write dates as YYYY-MM-DD.")),
    "date_with_time": (_("{field}: dates carry a time. It was dropped."), _("Write dates as YYYY-MM-DD.")),
    "bool_spelling": (_("{field} is written {value}."), _("Write true or false.")),
    "choice_spelling": (_("{field} is written {value}."), _("Write it as the standard does.")),
    "year_format": (_("{field} is written {value}."), _("Write the year in which the school year ends.")),
    "grade_spelling": (_("Grades are written {value}."), _("Write PK, KG, 01, 02 ... 12.")),
    "grade_unknown": (_("A grade is not known: {value}. It was kept."), _("Write PK, KG, 01, 02 ... 12.")),
    "user_ids_unreadable": (_("userIds could not be read whole: {value}."), _("Write {{type:id}}.")),
    "language_name": (_("A language is written {value}."), _("Write its code, for example es.")),
    "language_unknown": (_("A language is not known: {value}. It was left out."), _("Write its code.")),
    "left_out_date_ambiguous": (
        _("{field}: {value} could be read two ways. It was left out."),
        _("Write it as YYYY-MM-DD."),
    ),
    "left_out": (_("{field}: {value} could not be read. It was left out."), _("Correct it.")),
    "courses_absent": (
        _("Classes name courses, but courses.csv did not come. They came in without a course."),
        _("Export courses.csv too."),
    ),
    "reference_dropped": (
        _("{field} names {value}, and there is no such row. The link was left out."),
        _("Add that row to its file, or correct {field}."),
    ),
    "role_not_used": (_("The role {value} is not used here."), _("Nothing to do.")),
    "student_and_staff": (
        _("{value} is a student and has another role too. Only the student came in."),
        _("Use two users if the person is also staff."),
    ),
    "role_column": (
        _("{value} has no row in roles.csv. The role in users.csv was used."),
        _("Add the person to roles.csv."),
    ),
    "no_school": (
        _("No org of type school came. Departments were taken as they are."),
        _("Export the schools."),
    ),
    "shared_identifier": (
        _("The id {value} is given to more than one person. The first keeps it."),
        _("Correct the id in your system."),
    ),
    "demographics_of_adult": (_("Demographics of staff and families are not kept."), _("Nothing to do.")),
    "agent_not_family": (
        _("{value} is linked to a student, but has no family role. The link was left out."),
        _("Give the person the role parent, guardian or relative."),
    ),
    "org_type_other": (_("The org type {value} was taken as a department."), _("Nothing to do.")),
}

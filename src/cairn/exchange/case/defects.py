"""What is said about each defect of a CASE package: why a row could not come in and what to do, or what was read through?

`BAD` rows are quarantined. `NOTICES` are tolerated and counted. Texts may use {value}, {field} and {file}.
"""

from django.utils.translation import gettext_noop as _

BAD: dict[str, tuple[str, str]] = {
    "not_an_object": (
        _("An entry of {file} is not an object: {value}."),
        _("Ask the publisher for a correct package."),
    ),
    "no_statement": (_("The item says nothing: fullStatement is missing."), _("Give it a fullStatement.")),
    "no_title": (_("{file}: an entry has no title and no identifier."), _("Give it a title.")),
    "duplicate_identifier": (
        _("An earlier entry of {file} has the identifier {value}, and says something else."),
        _("Give each entry its own identifier."),
    ),
    "identifier_too_long": (
        _("The identifier is longer than 100 characters: {value}"),
        _("Use a UUID as identifier."),
    ),
    "no_kind": (_("The association has no associationType."), _("Give it an associationType.")),
    "no_end": (
        _("{field} names nothing: it has no identifier and no uri."),
        _("Say which item it points to."),
    ),
    "bad_character": (
        _("The entry holds a character or number that cannot be kept."),
        _("Remove it, and save the file as UTF-8."),
    ),
    "cycle": (
        _("The item {value} would stand above itself."),
        _("Remove one of the isChildOf associations that form the circle."),
    ),
}

NOTICES: dict[str, tuple[str, str]] = {
    "wrapped": (_("The package stands inside another object. It was read."), _("Nothing to do.")),
    "list_missing": (_("The package has no {file}. It was read as empty."), _("Nothing to do.")),
    "list_not_a_list": (_("{file} is not a list. It was not read."), _("Write it as a list.")),
    "member_missing": (
        _("{file}: {field} is missing in some entries. An export adds it where CASE 1.1 demands it."),
        _("Nothing to do."),
    ),
    "member_unknown": (
        _("{file}: CASE 1.1 has no {field} here. It was kept; an export leaves it out."),
        _("Nothing to do."),
    ),
    "member_form": (
        _("{file}: {field} is not written as CASE 1.1 asks: {value}. It was kept as it came."),
        _("Nothing to do."),
    ),
    "identifier_made": (
        _("{file}: some entries have no identifier. One was derived from what they say."),
        _("Ask the publisher for identifiers: changing the words would change a derived one."),
    ),
    "repeated": (
        _("{file}: an entry stands twice, with the same words. It was read once."),
        _("Remove one."),
    ),
    "statement_from_name": (
        _("{file}: fullStatement is missing. The short name {value} was used."),
        _("Give it a fullStatement."),
    ),
    "scores_unread": (
        _("{file}: a level has no score that can be read: {value}. It was kept, but no scale shows it."),
        _("Give it a number as score."),
    ),
}

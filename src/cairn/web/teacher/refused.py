"""Why was a score not taken, in the reader's words?"""

from django.utils.translation import gettext as _

from cairn.rules.refusal import Refusal


def refusal_words(refusal: Refusal) -> str:
    """One or two plain sentences: what is wrong and what to do."""
    figures = {key: str(value) for key, value in refusal.values.items()}
    if refusal.code == "not_on_scale":
        return _("“%(typed)s” is not a score on this scale. Use %(allowed)s.") % {
            "typed": figures.get("typed", ""),
            "allowed": figures.get("allowed", ""),
        }
    return {
        "already_corrected": _(
            "Somebody has already corrected this score. Look again and correct the newest one."
        ),
        "in_the_future": _("That day is still to come. Use a day up to today."),
        "no_target": _("This target is no longer planned for this class."),
        "not_scorable": _("This is a heading, not a target. Choose a target below it."),
        "not_recording": _("Scores are not recorded in this subject yet."),
        "not_this_cell": _(
            "The corrected score is not of this student and target. Open the cell and correct it there."
        ),
        "no_student": _("This student is no longer in this class."),
        "bad_day": _("The day cannot be read. Choose it again."),
    }.get(refusal.code, str(refusal))

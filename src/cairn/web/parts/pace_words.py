"""How is a pace that was set by hand said, and how is growth: one plain sentence each?"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.learning.plans.around import Around, SetPace
from cairn.learning.plans.queries import Subject
from cairn.rules.growth import Growth
from cairn.web.parts import words


def note(subject: Subject, audience: str) -> str:
    """Who set the pace or moved the plan, until when and why; for staff also what the days alone say. Empty: nobody did."""
    if subject.by_hand is None:
        return ""
    said = by_hand(subject.by_hand, audience)
    if audience != "staff" or subject.computed is None:
        return said
    alone = words.pace_words(subject.computed, audience)
    return f"{said} {_('By the days alone: %(pace)s.') % {'pace': alone}}"


def worked_out(subject: Subject, around: Around, audience: str) -> list[str]:
    """Where pace and growth come from, in their own figures, and who set the pace by hand."""
    said = [*_pace_worked_out(subject, around.grace, audience), note(subject, audience)]
    if grown := growth(subject.growth, around.named, audience):
        rule = _(
            "Growth counts targets that came to the goal after that day and are met now, planned or not."
        )
        said.append(f"{grown} {rule}")
    return [line for line in said if line]


def _pace_worked_out(subject: Subject, grace: int, audience: str) -> list[str]:
    """grace: school days given beyond a week's last."""
    pace = subject.pace
    if pace is None:
        return []
    figures = {"pace": words.pace_words(pace, audience), "met": pace.met}
    said = [
        _("%(pace)s: of the targets with a week, %(met)s are met.") % figures,
        _("%(over)s were planned for the weeks that are over, and %(running)s for this week.")
        % {"over": pace.planned_by_now, "running": pace.this_week},
        _("A week is over after its last school day."),
    ]
    if grace:
        more = ngettext("%(n)s more school day is given.", "%(n)s more school days are given.", grace)
        said.append(more % {"n": grace})
    return [" ".join(said)]


def by_hand(found: SetPace, audience: str) -> str:
    """ "Ms. Okafor set this until December 4: “She was ill.”" """
    values = {"who": found.by, "day": words.day_text(found.until), "why": found.reason, "n": found.rule.weeks}
    if found.rule.word is not None:
        return _("%(who)s set this until %(day)s: “%(why)s”") % values
    if audience == "student":
        text = ngettext(
            "%(who)s moved your plan by one week until %(day)s: “%(why)s”",
            "%(who)s moved your plan by %(n)s weeks until %(day)s: “%(why)s”",
            found.rule.weeks,
        )
    else:
        text = ngettext(
            "%(who)s moved the plan by one week until %(day)s: “%(why)s”",
            "%(who)s moved the plan by %(n)s weeks until %(day)s: “%(why)s”",
            found.rule.weeks,
        )
    return text % values


def growth(found: Growth | None, named: Mapping[int, str], audience: str) -> str:
    """ "Up 3 targets since August 18; started at Level 4, now Level 5." Empty where it is not known."""
    if found is None:
        return ""
    values = {"n": found.met, "day": words.day_text(found.baseline.on)}
    up = ngettext("Up %(n)s target since %(day)s", "Up %(n)s targets since %(day)s", found.met)
    parts = [(up if found.met else _("No new target since %(day)s")) % values]
    if found.gained and found.level_then and found.level_now:
        levels = {"before": named[found.level_then], "now": named[found.level_now]}
        parts.append(_("started at %(before)s, now %(now)s") % levels)
        if audience == "staff" and found.per_year:
            parts.append(_("%(rate)s levels a year") % {"rate": f"{found.per_year:g}"})
    return f"{'; '.join(parts)}."

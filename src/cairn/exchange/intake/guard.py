"""Would this import make more than half of a roster vanish? Then it is more likely a broken export than the truth."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused

SMALLEST = 5  # smaller rosters change by half every day
MOST_SHARE = 0.5  # the share one sync may take away without being told to


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of people or things, as it stands and as it would shrink. `what` names it for a reader."""

    what: str
    now: int
    vanishing: int


def too_much(roster: Roster) -> bool:
    """Over 50 % of a roster of 5 or more."""
    return roster.now >= SMALLEST and roster.vanishing > roster.now * MOST_SHARE


def hold(rosters: list[Roster], *, allow_shrink: bool) -> None:
    """Raises `Refused` when any roster would lose too much, unless that was allowed."""
    worst = [roster for roster in rosters if too_much(roster)]
    if not worst or allow_shrink:
        return
    parts = [
        _("%(what)s: %(vanishing)d of %(now)d")
        % {"what": roster.what, "vanishing": roster.vanishing, "now": roster.now}
        for roster in worst[:5]
    ]
    if len(worst) > 5:
        parts.append(_("and %(count)d more lists") % {"count": len(worst) - 5})
    raise Refused(
        _("More than half would vanish (%(parts)s). Nothing was changed.") % {"parts": "; ".join(parts)},
        _("Check that the export is whole. If it is right, run it again with --allow-shrink."),
        "shrink",
    )

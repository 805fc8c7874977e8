"""What is wrong with what a person sent, and which field mends it?"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cairn.access.decide import today


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the field that mends it. The parts of an error summary."""

    text: str
    anchor: str


def first_day_of(sent: str, problems: list[Problem]) -> date | None:
    """The day (ISO) from which a rule is to be in force. What is wrong with it joins the problems, and so does a day that is over."""
    try:
        day = date.fromisoformat(sent)
    except ValueError:
        problems.append(Problem(_("Choose the day from which this counts."), "from"))
        return None
    if day < today():
        problems.append(Problem(_("Choose today or a later day: earlier days keep their rule."), "from"))
    return day

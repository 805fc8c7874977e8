"""Who may see or do what, and why? The whole policy, one row per permission; what no row grants is denied.

A row reads: whoever has this tie may do this action on this category of record, in this window, because of this.
`decide.py` turns the rows into both faces: `may()` for one record with its reason, `visible()` for a query.

Windows
  now             the tie holds on the day
  until_year_ends the tie has ended; what was entered on or before its last day stays until the school year of that
                  day ends (34 CFR 99.31(a)(1): access follows a current, legitimate educational interest)
  own             no tie needed any more: the entries this person made
A tie that begins today shows the whole academic history: the record follows the student, not the class.
A family tie has no window after its end: when the school ends it, it ends at once.
"""

from dataclasses import dataclass
from typing import Literal

Action = Literal["view", "record", "plan", "manage"]
Category = Literal[
    "directory",
    "academic",
    "looks",
    "roster",
    "class_plan",
    "pace",
    "school_numbers",
    "accounts",
    "data_flows",
    "frameworks",
]
Window = Literal["now", "until_year_ends", "own"]


def _(text: str) -> str:
    """Marks a sentence for translation; the web storey translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission. `because` completes "You see this because ..." and may name {klass}, {student}, {agency}, {relation}."""

    tie: str
    action: Action
    category: Category
    because: str
    window: Window = "now"


SELF = _("this is your own record")
TEACHES = _("you teach {klass}")
CO_TEACHES = _("you co-teach {klass}")
ASSISTS = _("you assist in {klass}")
PARENTS = _("you are family of {student}")
COUNSELS = _("you counsel {student}")
COUNSELS_AT = _("you counsel at {agency}")
SUPPORTS = _("you support {student}")
MENTORS = _("you mentor {student}")
LEADS = _("you lead {agency}")
MANAGES = _("you look after the data of {agency}")
ADMINISTERS = _("you administer this installation")
TAUGHT = _("you taught {klass} this school year; you see what was entered until {until}")
SUPPORTED = _("you worked with {student} this school year; you see what was entered until {until}")
LED = _("you led {agency} this school year; you see what was entered until {until}")
OWN = _("you entered this")

POLICY: tuple[Rule, ...] = (
    # The student: everything that is said of them, and who has looked at it.
    Rule("self", "view", "directory", SELF),
    Rule("self", "view", "academic", SELF),
    Rule("self", "view", "looks", SELF),
    # The family.
    Rule("parents", "view", "directory", PARENTS),
    Rule("parents", "view", "academic", PARENTS),
    Rule("parents", "view", "looks", PARENTS),
    # Those who teach: the class, its students, their whole academic record.
    Rule("teaches", "view", "directory", TEACHES),
    Rule("teaches", "view", "academic", TEACHES),
    Rule("teaches", "view", "roster", TEACHES),
    Rule("teaches", "record", "academic", TEACHES),
    Rule("teaches", "plan", "class_plan", TEACHES),
    Rule("teaches", "plan", "pace", TEACHES),
    Rule("teaches", "view", "academic", TAUGHT, "until_year_ends"),
    Rule("teaches", "view", "directory", TAUGHT, "until_year_ends"),
    Rule("co_teaches", "view", "directory", CO_TEACHES),
    Rule("co_teaches", "view", "academic", CO_TEACHES),
    Rule("co_teaches", "view", "roster", CO_TEACHES),
    Rule("co_teaches", "record", "academic", CO_TEACHES),
    Rule("co_teaches", "plan", "class_plan", CO_TEACHES),
    Rule("co_teaches", "plan", "pace", CO_TEACHES),
    Rule("co_teaches", "view", "academic", TAUGHT, "until_year_ends"),
    Rule("co_teaches", "view", "directory", TAUGHT, "until_year_ends"),
    Rule("assists", "view", "directory", ASSISTS),
    Rule("assists", "view", "academic", ASSISTS),
    Rule("assists", "view", "roster", ASSISTS),
    Rule("assists", "view", "academic", TAUGHT, "until_year_ends"),
    Rule("assists", "view", "directory", TAUGHT, "until_year_ends"),
    # Those who stand beside one student.
    Rule("counsels", "view", "directory", COUNSELS),
    Rule("counsels", "view", "academic", COUNSELS),
    Rule("counsels", "plan", "pace", COUNSELS),
    Rule("counsels", "view", "academic", SUPPORTED, "until_year_ends"),
    Rule("counsels", "view", "directory", SUPPORTED, "until_year_ends"),
    Rule("supports", "view", "directory", SUPPORTS),
    Rule("supports", "view", "academic", SUPPORTS),
    Rule("supports", "view", "academic", SUPPORTED, "until_year_ends"),
    Rule("supports", "view", "directory", SUPPORTED, "until_year_ends"),
    Rule("mentors", "view", "directory", MENTORS),
    Rule("mentors", "view", "academic", MENTORS),
    # Those who answer for a school or a district.
    Rule("counsels_at", "view", "directory", COUNSELS_AT),
    Rule("counsels_at", "view", "academic", COUNSELS_AT),
    Rule("counsels_at", "plan", "pace", COUNSELS_AT),
    Rule("counsels_at", "view", "roster", COUNSELS_AT),
    Rule("counsels_at", "view", "academic", LED, "until_year_ends"),
    Rule("counsels_at", "view", "directory", LED, "until_year_ends"),
    Rule("leads", "view", "directory", LEADS),
    Rule("leads", "view", "academic", LEADS),
    Rule("leads", "view", "roster", LEADS),
    Rule("leads", "view", "school_numbers", LEADS),
    Rule("leads", "plan", "class_plan", LEADS),
    Rule("leads", "view", "academic", LED, "until_year_ends"),
    Rule("leads", "view", "directory", LED, "until_year_ends"),
    # Those who keep the data: people and flows, not the academic record.
    Rule("manages_data", "view", "directory", MANAGES),
    Rule("manages_data", "view", "roster", MANAGES),
    Rule("manages_data", "view", "data_flows", MANAGES),
    Rule("manages_data", "manage", "accounts", MANAGES),
    Rule("manages_data", "manage", "frameworks", MANAGES),
    Rule("manages_data", "plan", "class_plan", MANAGES),
    Rule("administers", "view", "directory", ADMINISTERS),
    Rule("administers", "view", "roster", ADMINISTERS),
    Rule("administers", "view", "data_flows", ADMINISTERS),
    Rule("administers", "manage", "accounts", ADMINISTERS),
    Rule("administers", "manage", "frameworks", ADMINISTERS),
    Rule("administers", "plan", "class_plan", ADMINISTERS),
    # Whoever entered a piece of evidence keeps sight of it.
    Rule("author", "view", "academic", OWN, "own"),
)


def rules_for(action: str, category: str) -> tuple[Rule, ...]:
    """The rows that could grant this, in the order of the table."""
    return tuple(rule for rule in POLICY if rule.action == action and rule.category == category)

"""Who would have completed their level under another rule of a level, and who not any more? Looking changes nothing.

Counts come first, as when a level-up is proposed; only students whose counts leave it open under either rule are read target by
target. A level that was earned stays earned under any rule: only those who still work at a level are asked about.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from cairn.access.decide import today
from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.levelrules import InForce, decided_by, members_of, rules_in_force
from cairn.learning.mastery.models import ParentCount, StudentLevel
from cairn.learning.mastery.whatif import LISTED, groups_of, seen_by
from cairn.people.models import Account, Agency, Student
from cairn.rules.rollups import Rule, reachable, roll_up


@dataclass(slots=True)
class LevelTally:
    """Of so many levels at which students work: how many are complete now, would be then, and change either way."""

    levels: int = 0
    now: int = 0
    then: int = 0
    newly: int = 0
    no_longer: int = 0

    def count(self, now: bool, then: bool) -> None:
        """Count one level."""
        self.now += now
        self.then += then
        self.newly += then and not now
        self.no_longer += now and not then


@dataclass(slots=True)
class LevelChanging:
    """One student whose level would be complete, or would not be any more; ids until they are named."""

    student: int
    level: int
    then: bool
    name: str = ""
    public_id: str = ""
    about: str = ""
    subject: str = ""


@dataclass(slots=True)
class LevelWhatIf:
    """What another rule would change. listed: the first changes that the viewer may see by name; never: levels nobody could complete."""

    total: LevelTally = field(default_factory=LevelTally)
    by_school: dict[str, LevelTally] = field(default_factory=lambda: defaultdict(LevelTally))
    listed: list[LevelChanging] = field(default_factory=list)
    never: list[str] = field(default_factory=list)


def level_what_if(
    viewer: Account,
    rule: Rule,
    framework: Framework | None,
    *,
    agency: Agency,
    listed: int = LISTED,
    language: str = "en",
) -> LevelWhatIf:
    """Ask every level at which an agency's students work by `rule` and by the rule in force. Writes nothing.

    framework None: those without a rule of their own. The caller has asked whether the viewer may ask of this place. Per group of
    students three queries and one more where counts leave it open.
    """
    frameworks = decided_by(framework.pk if framework else None)
    sizes = _sizes(frameworks)
    rules = rules_in_force()
    found = LevelWhatIf()
    for group, schools in groups_of(None, agency, today()):
        changed = _changes(group, schools, frameworks, sizes, rule, rules, found)
        if len(found.listed) < listed and changed:
            seen = seen_by(viewer, {one.student for one in changed})
            found.listed += [one for one in changed if one.student in seen][: listed - len(found.listed)]
    _name(found.listed, language)
    out = [level for level, size in sizes.items() if not reachable(rule, [1] * size)]
    found.never = sorted(name for name, _words in names_of(out, language).values())
    found.by_school = dict(found.by_school)
    return found


def _sizes(frameworks: dict[int, str]) -> dict[int, int]:
    """Level -> how many targets it has. One query."""
    rows = Item.objects.filter(
        framework__in=list(frameworks), scorable=True, retired_at=None, level__isnull=False
    )
    counted = rows.order_by().values_list("level").annotate(n=Count("pk"))
    return {level: n for level, n in counted if level is not None}


def _changes(
    group: Sequence[int],
    schools: dict[int, str],
    frameworks: dict[int, str],
    sizes: dict[int, int],
    rule: Rule,
    rules: Callable[[int], InForce],
    found: LevelWhatIf,
) -> list[LevelChanging]:
    """The levels of these students that would change, counted in `found` with all that were looked at."""
    rows = StudentLevel.objects.filter(student__in=group, end_on=None, framework__in=list(frameworks))
    ordered = rows.order_by("student", "framework__position")
    levels = [(row.student_id, row.framework_id, row.level_id) for row in ordered]
    counts = ParentCount.objects.filter(
        student__in=group, item__in={level for _s, _f, level in levels}, met__gt=0
    )
    met = {(student, item): number for student, item, number in counts.values_list("student", "item", "met")}
    open_ = [
        (student, level)
        for student, framework, level in levels
        if met.get((student, level), 0) * 100
        >= max(1, min(rule.least, rules(framework).rule.least) * sizes.get(level, 0))
    ]
    members = members_of(open_)
    changed = []
    for student, framework, level in levels:
        tallies = found.total, found.by_school[schools.get(student, "")]
        for tally in tallies:
            tally.levels += 1
        if (student, level) not in members:
            continue
        held = members[student, level]
        now = roll_up(held, rules(framework).rule).state == "met"
        then = roll_up(held, rule).state == "met"
        for tally in tallies:
            tally.count(now, then)
        if now != then:
            changed.append(LevelChanging(student, level, then, subject=frameworks[framework]))
    return changed


def _name(rows: Sequence[LevelChanging], language: str) -> None:
    people = Student.objects.in_bulk({row.student for row in rows})
    names = names_of({row.level for row in rows}, language)
    for row in rows:
        row.name, row.public_id = people[row.student].name, people[row.student].public_id
        row.about = names[row.level][0]

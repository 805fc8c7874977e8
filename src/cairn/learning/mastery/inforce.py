"""By which rule is each target decided now? All targets at once, the same answers as `rulebook` gives for one."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cairn.learning.arrays import Column, read_columns
from cairn.learning.frameworks.rulebook import POLICY_IN_FORCE, USE_IN_FORCE, method_from
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleUse
from cairn.learning.mastery.cells import SCHOOL
from cairn.learning.mastery.pieces import NONE, Rule
from cairn.rules.mastery import Method


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything in force at one moment. `policy` and `use` are places in the lists beside them, by item; NONE: there is none."""

    now: datetime
    today: date
    items: NDArray[np.int64]  # every item's id, ascending
    framework: NDArray[np.int64]
    policy: NDArray[np.int64]
    use: NDArray[np.int64]
    policies: list[CalculationPolicy]
    methods: list[Method]
    uses: list[ScaleUse]
    by_school: dict[
        int, dict[int, int]
    ]  # framework -> school -> use, where a framework is adopted school by school
    first_above: NDArray[
        np.int64
    ]  # of each item: where what stands above it begins in `ancestors`, and one more
    ancestors: NDArray[np.int64]  # places among the items

    @property
    def cuts(self) -> bool:
        """Does evidence of an earlier scale no longer count anywhere?"""
        return any(use.counts_from is not None for use in self.uses)

    @property
    def on(self) -> int:
        """Its day, since 1970-01-01."""
        return self.today.toordinal() - DAY_ONE

    def digest(self) -> str:
        """Tells one day's rules from others: a level decided under the same is the same."""
        uses = [(use.pk, use.counts_from) for use in self.uses]
        told = str((self.today, [policy.pk for policy in self.policies], uses))
        return sha256(told.encode()).hexdigest()

    def shapes(self) -> dict[tuple[str, bool], NDArray[np.int64]]:
        """Order of the evidence, and whether its work is asked for -> the targets so decided."""
        shapes = [(method.order, method.conditions.asks_for_work) for method in self.methods]
        shapes.append(("shown_on", False))  # at NONE, the last place: nothing decides
        found: dict[tuple[str, bool], NDArray[np.int64]] = {}
        for shape in sorted(set(shapes)):
            places = [
                place if place < len(self.methods) else NONE
                for place, one in enumerate(shapes)
                if one == shape
            ]
            targets = self.items[np.isin(self.policy, places)]
            if len(targets):
                found[shape] = targets
        return found

    def rules_of(self, place: NDArray[np.int64], school: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The rule of each cell, as `rule` takes it, by its target's place among the items and its student's school."""
        use = self.use[place]
        if school is not None:
            framework = self.framework[place]
            for one, uses in self.by_school.items():
                for where, own in uses.items():
                    use = np.where((framework == one) & (school == where), own, use)
        policy = self.policy[place]
        return np.where((use == NONE) | (policy == NONE), NONE, policy * max(1, len(self.uses)) + use)

    def rule(self, code: int) -> Rule | None:
        """The rule of a code; None: nothing decides, for want of a scale or a policy."""
        if code == NONE:
            return None
        policy, use = divmod(int(code), max(1, len(self.uses)))
        scale = self.uses[use].scale
        if scale is None:
            return None
        begin = self.uses[use].counts_from
        since = None if begin is None else begin.toordinal() - DAY_ONE
        return Rule(self.policies[policy].pk, self.methods[policy], scale.goal, since)

    def rules_among(self, codes: NDArray[np.int64]) -> dict[int, Rule | None]:
        """The rules of these codes."""
        return {code: self.rule(code) for code in np.unique(codes).tolist()}

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of work that any rule asks for."""
        return tuple(sorted({name for method in self.methods for name in method.conditions.categories}))

    def above(self, place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every item above each of these places, each once: which of `place` it is above, and its own place."""
        begin = self.first_above[place]
        counts = self.first_above[place + 1] - begin
        which = np.repeat(np.arange(len(place)), counts)
        ends = np.cumsum(counts)
        return which, self.ancestors[np.arange(len(which)) + np.repeat(begin - (ends - counts), counts)]


DAY_ONE = date(1970, 1, 1).toordinal()
EACH = f"""
SELECT i.id AS id, i.framework_id AS framework, COALESCE({POLICY_IN_FORCE}, 0) AS policy,
    COALESCE({USE_IN_FORCE.format(school=0)}, 0) AS scale_use
FROM learning_item i ORDER BY i.id"""
OF_SCHOOLS = f"""
SELECT i.framework_id, i.school_id, {USE_IN_FORCE.format(school="i.school_id")}
FROM (SELECT DISTINCT framework_id, school_id FROM learning_scaleuse WHERE school_id IS NOT NULL) AS i"""
ABOVE = "SELECT item_id, ancestor_id FROM learning_itemancestor ORDER BY item_id"
STUDENTS = f"""
SELECT pair.s AS student, {SCHOOL} AS school
FROM (SELECT student_id AS s FROM learning_recordversion WHERE student_id BETWEEN %s AND %s) AS pair ORDER BY pair.s"""


def rule_book(now: datetime, today: date) -> RuleBook:
    """Everything in force at this moment. Five queries."""
    day = today.isoformat()
    moment = connection.ops.adapt_datetimefield_value(now)
    columns = {name: Column(name) for name in ("id", "framework", "policy", "scale_use")}
    each = read_columns(columns, EACH, [moment, day])
    policies = list(CalculationPolicy.objects.filter(valid_from__lte=now).order_by("pk"))
    uses = list(ScaleUse.objects.filter(valid_from__lte=today).select_related("scale").order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute(OF_SCHOOLS, [day])
        of_schools = cursor.fetchall()
    place_of = {use.pk: place for place, use in enumerate(uses)}
    by_school: dict[int, dict[int, int]] = {}
    for framework, school, use in of_schools:
        by_school.setdefault(framework, {})[school] = place_of.get(use, NONE)
    above = read_columns({"item": Column("item_id"), "ancestor": Column("ancestor_id")}, ABOVE, [])
    return RuleBook(
        now,
        today,
        each["id"],
        each["framework"],
        _places(each["policy"], [policy.pk for policy in policies]),
        _places(each["scale_use"], list(place_of)),
        policies,
        [method_from(policy) for policy in policies],
        uses,
        by_school,
        np.searchsorted(above["item"], np.append(each["id"], np.iinfo(np.int64).max)),
        np.searchsorted(each["id"], above["ancestor"]),
    )


def _places(ids: NDArray[Any], among: list[int]) -> NDArray[np.int64]:
    """Where each id stands in an ascending list; 0 stands nowhere."""
    return np.where(ids == 0, NONE, np.searchsorted(np.array(among, np.int64), ids))


def schools_of(first: int, last: int, today: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The students of a range of ids, ascending, and each one's own school today (0: none). One query."""
    day = today.isoformat()
    columns = {"student": Column("student"), "school": Column("school")}
    found = read_columns(columns, STUDENTS, [day, day, first, last])
    return found["student"], found["school"]

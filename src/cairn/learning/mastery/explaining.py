"""Why is a level what it is? The method and its version, each piece of evidence used or left out, what an adult set, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cairn.access.decide import Decision, today
from cairn.access.directory import schools_of
from cairn.learning.evidence.chains import WITHDRAWN, standing
from cairn.learning.evidence.models import Evidence
from cairn.learning.frameworks.models import Item
from cairn.learning.frameworks.policies import came_into_force
from cairn.learning.frameworks.queries import ScaleInUse, scale_in_use
from cairn.learning.mastery.asof import decided_at, end_of
from cairn.learning.mastery.overrides import SetByHand, overrides_on
from cairn.learning.mastery.queries import Ruling, rulings
from cairn.rules.ahead import Ahead, ahead
from cairn.rules.mastery import Mastery, Method, Score, decide
from cairn.rules.override import stands


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence as a page lists it. `use`: "used", or why it was left out."""

    id: int
    entry_key: str | None
    value: int | None
    no_score: str
    shown_on: date
    recorded_at: datetime
    entered_at: datetime
    title: str
    comment: str
    by: str
    mine: bool
    use: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A level decided by a rule that was in force before: since when each is, the newer one, and the level it would make."""

    decided_since: date
    in_force_since: date
    method: Method
    level: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A level with everything it stands on, newest evidence first.

    mastery: what the evidence alone says. set_by_hand: the level that an adult set and that stands in its place.
    ahead: what the next score would do to `mastery`; None where no scale is in use. waiting: a rule published since the
    level was decided, and not applied to it yet.
    """

    mastery: Mastery
    method: Method
    since: date  # from when on this version of the method is in force
    scale: ScaleInUse | None
    evidence: tuple[EvidenceLine, ...]
    set_by_hand: SetByHand | None = None
    ahead: Ahead | None = None
    waiting: Waiting | None = None

    @property
    def level(self) -> float | None:
        """The level that counts, in level units."""
        return self.set_by_hand.rule.level / 100 if self.set_by_hand else self.mastery.level


def explain(
    student: int, target: Item, decision: Decision, *, viewer_adult: int | None, language: str, on: date
) -> Explained:
    """Why this level? The method, each piece used or left out and the reason. `decision` must be of this student."""
    whole = Evidence.objects.filter(student=student, target=target)
    if not decision.allowed:
        whole = whole.none()
    if decision.until is not None:
        whole = whole.filter(entered_on__lte=decision.until)
    cell = list(whole.select_related("recorded_by").order_by("-shown_on", "-recorded_at", "-pk"))
    stand = standing(cell)
    home = schools_of([student], on=decision.until).get(student)
    school = home.school_id if home else None
    day = min(today(), decision.until or today())
    by_hand = _set_by_hand(student, target, decision, day)
    at = decided_at((student, target.pk), [row.entered_at for row in cell], day)
    ruling = rulings({target.pk}, school, at=at, on=timezone.localdate(at))[target.pk]
    every = [row for row in cell if row.no_score != WITHDRAWN]
    scores = [
        Score(
            row.pk,
            row.value,
            row.no_score,
            row.shown_on,
            row.recorded_at,
            row.due_on,
            row.entered_at,
            row.pk not in stand,
            row.task,
            row.category,
            row.weight,
        )
        for row in every
        if not ruling.is_other_scale(row)
    ]
    day = min(today(), decision.until or today())
    mastery = decide(scores, ruling.method, ruling.goal, day)
    uses = dict.fromkeys((row.pk for row in every), "other_scale")
    uses |= dict(mastery.left_out) | dict.fromkeys(mastery.used, "used")
    use = scale_in_use(target.framework_id, language, min(on, day), school)
    return Explained(
        mastery,
        ruling.method,
        ruling.since,
        use,
        tuple(_line(row, uses[row.pk], viewer_adult) for row in every),
        by_hand if by_hand and _still_stands(by_hand, scores, day) else None,
        ahead(scores, ruling.method, use.scale, on=day, at=timezone.now()) if use else None,
        _waiting(target, school, ruling, scores, at, min(timezone.now(), end_of(day)), day),
    )


def _waiting(
    target: Item,
    school: int | None,
    ruling: Ruling,
    scores: list[Score],
    at: datetime,
    until: datetime,
    day: date,
) -> Waiting | None:
    """The rule that came into force after the level was decided, if any. One query; four where there is one."""
    if not scores or not came_into_force(target, at, until):
        return None
    newer = rulings({target.pk}, school, at=until, on=day)[target.pk]
    if newer.policy == ruling.policy:
        return None
    level = decide(scores, newer.method, newer.goal, day).level
    return Waiting(ruling.since, newer.since, newer.method, level)


def _set_by_hand(student: int, target: Item, decision: Decision, day: date) -> SetByHand | None:
    if not decision.allowed:
        return None
    return overrides_on(day, students=[student], target=target.pk).get((student, target.pk))


def _still_stands(found: SetByHand, scores: list[Score], day: date) -> bool:
    scored = [
        (score.id, score.shown_on) for score in scores if score.value is not None and not score.superseded
    ]
    return bool(scores) and stands(found.rule, scored, day)


def _line(row: Evidence, use: str, viewer_adult: int | None) -> EvidenceLine:
    return EvidenceLine(
        id=row.pk,
        entry_key=row.entry_key,
        value=row.value,
        no_score=row.no_score,
        shown_on=row.shown_on,
        recorded_at=row.recorded_at,
        entered_at=row.entered_at,
        title=row.title,
        comment=row.comment,
        by=row.recorded_by.name if row.recorded_by else "",
        mine=row.recorded_by_id is not None and row.recorded_by_id == viewer_adult,
        use=use,
    )

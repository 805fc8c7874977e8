"""What has this student, or this class, mastered? Through `access`; an ended tie reads the record as of its last day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, IntegerField, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from cairn.access.decide import Decision, NotHere, visible
from cairn.learning.evidence.models import Evidence
from cairn.learning.frameworks.models import Framework, Item, Wording
from cairn.learning.frameworks.queries import ScaleInUse, scale_in_use
from cairn.learning.frameworks.rulebook import method_from
from cairn.learning.frameworks.scales import CalculationPolicy
from cairn.learning.mastery.decide import WITHDRAWN, Piece, decide_cell
from cairn.learning.mastery.models import Mastery as MasteryRow
from cairn.learning.mastery.models import ParentCount, RecordVersion, StudentLevel
from cairn.people.models import Account, Student
from cairn.rules.mastery import Mastery, Method, Score, decide


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one student stands on one target. `level` in level units; None with `no_score` saying which kind."""

    level: float | None
    met: bool
    no_score: str
    count: int
    last_shown_on: date
    changed_on: date
    previous_level: float | None


def standings(
    students: Sequence[int], decision: Decision, *, targets: Sequence[int] | None = None
) -> dict[int, dict[int, Standing]]:
    """Student id -> target id -> Standing, for students whom `decision` (of `access`) allows. One query.

    With `decision.until` the levels are decided from the evidence entered until that day, under today's policy.
    """
    if not decision.allowed:
        return {}
    if decision.until is not None:
        return _standings_until(students, decision.until, targets)
    rows = MasteryRow.objects.filter(student__in=students)
    if targets is not None:
        rows = rows.filter(target__in=targets)
    found: dict[int, dict[int, Standing]] = defaultdict(dict)
    fields = ("level", "met", "no_score", "count", "last_shown_on", "changed_on", "previous_level")
    for student, target, *values in rows.values_list("student", "target", *fields):
        found[student][target] = Standing(*values)
    return found


def _standings_until(
    students: Sequence[int], until: date, targets: Sequence[int] | None
) -> dict[int, dict[int, Standing]]:
    rows = Evidence.objects.filter(student__in=students, entered_on__lte=until)
    if targets is not None:
        rows = rows.filter(target__in=targets)
    pieces: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for row in rows.order_by("student", "target", "shown_on", "recorded_at", "pk"):
        pieces[row.student_id, row.target_id].append(row)
    rules = methods_of({target for _, target in pieces})
    found: dict[int, dict[int, Standing]] = defaultdict(dict)
    for (student, target), cell in pieces.items():
        method, goal = rules[target]
        ordered = sorted(cell, key=lambda row: _order(row, method))
        made = [Piece(row.pk, row.value, row.no_score, row.shown_on, row.supersedes_id) for row in ordered]
        now = decide_cell(made, method, goal)
        if now.last_shown_on and now.changed_on:
            found[student][target] = Standing(
                now.level,
                now.met,
                now.no_score,
                now.count,
                now.last_shown_on,
                now.changed_on,
                now.previous_level,
            )
    return found


def _order(row: Evidence, method: Method) -> tuple[date, datetime, int]:
    first = {"due_on": row.due_on or row.shown_on, "recorded_at": row.recorded_at.date()}.get(
        method.order, row.shown_on
    )
    return (first, row.recorded_at, row.pk)


def methods_of(targets: set[int]) -> dict[int, tuple[Method, int]]:
    """Target id -> (method in force, goal in hundredths). A framework without a scale has the goal of the 0-4 scale."""
    from django.utils import timezone

    now = timezone.now()
    policies = list(CalculationPolicy.objects.filter(valid_from__lte=now).order_by("version"))
    by_item = {p.item_id: p for p in policies if p.item_id}
    by_framework = {p.framework_id: p for p in policies if p.framework_id}
    general = next(p for p in reversed(policies) if not p.item_id and not p.framework_id)
    goals: dict[int, int] = {}
    found = {}
    for target, framework in Item.objects.filter(pk__in=targets).values_list("pk", "framework"):
        if framework not in goals:
            use = scale_in_use(framework, "en", timezone.localdate(now))
            goals[framework] = use.scale.goal if use else 300
        policy = by_item.get(target) or by_framework.get(framework) or general
        found[target] = (method_from(policy), goals[framework])
    return found


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
class Explained:
    """A level with everything it stands on, newest evidence first."""

    mastery: Mastery
    method: Method
    scale: ScaleInUse | None
    evidence: tuple[EvidenceLine, ...]


def explain(
    student: int, target: Item, decision: Decision, *, viewer_adult: int | None, language: str, on: date
) -> Explained:
    """Why this level? The method, each piece used or left out and the reason. `decision` must be of this student."""
    rows = Evidence.objects.filter(student=student, target=target).exclude(no_score=WITHDRAWN)
    if not decision.allowed:
        rows = rows.none()
    if decision.until is not None:
        rows = rows.filter(Q(entered_on__lte=decision.until) | Q(recorded_by=viewer_adult or -1))
    every = list(rows.select_related("recorded_by").order_by("-shown_on", "-recorded_at", "-pk"))
    corrections = Evidence.objects.filter(student=student, target=target, supersedes__isnull=False)
    if decision.until is not None:
        corrections = corrections.filter(
            Q(entered_on__lte=decision.until) | Q(recorded_by=viewer_adult or -1)
        )
    gone = set(corrections.values_list("supersedes", flat=True))
    method, goal = methods_of({target.pk})[target.pk]
    scores = [
        Score(
            row.pk,
            row.value,
            row.no_score,
            row.shown_on,
            row.recorded_at,
            row.due_on,
            row.entered_at,
            row.pk in gone,
        )
        for row in every
    ]
    mastery = decide(scores, method, goal)
    use = dict(mastery.left_out) | dict.fromkeys(mastery.used, "used")
    lines = tuple(
        EvidenceLine(
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
            use=use[row.pk],
        )
        for row in every
    )
    return Explained(mastery, method, scale_in_use(target.framework_id, language, on), lines)


def recent_evidence(
    student: int, decision: Decision, *, since: date, most: int = 12, first: int = 0, language: str = ""
) -> list[Evidence]:
    """The newest standing pieces of evidence of a student, newest first, for the news and the evidence stream.

    With a `language` each has `spoken`, the name of its target. One query.
    """
    rows = Evidence.objects.filter(student=student, shown_on__gte=since).exclude(
        no_score__in=[WITHDRAWN, "hidden"]
    )
    if not decision.allowed:
        rows = rows.none()
    if decision.until is not None:
        rows = rows.filter(entered_on__lte=decision.until)
    corrected = Evidence.objects.filter(student=student, supersedes__isnull=False).values("supersedes")
    rows = rows.exclude(pk__in=corrected).select_related("recorded_by", "target")
    if language:
        rows = rows.annotate(spoken=_spoken("target", language))
    return list(rows.order_by("-shown_on", "-recorded_at", "-pk")[first : first + most])


def _spoken(item: str, language: str) -> Coalesce:
    """The short name of an item (a column of the rows) in a language, else its own, else its statement."""
    text = TextField()
    own = Wording.objects.filter(item=OuterRef(item), language=language, value=None)
    said = own.annotate(said=Coalesce(NullIf(F("name"), Value("")), F("text"), output_field=text)).values(
        "said"
    )
    short_name = NullIf(F(f"{item}__short_name"), Value(""))
    return Coalesce(Subquery(said[:1]), short_name, F(f"{item}__statement"), output_field=text)


def levels_of(student: int, decision: Decision, *, language: str = "") -> list[StudentLevel]:
    """The student's performance levels per subject over the years, the newest first within each subject.

    With a `language` each has `spoken`, the level's name, `subject`, and `met`, the targets met in it (None where the
    record is read as of an earlier day). One query.
    """
    if not decision.allowed:
        return []
    rows = StudentLevel.objects.filter(student=student).select_related("framework", "level")
    if decision.until is not None:
        rows = rows.filter(begin_on__lte=decision.until)
    if language:
        counts = ParentCount.objects.filter(student=student, item=OuterRef("level")).values("met")
        met = Value(None, IntegerField()) if decision.until else Coalesce(Subquery(counts), 0)
        said = Framework.objects.filter(translates=OuterRef("framework"), language=language).exclude(
            subject=""
        )
        subject = Coalesce(
            Subquery(said.values("subject")[:1]),
            NullIf(F("framework__subject"), Value("")),
            F("framework__title"),
        )
        rows = rows.annotate(spoken=_spoken("level", language), subject=subject, met=met)
    found = list(rows.order_by("framework__position", "framework", F("begin_on").desc()))
    for row in found:
        if decision.until is not None and row.end_on is not None and row.end_on > decision.until:
            row.end_on = None  # on that day it still held
    return found


def record_versions(students: Sequence[int]) -> int:
    """A number that rises whenever a record of these students changes."""
    return sum(RecordVersion.objects.filter(student__in=students).values_list("number", flat=True))


def entered_for(viewer: Account, public_id: str, *, language: str) -> tuple[Student, list[Evidence]]:
    """The student of this opaque id and what the viewer entered for them. Raises NotHere when that is nothing."""
    student = Student.objects.filter(public_id=public_id).first()
    rows = own_entries(viewer, student.pk, language=language) if student else []
    if student is None or not rows:
        raise NotHere
    return student, rows


def own_entries(viewer: Account, student: int, *, most: int = 200, language: str = "") -> list[Evidence]:
    """What this adult entered for a student, whatever became of the tie, newest first."""
    rows = Evidence.objects.filter(student=student, recorded_by=viewer.adult_id or -1).exclude(
        no_score=WITHDRAWN
    )
    seen = visible(viewer, "view", "academic", rows, entered="entered_on", author="recorded_by")
    if language:
        seen = seen.annotate(spoken=_spoken("target", language))
    return list(seen.select_related("target", "recorded_by").order_by("-shown_on", "-pk")[:most])

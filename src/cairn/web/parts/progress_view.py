"""How does a student's progress, as the queries tell it, become the page that `parts/progress.py` describes?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cairn.access.decide import Decision
from cairn.learning.frameworks.queries import ScaleInUse, looks_of
from cairn.learning.mastery.queries import Standing, recent_evidence
from cairn.learning.plans.planned import Planned
from cairn.learning.plans.queries import Progress, Subject, student_progress
from cairn.rules.scale import Scale
from cairn.web.parts import pace_words, words
from cairn.web.parts.progress import (
    SHAPES,
    Audience,
    Cairn,
    FamilyStrip,
    NewsItem,
    NextStep,
    ProgressPage,
    Stone,
    SubjectRow,
)
from cairn.web.parts.words import LevelShown

NEW_DAYS = 30
NEWS_MOST = 6
STEPS_MOST = 3
SHARE = {"0": 22, "1": 22, "1h": 41, "2": 60, "2h": 80}  # of 100: how high the next stone is filled
NEW_READERS = ("IT", "PR", "PK", "TK", "KG")  # CEDS grade levels before first grade


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the page is drawn, and where its links lead. base: "/me", "/family/k7f2", "/students/k7f2"."""

    audience: Audience
    base: str
    language: str

    def target_url(self, public_id: str) -> str:
        """The page of one target."""
        return f"{self.base}/targets/{public_id}"


Said = Mapping[tuple[int, date], tuple[str, str]]  # (target id, day) -> (comment, by)


@dataclass(frozen=True, slots=True)
class Read:
    """What the staff page has read already: progress, and what was said to evidence, and by whom."""

    progress: Progress
    said: Said


def labels_for(use: ScaleInUse, audience: str) -> dict[int, str]:
    """The district's own names of the levels for this audience."""
    return {value: label for (value, whose), label in use.labels.items() if whose == audience}


def shower(use: ScaleInUse, audience: str) -> Callable[[Standing | None], LevelShown]:
    """Draws standings on one scale. Pages show hundreds of stones but few different levels, so each is made once."""
    labels = labels_for(use, audience)
    made: dict[tuple[float | None, str], LevelShown] = {}

    def show(standing: Standing | None) -> LevelShown:
        key = (standing.level, standing.no_score) if standing else (None, "no_evidence")
        if key not in made:
            made[key] = words.shown(use.scale, key[0], audience, no_score=key[1], labels=labels)
        return made[key]

    return show


def progress_page(
    student: Any,
    decision: Decision,
    reader: Reader,
    *,
    schools: Sequence[Any] = (),
    on: date | None = None,
    read: Read | None = None,
) -> ProgressPage:
    """The whole page for one reader. `schools`: the student's enrollments, for the school's name and the grade."""
    progress = read.progress if read else student_progress(student, decision, language=reader.language, on=on)
    drawers = {subject.framework: shower(subject.scale, reader.audience) for subject in progress.subjects}
    at = {row.framework_id: row.name for row in progress.around.levels if row.end_on is None}
    since = progress.on - timedelta(days=NEW_DAYS)
    said = read.said if read else _said(student, decision, since)
    rows = [
        _row(subject, drawers[subject.framework], reader, since, at.get(subject.framework, ""), progress)
        for subject in progress.subjects
    ]
    steps = _steps(progress, drawers, reader) if reader.audience != "staff" else []
    news = _news(progress, drawers, reader, said, since)
    new = [
        target.name
        for subject in progress.subjects
        for target in subject.targets
        if newly_met(subject.standings.get(target.target), subject.scale.scale, since)
    ]
    return ProgressPage(
        audience=reader.audience,
        name=student.called,
        met=progress.met,
        planned=progress.planned,
        new=len(new),
        near=sum(len(near(subject)) for subject in progress.subjects),
        on=progress.on,
        subjects=rows,
        steps=steps,
        news=news,
        cairn=_cairn(len(new), steps),
        log_url=f"{reader.base}/log",
        levels_url=f"{reader.base}/levels",
        counts_url=f"{reader.base}/counts",
        key=_key(progress, reader.audience),
        strip=_strip(new, steps) if reader.audience == "family" else None,
        new_reader=bool(schools) and schools[0].grade_level.upper() in NEW_READERS,
        school=schools[0].school.name if schools else "",
    )


def _cairn(new: int, steps: Sequence[NextStep]) -> Cairn:
    if not steps:
        return Cairn(new, NEW_DAYS)
    return Cairn(new, NEW_DAYS, steps[0].name, SHARE.get(steps[0].level.stone, 0))


def newly_met(standing: Standing | None, scale: Scale, since: date) -> bool:
    """Met now, and made so in these days; moving on from 3 to 4 is not a new target."""
    return bool(
        standing and standing.met and standing.changed_on >= since and not scale.met(standing.previous_level)
    )


def near(subject: Subject) -> list[int]:
    """Targets (ids) begun and not met, at the named level just below the goal or higher."""
    scale = subject.scale.scale
    below = max((level.value for level in scale.levels if level.value < scale.goal), default=scale.low)
    return [
        target
        for target, standing in subject.standings.items()
        if standing.level is not None and not standing.met and standing.level >= below / 100 > scale.low / 100
    ]


def _row(
    subject: Subject,
    show: Callable[[Standing | None], LevelShown],
    reader: Reader,
    since: date,
    level_name: str,
    progress: Progress,
) -> SubjectRow:
    due = subject.pace.planned_by_now + subject.pace.this_week if subject.pace else 0
    stones = []
    for place, target in enumerate(subject.targets, start=1):
        standing = subject.standings.get(target.target)
        level = show(standing)
        stones.append(
            Stone(
                name=target.name,
                url=reader.target_url(target.public_id),
                level=level,
                shape=level.stone + SHAPES[place % 3],
                is_new=newly_met(standing, subject.scale.scale, since),
                flag=place == due and subject.pace is not None,
                strand=target.strand_name,
            )
        )
    return SubjectRow(
        key=subject.targets[0].public_id,
        name=subject.name,
        where="; ".join(_class_line(line.klass.title, line.teachers) for line in subject.classes),
        level_name=level_name,
        stones=stones,
        met=subject.met,
        planned=subject.planned,
        pace=subject.pace,
        flag_at_start=subject.pace is not None and due == 0,
        pace_note=pace_words.note(subject, reader.audience),
        growth=pace_words.growth(subject.growth, progress.around.named, reader.audience),
    )


def _class_line(title: str, teachers: Sequence[str]) -> str:
    return ", ".join([title, *teachers])


def _key(progress: Progress, audience: str) -> list[LevelShown]:
    """The levels that the key explains: those of the scale that most targets are on."""
    key = [words.shown(None, None, audience)]
    if not progress.subjects:
        return key
    use = max(progress.subjects, key=lambda subject: subject.planned).scale
    labels = labels_for(use, audience)
    whole = [level.value for level in use.scale.levels if level.value > 0 or use.scale.kind != "numeric"]
    return key + [words.shown(use.scale, value / 100, audience, labels=labels) for value in whole]


def _steps(
    progress: Progress, drawers: Mapping[int, Callable[[Standing | None], LevelShown]], reader: Reader
) -> list[NextStep]:
    """The next target of each subject, those closest to the goal first; three at most."""

    def distance(subject: Subject) -> float:
        assert subject.next is not None
        standing = subject.standings.get(subject.next.target)
        goal = subject.scale.scale.goal
        level = standing.level if standing and standing.level is not None else 0.0
        return (goal - level * 100) / goal

    nearest = sorted((subject for subject in progress.subjects if subject.next), key=distance)[:STEPS_MOST]
    looks = looks_of([subject.next.target for subject in nearest if subject.next], reader.language)
    return [
        _step(subject, subject.next, drawers[subject.framework], reader, looks.get(subject.next.target, {}))
        for subject in nearest
        if subject.next
    ]


def _step(
    subject: Subject,
    target: Planned,
    show: Callable[[Standing | None], LevelShown],
    reader: Reader,
    looks: Mapping[int, str],
) -> NextStep:
    return NextStep(
        where=", ".join(part for part in (subject.name, target.strand_name) if part),
        name=target.name,
        url=reader.target_url(target.public_id),
        level=show(subject.standings.get(target.target)),
        to_get_it=looks.get(subject.scale.scale.goal, ""),
    )


def _said(student: Any, decision: Decision, since: date) -> Said:
    return {
        (row.target_id, row.shown_on): (row.comment, row.recorded_by.name if row.recorded_by else "")
        for row in reversed(recent_evidence(student.pk, decision, since=since, most=24))
        if row.comment
    }


def _news(
    progress: Progress,
    drawers: Mapping[int, Callable[[Standing | None], LevelShown]],
    reader: Reader,
    said: Said,
    since: date,
) -> list[NewsItem]:
    """Levels that moved in these days, newest first, each with the teacher's words of that day."""
    moved = [
        (standing, target, subject)
        for subject in progress.subjects
        for target in subject.targets
        if (standing := subject.standings.get(target.target))
        and standing.level is not None
        and standing.changed_on >= since
    ]
    moved.sort(key=lambda found: found[0].changed_on, reverse=True)
    news: list[NewsItem] = []
    for standing, target, subject in moved:
        if len(news) == NEWS_MOST:
            break
        comment, by = said.get((target.target, standing.changed_on), ("", ""))
        before = None
        if standing.previous_level is not None:
            labels = labels_for(subject.scale, reader.audience)
            before = words.shown(subject.scale.scale, standing.previous_level, reader.audience, labels=labels)
        after = drawers[subject.framework](standing)
        if before is not None and before.word == after.word:
            continue  # half a step on the same level is no news in words
        news.append(
            NewsItem(
                on=standing.changed_on,
                name=target.name,
                url=reader.target_url(target.public_id),
                before=before,
                after=after,
                comment=comment,
                by=by,
            )
        )
    return news


def _strip(new: Sequence[str], steps: Sequence[NextStep]) -> FamilyStrip:
    first = steps[0] if steps else None
    return FamilyStrip(
        new=new[:3],
        working_on=[step.name for step in steps],
        help_with=first.name if first else "",
        help_how=first.to_get_it if first else "",
    )


def grade_words(grade: str) -> str:
    """A CEDS grade level in words."""
    code = grade.upper()
    if code in ("PK", "PR", "IT", "TK"):
        return _("PreK")
    if code == "KG":
        return _("Kindergarten")
    return _("Grade %(number)s") % {"number": int(code)} if code.isdigit() else grade

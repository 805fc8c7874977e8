"""What stands on the page of one student for the adults who work with them, over all years and subjects? (T6)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import get_language_info, gettext_noop
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, today
from cairn.learning.frameworks.queries import ScaleInUse
from cairn.learning.mastery.years import DatedLevel, Shown, evidence_of, met_then
from cairn.learning.plans.around import SetPace
from cairn.learning.plans.queries import Held, classes_ever, student_progress
from cairn.rules.growth import Baseline
from cairn.web.parts import words
from cairn.web.parts.progress import ProgressPage
from cairn.web.parts.progress_view import NEW_READERS, Read, Reader, grade_words, labels_for, progress_page
from cairn.web.parts.words import LevelShown

STREAM_MOST = 12
# Home languages that Django has no name for.
LANGUAGES = {
    "am": gettext_noop("Amharic"),
    "fa": gettext_noop("Persian"),
    "hmn": gettext_noop("Hmong"),
    "ht": gettext_noop("Haitian Creole"),
    "kar": gettext_noop("Karen"),
    "nv": gettext_noop("Navajo"),
    "ps": gettext_noop("Pashto"),
    "rw": gettext_noop("Kinyarwanda"),
    "so": gettext_noop("Somali"),
    "ti": gettext_noop("Tigrinya"),
    "tl": gettext_noop("Tagalog"),
    "zh": gettext_noop("Chinese"),
}


@dataclass(frozen=True, slots=True)
class SubjectLevels:
    """The performance levels of one subject, the oldest first."""

    subject: str
    steps: Sequence[DatedLevel]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence in the stream."""

    on: date
    name: str
    url: str
    level: LevelShown
    title: str
    comment: str
    by: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of the student, who teaches it, and from when to when."""

    title: str
    period: str
    teachers: str
    begin_on: date | None
    end_on: date | None
    school: str = ""


@dataclass(frozen=True, slots=True)
class StudentPage:
    """The whole page. `facts`: short pieces for the line under the name."""

    progress: ProgressPage
    full_name: str
    facts: Sequence[str]
    home_language: str
    reads_pictures: bool
    levels: Sequence[SubjectLevels]
    evidence: Sequence[Piece]
    older: int | None  # the number of the next page of evidence
    newer: int | None
    now: Sequence[ClassRow]
    before: Sequence[ClassRow]
    coming: Sequence[tuple[str, str, str]]  # subject, next target, its address
    until: date | None
    paces: Sequence[tuple[str, str, SetPace | None]]  # a subject's key, its name, what was set by hand
    since: date | None  # growth counts from here


def student_page(
    student: Any,
    decision: Decision,
    reader: Reader,
    enrollments: Sequence[Any],
    *,
    page: int = 1,
    since: Baseline | None = None,
) -> StudentPage:
    """The page for one reader, as of the last day of the tie where it has ended. Six queries. `since`: growth counts from there."""
    day = min(today(), decision.until) if decision.until else today()
    held = classes_ever(student.pk, decision, on=day)
    first = (page - 1) * STREAM_MOST
    stream = evidence_of(student.pk, decision, language=reader.language, first=first, most=STREAM_MOST + 1)
    progress = student_progress(
        student,
        decision,
        language=reader.language,
        on=day,
        held=held,
        also={row.framework for row in stream},
        since=since,
    )
    here = [row for row in enrollments if _on(row, day)]
    said = {(row.target, row.shown_on): (row.comment, row.by) for row in reversed(stream) if row.comment}
    drawn = progress_page(student, decision, reader, schools=here, read=Read(progress, said))
    return StudentPage(
        progress=drawn,
        full_name=student.name,
        facts=_facts(student, here),
        home_language=language_name(student.home_language),
        reads_pictures=bool(here) and here[0].grade_level.upper() in NEW_READERS,
        levels=_levels(met_then(student.pk, progress.around.levels, decision)),
        evidence=[piece(row, progress.scales, reader) for row in stream[:STREAM_MOST]],
        older=page + 1 if len(stream) > STREAM_MOST else None,
        newer=page - 1 if page > 1 else None,
        now=[_class_row(line) for line in held if line.on(day)],
        before=[_class_row(line, past=True) for line in _past(held, day)],
        coming=[
            (subject.name, subject.next.name, reader.target_url(subject.next.public_id))
            for subject in progress.subjects
            if subject.next
        ],
        until=decision.until,
        paces=[
            (row.key, row.name, subject.by_hand)
            for row, subject in zip(drawn.subjects, progress.subjects, strict=True)
        ],
        since=_begun(since or progress.around.baseline),
    )


def _begun(since: Baseline | None) -> date | None:
    """The day that growth is asked from; none where it is the first evidence of each subject."""
    return since.on if since and since.basis != "first" else None


def _on(row: Any, day: date) -> bool:
    return (row.begin_on is None or row.begin_on <= day) and (row.end_on is None or row.end_on >= day)


def _facts(student: Any, here: Sequence[Any]) -> list[str]:
    """Pronouns, grade, school or schools."""
    grades = dict.fromkeys(grade_words(row.grade_level) for row in here if row.grade_level)
    schools = dict.fromkeys(row.school.name for row in here)
    return [fact for fact in (student.pronouns, *grades, *schools) if fact]


def language_name(code: str) -> str:
    """A home language in the reader's words; empty where it is not known."""
    base = code.split("-")[0].lower()
    if base in LANGUAGES:
        return _(LANGUAGES[base])
    try:
        return _(str(get_language_info(base)["name"])) if base else ""
    except KeyError:
        return code


def _levels(rows: Sequence[DatedLevel]) -> list[SubjectLevels]:
    """The rows come subject by subject, the oldest first: a page reads from left to right."""
    by_subject = {key: list(group) for key, group in groupby(rows, key=lambda row: row.framework_id)}
    return [SubjectLevels(steps[0].subject, steps) for steps in by_subject.values()]


def piece(row: Shown, scales: dict[int, ScaleInUse], reader: Reader) -> Piece:
    """One row of evidence, drawn on the scale of its framework."""
    use = scales.get(row.framework)
    return Piece(
        on=row.shown_on,
        name=row.name,
        url=reader.target_url(row.public_id),
        level=words.shown(
            use.scale if use else None,
            None if row.value is None else row.value / 100,
            reader.audience,
            no_score=row.no_score,
            labels=labels_for(use, reader.audience) if use else None,
        ),
        title=row.title,
        comment=row.comment,
        by=row.by,
    )


def _past(held: Sequence[Held], day: date) -> list[Held]:
    """Classes that are over, the latest first."""
    over = [line for line in held if line.end_on is not None and line.end_on < day]
    return sorted(over, key=lambda line: line.end_on or day, reverse=True)


def _class_row(line: Held, *, past: bool = False) -> ClassRow:
    return ClassRow(
        title=line.klass.title,
        period=line.klass.periods,
        teachers=", ".join(line.teachers),
        begin_on=line.begin_on,
        end_on=line.end_on,
        school=line.school if past else "",
    )

"""How is each count of a student worked out: the rule, the targets counted, those left out, and what one more would change?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.access.decide import Decision
from cairn.learning.mastery.levelpages import LevelNow, levels_now
from cairn.learning.mastery.queries import Standing
from cairn.learning.plans.around import Around
from cairn.learning.plans.counting import SubjectCounted, counted
from cairn.learning.plans.planned import Planned
from cairn.learning.plans.queries import Progress, Subject
from cairn.web.parts import method_words, pace_words, words
from cairn.web.parts.how_view import FROM_THE_START
from cairn.web.parts.levels_view import rule_words, sentence
from cairn.web.parts.progress_view import NEW_DAYS, Reader, labels_for, near, newly_met, shower
from cairn.web.parts.words import LevelShown


@dataclass(frozen=True, slots=True)
class Line:
    """One target that is counted, or is not."""

    name: str
    url: str
    level: LevelShown
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that count alike."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Count:
    """One number of a page. figure: as the page shows it; rule: how it comes about; more: what one more would change."""

    key: str
    title: str
    figure: str
    rule: Sequence[str]
    groups: Sequence[Group]
    more: Sequence[str] = ()
    levels_url: str = ""


@dataclass(frozen=True, slots=True)
class CountsPage:
    """The whole page."""

    audience: str
    name: str
    back_url: str
    counts: Sequence[Count]
    on: date


def counts_page(student: Any, decision: Decision, reader: Reader) -> CountsPage:
    """Every number of a student's progress page, explained, as of the day that `decision` is cut at."""
    found = counted(student, decision, language=reader.language)
    progress = found.progress
    levels: dict[int, LevelNow] = {}
    if progress.subjects:
        rows = levels_now(
            [student.pk],
            decision,
            language=reader.language,
            frameworks=[subject.framework for subject in progress.subjects],
        )
        levels = {row.framework: row for row in rows}
    drawers = {subject.framework: Drawer(subject, reader) for subject in progress.subjects}
    counts = [_all(progress), _new(progress, drawers), _near(progress, drawers)] if progress.subjects else []
    counts += [
        _subject(
            one,
            levels.get(one.subject.framework),
            progress.around,
            drawers[one.subject.framework],
            reader,
        )
        for one in found.subjects
    ]
    return CountsPage(reader.audience, student.called, reader.base, counts, progress.on)


class Drawer:
    """Draws the targets of one subject for one reader."""

    def __init__(self, subject: Subject, reader: Reader) -> None:
        self._show: Callable[[Standing | None], LevelShown] = shower(subject.scale, reader.audience)
        self._standings, self._reader = subject.standings, reader
        scale = subject.scale.scale
        labels = labels_for(subject.scale, reader.audience)
        self.goal = words.shown(scale, scale.goal / 100, reader.audience, labels=labels)

    def line(self, target: Planned, note: str = "") -> Line:
        """A planned target."""
        return Line(
            target.name,
            self._reader.target_url(target.public_id),
            self._show(self._standings.get(target.target)),
            note,
        )

    def other(self, public_id: str, name: str, standing: Standing) -> Line:
        """A target outside the plan."""
        return Line(name, self._reader.target_url(public_id), self._show(standing))


def _figure(met: int, planned: int) -> str:
    return ngettext("%(met)s of %(planned)s target met", "%(met)s of %(planned)s targets met", planned) % {
        "met": met,
        "planned": planned,
    }


def _all(progress: Progress) -> Count:
    return Count(
        "all",
        _("All subjects together"),
        _figure(progress.met, progress.planned),
        [
            _("The sum over the subjects below: %(sum)s.")
            % {"sum": "; ".join(f"{one.name} {one.met}/{one.planned}" for one in progress.subjects)},
            _("A subject counts from the day its scores are recorded."),
        ],
        [],
    )


def _new(progress: Progress, drawers: dict[int, Drawer]) -> Count:
    since = progress.on - timedelta(days=NEW_DAYS)
    lines = [
        drawers[subject.framework].line(target, words.day_text(standing.changed_on))
        for subject in progress.subjects
        for target in subject.targets
        if (standing := subject.standings.get(target.target))
        and newly_met(standing, subject.scale.scale, since)
    ]
    rule = _(
        "Planned targets that came to the goal since %(day)s and are met now. Moving on from the goal is not counted again."
    )
    return Count(
        "new",
        _("New in the last %(days)s days") % {"days": NEW_DAYS},
        str(len(lines)),
        [rule % {"day": words.day_text(since)}],
        _groups([(_("Counted"), lines)]),
    )


def _near(progress: Progress, drawers: dict[int, Drawer]) -> Count:
    lines = [
        drawers[subject.framework].line(target)
        for subject in progress.subjects
        for close in [set(near(subject))]
        for target in subject.targets
        if target.target in close
    ]
    return Count(
        "near",
        _("One step away"),
        str(len(lines)),
        [
            _(
                "Planned targets that have a level, are not met, and stand at the last named level before the goal."
            )
        ],
        _groups([(_("Counted"), lines)]),
    )


def _groups(groups: Iterable[tuple[str, Sequence[Line]]]) -> list[Group]:
    """Those that hold anything, with how many."""
    return [Group(f"{title} ({len(lines)})", lines) for title, lines in groups if lines]


def _subject(
    one: SubjectCounted, level: LevelNow | None, around: Around, drawer: Drawer, reader: Reader
) -> Count:
    subject = one.subject
    of = {target.target: target for target in subject.targets}
    met = [target for key, target in of.items() if (now := subject.standings.get(key)) and now.met]
    begun = [
        target
        for key, target in of.items()
        if (now := subject.standings.get(key)) and not now.met and now.level is not None
    ]
    rest = [target for target in of.values() if target not in met and target not in begun]
    groups = [
        (_("Met, so counted"), [drawer.line(target) for target in met]),
        (_("Planned, not met yet"), [drawer.line(target) for target in begun]),
        (_("Planned, no level yet"), [drawer.line(target) for target in rest]),
        (
            _("Met, but in no plan now, so left out"),
            [drawer.other(out.public_id, out.name, out.standing) for out in one.outside],
        ),
    ]
    return Count(
        subject.targets[0].public_id,
        subject.name,
        _figure(subject.met, subject.planned),
        [
            *_rule(one, drawer.goal, reader),
            *pace_words.worked_out(subject, around, reader.audience),
            *_level(level),
        ],
        _groups(groups),
        _more(subject, level),
        f"{reader.base}/levels" if level else "",
    )


def _rule(one: SubjectCounted, goal: LevelShown, reader: Reader) -> list[str]:
    figures = {"goal": goal.text, "word": goal.word, "day": words.day_text(one.scale_since)}
    said = [
        _(
            "A target is met when its level is at %(goal)s “%(word)s” or above. This goal is in use since %(day)s."
        )
        % figures,
        _("Only targets that a class works on now are planned; each counts once."),
        f"{method_words.method_words(one.method.name)} {_since(one)}",
    ]
    if one.own_rules:
        said.append(
            ngettext(
                "%(n)s target here has a rule of its own; its page says which.",
                "%(n)s targets here have a rule of their own; their pages say which.",
                one.own_rules,
            )
            % {"n": one.own_rules}
        )
    if reader.audience == "staff":
        said.append(
            _("Exactly: method %(method)s, version %(version)s.")
            % {"method": one.method.name, "version": one.method.version}
        )
    return said


def _since(one: SubjectCounted) -> str:
    if one.in_force_since.year <= FROM_THE_START:
        return _("This rule is in force from the start.")
    return _("This rule is in force since %(day)s.") % {"day": words.day_text(one.in_force_since)}


def _level(level: LevelNow | None) -> list[str]:
    if level is None:
        return []
    return [
        _("Level: %(level)s, since %(day)s.") % {"level": level.name, "day": words.day_text(level.since)}
        + f" {rule_words(level.rule.rule)} {sentence(level)}"
    ]


def _more(subject: Subject, level: LevelNow | None) -> list[str]:
    """What the next met target would change."""
    said = []
    if subject.next is not None:
        said.append(
            _("Next target: %(name)s. It is the first of the plan, in its order, that is not met.")
            % {"name": subject.next.name}
        )
        said.append(
            _("One more met target makes it %(met)s of %(planned)s.")
            % {"met": subject.met + 1, "planned": subject.planned}
        )
    if level is not None and level.rule.rule.name == "all" and level.missing:
        said.append(
            ngettext(
                "%(n)s more target completes %(level)s.",
                "%(n)s more targets complete %(level)s.",
                len(level.missing),
            )
            % {"n": len(level.missing), "level": level.name}
        )
    pace = subject.pace
    if pace is not None and pace.word == "behind":
        said.append(
            ngettext(
                "%(n)s more target of the weeks that are over, and it is right on plan.",
                "%(n)s more targets of the weeks that are over, and it is right on plan.",
                -pace.difference,
            )
            % {"n": -pace.difference}
        )
    return said

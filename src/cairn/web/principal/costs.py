"""How is it said what recording costs a school? Seconds, keys and doubled entries in plain words; the page and its section share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isinf
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.access.decide import Decision
from cairn.learning.plans.burden import Cost, SchoolCost, entered_twice, entry_cost, old_classes
from cairn.rules.burden import (
    LEAST_CLASSES,
    LEAST_SCORES,
    LEAST_TEACHERS,
    SECONDS,
    TAPS,
    Burden,
    Doubled,
    trend,
)


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the section. place: of its list on the page of costs; empty where there is nothing to list."""

    count: int
    text: str
    place: str
    link: str


@dataclass(frozen=True, slots=True)
class Costs:
    """The section of the school page: what entry takes, as a sentence, and two counts with their lists."""

    entry: str
    lines: Sequence[CostLine]


def recording(school: Any, decision: Decision, *, on: date, record: str) -> Costs:
    """What recording costs this school in the three weeks up to a day."""
    cost = entry_cost(school, decision, on=on)
    twice, _classes = entered_twice(school, decision, on=on)
    old, planned = old_classes(school, decision, on=on, record=record)
    return Costs(entry_sentence(cost), [twice_line(twice), old_line(len(old), planned)])


def entry_sentence(cost: SchoolCost) -> str:
    """What half of the scores took; or why nothing can be said."""
    if cost.whole.now:
        return half_sentence(cost.whole.now)
    if cost.is_measured:
        return _(
            "Too few scores were measured in the last three weeks to say what entry takes: "
            "at least %(scores)s, in %(classes)s classes of %(teachers)s teachers."
        ) % {"scores": LEAST_SCORES, "classes": LEAST_CLASSES, "teachers": LEAST_TEACHERS}
    return _(
        "What entry takes has not been measured in the last three weeks. It is measured when scores are entered in a class grid."
    )


def half_sentence(found: Burden) -> str:
    """ "Half of 210 scores took at most 4 seconds and at most 2 keys or clicks." """
    return _("Half of %(scores)s scores took %(seconds)s and %(taps)s to enter.") % {
        "scores": number_format(found.scores, force_grouping=True),
        "seconds": seconds_words(found.seconds),
        "taps": taps_words(found.taps),
    }


def seconds_words(seconds: float) -> str:
    """ "at most 4 seconds" """
    if isinf(seconds):
        return _("more than %(n)s seconds") % {"n": short(SECONDS[-1])}
    return ngettext("at most %(n)s second", "at most %(n)s seconds", _number(seconds)) % {"n": short(seconds)}


def taps_words(taps: float) -> str:
    """ "at most 2 keys or clicks" """
    if isinf(taps):
        return _("more than %(n)s keys or clicks") % {"n": short(TAPS[-1])}
    return ngettext("at most %(n)s key or click", "at most %(n)s keys or clicks", _number(taps)) % {
        "n": short(taps)
    }


def short(value: float) -> str:
    """ "4", "2.5" """
    return number_format(value if value % 1 else int(value))


def _number(value: float) -> int:
    """Singular for one alone; half a second is said in the plural."""
    return 1 if value == 1 else 2


def more_sentences(cost: Cost) -> list[str]:
    """What nine of ten scores took, what all took together, and how it was in the cycle before."""
    found = cost.now
    if found is None:
        return []
    said = [
        _("Nine of ten took %(seconds)s and %(taps)s.")
        % {"seconds": seconds_words(found.most_seconds), "taps": taps_words(found.most_taps)}
    ]
    if found.an_hour is not None:
        said.append(
            _("Together they took %(time)s of entry: %(scores)s scores an hour.")
            % {"time": time_words(found.spent), "scores": number_format(found.an_hour, force_grouping=True)}
        )
    changed = trend(found, cost.before)
    if cost.before is not None and changed is not None:
        words = (_("Now it is less."), _("Now it is the same."), _("Now it is more."))[changed + 1]
        before = _("In the three weeks before, half took %(seconds)s.") % {
            "seconds": seconds_words(cost.before.seconds)
        }
        said.append(f"{before} {words}")
    return said


def time_words(ms: int) -> str:
    """ "25 minutes", "3.5 hours" """
    minutes = round(ms / 60_000)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("%(n)s hours") % {"n": short(round(minutes / 30) / 2)}


def twice_line(twice: Doubled) -> CostLine:
    """Entries that said again what stood already."""
    text = ngettext(
        "score of the last three weeks was entered again as it stood already",
        "scores of the last three weeks were entered again as they stood already",
        twice.total,
    )
    return CostLine(twice.total, text, "twice" if twice.total else "", _("See the classes"))


def twice_words(twice: Doubled) -> str:
    """Of which kinds they are."""
    said = [
        words % {"n": count}
        for count, words in (
            (twice.typed, ngettext("%(n)s typed twice", "%(n)s typed twice", twice.typed)),
            (
                twice.beside_file,
                ngettext(
                    "%(n)s typed although a file brought it",
                    "%(n)s typed although a file brought them",
                    twice.beside_file,
                ),
            ),
            (
                twice.by_files,
                ngettext("%(n)s brought by two files", "%(n)s brought by two files", twice.by_files),
            ),
        )
        if count
    ]
    return ", ".join(said)


def old_line(old: int, planned: int) -> CostLine:
    """Classes whose evidence for what is planned by now has grown old."""
    text = ngettext(
        "of %(all)s class has no fresh evidence for any target that is planned by now",
        "of %(all)s classes have no fresh evidence for any target that is planned by now",
        planned,
    ) % {"all": planned}
    return CostLine(old, text, "old" if old else "", _("See the classes"))

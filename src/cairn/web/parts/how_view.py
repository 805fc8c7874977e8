"""How is a level explained: in a sentence, in exact terms, and what would one more score change?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from cairn.access.decide import today
from cairn.learning.mastery.explaining import Explained
from cairn.rules.ahead import Ahead
from cairn.rules.conditions import Conditions
from cairn.rules.scale import Scale
from cairn.web.parts import method_words, words
from cairn.web.parts.words import Labels, LevelShown

FROM_THE_START = 2000  # the year from which the built-in rules are in force
ORDERS = {
    "shown_on": gettext_noop("in the order the student showed it"),
    "due_on": gettext_noop("in the order the work was due"),
    "recorded_at": gettext_noop("in the order it was judged"),
}


@dataclass(frozen=True, slots=True)
class ByHand:
    """A level that an adult set, and what the evidence alone says."""

    by: str
    on: date
    reason: str
    computed: LevelShown
    ends: str


@dataclass(frozen=True, slots=True)
class How:
    """Everything that stands under "How this level is set". `steps`: each next score and the level it would make."""

    because: str
    method: str
    by_hand: ByHand | None
    next: str
    stale: str
    waiting: str
    exact: Sequence[tuple[str, str]]
    steps: Sequence[tuple[LevelShown, LevelShown]]


def how(found: Explained, audience: str, labels: Labels) -> How:
    """The explanation of one level for one audience."""
    because = found.mastery.because
    scale = found.scale.scale if found.scale else None
    return How(
        because=method_words.because_words(because.code, because.values, scale),
        method=method_words.method_words(found.method.name),
        by_hand=_by_hand(found, scale, audience, labels),
        next=_next(found.ahead, scale, audience, labels, first=found.mastery.count == 0)
        if found.ahead and scale
        else "",
        stale=_stale(found),
        waiting=_waiting(found, scale, audience, labels),
        exact=_exact(found, scale),
        steps=[
            (
                words.shown(scale, step.value / 100, audience, labels=labels),
                words.shown(scale, step.level, audience, labels=labels),
            )
            for step in (found.ahead.steps if found.ahead else ())
        ],
    )


def _stale(found: Explained) -> str:
    """Is the newest evidence older than the policy likes?"""
    newest = max((line.shown_on for line in found.evidence if line.value is not None), default=None)
    conditions = found.method.conditions
    if newest is None or not conditions.is_stale(newest, today()):
        return ""
    return _("The newest evidence is more than %(days)s days old.") % {"days": conditions.stale_after}


def _waiting(found: Explained, scale: Scale | None, audience: str, labels: Labels) -> str:
    """ "Decided by the rule of March 3. The rule in force since May 1 would give 2.5." """
    waiting = found.waiting
    if waiting is None or found.set_by_hand is not None:
        return ""
    if waiting.decided_since.year <= FROM_THE_START:
        decided = _("Decided by the rule from the start.")
    else:
        decided = _("Decided by the rule of %(day)s.") % {"day": words.day_text(waiting.decided_since)}
    then = words.shown(scale, waiting.level, audience, labels=labels)
    since = words.day_text(waiting.in_force_since)
    if waiting.level == found.mastery.level:
        return f"{decided} " + _("The rule in force since %(day)s would give the same.") % {"day": since}
    if waiting.level is None:
        return f"{decided} " + _("The rule in force since %(day)s would give no level.") % {"day": since}
    would = _("The rule in force since %(day)s would give %(level)s “%(word)s”.") % {
        "day": since,
        "level": then.text,
        "word": then.word,
    }
    return f"{decided} {would}"


def _by_hand(found: Explained, scale: Scale | None, audience: str, labels: Labels) -> ByHand | None:
    hand = found.set_by_hand
    if hand is None:
        return None
    rule = hand.rule
    if rule.until is not None:
        ends = _("It counts until %(day)s.") % {"day": words.day_text(rule.until)}
    elif rule.locked:
        ends = _("It counts until it is lifted, also when new evidence comes.")
    else:
        ends = _("The next evidence ends it.")
    return ByHand(
        by=hand.by,
        on=rule.set_on,
        reason=hand.reason,
        computed=words.shown(scale, found.mastery.level, audience, labels=labels),
        ends=ends,
    )


def _next(ahead: Ahead, scale: Scale, audience: str, labels: Labels, *, first: bool) -> str:
    """ "One more 3 makes it Got it." """
    goal = words.shown(scale, scale.goal / 100, audience, labels=labels).word
    if ahead.enough is not None:
        figures = {"count": ahead.times, "score": scale.format(ahead.enough), "goal": goal}
        if first:
            return (
                ngettext(
                    "A first score of %(score)s makes it “%(goal)s”.",
                    "%(count)s scores of %(score)s make it “%(goal)s”.",
                    ahead.times,
                )
                % figures
            )
        return (
            ngettext(
                "One more %(score)s makes it “%(goal)s”.",
                "%(count)s more scores of %(score)s make it “%(goal)s”.",
                ahead.times,
            )
            % figures
        )
    if ahead.loses is not None:
        return _("A next score of %(score)s or lower would take it below “%(goal)s”.") % {
            "score": scale.format(ahead.loses),
            "goal": goal,
        }
    if any(step.met for step in ahead.steps):
        return _("No next score can take it below “%(goal)s”.") % {"goal": goal}
    return _("Even ten more scores would not make it “%(goal)s”; older evidence counts too much.") % {
        "goal": goal
    }


def _exact(found: Explained, scale: Scale | None) -> list[tuple[str, str]]:
    """Name and value of each exact term."""
    method, mastery = found.method, found.mastery
    settings = ", ".join(f"{name} = {value}" for name, value in method.params.items())
    terms = [
        (_("Method"), f"{method.name} ({settings})" if settings else method.name),
        (_("Version of the rule"), _version(found)),
        (_("Evidence is taken"), _(ORDERS[method.order])),
        (
            _("Evidence that counts"),
            _("%(used)s of %(all)s") % {"used": len(mastery.used), "all": len(found.evidence)},
        ),
    ]
    if mastery.level is not None:
        terms.append((_("Exact value"), f"{mastery.level:.9f}".rstrip("0").rstrip(".")))
    terms += _figures(mastery.because.values)
    terms += condition_terms(method.conditions)
    if found.waiting is not None:
        newer = found.waiting.method
        rule = _("%(method)s, version %(version)s, from %(day)s") % {
            "method": newer.name,
            "version": newer.version,
            "day": words.day_text(found.waiting.in_force_since),
        }
        terms.append((_("The rule in force now"), rule))
    if scale is not None:
        terms.append((_("Goal"), f"{method.conditions.goal(scale.goal) / 100:g}"))
    return terms


def _version(found: Explained) -> str:
    if found.since.year <= FROM_THE_START:
        return str(found.method.version)
    return _("%(version)s, in force since %(day)s") % {
        "version": found.method.version,
        "day": date_format(found.since, "DATE_FORMAT"),
    }


def _figures(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a method found on its way: the losing lines, the mean beside a curve, each kind of work."""
    terms = [
        (
            _(method_words.LINES[name]),
            _("%(level)s, misses the evidence by %(missed)s in all")
            % {"level": f"{level:.2f}", "missed": f"{missed:.2f}"},
        )
        for name, (level, missed) in values.get("lines", {}).items()
    ]
    if isinstance(values.get("mean"), float):
        terms.append((_("The average, for comparison"), f"{values['mean']:.2f}"))
    terms += [
        (
            name,
            _("%(level)s, counts for %(share)s of 100")
            % {"level": "–" if level is None else f"{level:.2f}", "share": f"{100 * share:.0f}"},
        )
        for name, (level, share) in values.get("categories", {}).items()
    ]
    return terms


POOLS = {
    "mean": gettext_noop("as one, by its points"),
    "last": gettext_noop("as one, by its last score"),
    "highest": gettext_noop("as one, by its best score"),
}


def condition_terms(conditions: Conditions) -> list[tuple[str, str]]:
    """Name and value of each condition of a rule but its goal, which stands with the scale's."""
    days = _("%(days)s days")
    terms = []
    if conditions.minimum > 1:
        terms.append((_("Evidence needed"), str(conditions.minimum)))
    if conditions.pool:
        terms.append((_("Several scores of one piece of work count"), _(POOLS[conditions.pool])))
    if conditions.expires_after:
        terms.append((_("Evidence expires after"), days % {"days": conditions.expires_after}))
    if conditions.stale_after:
        terms.append((_("Evidence is called old after"), days % {"days": conditions.stale_after}))
    if conditions.weighted:
        terms.append((_("Each score counts"), _("by its own weight")))
    if conditions.categories:
        heaviest = sorted(conditions.categories.items(), key=lambda kind: (-kind[1], kind[0]))
        weights = ", ".join(f"{name} {weight}" for name, weight in heaviest)
        terms.append((_("Kinds of work and their weights"), weights))
    return terms

"""How much has a student grown in each subject since a day? Counted from what was read already; nothing asks the database."""

from collections.abc import Mapping
from datetime import date

from cairn.learning.mastery.queries import Standing
from cairn.learning.plans.around import Around
from cairn.rules.growth import Baseline, Growth, growth


def growth_of(
    here: Around, known: Mapping[int, Standing], since: Baseline | None, day: date
) -> dict[int, Growth | None]:
    """Framework -> growth up to a day, over all its targets, planned or not; None: the evidence is too little to say."""
    shown: dict[int, list[tuple[date, date]]] = {}
    met: dict[int, list[date]] = {}
    for target, (framework, first, last) in here.shown.items():
        shown.setdefault(framework, []).append((first, last))
        standing = known.get(target)
        if standing is not None and standing.met and standing.met_on is not None:
            met.setdefault(framework, []).append(standing.met_on)
    levels: dict[int, list[tuple[date, int]]] = {}
    for row in here.levels:
        levels.setdefault(row.framework_id, []).append((row.begin_on, row.level_id))
    return {
        framework: growth(
            since,
            first=min(first for first, _last in days),
            last=max(last for _first, last in days),
            met_on=met.get(framework, []),
            levels=levels.get(framework, []),
            order=here.order.get(framework, []),
            on=day,
        )
        for framework, days in shown.items()
    }

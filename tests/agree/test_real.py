"""Do columns and scalar rules agree on real data: a working school's ratings, and a state's tests over five years?

Third-party data (GPL-3 and MIT), read where it lies and never copied; skipped where it is absent.
"""

import csv
import gzip
from collections import defaultdict
from datetime import date, datetime
from functools import cache

import numpy as np
import pytest

from cairn.rules.columns import decide_columns
from cairn.rules.conditions import Conditions
from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import Method, Score
from tests.agree.series import JUDGED, NAMES, agree, by_one, plain
from tests.rules.golden import SHARED

SLATE = SHARED / "data" / "slate-cbl"
STATE = SHARED / "data" / "sgpdata" / "sgpData_LONG.csv.gz"
ACHIEVED = {"Unsatisfactory": 100, "Partially Proficient": 200, "Proficient": 300, "Advanced": 400}
slate = pytest.mark.skipif(not SLATE.exists(), reason="slate-cbl not found; set CAIRN_SHARED")
state = pytest.mark.skipif(not STATE.exists(), reason="sgpdata not found; set CAIRN_SHARED")


def read(name: str) -> list[dict[str, str]]:
    with (SLATE / name).open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def ratings() -> list[list[Score]]:
    """By student and skill: ratings 0 to 12, the demonstration as the task, the kind of work as the category."""
    shown = {row["ID"]: row for row in read("cbl_demonstrations.csv")}
    found: dict[tuple[str, str], list[Score]] = defaultdict(list)
    for row in read("cbl_demonstration_skills.csv"):
        at = shown.get(row["DemonstrationID"])
        if at is None or not row["DemonstratedLevel"]:
            continue  # an override carries no rating
        series = found[at["StudentID"], row["SkillID"]]
        when = datetime.fromisoformat(at["Demonstrated"])
        # Several demonstrations of a day stand apart, so that a day tells a place.
        day = date.fromordinal(max(when.toordinal(), series[-1].shown_on.toordinal() + 1 if series else 0))
        level = round(float(row["DemonstratedLevel"]) * 100)
        task, kind = at["PerformanceType"], at["ExperienceType"]
        series.append(Score(int(row["ID"]), level, "", day, JUDGED, task=task, category=kind))
    return list(found.values())


def state_tests() -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """By student and subject, year by year: achievement as 1 to 4, and scale scores taken as hundredths."""
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    with gzip.open(STATE, "rt", newline="") as file:
        for row in csv.reader(file):
            if row[8] in ACHIEVED:
                found[row[3], row[1]].append((row[2], ACHIEVED[row[8]], round(float(row[7]))))
    ordered = [list(zip(*sorted(row), strict=True)) for row in found.values()]
    return [level for _year, level, _score in ordered], [score for _year, _level, score in ordered]


@slate
def test_the_school_is_there():
    assert sum(map(len, ratings())) > 2_000
    assert max(map(len, ratings())) > 5


@slate
@pytest.mark.parametrize("name", NAMES)
def test_a_schools_ratings(name):
    agree(ratings(), Method(name), 1_000, date(2019, 9, 1))


@slate
@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(minimum=3, expires_after=200),
        Conditions(pool="mean"),
        Conditions(pool="highest", cut=900),
        Conditions(categories={"Studio": 2, "Growth Testing": 1}, weighted=True),
    ],
)
def test_a_schools_ratings_under_conditions(conditions):
    for name in ("mean", "decaying_average"):
        agree(ratings(), Method(name, conditions=conditions), 1_000, date(2019, 9, 1))


@state
def test_a_state():
    """By every method: the achievement of every student and subject; all scale scores, every sixtieth beside the scalar rules."""
    achieved, scaled = state_tests()
    assert sum(map(len, achieved)) == sum(map(len, scaled)) > 360_000
    sample, all_achieved, all_scaled = scaled[::60], plain(achieved), plain(scaled)
    kinds = {row: number for number, row in enumerate(dict.fromkeys(achieved))}
    kind_of = [
        kinds[row] for row in achieved
    ]  # a few hundred, so that each is decided once by the scalar rules
    for name in NAMES:
        levels = decide_columns(all_achieved, Method(name), 300).level
        expected = np.array(by_one(list(kinds), Method(name), 300), float)[kind_of]
        assert np.array_equal(levels, expected, equal_nan=True)
        method = Method(name, {"high": 1_000} if "high" in FORMULAS[name].parameters else {})
        levels = decide_columns(all_scaled, method, 500).level[::60]
        assert np.array_equal(levels, np.array(by_one(sample, method, 500), float), equal_nan=True)

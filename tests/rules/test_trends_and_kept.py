"""What do the lines through the scores, and the kept scores, say in small examples?"""

import pytest

from cairn.rules.mastery import Method, decide, level_of
from tests.rules.rows import row


@pytest.mark.parametrize(
    ("name", "params", "values", "level"),
    [
        ("linear", {}, [100, 200, 300], 3.0),
        ("linear", {}, [250], 2.5),
        ("linear", {}, [100, 250, 450], 4.0),  # held at the top of the scale
        ("linear", {}, [400, 150, 0], 0.0),
        ("power_law", {}, [300, 300], None),
        ("power_law", {}, [300, 300, 300], 3.0),
        ("power_law", {}, [0, 0, 0], 0.25),  # a zero is read as 0.25
        ("power_law", {"zero": 50}, [0, 0, 0], 0.5),
        ("least_error", {}, [200], 2.0),
        ("least_error", {"step": 0}, [300, 300, 300], 3.0),
        ("least_error", {}, [100, 250], 2.5),
        ("mode", {}, [300, 300, 200, 200, 400], 2.0),  # among equals the more recent
        ("mode", {"none_on_tie": 1}, [300, 300, 200, 200], None),
        ("mode", {"recent": 3}, [100, 100, 100, 300, 200, 300], 3.0),
        ("median_of_recent", {"k": 3}, [400, 400, 100, 300, 200], 2.0),
        ("median_of_recent", {"k": 4}, [100, 200, 300, 400], 2.5),
        ("mean_of_best", {"k": 2}, [400, 100, 300], 3.5),
        ("mean_of_best", {"k": 5}, [200, 300], 2.5),
        ("evidence_slots", {"required": 3}, [300, 300], None),
        ("evidence_slots", {"required": 2}, [300, 100, 400], 3.5),
        ("high_water", {}, [300], None),
        ("high_water", {}, [300, 400, 100], 3.0),
        ("k_of_last_m", {"k": 2, "m": 3}, [300, 300, 100, 200], 2.0),
        ("k_of_last_m", {"k": 2, "m": 3, "kept": 1}, [300, 300, 100, 200], 3.0),
        ("k_of_last_m", {"k": 3, "m": 1}, [300, 200, 400], 2.0),  # an m below k is read as k
        ("k_of_last_m", {}, [300, 300], None),
    ],
)
def test_the_level(name, params, values, level):
    assert level_of(values, Method(name, params)) == level


def told(name, values, **params):
    mastery = decide(row(*values), Method(name, params), 300)
    return mastery.because.code, mastery.used, dict(mastery.left_out)


def test_each_says_what_it_rests_on():
    assert told("mode", [300, 300, 200]) == ("mode", (0, 1), {2: "not_most_frequent"})
    assert told("mode", [300, 200], none_on_tie=1) == ("mode_tied", (0, 1), {})
    assert told("median_of_recent", [100, 200, 300], k=2) == ("median_of_recent", (1, 2), {0: "earlier"})
    assert told("mean_of_best", [300, 100, 300], k=1) == ("mean_of_best", (2,), {0: "lower", 1: "lower"})
    assert told("evidence_slots", [300], required=2) == ("slots_open", (0,), {})
    assert told("evidence_slots", [300, 400, 100], required=2) == ("evidence_slots", (0, 1), {2: "lower"})
    assert told("high_water", [300]) == ("not_enough", (0,), {})
    assert told("high_water", [300, 400, 100]) == ("high_water", (0, 1), {2: "lower"})
    assert told("k_of_last_m", [300, 300]) == ("not_enough", (0, 1), {})
    assert told("k_of_last_m", [300, 300, 100, 200], k=2, m=3, kept=1)[:2] == ("k_of_last_m", (0, 1))
    assert told("power_law", [300, 300])[0] == "not_enough"
    assert told("power_law", [300, 300, 300])[0] == "power_law"
    assert told("linear", [300])[0] == "linear"


def test_the_mean_stands_beside_the_curve():
    because = decide(row(300, 300, 100, 300), Method("power_law"), 300).because
    assert because.values["mean"] == 2.5

"""When is a group of targets complete, and what is missing where it is not?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.refusal import Refusal
from cairn.rules.rollups import Member, Rule, reachable, read_rule, roll_up
from tests.rules.golden import cases

ALL = Rule("all")
NAMES = ("all", "points", "k_of_n", "share", "weighted")


def group(*levels: float | None, **more) -> list[Member]:
    return [
        Member(place, level, level is not None and level >= 3, **more) for place, level in enumerate(levels)
    ]


def answer(members, rule):
    found = roll_up(members, rule)
    return found.state, dict(found.missing)


def test_all_names_what_is_missing_and_why():
    assert answer(group(3, 3.5), ALL) == ("met", {})
    assert answer(group(3, 2.5, None), ALL) == ("not_met", {1: "not_met", 2: "not_scored"})


def test_nothing_scored_is_undecided_and_never_zero():
    assert answer([], ALL) == ("undecided", {})
    assert answer(group(None, None), ALL) == ("undecided", {0: "not_scored", 1: "not_scored"})
    assert roll_up(group(None, 3), Rule("weighted")).figures["mean"] == 3.0  # an empty one is no 0


def test_a_target_reached_by_two_paths_counts_once():
    assert roll_up([*group(3, 2), *group(3, 2)], ALL).figures == {"met": 1, "of": 2}


def test_points_and_required_targets():
    one, two = Member(1, 3, True, 4), Member(2, 2, False, 4, required=True)
    assert answer([one, two], Rule("points", {"base": 4})) == ("not_met", {2: "not_met"})
    assert answer([one, two._replace(required=False)], Rule("points", {"base": 4})) == ("met", {})
    assert answer([one, two], Rule("points", {"base": 9})) == ("not_met", {2: "not_met"})


def test_so_many_of_them():
    assert answer(group(3, 2, 3), Rule("k_of_n", {"k": 2})) == ("met", {})
    assert answer(group(3, 2, 2), Rule("k_of_n", {"k": 2})) == ("not_met", {1: "not_met", 2: "not_met"})
    assert answer(group(3, 3), Rule("k_of_n", {"k": 9})) == ("met", {})  # never more than there are


def test_eighty_of_a_hundred_and_all_at_two():
    rule = Rule("share")
    assert answer(group(3, 3, 3, 3, 2), rule) == ("met", {})
    assert answer(group(3, 3, 3, 2, 2), rule) == ("not_met", {3: "not_met", 4: "not_met"})
    assert answer(group(3, 3, 3, 3, 1.5), rule) == ("not_met", {4: "below_floor"})
    assert answer(group(3, 3, 3, 3, None), rule) == ("not_met", {4: "not_scored"})


def test_the_weighted_mean():
    members = [Member(1, 2.0, False, 1), Member(2, 4.0, True, 3)]
    assert answer(members, Rule("weighted", {"cut": 350})) == ("met", {})
    assert answer(members, Rule("weighted", {"cut": 351})) == ("not_met", {1: "not_met"})
    assert answer([members[0]._replace(required=True), members[1]], Rule("weighted"))[0] == "not_met"
    assert answer([Member(1, 2.0, False, 0)], Rule("weighted")) == ("undecided", {1: "not_met"})


def test_every_one_of_several_rules():
    both = Rule("conjunctive", of=(Rule("k_of_n", {"k": 1}), Rule("share", {"percent": 50})))
    assert answer(group(3, 2), both) == ("met", {})
    assert answer(group(3, 1), both) == ("not_met", {1: "below_floor"})
    one = Rule("conjunctive", of=(Rule("k_of_n", {"k": 1}), Rule("weighted")))
    assert answer([Member(1, 3.0, True, 0)], one) == ("undecided", {})
    assert roll_up(group(3), both).figures["parts"] == [["k_of_n", "met"], ["share", "met"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "most"},
        {"rule": "all", "k": 2},
        {"rule": "k_of_n", "k": 0},
        {"rule": "k_of_n", "k": True},
        {"rule": "conjunctive"},
        {"rule": "all", "of": [{"rule": "all"}]},
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(wrong):
    with pytest.raises(Refusal) as refused:
        read_rule(wrong)
    assert refused.value.remedy


def test_a_rule_is_kept_as_data():
    rule = Rule("conjunctive", of=(Rule("share", {"percent": 90}), ALL))
    assert read_rule(rule.as_json()) == rule


def test_more_points_than_there_are_can_never_come_together():
    points = Rule("points", {"base": 3})
    assert [reachable(points, weights) for weights in ([], [1, 1], [1, 2])] == [False, False, True]
    assert [reachable(Rule("k_of_n", {"k": 9}), weights) for weights in ([], [1])] == [False, True]
    assert not reachable(Rule("conjunctive", of=(ALL, points)), [1, 1])


def test_how_many_must_be_met_at_least():
    assert [rule.least for rule in (ALL, Rule("share"), Rule("points"))] == [100, 80, 0]
    assert Rule("conjunctive", of=(Rule("share"), Rule("weighted"))).least == 80


rules = st.sampled_from(NAMES).map(Rule)
members = st.lists(
    st.builds(
        lambda id_, level, weight, required: Member(
            id_, level, level is not None and level >= 3, weight, required
        ),
        st.integers(1, 9),
        st.none() | st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, 4.0]),
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=8,
)


@given(members, rules)
def test_meeting_one_more_never_takes_a_group_away(given_members, rule):
    each = list({one.id: one for one in given_members}.values())
    before = roll_up(each, rule)
    for place in range(len(each)):
        more = [*each]
        more[place] = more[place]._replace(level=4.0, met=True)
        if before.state == "met":
            assert roll_up(more, rule).state == "met"


@given(members, rules)
def test_what_is_missing_is_of_the_group_and_nothing_is_missing_from_what_is_met(given_members, rule):
    found = roll_up(given_members, rule)
    assert {id_ for id_, _reason in found.missing} <= {one.id for one in given_members}
    if found.state == "met":
        assert not found.missing


def test_golden_moodle_all():
    for case in cases("moodle.rule_all", 3):
        made = [
            Member(place, 3.0 if done else 2.0, done) for place, done in enumerate(case["inputs"].values())
        ]
        assert (roll_up(made, ALL).state == "met") == case["expected"], case["id"]


def test_golden_moodle_points():
    for case in cases("moodle.rule_points", 5):
        made = [
            Member(
                int(one["id"][1:]),
                3.0,
                bool(case["inputs"].get(one["id"])),
                one["points"],
                bool(one["required"]),
            )
            for one in case["params"]["competencies"]
        ]
        rule = Rule("points", {"base": case["params"]["base"]})
        assert (roll_up(made, rule).state == "met") == case["expected"], case["id"]


def test_golden_empower_credit():
    for case in cases("empower.credit_80_100", 3):
        params = case["params"]
        rule = Rule("share", {"percent": round(params["share"] * 100), "floor": params["floor"] * 100})
        assert (roll_up(group(*case["inputs"]), rule).state == "met") == case["expected"], case["id"]

"""Are scores read, checked, printed and colored as each scale says?"""

from __future__ import annotations

import pytest

from cairn.rules.refusal import Refusal
from cairn.rules.scale import (
    BUILT_IN,
    Fill,
    Level,
    Scale,
    letters,
    of_kind,
    one_to_four,
    pass_fail,
    shown,
    snap,
    to_step,
    zero_to_four,
)

HALVES = zero_to_four()


def test_snap_puts_a_level_on_the_grid():
    assert snap(2 / 3) == 0.666666667
    assert snap(0.1 + 0.2) == 0.3


@pytest.mark.parametrize(
    ("level", "places", "expected"),
    [
        (4.125, 2, 4.13),  # Python's own round gives 4.12
        (2.675, 2, 2.68),  # stored a little below 2.675; the snapped value is meant
        (2.5, 0, 3.0),
        (3.5275, 2, 3.53),
        (2.666666667, 1, 2.7),
        (-2.5, 0, -3.0),
        (2.123456789, 9, 2.123456789),
    ],
)
def test_shown_rounds_half_away_from_zero(level, places, expected):
    assert shown(level, places) == expected


@pytest.mark.parametrize("places", [-1, 10])
def test_shown_refuses_places_beyond_the_grid(places):
    with pytest.raises(Refusal) as refused:
        shown(2.5, places)
    assert refused.value.code == "places"


@pytest.mark.parametrize(
    ("level", "step", "expected"),
    [(3.25, 50, 350), (2.74, 50, 250), (2.75, 50, 300), (2.5, 100, 300), (3.0, 25, 300)],
)
def test_to_step_rounds_ties_up(level, step, expected):
    assert to_step(level, step) == expected


@pytest.mark.parametrize(
    ("scale", "allowed", "refused"),
    [
        (zero_to_four(), [0, 50, 250, 400], [-50, 25, 450]),
        (zero_to_four(halves=False), [0, 300], [250, 500]),
        (one_to_four(), [100, 400], [0, 50, 150, 500]),
        (one_to_four(halves=True), [100, 150, 400], [50, 450]),
        (pass_fail(), [0, 100], [50, 200, 300]),
        (letters(), [0, 100, 200, 300, 400], [50, 350, 500]),
    ],
)
def test_which_scores_a_scale_allows(scale, allowed, refused):
    assert all(scale.is_valid(value) for value in allowed)
    assert not any(scale.is_valid(value) for value in refused)


def test_a_letters_scale_allows_only_the_letters_it_has():
    no_d = Scale(
        0, 400, 100, 300, "letters", (Level(0, "f", "F"), Level(200, "c", "C"), Level(300, "b", "B"))
    )
    assert no_d.is_valid(200)
    assert not no_d.is_valid(100)


def test_met_needs_the_goal_itself_and_never_rounds_up_to_it():
    assert HALVES.met(3.0)
    assert HALVES.met(3.5)
    assert not HALVES.met(2.999999999)
    assert HALVES.met(2.9999999999)  # the same level as 3 on the grid
    assert not HALVES.met(None)
    assert pass_fail().met(1.0)
    assert not pass_fail().met(0.99)


@pytest.mark.parametrize(
    ("scale", "level", "fill"),
    [
        (HALVES, 0.0, Fill(0, False)),
        (HALVES, 0.5, Fill(0, True)),
        (HALVES, 1.0, Fill(1, False)),
        (HALVES, 2.5, Fill(2, True)),
        (HALVES, 2.99, Fill(2, True)),  # never the goal's color below the goal
        (HALVES, 2.9999999999, Fill(3, False)),
        (HALVES, 3.0, Fill(3, False)),
        (HALVES, 3.5, Fill(3, True)),
        (HALVES, 4.0, Fill(4, False)),
        (HALVES, 4.7, Fill(4, False)),
        (HALVES, -1.0, Fill(0, False)),
        (one_to_four(), 1.0, Fill(1, False)),
        (one_to_four(), 2.65, Fill(2, False)),  # this scale has no half steps
        (one_to_four(), 4.0, Fill(4, False)),
        (pass_fail(), 0.0, Fill(0, False)),
        (pass_fail(), 1.0, Fill(3, False)),
        (letters(), 3.0, Fill(3, False)),
        (letters(), 4.0, Fill(4, False)),
        (Scale(0, 600, 100, 400, "numeric", ()), 4.0, Fill(3, False)),
        (Scale(0, 600, 100, 400, "numeric", ()), 3.0, Fill(2, False)),
        (Scale(0, 600, 100, 400, "numeric", ()), 5.0, Fill(3, False)),
        (Scale(0, 600, 100, 400, "numeric", ()), 6.0, Fill(4, False)),
    ],
)
def test_the_color_a_level_takes(scale, level, fill):
    assert scale.fill_of(level) == fill


@pytest.mark.parametrize(
    ("scale", "value", "text"),
    [
        (HALVES, 300, "3"),
        (HALVES, 250, "2½"),
        (HALVES, 50, "½"),
        (HALVES, 0, "0"),
        (pass_fail(), 100, "P"),
        (pass_fail(), 0, "F"),
        (letters(), 400, "A"),
        (Scale(0, 400, 25, 300, "numeric", ()), 275, "2.75"),
        (Scale(0, 400, 10, 300, "numeric", ()), 270, "2.7"),
        (Scale(0, 400, 5, 300, "numeric", ()), 205, "2.05"),
        (Scale(0, 10000, 100, 8000, "numeric", ()), 10000, "100"),
    ],
)
def test_a_score_is_written_as_people_write_it(scale, value, text):
    assert scale.format(value) == text


def test_a_score_off_the_scale_cannot_be_written():
    with pytest.raises(Refusal) as refused:
        HALVES.format(275)
    assert refused.value.reason == "“2.75” is not a score on this scale."
    assert refused.value.remedy == "Use 0 to 4 in steps of ½."


@pytest.mark.parametrize(
    ("scale", "level", "text"),
    [
        (HALVES, 3.0, "3"),
        (HALVES, 2.5, "2½"),
        (one_to_four(), 2.5, "2.5"),
        (HALVES, 2.504, "2.5"),  # near a step is not the step
        (HALVES, 2.666666667, "2.7"),
        (HALVES, 2.96, "2.96"),  # "3.0" would say met
        (HALVES, 2.9996, "2.9996"),
        (HALVES, 3.04, "3.0"),
        (letters(), 2.0, "C"),
        (letters(), 2.25, "2.3"),
    ],
)
def test_a_computed_level_never_claims_a_goal_it_has_not_met(scale, level, text):
    assert scale.text_of(level) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 300),
        (" 3 ", 300),
        ("3.0", 300),
        ("3.000", 300),
        ("2.5", 250),
        ("2.50", 250),
        ("2½", 250),
        ("2 ½", 250),
        ("2 1/2", 250),
        ("2\u00a01/2", 250),
        ("2 1\u20442", 250),
        ("½", 50),
        ("1/2", 50),
        ("0", 0),
        ("got_it", 300),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert HALVES.parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "5",
        "2.75",
        "2.505",
        "2.5000000001",
        "21/2",
        "-1",
        "three",
        "P",
        "3,0",
        "1/3",
        "2.",
        "²",
        "٣",
    ],
)
def test_what_is_not_a_score_is_refused_with_the_remedy(text):
    with pytest.raises(Refusal) as refused:
        HALVES.parse(text)
    assert isinstance(refused.value, ValueError)
    assert refused.value.code == "not_on_scale"
    assert refused.value.remedy == "Use 0 to 4 in steps of ½."
    assert refused.value.values["typed"] == text.strip()


def test_a_third_decimal_is_never_rounded_away():
    percent = Scale(0, 10000, 1, 8000, "numeric", ())
    assert percent.parse("80.25") == 8025
    with pytest.raises(Refusal):
        percent.parse("80.255")


def test_an_empty_cell_is_refused_in_words_of_its_own():
    with pytest.raises(Refusal) as refused:
        HALVES.parse("")
    assert refused.value.reason == "There is no score here."
    assert str(refused.value) == "There is no score here. Use 0 to 4 in steps of ½."


@pytest.mark.parametrize(
    ("scale", "text", "value"),
    [
        (pass_fail(), "P", 100),
        (pass_fail(), "p", 100),
        (pass_fail(), "Pass", 100),
        (pass_fail(), "F", 0),
        (pass_fail(), "Not  yet", 0),
        (letters(), "a", 400),
        (letters(), "F", 0),
    ],
)
def test_named_levels_are_read_by_symbol_or_name(scale, text, value):
    assert scale.parse(text) == value


@pytest.mark.parametrize(
    ("scale", "text"), [(pass_fail(), "1"), (pass_fail(), ""), (letters(), "E"), (letters(), "4")]
)
def test_a_named_scale_takes_only_its_names(scale, text):
    with pytest.raises(Refusal) as refused:
        scale.parse(text)
    assert refused.value.remedy == f"Use {refused.value.values['allowed']}."


def test_the_remedy_of_a_named_scale_lists_its_symbols():
    with pytest.raises(Refusal) as refused:
        letters().parse("E")
    assert refused.value.remedy == "Use F, D, C, B, A."


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((0, 400, 0, 300, "numeric", ()), "steps"),
        ((0, 400, 150, 300, "numeric", ()), "steps"),
        ((400, 400, 50, 400, "numeric", ()), "steps"),
        ((-100, 400, 50, 300, "numeric", ()), "steps"),
        ((0, 400, 50, 310, "numeric", ()), "not one of its scores"),
        ((0, 400, 50, 450, "numeric", ()), "not one of its scores"),
        ((0, 400, 50, 300, "numeric", (Level(310, "got_it"),)), "not one of its scores"),
        ((0, 400, 50, 300, "numeric", (Level(300, "got_it"), Level(200, "near"))), "rising order"),
        ((0, 400, 50, 300, "numeric", (Level(300, "got_it"), Level(300, "again"))), "rising order"),
        (
            (0, 100, 100, 100, "pass_fail", (Level(0, "not_yet", "F"), Level(100, "passed", "f"))),
            "told apart",
        ),
        ((0, 100, 100, 100, "pass_fail", (Level(0, "not_yet", ""), Level(100, "passed", "P"))), "told apart"),
        ((0, 100, 100, 100, "pass_fail", (Level(0, "not_yet", "F"),)), "told apart"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(parts, reason):
    with pytest.raises(Refusal, match=reason) as refused:
        Scale(*parts)
    assert refused.value.code == "scale"


class TestScalesKeptInATable:
    def test_the_usual_numbers_give_the_usual_scales(self):
        assert {
            "0-4": zero_to_four(),
            "1-4": one_to_four(),
            "pass-fail": pass_fail(),
            "letters": letters(),
        } == BUILT_IN
        for scale in BUILT_IN.values():
            assert of_kind(scale.kind, scale.low, scale.high, scale.step, scale.goal) == scale

    def test_levels_below_the_lowest_score_have_no_words(self):
        assert [level.value for level in one_to_four().levels] == [100, 200, 300, 400]
        assert [level.label_key for level in zero_to_four().levels][3] == "got_it"

    def test_our_words_belong_to_goal_3_only(self):
        assert of_kind("numeric", 0, 600, 100, 400).levels == ()

    def test_levels_between_its_steps_have_no_words(self):
        assert [level.value for level in of_kind("numeric", 0, 450, 150, 300).levels] == [0, 300]

    def test_pass_fail_may_stand_on_other_numbers(self):
        scale = of_kind("pass_fail", 100, 300, 200, 300)
        assert (scale.parse("P"), scale.parse("F")) == (300, 100)

    def test_letters_without_an_f(self):
        assert of_kind("letters", 100, 400, 100, 200).format(100) == "D"
        with pytest.raises(Refusal):
            of_kind("letters", 100, 400, 100, 200).parse("F")

    def test_another_kind_is_refused(self):
        with pytest.raises(Refusal) as refused:
            of_kind("stars", 0, 400, 50, 300)
        assert refused.value.code == "unknown_kind"
        assert refused.value.values == {"kind": "stars"}

    def test_a_step_of_nothing_is_refused_not_divided_by(self):
        with pytest.raises(Refusal, match="steps"):
            of_kind("numeric", 0, 400, 0, 300)

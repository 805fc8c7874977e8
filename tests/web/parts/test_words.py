"""Is every level, pace, reason and "no score" put into words, and never into the wrong ones?"""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import LEFT_OUT_REASONS, NO_SCORE_KINDS, Method, Score, decide
from cairn.rules.pace import Pace
from cairn.rules.scale import letters, pass_fail, zero_to_four
from cairn.web.parts import method_words, words

SCALE = zero_to_four()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("level", "audience", "word", "text", "stone"),
    [
        (0.0, "student", "With help, not yet", "0", "0"),
        (1.0, "student", "Starting", "1", "1"),
        (1.5, "family", "Starting", "1½", "1h"),
        (2.5, "student", "Getting there", "2½", "2h"),
        (2.996, "student", "Getting there", "2.996", "2h"),
        (3.0, "family", "Got it", "3", "3"),
        (3.0, "staff", "Competent", "3", "3"),
        (4.0, "staff", "Extends", "4", "4"),
    ],
)
def test_a_level_is_a_number_and_a_word_for_its_reader(level, audience, word, text, stone):
    shown = words.shown(SCALE, level, audience)
    assert (shown.word, shown.text, shown.stone) == (word, text, stone)


def test_a_scored_zero_never_looks_like_no_evidence():
    zero, nothing = words.shown(SCALE, 0.0, "student"), words.shown(SCALE, None, "student")
    assert (zero.fill, zero.text, zero.stone) == (1, "0", "0")
    assert (nothing.fill, nothing.text, nothing.stone) == (0, "", "none")
    assert nothing.word == "Not started yet"


def test_a_district_renames_a_level_but_keeps_its_number():
    shown = words.shown(SCALE, 3.5, "student", labels={300: "Proficient"})
    assert (shown.word, shown.text, shown.met) == ("Proficient", "3½", True)


def test_other_scales_have_words_too():
    assert words.shown(pass_fail(), 1.0, "student").word == "Got it"
    assert words.shown(letters(), 3.0, "student").word == "B"


@pytest.mark.parametrize("kind", NO_SCORE_KINDS)
@pytest.mark.parametrize("audience", ["student", "family", "staff"])
def test_every_kind_of_no_score_has_a_word_that_is_not_a_number(kind, audience):
    word = words.no_score_word(kind, audience)
    assert word
    assert word != kind
    assert "0" not in word


@pytest.mark.parametrize("reason", [*filter(None, LEFT_OUT_REASONS), "other_scale"])
def test_every_reason_to_leave_evidence_out_has_words(reason):
    assert words.left_out_words(reason) != reason


@pytest.mark.parametrize("method", FORMULAS)
@pytest.mark.parametrize("values", [(300,), (200, 350), (100, 200, 300, 300, 400, 300)])
def test_every_method_explains_its_level(method, values):
    at = datetime(2026, 9, 1, tzinfo=UTC)
    scores = [Score(day, value, "", date(2026, 9, day), at) for day, value in enumerate(values, start=1)]
    because = decide(scores, Method(method), 300).because
    said = method_words.because_words(because.code, because.values, SCALE)
    assert said.endswith(".")
    assert "%(" not in said
    assert "None" not in said
    assert method_words.method_words(method) != method


@pytest.mark.parametrize(
    ("pace", "mine", "theirs"),
    [
        (Pace("on", 0, 5, 5, 1), "Right on your plan", "Right on plan"),
        (Pace("ahead", 2, 7, 5, 0), "2 ahead of your plan", "2 ahead of plan"),
        (Pace("behind", -2, 3, 5, 0), "2 to go on your plan", "2 to go on plan"),
    ],
)
def test_pace_is_three_answers(pace, mine, theirs):
    assert words.pace_words(pace) == mine
    assert words.pace_words(pace, "family") == theirs

"""Is a portfolio as full, as good and as grown as Slate CBL says?"""

from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.slots import Demonstration, Skill, portfolio
from tests.rules.golden import cases

OVERRIDE, MISSED = Demonstration(None, override=True), Demonstration(None)


def demonstration(row) -> Demonstration:
    if row["override"]:
        return OVERRIDE
    return MISSED if row["missed"] else Demonstration(row["rating"])


def test_golden_portfolios():
    for case in cases("slate.portfolio", 42):
        given_, expected = case["params"], dict(case["expected"])
        skills = [
            Skill(
                row["required"],
                [demonstration(one) for one in sorted(row["ratings"], key=lambda one: one["at"])],
            )
            for row in case["inputs"]
        ]
        found = portfolio(
            skills,
            minimum=given_["minimum_average"],
            baseline=given_["saved_baseline"],
            places=given_["average_places"],
        )
        derived = case.get("derived", {})
        # A saved baseline is printed with the places of an average; what grew is counted from the saved one.
        expected.pop("baseline", None)
        expected |= {
            name: value
            for name, value in derived.get("after", derived).items()
            if name not in ("baseline", "logged")
        }
        told = found._asdict() | {"complete": found.filled, "level_complete": found.complete}
        assert {name: told[name] for name in expected} == expected, case["id"]


def test_nothing_required_is_nothing_complete():
    found = portfolio([Skill(0, [Demonstration(9)])], minimum=8.5)
    assert (found.progress, found.average, found.complete) == (None, None, False)
    assert portfolio([], minimum=1) == (None, None, None, None, 0, 0, 0, False)


def test_a_skill_nobody_began_keeps_the_baseline_away_until_half_is_filled():
    begun, untouched = Skill(2, [Demonstration(8)]), Skill(2, [])
    assert portfolio([begun, untouched], minimum=8).growth is None
    assert portfolio([begun._replace(given=[Demonstration(8)] * 2), untouched], minimum=8).baseline == 8


ratings = st.sampled_from([OVERRIDE, MISSED, *map(Demonstration, (1, 2, 3, 4))])
skills_ = st.lists(st.builds(Skill, st.integers(0, 3), st.lists(ratings, max_size=5)), max_size=4)


@given(skills_)
def test_places_are_never_overfilled_and_an_average_lies_among_the_ratings(skills):
    found = portfolio(skills, minimum=3)
    assert 0 <= found.filled <= found.required
    assert found.average is None or 1 <= found.average <= 4
    assert not found.complete or found.filled == found.required > 0


@given(skills_, st.integers(0, 3))
def test_an_override_never_takes_progress_away(skills, place):
    if place < len(skills):
        before = portfolio(skills, minimum=3)
        skills[place] = skills[place]._replace(given=[*skills[place].given, OVERRIDE])
        assert portfolio(skills, minimum=3).filled >= before.filled

"""Is the proposal what a teacher would have said of these item types?"""

from hypothesis import given
from hypothesis import strategies as st

from cairn.learning.frameworks.mapping import (
    KINDS,
    LEAF,
    MappingRow,
    Seen,
    as_index,
    completed,
    described,
    kind_of,
    propose,
    word_kind,
)


def seen(item_type: str, depth: int, *, leaf: bool = False, name: str = "", above: str = "") -> Seen:
    return Seen(item_type, depth, leaf, name or item_type, frozenset(above.split()))


def kinds(items: list[Seen]) -> dict[str, tuple[str, bool]]:
    return {row.value: (row.kind, row.scorable) for row in propose(items)}


def test_types_say_what_they_are() -> None:
    items = [seen("Grade", 0), seen("Claim", 1), seen("Conceptual Category", 2), seen("Target", 3)]
    items.append(seen("Measured Skill", 4, leaf=True))
    assert kinds(items) == {
        "Grade": ("level", False),
        "Claim": ("strand", False),
        "Conceptual Category": ("domain", False),
        "Target": ("target", True),
        "Measured Skill": ("indicator", False),
    }


def test_spanish_types_are_understood_too() -> None:
    items = [seen("Nivel", 0), seen("Eje", 1), seen("Competencia", 2, leaf=True)]
    assert kinds(items) == {
        "Nivel": ("level", False),
        "Eje": ("strand", False),
        "Competencia": ("target", True),
    }


def test_of_two_targets_the_upper_one_is_a_heading() -> None:
    items = [seen("Standard", 0), seen("Objective", 1, leaf=True, above="Standard")]
    assert kinds(items) == {"Standard": ("strand", False), "Objective": ("target", True)}


def test_without_a_target_the_unknown_leaves_are_scored() -> None:
    items = [seen("Strand", 0), *(seen("Wug", 1, leaf=True) for _ in range(3)), seen("Blicket", 1, leaf=True)]
    assert kinds(items)["Wug"] == ("target", True)
    assert kinds(items)["Blicket"] == ("other", False)


def test_where_only_indicators_are_there_they_are_scored() -> None:
    assert kinds([seen("Strand", 0), seen("Indicator", 1, leaf=True)])["Indicator"] == ("indicator", True)


def test_without_types_leaves_are_targets_and_levels_are_known_by_their_names() -> None:
    items = [seen("", 0, name="Level 1"), seen("", 0, name="Level 2"), seen("", 1, name="Number")]
    items.append(seen("", 2, leaf=True, name="I can count."))
    assert propose(items) == [
        MappingRow("depth", "0", "level", False),
        MappingRow("depth", "1", "strand", False),
        MappingRow("depth", LEAF, "target", True),
    ]


def test_one_type_for_everything_says_nothing() -> None:
    assert kinds([seen("Standard", 0), seen("Standard", 1, leaf=True)]) == {
        "0": ("strand", False),
        LEAF: ("target", True),
    }


def test_a_type_that_a_mapping_does_not_know_is_proposed() -> None:
    rows = [MappingRow("type", "Standard", "target", True)]
    items = [seen("Standard", 1, leaf=True), seen("Grade", 0), seen("Note", 1, leaf=True)]
    assert completed(rows, items) == [
        *rows,
        MappingRow("type", "Grade", "level", False),
        MappingRow("type", "Note", "other", False),
    ]


def test_the_preview_counts_and_shows_examples() -> None:
    items = [seen("Target", 1, leaf=True, name=f"T{n}") for n in range(5)] + [seen("Strand", 0, name="S")]
    shown = {one.row.value: (one.count, one.examples) for one in described(propose(items), items)}
    assert shown == {"Target": (5, ("T0", "T1", "T2")), "Strand": (1, ("S",))}


def test_words_decide_by_the_last_one() -> None:
    assert word_kind("Assessment Targets") == "target"
    assert word_kind("Learning Competencies") == "target"
    assert word_kind("General Requirements") == "other"
    assert word_kind("Domingus") == ""


TYPES = ["", "Grade", "Strand", "Standard", "Objective", "Component", "Example", "Wug"]
ITEMS = st.lists(
    st.builds(
        Seen,
        st.sampled_from(TYPES),
        st.integers(0, 4),
        st.booleans(),
        st.text(max_size=5),
        st.frozensets(st.sampled_from(TYPES[1:]), max_size=2),
    ),
    max_size=25,
)


@given(ITEMS)
def test_a_proposal_is_always_usable(items: list[Seen]) -> None:
    rows = propose(items)
    index = as_index(rows)
    assert len(index) == len(rows)
    assert all(row.kind in KINDS for row in rows)
    assert completed(rows, items) == rows
    if any(item.is_leaf for item in items) and not any(item.item_type for item in items):
        assert all(kind_of(index, item) == ("target", True) for item in items if item.is_leaf)
    assert sum(one.count for one in described(rows, items)) <= len(items)

"""Is everything above an item known, in whatever way the items hang together, and does each stand in its place?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.learning.frameworks import closure
from cairn.learning.frameworks.closure import ancestors, arrange, natural, nearest

Links = list[tuple[int, int, int | None]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], Links]:
    """Any links between up to twelve items: several parents, the same link twice, circles."""
    keys = list(range(draw(st.integers(1, 12))))
    link = st.tuples(st.sampled_from(keys), st.sampled_from(keys), st.none() | st.integers(-3, 3))
    return keys, draw(st.lists(link, max_size=30))


def naive_above(key: int, links: Links) -> set[int]:
    """Everything that can be reached upward."""
    found: set[int] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        for child, parent, _sequence in links:
            if child == here and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


@given(graphs())
def test_ancestors_are_what_can_be_reached_upward(graph: tuple[list[int], Links]) -> None:
    keys, links = graph
    made = arrange(keys, links)
    kept = [link for place, link in enumerate(links) if place not in made.circles]
    assert ancestors(made) == {key: naive_above(key, kept) for key in keys}


@given(graphs())
def test_what_is_kept_has_no_circle_and_only_circles_are_left_out(graph: tuple[list[int], Links]) -> None:
    keys, links = graph
    made = arrange(keys, links)
    kept = [link for place, link in enumerate(links) if place not in made.circles]
    assert all(key not in naive_above(key, kept) for key in keys)
    for place in made.circles:
        child, parent, _sequence = links[place]
        assert child == parent or child in naive_above(parent, kept)


@given(graphs())
def test_every_item_stands_once_below_one_of_its_parents(graph: tuple[list[int], Links]) -> None:
    keys, links = graph
    made = arrange(keys, links)
    place = {key: at for at, key in enumerate(made.order)}
    assert sorted(made.order) == keys
    assert sorted(made.walk) == keys
    for key in keys:
        parents = made.parents[key]
        assert (
            made.depth[key] == 0 if not parents else made.depth[key] in {made.depth[p] + 1 for p in parents}
        )
        assert not parents or any(place[parent] < place[key] for parent in parents)


@given(graphs(), st.sets(st.integers(0, 11)))
def test_the_nearest_is_fewest_steps_above(graph: tuple[list[int], Links], wanted: set[int]) -> None:
    keys, links = graph
    made = arrange(keys, links)
    found = nearest(made, wanted)
    for key in keys:
        layer, steps = set(made.parents[key]), set()
        while layer and not layer & wanted:
            steps |= layer
            layer = {parent for one in layer for parent in made.parents[one]}
        assert (found.get(key) in layer & wanted) if layer else (key not in found)


def test_siblings_stand_by_sequence_then_by_the_order_given() -> None:
    made = arrange(
        ["b", "a", "d", "c", "top"],
        [(key, "top", n) for key, n in zip("abcd", (2, 1, None, None), strict=True)],
    )
    assert made.order == ["top", "b", "a", "d", "c"]


def test_items_on_the_document_come_before_those_on_nothing() -> None:
    assert arrange(["x", "b", "a"], [], {"a": 1, "b": 2}).order == ["a", "b", "x"]


def test_codes_are_ordered_as_people_do() -> None:
    codes = ["10.A", "", "2.A", "K.A", "MA.10", "MA.9", "PK.A"]
    assert sorted(codes, key=natural) == ["PK.A", "K.A", "2.A", "10.A", "MA.9", "MA.10", ""]


def test_items_nested_past_all_reason_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = [(key, key - 1, None) for key in range(1, 3_000)]
    made = arrange(range(3_000), chain)  # deeper than Python's stack
    monkeypatch.setattr(closure, "MOST_PAIRS", 10_000)
    with pytest.raises(closure.TooDeep):
        ancestors(made)

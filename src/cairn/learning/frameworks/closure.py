"""Where does each item of a framework stand: its place, its depth, everything above it, and which links form a circle?

Plain Python over keys of any kind. A link (child, parent, sequence) says that the child isChildOf the parent. An item may
have several parents; it stands where the walk from the top meets it first.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
MOST_PAIRS = 2_000_000  # item and ancestor; a state's largest framework has under 100,000

_TOKEN = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)
_BEFORE_ONE = {"pk": -2, "tk": -1, "k": 0, "kg": 0}


class TooDeep(ValueError):
    """Items nested so deeply that what stands above them cannot be kept."""


@dataclass(slots=True)
class Arrangement(Generic[K]):
    """The order of the whole document. `walk` lists every item once, parents before children, for rules that inherit."""

    order: list[K] = field(default_factory=list)
    depth: dict[K, int] = field(default_factory=dict)
    parents: dict[K, list[K]] = field(default_factory=dict)
    walk: list[K] = field(default_factory=list)
    circles: list[int] = field(
        default_factory=list
    )  # places of the links that would put an item above itself


def natural(code: str) -> list[tuple[int, int, str]]:
    """A code as people order it: 2 before 10, K before 1, "" last."""
    if not code:
        return [(2, 0, "")]
    found: list[tuple[int, int, str]] = []
    for token in _TOKEN.findall(code.casefold()):
        if token in _BEFORE_ONE:
            found.append((0, _BEFORE_ONE[token], ""))
        elif token.isdecimal():
            found.append((0, int(token[:18]), ""))
        else:
            found.append((1, 0, token))
    return found


def arrange(
    keys: Sequence[K],
    links: Sequence[tuple[K, K, int | None]],
    tops: Mapping[K, int | None] | None = None,
) -> Arrangement[K]:
    """Depth first, siblings by sequence, those without one after them in the order of `keys`.

    `tops`: items that hang on the document itself, with their sequence; items without any parent stand at the top too,
    after those. Links that close a circle are named in `circles` and not followed.
    """
    rank = {key: place for place, key in enumerate(keys)}
    children: dict[K, list[tuple[tuple[bool, int, int], K, int]]] = {}
    below: set[K] = set()
    for place, (child, parent, sequence) in enumerate(links):
        by = (sequence is None, sequence or 0, rank[child])
        children.setdefault(parent, []).append((by, child, place))
        below.add(child)
    for listed in children.values():
        listed.sort(key=lambda one: (one[0], one[2]))
    tops = tops or {}

    def first(key: K) -> tuple[bool, bool, int, int]:
        sequence = tops.get(key)
        return (key not in tops, sequence is None, sequence or 0, rank[key])

    begin = [key for key in keys if key in tops or key not in below]
    made: Arrangement[K] = Arrangement()
    made.parents = {key: [] for key in keys}
    for key in [*sorted(begin, key=first), *_circling(keys, begin, children)]:
        if key not in made.depth:
            _descend(key, children, made)
    made.walk.reverse()
    place_of = {key: place for place, key in enumerate(made.order)}
    for parents in made.parents.values():
        parents.sort(key=lambda key: place_of[key])
    return made


def _circling(
    keys: Sequence[K], begin: Sequence[K], children: Mapping[K, list[tuple[tuple[bool, int, int], K, int]]]
) -> list[K]:
    """Items that no walk from the top meets, because a circle stands above them: those in the uppermost circles first.

    (Of a graph searched in depth, what is finished last lies in a part that nothing else leads into.)
    """
    trial: Arrangement[K] = Arrangement(parents={key: [] for key in keys})
    for key in begin:
        if key not in trial.depth:
            _descend(key, children, trial)
    met = set(trial.depth)
    for key in keys:
        if key not in trial.depth:
            _descend(key, children, trial)
    return [key for key in reversed(trial.walk) if key not in met]


def _descend(
    top: K, children: Mapping[K, list[tuple[tuple[bool, int, int], K, int]]], made: Arrangement[K]
) -> None:
    """One tree, without recursion: a framework may be nested deeper than Python's stack."""
    made.depth[top] = 0
    made.order.append(top)
    open_items = {top}
    stack = [(top, iter(children.get(top, ())))]
    while stack:
        key, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            open_items.discard(key)
            made.walk.append(key)
            continue
        _by, child, place = following
        if child in open_items:
            made.circles.append(place)
            continue
        if key not in made.parents[child]:
            made.parents[child].append(key)
        if child not in made.depth:
            made.depth[child] = made.depth[key] + 1
            made.order.append(child)
            open_items.add(child)
            stack.append((child, iter(children.get(child, ()))))


def ancestors(made: Arrangement[K]) -> dict[K, set[K]]:
    """Everything above each item, over any number of paths. Raises TooDeep past MOST_PAIRS."""
    above: dict[K, set[K]] = {}
    pairs = 0
    for key in made.walk:
        above[key] = set(made.parents[key]).union(*(above[parent] for parent in made.parents[key]))
        pairs += len(above[key])
        if pairs > MOST_PAIRS:
            raise TooDeep
    return above


def nearest(made: Arrangement[K], wanted: set[K]) -> dict[K, K]:
    """For each item the wanted one that is the fewest steps above it; of equals, the one that stands first."""
    found: dict[K, tuple[int, K]] = {}
    for key in made.walk:
        best: tuple[int, K] | None = None
        for parent in made.parents[key]:
            here = (1, parent) if parent in wanted else None
            if here is None and parent in found:
                here = (found[parent][0] + 1, found[parent][1])
            if here is not None and (best is None or here[0] < best[0]):
                best = here
        if best is not None:
            found[key] = best
    return {key: one for key, (_steps, one) in found.items()}

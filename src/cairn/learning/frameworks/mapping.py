"""What do a framework's own item types (or depths) mean here: level, strand, target ...? And may they be scored?

A proposal for a person to confirm. No tables, no clock: the rows are kept by `confirming.py`.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KINDS = ("content_area", "level", "strand", "domain", "target", "indicator", "other")
LEAF = "leaf"  # as a depth: every item with nothing below it

# The last word of a type decides ("Assessment Target" is a target), English and Spanish.
_WORDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "content_area": "subject discipline area course asignatura materia área",
        "level": "level grade year band stage nivel grado año etapa",
        "strand": "strand claim theme topic unit eje tema unidad",
        "domain": "domain category cluster group dominio categoría",
        "target": "target standard competency objective benchmark expectation skill outcome goal statement "
        "meta estándar competencia objetivo expectativa destreza",
        "indicator": "indicator component substandard evidence element indicador evidencia",
        # What publishers hang under targets to explain them: never scored by itself.
        "other": "example rubric stem stimulus clarification requirement note model description tool accessibility "
        "heading boundary vocabulary resource question ald type introduction",
    }.items()
    for word in words.split()
}
_WHOLE: Mapping[str, str] = {
    "content area": "content_area",
    "subject area": "content_area",
    "área de contenido": "content_area",
    "measured skill": "indicator",
    "evidence required": "indicator",
    "evidence statement": "indicator",
    "sub-standard": "indicator",
    "progress indicator": "indicator",
    "evidence outcome": "indicator",
}
_LEVEL_NAME = re.compile(
    r"(?:(?:level|grade|year|stage|band|nivel|grado|año)s?\b.{0,20}|\d{1,2}|k|pk|tk|kindergarten|pre-?k|"
    r"grades? .{1,12}|high school)",
    re.IGNORECASE,
)
# The kinds of what stands above the targets, outermost first, by how many layers there are.
_LAYERS: Mapping[int, tuple[str, ...]] = {
    0: (),
    1: ("strand",),
    2: ("strand", "domain"),
    3: ("content_area", "strand", "domain"),
}


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One line of a mapping: items of this type, or at this depth ("0", "1" ... or "leaf"), are of this kind."""

    by: str  # type, depth
    value: str
    kind: str
    scorable: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What the proposal looks at of one item. `above`: the types of everything above it."""

    item_type: str
    depth: int
    is_leaf: bool
    name: str
    above: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of the preview: the row, how many items it is about, and the first of them."""

    row: MappingRow
    count: int
    examples: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        scored = ", scored" if self.row.scorable else ""
        shown = "; ".join(" ".join(one.split())[:50] for one in self.examples)
        return f"{self.row.by} {self.row.value}: {self.row.kind}{scored} ({self.count}: {shown})"


def word_kind(item_type: str) -> str:
    """What a type's name says: a kind, "other" for explanations, "" when it says nothing."""
    name = " ".join(item_type.casefold().split())
    if name in _WHOLE:
        return _WHOLE[name]
    last = name.rpartition(" ")[2]
    for form in (last, last.removesuffix("s"), last.removesuffix("es"), re.sub("ies$", "y", last)):
        if form in _WORDS:
            return _WORDS[form]
    return ""


def propose(items: Sequence[Seen]) -> list[MappingRow]:
    """A row for each type; for each depth where types are missing or say nothing."""
    typed = [item for item in items if item.item_type]
    if 2 * len(typed) < len(items):
        return _by_depth(items)
    types = Counter(item.item_type for item in typed)
    if len(types) == 1 and any(item.depth for item in typed) and len(typed) == len(items):
        return _by_depth(items)  # one word for everything says nothing
    kinds = _kinds_of_types(typed, types)
    scored = {name for name, kind in kinds.items() if kind == "target"} or {
        name for name, kind in kinds.items() if kind == "indicator"
    }
    if not scored:
        return _by_depth(items)
    rows = [MappingRow("type", name, kinds[name], name in scored) for name in types]
    above = [item for item in items if not item.item_type and not item.is_leaf]
    return rows + _layers(above)


def _kinds_of_types(typed: Sequence[Seen], types: Counter[str]) -> dict[str, str]:
    kinds = {name: word_kind(name) for name in types}
    leaves = Counter(item.item_type for item in typed if item.is_leaf)
    unknown = [name for name, kind in kinds.items() if not kind]
    if "target" not in kinds.values() and unknown:
        likely = max(unknown, key=lambda name: leaves[name])
        if 2 * leaves[likely] >= types[likely]:
            kinds[likely] = "target"
    for name in _upper_targets(typed, types, kinds):
        kinds[name] = "strand"
    for name in unknown:
        kinds[name] = kinds[name] or "other"
    return kinds


def _upper_targets(typed: Sequence[Seen], types: Counter[str], kinds: Mapping[str, str]) -> set[str]:
    """Of two types that could both be targets, the one above most of the other is a heading (Standard > Objective)."""
    targets = {name for name, kind in kinds.items() if kind == "target"}
    over: Counter[tuple[str, str]] = Counter()
    for item in typed:
        if item.item_type in targets:
            over.update((upper, item.item_type) for upper in item.above & targets - {item.item_type})
    return {upper for (upper, lower), count in over.items() if 2 * count >= types[lower]}


def _by_depth(items: Sequence[Seen]) -> list[MappingRow]:
    """Leaves are targets; what stands above them are strands, and levels where it is named like levels."""
    if not items:
        return []
    return [*_layers([item for item in items if not item.is_leaf]), MappingRow("depth", LEAF, "target", True)]


def _layers(above: Sequence[Seen]) -> list[MappingRow]:
    names: dict[int, list[str]] = {}
    for item in above:
        names.setdefault(item.depth, []).append(item.name)
    levels = {
        depth
        for depth, said in names.items()
        if 5 * sum(_LEVEL_NAME.fullmatch(name.strip()) is not None for name in said) >= 3 * len(said)
    }
    rest = sorted(depth for depth in names if depth not in levels)
    kinds = _LAYERS.get(len(rest), ("content_area", "strand", *["domain"] * (len(rest) - 2)))
    by_depth = dict(zip(rest, kinds, strict=True)) | dict.fromkeys(levels, "level")
    return [MappingRow("depth", str(depth), by_depth[depth], False) for depth in sorted(by_depth)]


def kind_of(rows: Mapping[tuple[str, str], MappingRow], item: Seen) -> tuple[str, bool]:
    """The kind of one item and whether it is scored. `rows` by (by, value); its type goes before its depth."""
    row = rows.get(("type", item.item_type)) if item.item_type else None
    if row is None and item.is_leaf:
        row = rows.get(("depth", LEAF))
    row = row or rows.get(("depth", str(item.depth)))
    return (row.kind, row.scorable) if row else ("other", False)


def as_index(rows: Sequence[MappingRow]) -> dict[tuple[str, str], MappingRow]:
    """The rows by (by, value), types as people write them: without spaces at the ends."""
    return {(row.by, row.value): row for row in rows}


def completed(rows: Sequence[MappingRow], items: Sequence[Seen]) -> list[MappingRow]:
    """These rows, and proposals for the types among the items of which they say nothing."""
    if not any(row.by == "type" for row in rows):
        return list(rows)
    known = {row.value for row in rows if row.by == "type"}
    new = [row for row in propose(items) if row.by == "type" and row.value not in known]
    return [*rows, *new]


def described(rows: Sequence[MappingRow], items: Sequence[Seen]) -> list[Proposed]:
    """The preview: for each row how many items it is about, with up to three of them."""
    index = as_index(rows)
    found: dict[tuple[str, str], list[str]] = {key: [] for key in index}
    for item in items:
        keys = (("type", item.item_type), ("depth", LEAF if item.is_leaf else ""), ("depth", str(item.depth)))
        key = next((key for key in keys if key in index and key[1]), None)
        if key is not None:
            found[key].append(item.name)
    return [Proposed(row, len(found[key]), tuple(found[key][:3])) for key, row in index.items()]

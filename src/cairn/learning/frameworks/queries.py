"""Which frameworks and targets are there, in whose words? Frameworks are public to everyone who is signed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, FilteredRelation, Q

from cairn.learning.frameworks.models import Association, Framework, Item, ItemAncestor, Wording
from cairn.learning.frameworks.rulebook import scale_from
from cairn.learning.frameworks.scales import ScaleUse
from cairn.rules.scale import Scale


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A target as a reader of one language sees it. `looks`: level (hundredths) -> what it looks like."""

    id: int
    public_id: str
    code: str
    name: str
    says: str
    strand: str
    level: str
    framework: int
    subject: str
    looks: dict[int, str]


@dataclass(frozen=True, slots=True)
class ScaleInUse:
    """The scale of a framework on a day, its stage of adoption and its labels by level: value -> label."""

    id: int
    stage: str
    scale: Scale
    labels: dict[tuple[int, str], str]  # (value, audience) -> label of the language asked for
    counts_from: date | None = None  # evidence entered before was given on another scale


def short(name: str, statement: str, code: str) -> str:
    """A name that fits a heading: the short name, else the statement cut at a word, else the code."""
    text = name or " ".join(statement.split()) or code
    return text if len(text) <= 80 else text[:79].rsplit(" ", 1)[0] + "…"


def names_of(items: Iterable[int], language: str) -> dict[int, tuple[str, str]]:
    """Item id -> (short name, full statement) in this language where there is one. Two queries."""
    ids = set(items)
    worded = {
        item: (name, text)
        for item, name, text in Wording.objects.filter(
            item__in=ids, language=language, value=None
        ).values_list("item", "name", "text")
    }
    found = {}
    for pk, name, statement, code in Item.objects.filter(pk__in=ids).values_list(
        "pk", "short_name", "statement", "code"
    ):
        own_name, own_text = worded.get(pk, ("", ""))
        found[pk] = (
            short(own_name or (own_text or name), own_text or statement, code),
            own_text or statement,
        )
    return found


def target_words(target: Item, language: str) -> TargetWords:
    """Everything a page says of one target; English where the language has no words of its own."""
    words = looks_of([target.pk], language).get(target.pk, {})
    around = names_of([pk for pk in (target.pk, target.strand_id, target.level_id) if pk], language)
    name, says = around[target.pk]
    return TargetWords(
        id=target.pk,
        public_id=target.public_id,
        code=target.code,
        name=name,
        says=says,
        strand=around[target.strand_id][0] if target.strand_id else "",
        level=around[target.level_id][0] if target.level_id else "",
        framework=target.framework_id,
        subject=target.framework.subject or target.framework.title,
        looks=dict(sorted(words.items())),
    )


def looks_of(targets: Iterable[int], language: str) -> dict[int, dict[int, str]]:
    """Target id -> level (hundredths) -> what it looks like; English where the language has no words. One query."""
    found: dict[int, dict[int, str]] = {}
    rows = Wording.objects.filter(item__in=list(targets), language__in=["en", language]).exclude(value=None)
    for item, spoken, value, text in rows.values_list("item", "language", "value", "text"):
        if value is not None and (spoken == language or value not in found.get(item, {})):
            found.setdefault(item, {})[value] = text
    return found


def target_by(public_id: str) -> Item | None:
    """The scorable item with this opaque id, with its framework."""
    return Item.objects.select_related("framework").filter(public_id=public_id, scorable=True).first()


def scales_in_use(
    frameworks: Iterable[int], language: str, on: date, school: int | None = None
) -> dict[int, ScaleInUse]:
    """Framework id -> the scale it uses on a day, a school's own before the district's; without a scale: absent. One query."""
    ids = list(dict.fromkeys(frameworks))
    uses = ScaleUse.objects.filter(Q(school=None) | Q(school=school), framework__in=ids, valid_from__lte=on)
    labels = FilteredRelation("scale__labels", condition=Q(scale__labels__language=language))
    rows = uses.select_related("scale").annotate(named=labels)
    rows = rows.annotate(value=F("named__value"), audience=F("named__audience"), label=F("named__label"))
    best: dict[int, tuple[bool, date]] = {}
    found: dict[int, ScaleInUse] = {}
    for row in rows:
        rank = (row.school_id is not None, row.valid_from)
        if rank < best.get(row.framework_id, rank):
            continue
        if rank != best.get(row.framework_id):
            best[row.framework_id] = rank
            found.pop(row.framework_id, None)
        if row.scale is None:
            continue
        fresh = ScaleInUse(row.scale.pk, row.stage, scale_from(row.scale), {}, row.counts_from)
        use = found.setdefault(row.framework_id, fresh)
        if row.label is not None:
            use.labels[row.value, row.audience] = row.label
    return found


def scale_in_use(framework: int, language: str, on: date, school: int | None = None) -> ScaleInUse | None:
    """The scale that a framework (id) uses on a day; None: no scale yet."""
    return scales_in_use([framework], language, on, school).get(framework)


def frameworks_in_use(language: str = "") -> list[Framework]:
    """Frameworks that can be taught: in use, not the translation of another, in the order of subjects.

    With a language, `subject` is the name in it where a translation is there.
    """
    rows = list(Framework.objects.filter(in_use=True, translates=None).order_by("position", "title", "pk"))
    if language:
        spoken = Framework.objects.filter(translates__in=rows, language=language)
        names = dict(spoken.values_list("translates", "subject"))
        for row in rows:
            row.subject = names.get(row.pk) or row.subject
    return rows


def parts_of(framework: Framework, kind: str) -> Sequence[Item]:
    """The items of one kind (level, strand ...) of a framework, in order, retired ones left out."""
    return list(Item.objects.filter(framework=framework, kind=kind, retired_at=None).order_by("position"))


def targets_under(framework: Framework, *, under: Sequence[int] = ()) -> Sequence[Item]:
    """The scorable items of a framework, in order; with `under`, only those below all of these items (ids)."""
    rows = Item.objects.filter(framework=framework, scorable=True, retired_at=None)
    for ancestor in under:
        rows = rows.filter(pk__in=ItemAncestor.objects.filter(ancestor=ancestor).values("item"))
    return list(rows.order_by("position"))


def closure_of(identifier: str) -> set[tuple[int, int]]:
    """Every (item, item above it) of the framework with this CASE identifier (ids)."""
    pairs = ItemAncestor.objects.filter(item__framework__identifier=identifier)
    return set(pairs.values_list("item", "ancestor"))


def neighbors(target: Item) -> tuple[list[int], list[int]]:
    """Ids of the targets that come before and after this one, by `precedes`."""
    links = Association.objects.filter(
        Q(origin=target) | Q(destination=target), kind="precedes", retired_at=None
    )
    before = [link.origin_id for link in links if link.destination_id == target.pk and link.origin_id]
    after = [link.destination_id for link in links if link.origin_id == target.pk and link.destination_id]
    return before, after


def find_targets(text: str, language: str, *, most: int = 20) -> list[tuple[Item, str]]:
    """Targets whose code begins with, or whose name holds, this text, with their names."""
    text = text.strip()
    if len(text) < 2:
        return []
    spoken = Wording.objects.filter(language=language, value=None, name__icontains=text).values("item")
    named = Q(short_name__icontains=text) | Q(short_name="", statement__icontains=text)
    match = Q(code__istartswith=text) | named | Q(pk__in=spoken)
    items = Item.objects.filter(
        match, scorable=True, retired_at=None, framework__in_use=True, framework__translates=None
    )
    rows = list(items.select_related("framework").order_by("framework__position", "position")[:most])
    names = names_of([row.pk for row in rows], language)
    return [(row, names[row.pk][0]) for row in rows]

"""Which links lead to items of other packages, and what do those say in another language?

Either package may come first: ends that wait are resolved when their item arrives, in both directions.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cairn.learning.frameworks import bulk
from cairn.learning.frameworks.models import (
    Association,
    Framework,
    Item,
    RubricCriterion,
    RubricCriterionLevel,
    Wording,
)
from cairn.learning.frameworks.standing import TRANSLATES
from cairn.learning.sql import rows_of

_LANGUAGES = {"english": "en", "inglés": "en", "spanish": "es", "español": "es", "castellano": "es"}

# An item of the association's own framework before one of another; of others the first that came.
_RESOLVE = """
UPDATE learning_association SET {end}_id = COALESCE(
    (SELECT i.id FROM learning_item i WHERE i.identifier = learning_association.{end}_identifier
        AND i.framework_id = learning_association.framework_id),
    (SELECT min(i.id) FROM learning_item i WHERE i.identifier = learning_association.{end}_identifier))
WHERE {end}_id IS NULL
  AND EXISTS (SELECT 1 FROM learning_item i WHERE i.identifier = learning_association.{end}_identifier)
  AND (framework_id = %s OR {end}_identifier IN (SELECT n.identifier FROM learning_item n WHERE n.framework_id = %s))
"""


def language_of(*said: object) -> str:
    """The first language that is said, as its short code: en-US is en, Spanish is es. English when none is."""
    for word in said:
        if isinstance(word, str) and word.strip():
            name = word.strip().casefold()
            return _LANGUAGES.get(name, name.replace("_", "-").partition("-")[0])[:10]
    return "en"


def resolve(framework: int) -> None:
    """Finds the items for ends that wait: this framework's ends anywhere, and anyone's ends here; and the criteria that judge an
    item of another package."""
    with connection.cursor() as cursor:
        for end in ("origin", "destination"):
            cursor.execute(_RESOLVE.format(end=end), [framework, framework])
    waiting = {
        pk: (case.get("CFItemURI") or {}).get("identifier", "")
        for pk, case in RubricCriterion.objects.filter(item=None).values_list("pk", "case")
        if isinstance(case.get("CFItemURI"), dict)
    }
    if waiting:
        select, params = rows_of(
            {"id": "bigint", "identifier": "text"}, [list(one) for one in waiting.items()]
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT w.id, i.id FROM ({select}) AS w JOIN learning_item i ON i.identifier = w.identifier "
                "ORDER BY i.id DESC",
                params,
            )
            found = dict(cursor.fetchall())
        bulk.update(
            RubricCriterion, ("item_id",), [{"id": pk, "item_id": item} for pk, item in found.items()]
        )


def find_translations(framework: int) -> None:
    """Sets `translates` where most links of translation lead, for this framework and for those that translate it."""
    links = Association.objects.filter(kind=TRANSLATES, retired_at=None)
    between: Counter[tuple[int, int]] = Counter(
        links.filter(origin__framework=framework).values_list("origin__framework", "destination__framework")
    )
    between.update(
        links.filter(destination__framework=framework)
        .exclude(origin__framework=framework)
        .values_list("origin__framework", "destination__framework")
    )
    documents = {key: pk for pk, key in Framework.objects.values_list("pk", "identifier")}
    for origin, destination in links.filter(origin=None, destination=None).values_list(
        "origin_identifier", "destination_identifier"
    ):
        if origin in documents and destination in documents:
            between[documents[origin], documents[destination]] += 1_000_000  # said of the whole
    frameworks = Framework.objects.in_bulk({one for pair in between for one in pair if one})
    for (of, into), _count in between.most_common():
        if of == into or of not in frameworks or into not in frameworks:
            continue
        said, whole = frameworks[of], frameworks[into]
        if said.translates_id is None and whole.translates_id != said.pk:
            said.translates = whole
            said.save(update_fields=["translates"])


Words = dict[tuple[int, str, int | None], tuple[str, str]]  # item, language, value -> name, text


def draw_wordings(framework: int) -> int:
    """Rewrites the wordings of this framework and of those it translates; how many rows changed.

    An item's levels are said by the rubric criteria that judge it, in its own language; an item that translates it says
    its name, its statement and, by the criteria that judge the translation, its levels in the other language.
    """
    links = Association.objects.filter(kind=TRANSLATES, retired_at=None)
    written = {
        framework,
        *links.filter(origin__framework=framework, destination__isnull=False).values_list(
            "destination__framework", flat=True
        ),
    }
    pairs: list[tuple[int, int, int]] = [
        (origin, destination, of)
        for origin, destination, of in links.filter(
            destination__framework__in=written, origin__isnull=False, origin__retired_at=None
        )
        .order_by("pk")
        .values_list("origin", "destination", "origin__framework")
        if origin and destination and of
    ]
    spoken = written | {of for _origin, _destination, of in pairs}
    levels = _levels(spoken)
    said = _said(spoken)
    wanted: Words = {}
    for item, words in levels.items():
        if said[item].framework in written:
            for (language, value), one in words.items():
                wanted[item, language, value] = one
    for origin, destination, _of in pairs:
        there = said[origin]
        if origin == destination or there.language == said[destination].language:
            continue
        wanted.setdefault((destination, there.language, None), (there.name, there.statement))
        for (language, value), one in levels.get(origin, {}).items():
            wanted.setdefault((destination, language, value), one)
    return _keep(written, wanted)


def _levels(frameworks: Iterable[int]) -> dict[int, dict[tuple[str, int], tuple[str, str]]]:
    """Item -> (language, value) -> quality and text; what several criteria say of one level stands in paragraphs.

    A rubric speaks the language of the item it judges; one of another package speaks that package's.
    """
    found: dict[int, dict[tuple[str, int], tuple[str, str]]] = {}
    rows = RubricCriterionLevel.objects.filter(
        criterion__item__framework__in=list(frameworks), score__isnull=False
    ).order_by("criterion__rubric__position", "criterion__position", "position", "pk")
    for item, score, case, own, whole, of, rubric_of, there in rows.values_list(
        "criterion__item",
        "score",
        "case",
        "criterion__item__case__language",
        "criterion__item__framework__language",
        "criterion__item__framework",
        "criterion__rubric__framework",
        "criterion__rubric__framework__language",
    ):
        if not item or score is None:
            continue
        language = language_of(own, whole) if of == rubric_of else language_of(there, own, whole)
        words = _words(case)
        if words is not None:
            here = found.setdefault(item, {})
            before = here.get((language, score))
            if before and words[1] != before[1]:
                words = (before[0], f"{before[1]}\n\n{words[1]}")
            here[language, score] = words
    return found


def _words(case: Mapping[str, Any]) -> tuple[str, str] | None:
    """Quality as the name and description as the text of a level; one of them alone is the text."""
    quality, text = (
        said if isinstance(said := case.get(name), str) else "" for name in ("quality", "description")
    )
    return (quality[:200] if text else "", text or quality) if text or quality else None


@dataclass(frozen=True, slots=True)
class _Item:
    language: str
    name: str
    statement: str
    framework: int


def _said(frameworks: Iterable[int]) -> dict[int, _Item]:
    """What each item says, and in which language."""
    rows = Item.objects.filter(framework__in=list(frameworks)).values_list(
        "pk", "framework", "framework__language", "case__language", "short_name", "statement"
    )
    return {pk: _Item(language_of(own, whole), name, says, of) for pk, of, whole, own, name, says in rows}


def _keep(frameworks: Iterable[int], wanted: Words) -> int:
    rows = Wording.objects.filter(item__framework__in=list(frameworks))
    stored = {
        (row["item_id"], row["language"], row["value"]): row
        for row in rows.values("id", "item_id", "language", "value", "name", "text")
    }
    names = ("item_id", "language", "value", "name", "text")
    new, changed = [], []
    for key, (name, text) in wanted.items():
        old = stored.get(key)
        fresh = dict(zip(names, (*key, name, text), strict=True))
        if old is None:
            new.append(fresh)
        elif (old["name"], old["text"]) != (name, text):
            changed.append(fresh | {"id": old["id"]})
    gone = [row["id"] for key, row in stored.items() if key not in wanted]
    bulk.delete(Wording, gone)
    bulk.insert(Wording, names, new)
    bulk.update(Wording, ("name", "text"), changed)
    return len(new) + len(changed) + len(gone)

"""By which codes do files name targets and levels, and on which scale is a target scored? Loaded once per import."""

from dataclasses import dataclass
from datetime import date

from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.queries import scales_in_use
from cairn.rules.scale import Scale

COLUMNS = {"code": "code", "identifier": "identifier", "uri": "uri"}


@dataclass(frozen=True, slots=True)
class Named:
    """An item that a file may name. `many`: several items bear this name."""

    id: int
    framework: int
    scorable: bool
    many: bool = False


def _items(by: str, **which: object) -> dict[str, Named]:
    rows = Item.objects.filter(retired_at=None, framework__in_use=True, framework__translates=None, **which)
    found: dict[str, Named] = {}
    for name, pk, framework, scorable in rows.exclude(**{COLUMNS[by]: ""}).values_list(
        COLUMNS[by], "pk", "framework_id", "scorable"
    ):
        before = found.get(name)
        if before is None or (scorable and not before.scorable):
            found[name] = Named(pk, framework, scorable)
        elif scorable == before.scorable:
            found[name] = Named(before.id, before.framework, scorable, True)
    return found


def targets_by(by: str) -> dict[str, Named]:
    """Items by code, identifier or URI; a target goes before a heading of the same name. Translations are left out."""
    return _items(by)


def levels_by(by: str = "code") -> dict[str, list[Named]]:
    """Performance levels by code or identifier; several where frameworks share a code."""
    found: dict[str, list[Named]] = {}
    rows = Item.objects.filter(
        kind="level", retired_at=None, framework__in_use=True, framework__translates=None
    )
    for name, pk, framework in rows.values_list(COLUMNS[by], "pk", "framework_id"):
        if name:
            found.setdefault(name, []).append(Named(pk, framework, False))
    return found


def frameworks_by_name() -> dict[str, int]:
    """Frameworks by identifier, title and subject."""
    found: dict[str, int] = {}
    for pk, *names in Framework.objects.filter(translates=None).values_list(
        "pk", "identifier", "title", "subject"
    ):
        for name in names:
            if name:
                found.setdefault(name.casefold(), pk)
    return found


def scales_on(on: date) -> dict[int, tuple[str, Scale]]:
    """Framework id -> stage of adoption and scale on a day, for the whole district."""
    ids = Framework.objects.filter(in_use=True, translates=None).values_list("pk", flat=True)
    return {pk: (use.stage, use.scale) for pk, use in scales_in_use(ids, "en", on).items()}
